// What is published, when, and where (docs/protocol.md, 16).

import { must } from '../../src/published.mjs';
import { Shelf, publishedAs, random } from '../../src/shelf.mjs';
import { Skipped } from '../../src/verdict.mjs';

const HOUR = 3600;
const key = (line) => Buffer.from(line).toString('latin1');

/** In which of these batches each of a report's lines stands, once for each time: lists of headers. */
async function found(shelf, lines, headers) {
  const places = lines.map(() => []);
  for (const header of headers) {
    const at = new Map(lines.map((line, number) => [key(publishedAs(line, header)), number]));
    for (const { line } of await shelf.lines(header)) places[at.get(key(line))]?.push(header);
  }
  return places;
}

const all = async (shelf, lines, headers) => (await found(shelf, lines, headers)).every((places) => places.length > 0);

/** A region with a parent, the smallest one; the root where there is no other. */
function smallest({ regions }) {
  const parents = new Set(regions.map(({ parent }) => parent));
  return regions.find(({ id, parent }) => (parent ?? null) !== null && !parents.has(id)) ?? regions[0];
}

function wider({ regions }, id) {
  const { parent } = regions.find((region) => region.id === id);
  return (parent ?? null) === null ? [] : [parent, ...wider({ regions }, parent)];
}

/** With a configuration of a minimum that a pool can be below, and of an end of that, where the operator can change it. */
async function withMinimum(kit, shelf, act) {
  const { min_uploads: least, seal_anyway_after_hours: anyway } = await shelf.config();
  const changes = least < 2 && kit.operator.change;
  if (changes) await kit.change({ min_uploads: 3, seal_anyway_after_hours: 72 });
  try {
    await act(await shelf.config());
  } finally {
    if (changes) await kit.change({ min_uploads: least, seal_anyway_after_hours: anyway ?? undefined });
  }
}

/** S-BAT-1. */
async function sealedWhenEnough(kit, shelf, config) {
  const region = smallest(config).id;
  await kit.seal();
  const before = await shelf.headers(2);
  const news = async () => (await shelf.news(before, 2)).filter((header) => header.region === region);
  for (let report = 1; report < config.min_uploads; report += 1) await shelf.report({ region });
  if (config.min_uploads > 1) {
    must((await news()).length === 0, 'a pool below min_uploads is published before any tick');
    await shelf.tick();
    must((await news()).length === 0, 'a pool below min_uploads is published at the first tick');
  }
  const last = await shelf.report({ region });
  await shelf.tick(async () => (await news()).length > 0);
  const sealed = await news();
  must(sealed.length > 0, 'a pool of min_uploads is not sealed at the next tick');
  must(await all(shelf, last, sealed), 'the batch has not what its pool had');
}

/** S-BAT-2. */
async function movedWhenLate(kit, shelf, config) {
  const { id: region, parent } = smallest(config);
  if ((parent ?? null) === null) throw new Skipped('a region that has a parent');
  if (config.min_uploads < 2) throw new Skipped('min_uploads of 2 or more: no pool is below 1');
  const above = wider(config, region);
  const days = (hours) => Math.ceil(hours / 24);
  const waits = days(config.max_wait_hours);
  const anyway = config.seal_anyway_after_hours ?? null;
  const span = waits + days(anyway ?? 0) + 2;
  await kit.seal();
  const before = await shelf.headers(span);
  const news = async () => shelf.news(before, span);
  const sent = await shelf.report({ region });
  await shelf.tick();
  must((await news()).length === 0, 'a pool below min_uploads is published at a tick');
  await kit.ahead(waits);
  await shelf.tick();
  let sealed = await news();
  const passed = anyway !== null && waits * 24 + (2 * config.seal_every_seconds) / HOUR >= anyway;
  if (!passed) must(sealed.length === 0, 'at the root a pool below min_uploads is published before seal_anyway_after_hours');
  if (sealed.length === 0) {
    // With the others that its region's parent waits for it is enough.
    for (let report = 1; report < config.min_uploads; report += 1) await shelf.report({ region: above[0] });
    await shelf.tick();
    sealed = await news();
  }
  must(!sealed.some((header) => header.region === region), 'a pool that has waited is published in its own region');
  const places = sealed.filter((header) => above.includes(header.region));
  must(places.length > 0, 'a pool that has waited max_wait_hours is not published with a wider region');
  must(await all(shelf, sent, places), 'a pool that has waited has not all that it had');
  if (anyway !== null) await sealedAnyway(shelf, above.at(-1), days(anyway));
}

/** A pool below the minimum at the root, with a configuration that ends its waiting. */
async function sealedAnyway(shelf, root, days) {
  const before = await shelf.headers(days + 2);
  const sent = await shelf.report({ region: root });
  await shelf.tick();
  must((await shelf.news(before, 2)).length === 0, 'a pool below min_uploads is published at a tick');
  await shelf.kit.ahead(days);
  await shelf.tick();
  const sealed = await shelf.news(before, days + 2);
  must(sealed.length > 0 && (await all(shelf, sent, sealed)), 'after seal_anyway_after_hours a pool at the root is not published');
}

export default [
  {
    id: 'S-BAT-1',
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      await withMinimum(kit, shelf, (config) => sealedWhenEnough(kit, shelf, config));
    },
  },
  {
    id: 'S-BAT-2',
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      await withMinimum(kit, shelf, (config) => movedWhenLate(kit, shelf, config));
    },
  },
  {
    id: 'S-BAT-3',
    on: ['open', 'private'],
    async holds(kit) {
      const shelf = new Shelf(kit);
      const config = await shelf.config();
      const before = await shelf.headers(1);
      const sent = [];
      for (const { id } of config.regions) sent.push({ region: id, lines: await shelf.report({ region: id }) });
      const sealed = await shelf.sealed(before);
      for (const { region, lines } of sent) {
        const where = [region, ...wider(config, region)];
        const fits = sealed.filter((header) => header.scheme === 1 && header.degree === 1 && where.includes(header.region));
        must(fits.length > 0, `what was reported in ${region} is in no batch of it or of a wider region`);
        for (const places of await found(shelf, lines, sealed)) {
          must(places.length === 1, `an entry stands ${places.length} times in what is published`);
          must(fits.includes(places[0]), 'an entry is in a batch of another region, scheme or degree');
        }
      }
    },
  },
  {
    id: 'S-BAT-4',
    on: ['open', 'private'],
    async holds(kit) {
      const shelf = new Shelf(kit);
      const config = await shelf.config();
      const before = await shelf.headers(1);
      const twice = shelf.lineOf(config.mode);
      const beside = { bytes: Buffer.concat([twice.bytes.subarray(0, 32), random(52)]) };
      await shelf.report({ lines: [twice] });
      await shelf.report({ lines: [twice] });
      if (config.mode === 'open') await shelf.report({ lines: [beside] });
      const [one] = await found(shelf, [twice], await shelf.sealed(before));
      must(one.length === 1, `an entry that came twice stands there ${one.length} times`);
      if (config.mode !== 'open') return;
      const [other] = await found(shelf, [beside], await shelf.news(before));
      must(other.length === 1, `the same tag with another sealed status stands there ${other.length} times`);
    },
  },
];
