// Index and chain (docs/protocol.md, 18).

import { dayText, equal, hex, must, readIndex } from '../src/published.mjs';
import { Shelf, refuses } from '../src/shelf.mjs';

const DAY = 86_400;
const FRESH_SECONDS = 60;
const ZERO = '00'.repeat(32);

const same = (one, other) => one.length === other.length && one.every(({ signed }, at) => equal(signed, other[at].signed));

/** Nothing of what was listed is missing, moved or altered. */
function goesOn(before, after) {
  must(after.headers.length >= before.headers.length, 'what an index has listed is not listed any more');
  must(same(before.headers, after.headers.slice(0, before.headers.length)), 'what an index has listed is in another order, or altered');
  must(equal(before.previousHead, after.previousHead), "an index's previous head is another one");
}

/** The chain of a region's indexes, from the oldest day on. */
function chained(indexes) {
  indexes.slice(1).forEach(({ previousHead, day }, at) => {
    must(equal(previousHead, indexes[at].lastHead), `the index of ${dayText(day)} does not go on from the last head before it`);
  });
}

/** A region leaves the configuration where the operator can take one out: its batches stay listed. */
async function withoutRegion(kit, shelf, regions) {
  const parents = new Set(regions.map(({ parent }) => parent));
  const leaving = regions.find(({ id, parent }) => (parent ?? null) !== null && !parents.has(id));
  if (!leaving || !kit.operator.change || !kit.operator.seal) return;
  await shelf.published({ region: leaving.id });
  const day = shelf.today();
  const before = await shelf.index(leaving.id, day);
  const listed = ({ id, name, parent }) => ({ id, name, ...((parent ?? null) === null ? {} : { parent }) });
  await kit.change({ regions: regions.filter((region) => region !== leaving).map(listed) });
  try {
    if ((await shelf.config()).regions.some(({ id }) => id === leaving.id)) return;
    const after = await shelf.index(leaving.id, day);
    must(same(before.headers, after.headers), 'the batches of a region that left the configuration are not listed any more');
    for (const { id } of after.headers) must((await kit.get(`/v1/batches/${id}/entries`)).status === 200, 'a batch of a region that left the configuration is gone');
  } finally {
    await kit.change({ regions: regions.map(listed) });
  }
}

