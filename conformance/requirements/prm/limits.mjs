// Who has to wait.

import { missing } from '../../src/operator.mjs';
import { accepted, refused, same, that } from '../../src/verdict.mjs';
import { untilWaiting, unknown } from './waiting.mjs';

export default [
  {
    id: 'S-PRM-12',
    last: 'waits',
    async holds(kit) {
      const from = kit.elsewhere();
      const redeem = (request) => kit.redeem(request, from ? { from } : {});
      // Nothing of this counts.
      for (let round = 0; round < 15; round += 1) refused(kit.first(await redeem({ ...unknown(kit), tan: '0' })), 'tan-malformed');
      if (missing(kit.operator, ['A']).length === 0) {
        const pending = kit.pending(await kit.tan());
        for (let round = 0; round < 12; round += 1) {
          accepted(await redeem(pending.request()));
          refused(await redeem({ ...pending.request(), week: kit.week() - 1 }), 'tan-used');
        }
      }
      // An address may have asked before, where the kit has but one: it waits no later than it should, then.
      for (let guess = 1; guess <= 10; guess += 1) {
        const answer = await redeem(unknown(kit));
        if (answer.status === 429 && !from) break;
        answer.asked += `, unknown TAN ${guess} of 10`;
        refused(answer, 'tan-unknown');
      }
      const answer = await redeem(unknown(kit));
      answer.asked += ' after ten unknown TANs';
      refused(answer, 'too-many-requests');
    },
  },
  {
    id: 'S-PRM-13',
    last: 'waits',
    async holds(kit) {
      const [valid, used] = await kit.tans(2);
      const pending = kit.pending(used);
      accepted(await kit.redeem(pending.request()));
      const from = kit.elsewhere();
      const redeem = (request) => kit.redeem(request, from ? { from } : {});
      await untilWaiting(kit, { from });
      const right = kit.pending(valid);
      const { week } = right.request();
      const requests = [
        right.request(), pending.request(), { ...pending.request(), week: week - 1 }, unknown(kit), { ...right.request(), tan: '0' },
        { ...right.request(), week: week + 2 }, { ...right.request(), blinded: 'A'.repeat(43) }, { ...right.request(), class: 'staff' },
      ];
      const said = new Set();
      for (const request of requests) said.add(refused(await redeem(request), 'too-many-requests').text);
      that(said.size === 1, `whoever has to wait is told different things: ${[...said].join(' ')}`);
      if (!from) return;
      // Nothing came of it: from elsewhere it is as valid as before.
      const answer = await kit.redeem(kit.pending(valid).request());
      same(answer.status, 200, `${answer.asked} with that TAN, from an address that need not wait`);
    },
  },
];
