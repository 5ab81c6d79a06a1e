// Uploads by a proof in the place of a permit (14.4).

import { randomBytes } from 'node:crypto';

import { ground, grounds, noProof, reproven, secondPage, withSettings } from '../src/grounds.mjs';
import { hex } from '../src/published.mjs';
import { Shelf, refuses } from '../src/shelf.mjs';
import { accepted, refused, same, that } from '../src/verdict.mjs';
import { KEYS, STORED, bytesOf, emitted, made, otherEncodings, setCover, withOneWay } from './upl/bodies.mjs';

/** How many proofs that do not hold an address may send before it has to wait, at most. */
const MOST_WRONG = 40;

const second = async (kit, options) => bytesOf(await made(kit, { degree: 2, ...options }));
const stored = (answer, what = '') => same([answer.status, answer.text], [200, STORED], `${answer.asked} by a proof${what}`);
/** Proofs that do not hold count against an address. */
const elsewhere = (kit) => ({ from: kit.elsewhere() ?? kit.from });
/** A proof with a bit of its last scalar changed. */
const bent = (proof) => Buffer.concat([proof.subarray(0, -1), Buffer.of(proof.at(-1) ^ 1)]);

export default [
  {
    id: 'S-PRF-1',
    on: ['open'],
    async holds(kit) {
      for (const oneWay of [false, true]) {
        const of = await ground(kit, { oneWay });
        const { page, info } = await secondPage(kit, of, await second(kit));
        same([page.length, info.scheme], [32, 'encounter'], 'a page of what a proof authorised');
      }
    },
  },
  {
    id: 'S-PRF-2',
    on: ['open'],
    async holds(kit) {
      const shelf = new Shelf(kit);
      for (const oneWay of [false, true]) {
        const before = await shelf.headers(1);
        const of = await ground(kit, { oneWay });
        const { bytes, lines } = await shelf.body({ region: await kit.root(), degree: 2 });
        const sent = await of.prove(bytes);
        for (let round = 0; round < 3; round += 1) stored(await kit.uploadProven(sent), round > 0 ? ' again' : '');
        for (const answer of await Promise.all([1, 2].map(() => kit.uploadProven(sent)))) stored(answer, ' at once');
        const found = [];
        for (const header of await shelf.sealed(before)) {
          if (header.degree === 2) found.push(...(await shelf.lines(header)).filter(({ line }) => hex(line) === hex(lines[0].bytes)));
        }
        same(found.length, 1, 'how often an entry stands in what was sealed');
      }
    },
  },
  {
    id: 'S-PRF-3',
    on: ['open'],
    async holds(kit) {
      const of = await ground(kit);
      stored(await kit.uploadProven(await of.prove(await second(kit))));
      refused(await kit.uploadProven(await of.prove(await second(kit))), 'proof-used');
      const next = await ground(kit);
      const two = await Promise.all([await second(kit), await second(kit)].map((body) => next.prove(body)));
      const answers = await Promise.all(two.map((sent) => kit.uploadProven(sent)));
      same(answers.filter(({ status }) => status === 200).length, 1, 'bodies stored of two at once with one nullifier');
      for (const answer of answers) if (answer.status !== 200) refused(answer, 'proof-used');
    },
  },
  {
    id: 'S-PRF-4',
    on: ['open'],
    async holds(kit) {
      const [of, other] = [await ground(kit), await ground(kit)];
      const body = await second(kit);
      const right = await of.prove(body);
      const otherBody = await second(kit);
      const wrong = {
        'another page': reproven(right, 1, () => Buffer.from(other.info.page, 'hex')),
        'another body': reproven(right, 3, () => otherBody),
        'a bit of the proof changed': reproven(right, 2, bent),
        'a study as its context': await of.prove(body, { study: hex(randomBytes(32)) }),
      };
      for (const [what, sent] of Object.entries(wrong)) refuses(await kit.uploadProven(sent, elsewhere(kit)), 'proof-refused', `a proof with ${what}`);
      const heard = await ground(kit, { oneWay: true });
      const kinds = reproven(await heard.prove(body), 1, () => Buffer.from(of.info.page, 'hex'));
      refuses(await kit.uploadProven(kinds, elsewhere(kit)), 'proof-refused', 'a proof of the other kind');
      stored(await kit.uploadProven(right), ' after others like it were refused');
    },
  },
  {
    id: 'S-PRF-5',
    on: ['open'],
    async holds(kit) {
      const of = await ground(kit);
      const { config } = await kit.config();
      const sent = await of.prove(await second(kit));
      refuses(await kit.uploadProven(reproven(sent, 1, () => randomBytes(32)), elsewhere(kit)), 'page-unknown', 'a proof on a page of nobody');
      if ((config.proofs?.depth ?? 2) > 2) return;
      const { page } = await secondPage(kit, await ground(kit), await second(kit));
      refuses(await kit.uploadProven(reproven(sent, 1, () => page), elsewhere(kit)), 'page-refused', 'a proof on a page of degree 2');
    },
  },
  {
    id: 'S-PRF-6',
    on: ['open'],
    last: true,
    async holds(kit) {
      await withSettings(kit, { proofs: { depth: 2, per_page: 2 } }, async () => {
        const people = await grounds(kit, 3);
        same(new Set(people.map(({ info }) => info.page)).size, 1, 'pages of a batch that comes whole with one');
        const sent = [];
        for (const person of people) sent.push(await person.prove(await second(kit)));
        for (const one of sent.slice(0, 2)) stored(await kit.uploadProven(one));
        refused(await kit.uploadProven(sent[2]), 'page-spent');
        stored(await kit.uploadProven(sent[0]), ' again, after its page was spent');
      });
    },
  },
  {
    id: 'S-PRF-7',
    on: ['open'],
    async holds(kit) {
      const of = await ground(kit);
      const map = await made(kit, { degree: 2 });
      const bodies = [
        ['degree-refused', { 'degree 1': bytesOf(await made(kit)) }],
        ['entries-refused', { 'one-way entries': bytesOf((await withOneWay(kit)).set(2, 2)) }],
        ['upload-malformed', Object.fromEntries(Object.entries(otherEncodings(map)).slice(0, 5))],
        ['upload-size', { '65 entries': await second(kit, { lines: 65 }) }],
        ['region-unknown', { 'an unknown region': await second(kit, { region: 'nowhere-at-all' }) }],
        ['cover-refused', { 'a cover of what is to come': bytesOf(await setCover(kit, new Map(map), { nodes: emitted(kit, [-2]).nodes })) }],
      ];
      const theirs = new Map(map);
      theirs.delete(KEYS.open.lines);
      const elements = Buffer.concat(Array.from({ length: 64 }, () => new Shelf(kit).lineOf('private').bytes).sort(Buffer.compare));
      bodies.push(['mode-refused', { 'elements of private mode': bytesOf(theirs.set(KEYS.private.lines, elements)) }]);
      for (const [code, each] of bodies) {
        for (const [what, body] of Object.entries(each)) refuses(await kit.uploadProven(await of.prove(body), elsewhere(kit)), code, `a body by a proof with ${what}`);
      }
      accepted(await kit.uploadProven(await of.prove(bytesOf(map))));
    },
  },
  {
    id: 'S-PRF-8',
    async holds(kit) {
      const body = await second(kit);
      const right = new Map([[0, 1], [1, randomBytes(32)], [2, noProof('open')], [3, body]]);
      const without = (key) => new Map([...right].filter(([each]) => each !== key));
      const but = (key, value) => bytesOf(new Map(right).set(key, value));
      const bytes = bytesOf(right);
      const wrong = {
        'nothing at all': Buffer.alloc(0),
        'trailing bytes': Buffer.concat([bytes, Buffer.of(0)]),
        'bytes that are missing': bytes.subarray(0, -1),
        'another version': but(0, 2),
        'no page': bytesOf(without(1)),
        'a page of 31 bytes': but(1, randomBytes(31)),
        'no proof': bytesOf(without(2)),
        'a proof that is cut off': but(2, noProof('open').subarray(0, -1)),
        'a proof of another version': but(2, Buffer.concat([Buffer.of(2), noProof('open').subarray(1)])),
        'an unknown key': bytesOf(new Map([...right, [9, 1]])),
        'a longer head than needed': Buffer.concat([Buffer.of(0xb8, 4), bytes.subarray(1)]),
      };
      for (const [what, sent] of Object.entries(wrong)) refuses(await kit.uploadProven(sent, elsewhere(kit)), 'upload-malformed', `a proven body with ${what}`);
    },
  },
  {
    id: 'S-PRF-9',
    on: ['open'],
    last: 'waits',
    async holds(kit) {
      const of = await ground(kit);
      const from = kit.elsewhere() ?? kit.from;
      let answer;
      for (let tried = 0; tried < MOST_WRONG; tried += 1) {
        const sent = bytesOf(new Map([[0, 1], [1, Buffer.from(of.info.page, 'hex')], [2, noProof('open')], [3, await second(kit)]]));
        answer = await kit.uploadProven(sent, { from });
        if (answer.status === 429) break;
        refused(answer, 'proof-refused');
      }
      that(answer.status === 429, `${MOST_WRONG} proofs that do not hold came from one address, and it does not have to wait`);
      refused(answer, 'too-many-requests');
    },
  },
  {
    id: 'S-PRF-10',
    on: ['open'],
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      const ofSecond = async (before) => (await shelf.news(before)).filter(({ degree }) => degree === 2);
      const [heard, other] = [await ground(kit, { oneWay: true }), await ground(kit, { oneWay: true })];
      same([heard.info.nullifier, heard.info.page === other.info.page], [false, false], 'proofs of one-way hearings have no nullifier, and these are of two pages');
      await withSettings(kit, { min_uploads: 2 }, async () => {
        const before = await shelf.headers(1);
        for (let round = 0; round < 3; round += 1) stored(await kit.uploadProven(await heard.prove(await second(kit))));
        await shelf.tick();
        same((await ofSecond(before)).length, 0, 'batches of a pool of two uploads at least, of which one page authorised three');
        stored(await kit.uploadProven(await other.prove(await second(kit))));
        await shelf.tick(async () => (await ofSecond(before)).length > 0);
        that((await ofSecond(before)).length > 0, 'a pool that two pages have brought two uploads is not sealed at the next tick');
      });
    },
  },
];
