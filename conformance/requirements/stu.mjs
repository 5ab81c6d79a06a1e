// Studies: what is asked, and what is told of contacts (19.4).

import { randomBytes } from 'node:crypto';

import { decode } from 'cborg';

import { held } from '../src/context.mjs';
import { ground, grounds, noProof, reproven, secondPage, withSettings } from '../src/grounds.mjs';
import { hex } from '../src/published.mjs';
import { PROVEN_TYPE } from '../src/routes.mjs';
import { refuses } from '../src/shelf.mjs';
import { accepted, refused, same, that } from '../src/verdict.mjs';
import { STORED, bytesOf, made } from './upl/bodies.mjs';

const HOURS_2 = 7200;
/** How many alike a table tells, at least. */
const CELL = 10;
const contact = (kit, others = {}) => ({ mode: 'open', day: kit.today(), duration: 'under-5', closeness: 'close', scheme: 'encounter', ...others });

/** What is told, and the key that takes it back. */
function told(kit, others) {
  const key = kit.twoken.WithdrawalKey.generate();
  return { body: kit.twoken.encodeReport(contact(kit, others), key), withdrawal: key.withdrawal() };
}

const post = (kit, study, body, options = {}) => kit.ask(`/v1/studies/${study}/reports`, { method: 'POST', body, type: PROVEN_TYPE, ...options });
const withdraw = (kit, study, body) => kit.ask(`/v1/studies/${study}/withdrawals`, { method: 'POST', body });
const stored = (answer, what = '') => same([answer.status, answer.text], [200, STORED], `${answer.asked}${what}`);
const elsewhere = (kit) => ({ from: kit.elsewhere() ?? kit.from });

/** Studies that a requirement opens are ended with it, where the operator can: a server has sixteen at most. */
const ending = (requirement) => ({
  ...requirement,
  async holds(kit) {
    try {
      await requirement.holds(kit);
    } finally {
      for (const id of open.get(kit)?.splice(0) ?? []) await kit.operator.endStudy?.(id);
    }
  },
});
const open = new WeakMap();

async function opened(kit, { days = 7, atMost = 1000 } = {}) {
  const id = await kit.operator.study({ ends: kit.day(days), atMost });
  open.set(kit, [...(open.get(kit) ?? []), id]);
  return id;
}

/** The studies of an answer, as they stand in it. */
const listed = ({ body }) => decode(Uint8Array.from(body.subarray(64)), { useMaps: true }).get(1).map(hex);

