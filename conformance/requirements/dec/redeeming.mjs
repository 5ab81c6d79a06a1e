// Requests with the mark.

import { TAN, changed, decoy } from './marks.mjs';
import { unknown } from '../prm/waiting.mjs';
import { missing } from '../../src/operator.mjs';
import { accepted, refused, same, that } from '../../src/verdict.mjs';

/** What an app sends as a decoy, with what would open the answer. */
export function request(kit, options) {
  const pending = kit.pending(kit.twoken.Tan.generate().display(), options);
  return { pending, asked: { ...pending.request(), tan: TAN } };
}

/** Names and values of headers, but the time. */
const headersOf = (answer) => Object.entries(answer.headers).filter(([name]) => name !== 'date').sort();

export default [
  {
    id: 'S-DEC-1',
    async holds(kit) {
      const { pin } = await kit.config();
      const { pending, asked } = request(kit);
      const answer = accepted(await kit.redeem(asked));
      const { evaluated, proof, ...others } = answer.json();
      same([evaluated?.length, proof?.length, others], [43, 86, {}], `${answer.asked}: a decoy's answer`);
      if (missing(kit.operator, ['A']).length === 0) {
        const right = accepted(await kit.redeem(kit.pending(await kit.tan()).request()));
        same(answer.body.length, right.body.length, `${answer.asked}: bytes of a decoy's answer, and of one with a TAN`);
        same(headersOf(answer), headersOf(right), `${answer.asked}: headers of a decoy's answer, and of one with a TAN`);
      }
      // An element that is none would not open either: that would be no answer as a TAN gets it.
      let told;
      try {
        pending.finalize(answer.json(), pin.permit_key);
      } catch (error) {
        told = error.code;
      }
      same(told, 'oprf.verify', `${answer.asked}: what is said of a decoy's answer by whoever opens it under permit_key`);
      // The app's own decoy, and the same one again.
      const apps = kit.twoken.decoyRequest(kit.week());
      for (let round = 0; round < 2; round += 1) accepted(await kit.redeem(apps));
    },
  },
  {
    id: 'S-DEC-2',
    async holds(kit) {
      const { asked } = request(kit);
      for (let round = 0; round < 6; round += 1) {
        for (const week of [kit.week() + 2, kit.week() - 2]) refused(await kit.redeem({ ...asked, week }), 'week-refused');
        for (const blinded of ['A'.repeat(43), 'AAAA', `${asked.blinded}=`]) refused(await kit.redeem({ ...asked, blinded }), 'permit-malformed');
        refused(await kit.redeem({ ...asked, week: kit.week() + 2, blinded: 'A'.repeat(43) }), 'week-refused');
        accepted(await kit.redeem(asked));
      }
      refused(await kit.redeem(unknown(kit)), 'tan-unknown');
    },
  },
  {
    id: 'S-DEC-7',
    async holds(kit) {
      const { asked } = request(kit);
      for (const tan of ['u'.repeat(14), 'UUUUU-UUUUU-UUUU', `${TAN} `, ` ${TAN}`, TAN.slice(1), `${TAN}U`, `${TAN.slice(1)}V`, `V${TAN.slice(1)}`]) {
        refused(await kit.redeem({ ...asked, tan }), 'tan-malformed');
      }
      const { header, body } = await decoy(kit);
      const region = (text) => changed(kit, body, (map) => map.set(1, Buffer.from(text)));
      // The region last in the map; not in the deterministic encoding; in a map of more members than one byte says; another version.
      const at = body.indexOf(Buffer.from('U'.repeat(16)));
      const last = Buffer.concat([body.subarray(0, at - 2), body.subarray(at + 16), body.subarray(at - 2, at + 16)]);
      const long = Buffer.concat([body.subarray(0, at - 1), Buffer.from([0x58, 0x10]), body.subarray(at)]);
      const wide = Buffer.concat([Buffer.from([0xb8, body[0] & 0x1f]), body.subarray(1)]);
      const version = Buffer.concat([body.subarray(0, 2), Buffer.from([2]), body.subarray(3)]);
      const reports = { small: region('u'.repeat(16)), fifteen: region(`${'U'.repeat(15)}\0`), other: region(`${'U'.repeat(15)}V`), last, long, wide, version };
      for (const [what, near] of Object.entries(reports)) {
        const answer = await kit.upload({ header, body: near });
        answer.asked += ` nearly with the mark (${what})`;
        refused(answer, 'permit-refused');
      }
    },
  },
];
