// Private mode's queries (docs/protocol.md, 19.5).

import { must } from '../src/published.mjs';
import { Shelf, random, refuses } from '../src/shelf.mjs';
import { Skipped } from '../src/verdict.mjs';
import { encoded, orders, query, setsOf } from './psi/points.mjs';

const DAY = 86_400;
const SIZES = [64, 256, 1024, 4096];
/** The least that the document promises of the same bytes. */
const AGAIN = 8;
/** So many different queries of one address for one day set are no bound any more. */
const MOST_QUERIES = 300;
/** Neighbours of a set of 64 that stay neighbours by chance: one on average, ten once in a million. */
const NEIGHBOURS = 10;

const put = (kit, body, more = {}) => kit.ask('/v1/psi', { method: 'POST', type: 'application/cbor', body, ...more });

/** A day that is over and of which something was sealed, with the key that its headers name; made anew for each run of the kit. */
const asked = new WeakMap();
async function daySet(kit) {
  const shelf = new Shelf(kit);
  const today = shelf.today();
  const known = asked.get(kit);
  if (known && known.day >= today - 10) return known;
  const { headers } = await shelf.published();
  const { day, blindingKey } = headers.find(({ scheme }) => scheme === 1);
  await kit.ahead(1);
  asked.set(kit, { day, scheme: 1, blindingKey });
  return asked.get(kit);
}

async function answered(kit, bytes, what = 'a query') {
  const answer = await put(kit, bytes);
  must(answer.status === 200, `${what}: ${answer.said()}`);
  return answer.body;
}

/** How many that stood beside each other in the query do so in the answer. */
const neighbours = (order) => order.slice(1).filter((at, before) => at === order[before] + 1).length;

