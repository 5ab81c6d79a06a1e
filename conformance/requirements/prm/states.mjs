// What becomes of a TAN.

import { held } from '../../src/context.mjs';
import { signedIn } from '../../src/console.mjs';
import { Failed, accepted, refused, same, that, until } from '../../src/verdict.mjs';

/** What is over is deleted, which may take a moment. */
const FORGOTTEN = { seconds: 5, every: 500 };

/** Whether an answer holds for what was asked, as an app sees it. */
export async function opens(kit, pending, answer) {
  const { pin } = await kit.config();
  accepted(answer);
  held(`${answer.asked}: what was evaluated`, () => pending.finalize(answer.json(), pin.permit_key));
  return answer.json().evaluated;
}

/** The same request, for which another answer is opened: an output is of one answer. */
const again = (kit, pending) => kit.twoken.PendingPermit.fromBytes(pending.toBytes());

export default [
  {
    id: 'S-PRM-1',
    async holds(kit) {
      const others = kit.operator.apiKey || !kit.operator.tans;
      for (const of of others ? ['patient', 'staff'] : ['patient']) {
        for (const week of [0, -1, 1].map((more) => kit.week() + more)) {
          const pending = kit.pending(await kit.tan({ class: of }), { class: of, week });
          await opens(kit, pending, await kit.redeem(pending.request()));
        }
      }
      // A TAN as people type it (12.2).
      const tan = await kit.tan();
      const pending = kit.pending(tan);
      const typed = ` ${tan.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('-', ' – ')}`;
      await opens(kit, pending, await kit.redeem({ ...pending.request(), tan: typed }));
    },
  },
  {
    id: 'S-PRM-2',
    async holds(kit) {
      const pending = kit.pending(await kit.tan());
      const first = await opens(kit, again(kit, pending), await kit.redeem(pending.request()));
      for (let round = 0; round < 3; round += 1) {
        const from = kit.elsewhere();
        const answer = await kit.redeem(pending.request(), from ? { from } : {});
        same(await opens(kit, again(kit, pending), answer), first, `${answer.asked}: the same request`);
      }
    },
  },
  {
    id: 'S-PRM-3',
    async holds(kit) {
      const tan = await kit.tan();
      const pending = kit.pending(tan);
      accepted(await kit.redeem(pending.request()));
      const request = pending.request();
      const { blinded } = kit.pending(tan).request();
      for (const other of [{ blinded }, { week: request.week + 1 }, { week: request.week - 1 }, { class: 'staff' }]) {
        refused(await kit.redeem({ ...request, ...other }), 'tan-used');
      }
      accepted(await kit.redeem(request));
      for (const each of await kit.tans(4)) {
        const two = [kit.pending(each), kit.pending(each)];
        const answers = await Promise.all(two.map((one) => kit.redeem(one.request())));
        const granted = answers.filter(({ status }) => status === 200);
        same(granted.length, 1, 'elements given for two requests at once with one TAN');
        for (const answer of answers) if (answer.status !== 200) refused(answer, 'tan-used');
        for (const [at, one] of two.entries()) if (answers[at].status === 200) await opens(kit, one, answers[at]);
      }
    },
  },
  {
    id: 'S-PRM-6',
    last: true,
    async holds(kit) {
      const [redeemed, left] = await kit.tans(2, { hours: 1 });
      const pending = kit.pending(redeemed);
      const first = await opens(kit, again(kit, pending), await kit.redeem(pending.request()));
      await kit.ahead(1);
      refused(await kit.redeem(kit.pending(left).request()), 'tan-expired');
      same(await opens(kit, again(kit, pending), await kit.redeem(pending.request())), first, 'the element of a TAN that was redeemed in time');
      refused(await kit.redeem(kit.pending(redeemed).request()), 'tan-used');
      // 48 hours after its end it is forgotten, whatever is sealed when.
      await kit.ahead(3);
      const other = () => kit.redeem(kit.pending(left, { week: kit.week() }).request());
      await until(async () => (await other()).problem().type === 'tan-unknown', { ...FORGOTTEN, what: 'a TAN is forgotten' });
    },
  },
  {
    id: 'S-PRM-7',
    async holds(kit) {
      const [revoked, redeemed] = await kit.tans(2);
      const staff = await signedIn(kit, 'clinician');
      const pending = kit.pending(redeemed);
      const first = await opens(kit, again(kit, pending), await kit.redeem(pending.request()));
      same((await staff.send('POST', 'tans/revocation', { tan: revoked })).state, 'revoked', 'a TAN that was revoked');
      same((await staff.send('POST', 'tans/revocation', { tan: redeemed })).state, 'redeemed', 'one that was redeemed before');
      refused(await kit.redeem(kit.pending(revoked).request()), 'tan-revoked');
      same(await opens(kit, again(kit, pending), await kit.redeem(pending.request())), first, 'the element of a TAN that cannot be revoked');
      // Where the kit has no more than a list of TANs, none of them is of staff.
      refused(await kit.redeem(kit.pending(await kit.tan(), { class: 'staff' }).request()), 'class-refused');
      if (kit.operator.apiKey) refused(await kit.redeem(kit.pending(await kit.tan({ class: 'staff' })).request()), 'class-refused');
    },
  },
  {
    id: 'S-PRM-11',
    async holds(kit) {
      const tan = await kit.tan();
      const right = kit.pending(tan).request();
      const refusals = [
        [{ ...right, week: right.week + 2 }, 'week-refused'],
        [{ ...right, week: 0 }, 'week-refused'],
        [{ ...right, blinded: 'A'.repeat(43) }, 'permit-malformed'],
        [{ ...right, class: 'staff' }, 'class-refused'],
        [{ ...right, class: 'nobody' }, 'body-malformed'],
        [{ ...right, other: 1 }, 'body-malformed'],
      ];
      for (const [request, code] of refusals) {
        refused(await kit.redeem(request), code);
        refused(await kit.redeem({ ...request, blinded: kit.pending(tan).request().blinded, ...(code === 'permit-malformed' ? { class: 'staff' } : {}) }), code, 'class-refused');
      }
      const pending = kit.pending(tan);
      const answer = await kit.redeem(pending.request());
      if (answer.status !== 200) throw new Failed(`a TAN after requests with it that were refused: ${answer.said()}`);
      await opens(kit, pending, answer);
      that(answer.json().proof.length === 86, `${answer.asked}: a proof of ${answer.json().proof.length} characters`);
    },
  },
];