export default [
  {
    id: 'S-IDX-1',
    async holds(kit) {
      const shelf = new Shelf(kit);
      for (const index of await shelf.indexes()) {
        must(index.region === index.asked.region, 'an index is of another region than the one asked for');
        must(index.day === index.asked.day, 'an index is of another day than the one asked for');
      }
      const [config, now, today] = [await shelf.config(), kit.now(), shelf.today()];
      const answer = await shelf.ask(config.regions[0].id, today);
      shelf.twoken.Index.verify(answer.body, config.signing_key, config.regions[0].id, dayText(today), now);
    },
  },
  {
    id: 'S-IDX-2',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const { key } = await shelf.config();
      for (const { id } of (await shelf.config()).regions) {
        const today = shelf.today();
        for (const day of [today, today - 1, today - 7, today - 14]) {
          const answer = await shelf.ask(id, day);
          const now = Math.floor(Date.parse(answer.headers.date) / 1000);
          const { signedAt } = readIndex(answer.body, key);
          must(signedAt <= now + 1, `an index was signed ${signedAt - now} s after it was answered`);
          if (day === Math.floor(now / DAY)) must(signedAt >= now - FRESH_SECONDS, `today's index was signed ${now - signedAt} s before it was answered`);
          else must(signedAt >= (day + 1) * DAY, 'the index of an earlier day was signed before that day had ended');
        }
      }
    },
  },
  {
    id: 'S-IDX-3',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const root = await kit.root();
      await shelf.report();
      const before = await shelf.index(root, shelf.today());
      await kit.seal();
      const after = await shelf.index(root, shelf.today());
      must(after.headers.length > before.headers.length, 'a batch that was sealed is not in the next index');
      const days = (await shelf.indexes()).filter(({ headers }) => headers.length === 0);
      // Of a server whose regions all have batches on all days none is seen; every one of its days has an index, though.
      days.forEach(({ lastHead, previousHead }) => must(equal(lastHead, previousHead), 'a day without batches has a head of its own'));
    },
  },
  {
    id: 'S-IDX-4',
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      await shelf.published();
      if (kit.operator.ahead) {
        await kit.ahead(1);
        await shelf.published();
      }
      for (const { id } of (await shelf.config()).regions) {
        const indexes = (await shelf.indexes()).filter(({ region }) => region === id);
        chained(indexes);
        // That there were no batches before the oldest day is known of a server alone that was set up since.
        if (kit.operator.firstDay >= indexes[0].day) must(hex(indexes[0].previousHead) === ZERO, 'the first head of a region is not 32 zero bytes');
      }
    },
  },
  {
    id: 'S-IDX-5',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const root = await kit.root();
      await shelf.published();
      const day = shelf.today();
      const before = await shelf.index(root, day);
      await shelf.published();
      await shelf.published();
      const after = await shelf.index(root, day);
      goesOn(before, after);
      must(shelf.today() !== day || after.headers.length > before.headers.length, 'later batches are not listed');
    },
  },
  {
    id: 'S-IDX-6',
    async holds(kit) {
      const shelf = new Shelf(kit);
      await shelf.published();
      await shelf.published();
      for (const { region, day, headers } of await shelf.indexes()) {
        headers.forEach((header, at) => {
          must(header.region === region, 'a header in an index is of another region');
          must(header.day === day, "a header's time of sealing is of another day than its index");
          must(at === 0 || headers[at - 1].sealedAt <= header.sealedAt, 'times of sealing decrease');
        });
      }
    },
  },
  {
    id: 'S-IDX-7',
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      const root = await kit.root();
      await shelf.published();
      const day = shelf.today();
      const before = await shelf.index(root, day);
      await shelf.report();
      await kit.ahead(1);
      await kit.seal();
      const after = await shelf.index(root, day);
      must(same(before.headers, after.headers), 'what waited over midnight was added to the day that was over');
      const today = await shelf.index(root, shelf.today());
      must(today.headers.length > 0, 'what waited over midnight is not in the index of the day of its sealing');
      must(equal(today.previousHead, after.lastHead), 'the next day does not go on from the day that is over');
    },
  },
  {
    id: 'S-IDX-8',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const root = await kit.root();
      const today = shelf.today();
      for (let back = 0; back <= 14; back += 1) {
        const answer = await shelf.ask(root, today - back);
        must(answer.status === 200, `the index of ${back} days before today answers ${answer.status}`);
      }
      const others = [today + 1, today + 2, today - 15, today - 16, today - 400].map(dayText);
      const text = dayText(today);
      const forms = ['today', text.replaceAll('-', ''), `${text}T00:00:00Z`, text.slice(2), `0${text}`, `+${text}`, `${today}`, '0'];
      const none = [...forms, '2026-02-30', '2026-13-01', '1969-12-31', '2149-06-07'];
      for (const day of [...others, ...none]) refuses(await kit.get(`/v1/regions/${root}/${day}`), 'not-found', `the index of ${day}`);
    },
  },
  {
    id: 'S-IDX-9',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const { regions } = await shelf.config();
      const day = dayText(shelf.today());
      const unknown = ['kit-nowhere', 'a'.repeat(17), 'Root', 'r%20t', 'r_t'].filter((name) => !regions.some(({ id }) => id === name));
      for (const region of unknown) refuses(await kit.get(`/v1/regions/${region}/${day}`), 'region-unknown', `the index of ${region}`);
      refuses(await kit.get(`/v1/regions/${unknown[0]}/${dayText(shelf.today() - 1)}`), 'region-unknown', 'an earlier index');
      await withoutRegion(kit, shelf, regions);
    },
  },
];