export default [
  {
    id: 'S-PSI-1',
    on: ['open'],
    async holds(kit) {
      const { mode } = await new Shelf(kit).config();
      if (mode !== 'open') throw new Skipped('a server of open mode');
      const today = new Shelf(kit).today();
      const right = query({ day: today - 1, size: 64 }).bytes;
      const bodies = [right, query({ day: today, size: 64 }).bytes, right.subarray(1), Buffer.from('nothing'), Buffer.alloc(0)];
      for (const body of bodies) refuses(await put(kit, body), 'mode-refused', 'a query');
    },
  },
  {
    id: 'S-PSI-2',
    last: true,
    async holds(kit) {
      const { day, scheme, blindingKey } = await daySet(kit);
      for (const size of SIZES) {
        const one = query({ day, scheme, size });
        orders(one, await answered(kit, one.bytes, `a query of ${size} points`), blindingKey);
      }
      // Points that nobody would ask about are multiplied as any others.
      const plain = query({ day, scheme, size: 64, from: 1n });
      orders(plain, await answered(kit, plain.bytes), blindingKey);
    },
  },
  {
    id: 'S-PSI-3',
    last: true,
    async holds(kit) {
      const { day, scheme, blindingKey } = await daySet(kit);
      const one = query({ day, scheme, size: 64 });
      const answers = [await answered(kit, one.bytes), await answered(kit, one.bytes)];
      const found = answers.flatMap((answer) => orders(one, answer, blindingKey));
      must(new Set(found.map((order) => order.join())).size === found.length, 'two sets, or two answers, are in one order');
      for (const order of found) must(neighbours(order) < NEIGHBOURS, 'a set keeps the order of the query');
      for (const set of answers.flatMap((answer) => setsOf(answer, 64))) {
        must(set.some((point, at) => at > 0 && point < set[at - 1]), 'a set is sorted');
        must(set.some((point, at) => at > 0 && point > set[at - 1]), 'a set is sorted backwards');
      }
    },
  },
  {
    id: 'S-PSI-4',
    last: true,
    async holds(kit) {
      const { day, scheme, blindingKey } = await daySet(kit);
      const from = kit.elsewhere();
      const one = query({ day, scheme, size: 64 });
      for (let time = 0; time <= AGAIN; time += 1) {
        const answer = await put(kit, one.bytes, { from });
        must(answer.status === 200, `the same query answers ${answer.status} when it is asked for the ${time + 1}th time`);
        if (time === 0 || time === AGAIN) orders(one, answer.body, blindingKey);
      }
      for (let number = 0; number < MOST_QUERIES; number += 1) {
        const answer = await put(kit, query({ day, scheme, size: 64, from: BigInt(1000 + number) }).bytes, { from });
        if (answer.status === 200) continue;
        refuses(answer, 'query-limit', 'a query too many');
        const left = DAY - (Math.floor(Date.parse(answer.headers.date) / 1000) % DAY);
        must(Number(answer.headers['retry-after']) >= 1, `a query too many has retry-after: ${answer.headers['retry-after']}`);
        must(Number(answer.headers['retry-after']) <= left + 1, 'a query too many has to wait beyond the day');
        return;
      }
      must(false, `${MOST_QUERIES} different queries of one address for one day set are answered`);
    },
  },
  {
    id: 'S-PSI-5',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const today = shelf.today();
      const about = (day, scheme = 1) => put(kit, query({ day, scheme, size: 64 }).bytes);
      const open = await about(today);
      refuses(open, 'day-set-open', 'a query about today');
      const left = DAY - (Math.floor(Date.parse(open.headers.date) / 1000) % DAY);
      must(Math.abs(Number(open.headers['retry-after']) - left) <= 2, `day-set-open has retry-after: ${open.headers['retry-after']}, and the day has ${left} s left`);
      for (const day of [today + 1, today + 300]) refuses(await about(day), 'day-set-unknown', 'a query about a later day');
      for (const day of [today - 15, today - 300, 0]) refuses(await about(day), 'day-set-expired', 'a query about a day that is deleted');
      const sealed = new Set((await shelf.headers()).map(({ day, scheme }) => `${day}/${scheme}`));
      const empty = [];
      for (let day = today - 13; day < today; day += 1) for (const scheme of [1, 2]) if (!sealed.has(`${day}/${scheme}`)) empty.push([day, scheme]);
      for (const [day, scheme] of empty.slice(0, 4)) refuses(await about(day, scheme), 'day-set-unknown', 'a query about a day of which nothing was sealed');
    },
  },
  {
    id: 'S-PSI-6',
    async holds(kit) {
      const today = new Shelf(kit).today();
      const { sets } = query({ day: today, size: 1024 });
      const sized = (...sizes) => encoded({ day: today, scheme: 1, sets: sizes.map((size, at) => sets[at].slice(0, size)) });
      for (const size of [0, 1, 32, 63, 65, 128, 255, 257, 512, 1023]) refuses(await put(kit, sized(size, size, size)), 'query-size', `sets of ${size} points`);
      for (const sizes of [[64, 64, 256], [64, 256, 64], [1024, 64, 64], [64, 64, 65], [0, 64, 64]]) {
        refuses(await put(kit, sized(...sizes)), 'query-size', `sets of ${sizes.join(', ')} points`);
      }
    },
  },
  {
    id: 'S-PSI-7',
    last: true,
    async holds(kit) {
      const today = new Shelf(kit).today();
      const right = query({ day: today, size: 64 });
      const { sets, bytes } = right;
      const swapped = [sets[0].with(0, sets[0][1]).with(1, sets[0][0]), sets[1], sets[2]];
      const twice = [sets[0], sets[1].with(1, sets[1][0]), sets[2]];
      const of = (more) => encoded({ day: today, scheme: 1, sets, ...more });
      const bodies = {
        'version 0': of({ version: 0 }),
        'version 2': of({ version: 2 }),
        'a scheme of 0': of({ scheme: 0 }),
        'a scheme of 3': of({ scheme: 3 }),
        'a day beyond 65535': of({ day: 65_536 }),
        'two sets': of({ sets: sets.slice(1) }),
        'four sets': of({ sets: [...sets, sets[0]] }),
        'points that do not ascend': of({ sets: swapped }),
        'a point twice': of({ sets: twice }),
        'a byte too many': Buffer.concat([bytes, Buffer.alloc(1)]),
        'a byte too few': bytes.subarray(0, -1),
        'a longer head': Buffer.concat([Buffer.from('a4001801', 'hex'), bytes.subarray(3)]),
        'keys in another order': Buffer.concat([Buffer.from('a4', 'hex'), bytes.subarray(3, 7), bytes.subarray(1, 3), bytes.subarray(7)]),
        'a map without an end': Buffer.concat([Buffer.from('bf', 'hex'), bytes.subarray(1), Buffer.from('ff', 'hex')]),
        'an unknown key': Buffer.concat([Buffer.from('a5', 'hex'), bytes.subarray(1), Buffer.from('0400', 'hex')]),
        'a missing key': Buffer.concat([Buffer.from('a3', 'hex'), bytes.subarray(3)]),
        'no map': Buffer.from('80', 'hex'),
        'no CBOR': Buffer.from('query'),
        nothing: Buffer.alloc(0),
      };
      for (const [what, body] of Object.entries(bodies)) refuses(await put(kit, body), 'query-malformed', `a query with ${what}`);
      if (!kit.operator.ahead) return;
      // A point that is no element is looked for last: of a day set that has a key.
      const { day, scheme } = await daySet(kit);
      const good = query({ day, scheme, size: 64 });
      const points = {
        'the identity': Buffer.alloc(32),
        'a point that is not reduced': Buffer.alloc(32, 0xff),
        'a negative encoding': Buffer.concat([Buffer.from([1]), random(30), Buffer.alloc(1)]),
      };
      for (const [what, point] of Object.entries(points)) {
        const set = [...good.sets[2].slice(1), point].sort(Buffer.compare);
        refuses(await put(kit, encoded({ day, scheme, sets: [good.sets[0], good.sets[1], set] })), 'query-malformed', `a query with ${what}`);
      }
    },
  },
];

