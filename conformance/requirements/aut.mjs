// The authority (docs/protocol.md, 20.2).

import { randomBytes } from 'node:crypto';

import { unknown } from './prm/waiting.mjs';
import { accepted, refused, same } from '../src/verdict.mjs';

const HOUR = 3600;
const TANS = '/v1/authority/tans';

/** TANs that nobody was told of, and their hashes. */
function made(kit, count = 1) {
  const tans = Array.from({ length: count }, () => kit.twoken.Tan.generate().display());
  return { tans, hashes: tans.map((tan) => kit.hash(tan)) };
}

const delivered = async (kit, body) => accepted(await kit.deliver({ class: 'patient', ...body })).json();

export default [
  {
    id: 'S-AUT-1',
    async holds(kit) {
      const wrong = randomBytes(24).toString('base64url');
      const headers = [{}, { authorization: `Bearer ${wrong}` }, { authorization: 'Bearer ' }, { authorization: wrong }, { authorization: `Basic ${wrong}` }];
      const { apiKey } = kit.operator;
      if (apiKey) {
        for (const spelled of [apiKey, `Basic ${apiKey}`, `Bearer ${apiKey}x`, `Bearer ${apiKey.slice(0, -1)}`]) headers.push({ authorization: spelled });
      }
      const bodies = [['{"class":"patient","hashes":[]}', 'application/json'], ['nonsense', 'application/json'], ['{}', 'text/plain']];
      for (const each of headers) {
        for (const [body, type] of bodies) refused(await kit.ask(TANS, { method: 'POST', headers: each, body, type }), 'unauthorized');
        refused(await kit.ask(TANS, { method: 'POST', headers: each }), 'unauthorized');
      }
      if (!apiKey) return;
      for (const word of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
        const answer = await kit.deliver({ class: 'patient', hashes: [] }, { headers: { authorization: `${word} ${apiKey}` } });
        same([answer.status, answer.text], [200, '{"new":0,"known":0}'], `${answer.asked} with ${word}`);
      }
    },
  },
  {
    id: 'S-AUT-2',
    async holds(kit) {
      const { tans, hashes } = made(kit, 3);
      same(await delivered(kit, { hashes: hashes.slice(0, 2) }), { new: 2, known: 0 }, 'two delivered for the first time');
      same(await delivered(kit, { hashes: hashes.slice(0, 2) }), { new: 0, known: 2 }, 'the same again');
      same(await delivered(kit, { hashes }), { new: 1, known: 2 }, 'the same and another');
      // It stays of its class.
      same(await delivered(kit, { class: 'staff', hashes: [hashes[0]] }), { new: 0, known: 1 }, 'one of them for staff');
      refused(await kit.redeem(kit.pending(tans[0], { class: 'staff' }).request()), 'class-refused');
      accepted(await kit.redeem(kit.pending(tans[0]).request()));
      // And redeemed, once it is.
      same(await delivered(kit, { hashes: [hashes[0]] }), { new: 0, known: 1 }, 'one that was redeemed');
      refused(await kit.redeem(kit.pending(tans[0]).request()), 'tan-used');
      accepted(await kit.redeem(kit.pending(tans[1]).request()));
    },
  },
  {
    id: 'S-AUT-3',
    async holds(kit) {
      const { tans, hashes } = made(kit);
      const [hash] = hashes;
      // The rest are hashes of no TAN that anybody has.
      const more = (count) => Array.from({ length: count }, () => randomBytes(32).toString('hex'));
      const wrong = [
        { hashes: [hash, ...more(10_000)] },
        { hashes: [hash, hash.slice(1)] },
        { hashes: [hash, `${hash}0`] },
        { hashes: [hash, `G${hash.slice(1)}`] },
        // Upper case, of something that has letters.
        { hashes: [hash, `AB${more(1)[0].slice(2)}`] },
        { hashes, expires_in_hours: 0 },
        { hashes, expires_in_hours: 337 },
      ];
      for (const body of wrong) refused(await kit.deliver({ class: 'patient', ...body }), 'body-malformed');
      refused(await kit.redeem(kit.pending(tans[0]).request()), 'tan-unknown');
      same(await delivered(kit, { hashes: [hash, ...more(9_999)], expires_in_hours: 1 }), { new: 10_000, known: 0 }, '10,000 hashes');
      accepted(await kit.redeem(kit.pending(tans[0]).request()));
      const last = made(kit);
      same(await delivered(kit, { hashes: last.hashes, expires_in_hours: 336 }), { new: 1, known: 0 }, 'one for 336 hours');
      accepted(await kit.redeem(kit.pending(last.tans[0]).request()));
    },
  },
  {
    id: 'S-AUT-4',
    last: true,
    async holds(kit) {
      // A clock that goes ahead by days: a day from now, 23 hours are over, and so is their full hour. 24 hours are over by then, too, but
      // not their full hour; unless that comes while this is tried, and then 25 are.
      const toTheHour = HOUR - (kit.now() % HOUR);
      const [over] = await kit.tans(1, { hours: 23 });
      const [left] = await kit.tans(1, { hours: toTheHour > 120 ? 24 : 25 });
      const [long] = await kit.tans(1, { hours: 336 });
      await kit.ahead(1);
      refused(await kit.redeem(kit.pending(over).request()), 'tan-expired');
      accepted(await kit.redeem(kit.pending(left).request()));
      refused(await kit.redeem(unknown(kit)), 'tan-unknown');
      await kit.ahead(12);
      accepted(await kit.redeem(kit.pending(long).request()));
    },
  },
];
