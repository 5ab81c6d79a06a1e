// How many decoys an address may send, and how long one takes.

import { TAN, decoy } from './marks.mjs';
import { request } from './redeeming.mjs';
import { Failed, accepted, refused, same } from '../../src/verdict.mjs';

/** More than anybody's apps at home send in a night. */
const MOST = 2000;
const EACH = 30;
/** A machine that does something else meanwhile is given another chance. */
const ROUNDS = 4;

const sorted = (numbers) => [...numbers].sort((one, other) => one - other);
const at = (numbers, part) => {
  const all = sorted(numbers);
  const place = part * (all.length - 1);
  const below = Math.floor(place);
  return all[below] + (place - below) * ((all[below + 1] ?? all[below]) - all[below]);
};

export default [
  {
    id: 'S-DEC-8',
    last: 'waits',
    async holds(kit) {
      const from = kit.elsewhere();
      const way = from ? { from } : {};
      const { asked } = request(kit);
      const sent = await decoy(kit);
      kit.first(await kit.redeem(asked, way));
      let waits;
      for (let count = 0; count < MOST && !waits; count += 16) {
        const answers = await Promise.all(Array.from({ length: 16 }, () => kit.redeem(asked, way)));
        waits = answers.find(({ status }) => status === 429);
        if (!waits) answers.forEach(accepted);
      }
      if (!waits) throw new Failed(`POST /v1/permits: nobody has to wait after ${MOST} decoys from an address`);
      refused(waits, 'too-many-requests');
      // Enough that the turn which is earned meanwhile is gone, too.
      const all = async () => {
        await Promise.all(Array.from({ length: 4 }, () => kit.redeem(asked, way)));
        const mistyped = { ...asked, tan: `0${TAN.slice(1)}` };
        return [
          await kit.redeem(mistyped, way), await kit.redeem(asked, way), await kit.upload(sent, way),
          await kit.upload({ header: sent.header, body: Buffer.from([0xa0]) }, way),
        ];
      };
      // It may be earned between two of them: then once more.
      let answers = [];
      for (let round = 0; round < 3; round += 1) {
        answers = await all();
        if (answers.every(({ status }) => status === 429)) return;
      }
      for (const answer of answers) refused(answer, 'too-many-requests');
    },
  },
  {
    id: 'S-DEC-9',
    async holds(kit) {
      let told;
      for (let round = 0; round < ROUNDS; round += 1) {
        const times = { decoy: [], report: [] };
        const tans = await kit.tans(EACH);
        for (const tan of tans) {
          const [one] = kit.met();
          const report = (await kit.permit({ tan })).authorise(await kit.body(one));
          const nothing = await decoy(kit);
          const two = [['report', report], ['decoy', nothing]];
          for (const [what, sent] of times.report.length % 2 === 0 ? two : two.reverse()) {
            const answer = await kit.upload(sent);
            same([answer.status, answer.text], [200, '{"stored":true}'], `${answer.asked}, a ${what}`);
            times[what].push(answer.ms);
          }
        }
        const between = Math.abs(at(times.decoy, 0.5) - at(times.report, 0.5));
        const spread = Math.min(...Object.values(times).map((all) => at(all, 0.75) - at(all, 0.25)));
        if (between < spread) return;
        told = `medians of decoys and reports lie ${between.toFixed(2)} ms apart, and quartiles of one ${spread.toFixed(2)} ms`;
      }
      throw new Failed(`POST /v1/uploads: ${told}`);
    },
  },
];