export default [
  {
    id: 'S-STU-1',
    on: ['open', 'private'],
    async holds(kit) {
      if (kit.operator.study) for (let round = 0; round < 2; round += 1) await opened(kit);
      const { pin } = await kit.config();
      const answer = accepted(await kit.get('/v1/studies'));
      // Form, signature, order and texts are what the package verifies; it refuses lists of more than two hours ago.
      const studies = held('the list of studies', () => kit.twoken.verifyStudies(answer.body, pin.signing_key, kit.now()));
      if (kit.operator.study) that(studies.length >= 2, `two studies were opened, and ${studies.length} are listed`);
      const signedAt = decode(Uint8Array.from(answer.body.subarray(64)), { useMaps: true }).get(2);
      that(signedAt > kit.now() - HOURS_2 && signedAt <= kit.now() + 1, `the list of studies was signed at ${signedAt}, and it is ${kit.now()}`);
      const other = accepted(await kit.ask('/v1/studies', elsewhere(kit)));
      same(listed(other), listed(answer), 'the studies that somebody else gets');
    },
  },
  {
    id: 'S-STU-2',
    on: ['open'],
    async holds(kit) {
      const study = await opened(kit);
      for (const oneWay of [false, true]) {
        const of = await ground(kit, { oneWay });
        const sent = await of.prove(told(kit, oneWay ? { scheme: 'tcn' } : {}).body, { study });
        for (let round = 0; round < 3; round += 1) stored(await post(kit, study, sent), round > 0 ? ' again' : '');
      }
    },
  },
  {
    id: 'S-STU-3',
    on: ['open'],
    async holds(kit) {
      const [study, another] = [await opened(kit), await opened(kit)];
      const of = await ground(kit);
      const sent = await of.prove(told(kit).body, { study });
      stored(await post(kit, study, sent));
      refused(await post(kit, study, await of.prove(told(kit).body, { study })), 'report-repeated');
      stored(await post(kit, study, sent), ' again, after another of its nullifier');
      stored(await post(kit, another, await of.prove(told(kit).body, { study: another })), ' to another study');
    },
  },
  {
    id: 'S-STU-4',
    on: ['open'],
    last: true,
    async holds(kit) {
      const [one, other] = await grounds(kit, 2);
      const [over, full] = [await opened(kit, { days: 0 }), await opened(kit, { atMost: 1 })];
      const sent = async (of, study) => of.prove(told(kit).body, { study });
      const nobody = hex(randomBytes(32));
      refuses(await post(kit, nobody, await sent(one, nobody)), 'study-unknown', 'a report to a study of nobody');
      for (const id of ['x', nobody.slice(1), nobody.toUpperCase()]) refuses(await post(kit, id, await sent(one, nobody)), 'study-unknown', `a report to ${id}, which is no id`);
      stored(await post(kit, full, await sent(one, full)));
      refuses(await post(kit, full, await sent(other, full)), 'study-full', 'a report to a study that takes one, and has it');
      stored(await post(kit, over, await sent(one, over)), ' on the last day');
      await kit.ahead(1);
      refuses(await post(kit, over, await sent(other, over)), 'study-ended', 'a report on the day after the last');
    },
  },
  {
    id: 'S-STU-5',
    on: ['open'],
    async holds(kit) {
      const [study, of] = [await opened(kit), await ground(kit)];
      const others = {
        'another scheme': { scheme: 'tcn' },
        'a day 16 days ago': { day: kit.day(-16) },
        'a day in two days': { day: kit.day(2) },
      };
      for (const [what, other] of Object.entries(others)) {
        refuses(await post(kit, study, await of.prove(told(kit, other).body, { study })), 'report-refused', `a report of ${what}`);
      }
      const key = kit.twoken.WithdrawalKey.generate();
      const theirs = kit.twoken.encodeReport({ mode: 'private', batchDay: kit.today(), category: 'low', scheme: 'encounter' }, key);
      refuses(await post(kit, study, await of.prove(theirs, { study })), 'report-refused', 'a report of private mode');
      for (const day of [kit.day(-15), kit.day(1)]) {
        const next = await ground(kit);
        stored(await post(kit, study, await next.prove(told(kit, { day }).body, { study })), ` of ${day}`);
      }
    },
  },
  {
    id: 'S-STU-6',
    on: ['open'],
    async holds(kit) {
      const nobody = hex(randomBytes(32));
      const right = new Map([[0, 1], [1, randomBytes(32)], [2, noProof('open')], [3, told(kit).body]]);
      const bytes = bytesOf(right);
      const wrong = {
        'nothing at all': Buffer.alloc(0),
        'trailing bytes': Buffer.concat([bytes, Buffer.of(0)]),
        'another version': bytesOf(new Map(right).set(0, 2)),
        'no page': bytesOf(new Map([...right].filter(([key]) => key !== 1))),
        'a proof that is cut off': bytesOf(new Map(right).set(2, noProof('open').subarray(1))),
      };
      for (const [what, sent] of Object.entries(wrong)) refuses(await post(kit, nobody, sent, elsewhere(kit)), 'report-malformed', `a proven body with ${what}`);
      // What stands in it is looked at once study and page are known.
      if (!(kit.operator.study && kit.operator.seal && kit.operator.apiKey)) return;
      const [study, of] = [await opened(kit), await ground(kit)];
      const report = decode(Uint8Array.from(told(kit).body), { useMaps: true });
      const bodies = {
        'another version': new Map(report).set(0, 2),
        'no contact': new Map([...report].filter(([key]) => key !== 2)),
        'a duration that is none': new Map(report).set(2, [report.get(2)[0], 6, ...report.get(2).slice(2)]),
        'an unknown key': new Map([...report, [9, 1]]),
      };
      for (const [what, body] of Object.entries(bodies)) {
        refuses(await post(kit, study, await of.prove(bytesOf(body), { study }), elsewhere(kit)), 'report-malformed', `a report with ${what}`);
      }
    },
  },
  {
    id: 'S-STU-7',
    on: ['open'],
    last: true,
    async holds(kit) {
      const [study, of] = [await opened(kit), await ground(kit)];
      const sent = await of.prove(told(kit).body, { study });
      refuses(await post(kit, study, reproven(sent, 1, () => randomBytes(32)), elsewhere(kit)), 'page-unknown', 'a report on a page of nobody');
      const { page } = await secondPage(kit, await ground(kit), bytesOf(await made(kit, { degree: 2 })));
      refuses(await post(kit, study, reproven(sent, 1, () => page), elsewhere(kit)), 'page-refused', 'a report on a page of degree 2');
      const wrong = {
        'another body': reproven(sent, 3, () => Buffer.from(told(kit).body)),
        'another study as its context': await of.prove(told(kit).body, { study: hex(randomBytes(32)) }),
        'no context': await of.prove(told(kit).body),
      };
      for (const [what, other] of Object.entries(wrong)) refuses(await post(kit, study, other, elsewhere(kit)), 'proof-refused', `a report with ${what}`);
      stored(await post(kit, study, sent));
      if (!kit.operator.change) return;
      await withSettings(kit, { proofs: { depth: 2, per_page: 1 } }, async () => {
        const [one, other] = await grounds(kit, 2);
        stored(await post(kit, study, await one.prove(told(kit).body, { study })));
        refuses(await post(kit, study, await other.prove(told(kit).body, { study })), 'page-spent', 'a second report on a page that takes one');
      });
    },
  },
  {
    id: 'S-STU-8',
    on: ['open'],
    async holds(kit) {
      const [study, of] = [await opened(kit), await ground(kit)];
      const { body, withdrawal } = told(kit);
      refuses(await withdraw(kit, study, withdrawal), 'withdrawal-unknown', 'a withdrawal of what was not told yet');
      const sent = await of.prove(body, { study });
      stored(await post(kit, study, sent));
      const answer = accepted(await withdraw(kit, study, withdrawal));
      same(answer.text, '{"withdrawn":true}', answer.asked);
      refuses(await withdraw(kit, study, withdrawal), 'withdrawal-unknown', 'a withdrawal again');
    },
  },
  {
    id: 'S-STU-9',
    on: ['open'],
    async holds(kit) {
      kit.offered('endStudy', 'a way to end a study (S)');
      kit.offered('exportStudy', 'a way to export a study (S)');
      const study = await opened(kit);
      let withdrawal;
      // A cell below ten is not told, and an export of nothing is none.
      for (const of of await grounds(kit, CELL)) {
        const report = told(kit);
        ({ withdrawal } = report);
        stored(await post(kit, study, await of.prove(report.body, { study })));
      }
      await kit.operator.endStudy(study);
      open.get(kit).length = 0;
      await kit.operator.exportStudy(study);
      refuses(await withdraw(kit, study, withdrawal), 'withdrawal-late', 'a withdrawal after the export');
    },
  },
].map(ending);
