// Guessing, permits, TANs and the audit (docs/protocol.md, 20.5).

import { Console, signedIn } from '../../src/console.mjs';
import { refuses } from '../../src/shelf.mjs';
import { that as must } from '../../src/verdict.mjs';
import { SUPERVISORS } from './routes.mjs';

const WEEK = 604_800;
const WRONG = 'nothing of the kind';
/** Wrong ones that are not slowed down yet. */
const FREE = 10;
const MOST_OF_DAY = 2000;
const EVENTS = [
  'signed-in', 'sign-in-failed', 'locked-out', 'signed-out', 'locked', 'unlocked', 'password-changed', 'invited', 'invitation-withdrawn', 'joined', 'added',
  'role-changed', 'disabled', 'enabled', 'lock-lifted', 'password-reset', 'codes-reset', 'tans-issued', 'tan-looked-up', 'tan-revoked', 'permit-given',
  'key-added', 'key-revoked',
];
const COUNTED = ['sign-in-failed', 'tans-issued', 'tan-looked-up'];
const MEMBERS = ['number', 'at', 'by', 'what', 'about', 'role', 'count'];

const nobody = () => `nobody ${Math.random().toString(36).slice(2)}`;
const tans = (kit, count) => Array.from({ length: count }, () => kit.twoken.Tan.generate().display());
const plain = (tan) => tan.replaceAll('-', '');

async function attempt(kit, name, password, from) {
  const console = new Console(kit, { name, password }, from);
  const begun = performance.now();
  const answer = await console.ask('POST', 'session', { name, password });
  return { answer, took: performance.now() - begun };
}

/** What an answer tells, but for its time. */
const told = ({ status, body, headers }) => JSON.stringify([status, body.toString(), Object.entries(headers).filter(([name]) => name !== 'date').sort()]);

export default [
  {
    id: 'S-STF-6',
    async holds(kit) {
      const from = kit.elsewhere();
      const account = await kit.operator.account('clinician');
      const disabled = await kit.operator.account('clinician');
      const admin = await signedIn(kit, 'administrator');
      const { id } = (await admin.send('GET', 'accounts')).accounts.find(({ name }) => name === disabled.name);
      await admin.send('PATCH', `accounts/${id}`, { disabled: true });
      const kinds = { unknown: [nobody(), WRONG], wrong: [account.name, WRONG], disabled: [disabled.name, disabled.password] };
      const seen = { unknown: [], wrong: [], disabled: [] };
      for (let turn = 0; turn < 3; turn += 1) {
        for (const [kind, [name, password]] of Object.entries(kinds)) {
          const { answer, took } = await attempt(kit, name, password, from);
          refuses(answer, 'sign-in-refused', `a sign-in (${kind})`);
          seen[kind].push({ words: told(answer), took });
        }
      }
      must(new Set(Object.values(seen).flat().map(({ words }) => words)).size === 1, 'an unknown name, a wrong password and a disabled account get different answers');
      // The fastest of each: what one of them is spared shows in all of its tries, and what a machine is busy with does not.
      const fastest = Object.values(seen).map((tries) => Math.min(...tries.map(({ took }) => took)));
      must(Math.min(...fastest) * 2 + 10 > Math.max(...fastest), `an unknown name, a wrong password and a disabled account take ${fastest.map(Math.round).join(', ')} ms`);
    },
  },
  {
    id: 'S-STF-7',
    last: 'waits',
    async holds(kit) {
      const one = kit.elsewhere();
      for (let time = 0; time < FREE; time += 1) {
        const { answer } = await attempt(kit, nobody(), WRONG, one);
        if (time === 0) kit.first(answer);
        // Others of the kit may have guessed before, where there is but one address.
        if (answer.status === 429 && !one) break;
        refuses(answer, 'sign-in-refused', `wrong password ${time + 1}`);
      }
      // The one that is one too many may be judged yet; whoever comes after it waits.
      await attempt(kit, nobody(), WRONG, one);
      refuses((await attempt(kit, nobody(), WRONG, one)).answer, 'too-many-requests', 'an address after ten wrong passwords');
      const others = Array.from({ length: 3 }, () => kit.elsewhere());
      // Of one name wherever it is tried from; seen where the kit has several addresses.
      if (new Set([one, ...others]).size < 4) return;
      const name = nobody();
      for (let time = 0; time < FREE + 1; time += 1) await attempt(kit, name, WRONG, others[time % 2]);
      refuses((await attempt(kit, name, WRONG, others[2])).answer, 'too-many-requests', 'a name after ten wrong passwords');
    },
  },
  {
    id: 'S-STF-10',
    async holds(kit) {
      const console = await signedIn(kit, 'clinician');
      const { permit_key: key } = (await kit.config()).config;
      const now = kit.now();
      const week = kit.twoken.weekOf(now);
      const pending = new kit.twoken.StaffPendingPermit(week);
      const request = pending.request();
      const first = await console.send('POST', 'permits', request);
      const again = await console.send('POST', 'permits', request);
      must(first.evaluated === again.evaluated, 'the same element gets another answer');
      // It verifies the proof under class 2 and this week, and refuses any other.
      pending.finalize(again, key);
      for (const other of [week - 1, week + 1, week + 2, 0]) {
        const near = Math.abs((now % WEEK) - (other > week ? WEEK : 0)) <= 301;
        if (near && Math.abs(other - week) === 1) continue;
        refuses(await console.ask('POST', 'permits', { ...request, week: other }), 'week-refused', `a staff permit of week ${other} in week ${week}`);
      }
      const identity = Buffer.alloc(32).toString('base64url');
      refuses(await console.ask('POST', 'permits', { blinded: identity, week }), 'permit-malformed', 'a staff permit for the identity');
    },
  },
  {
    id: 'S-STF-11',
    async holds(kit) {
      const console = await signedIn(kit, 'clinician');
      const issue = (list, hours) => console.send('POST', 'tans', { tans: list, hours }).then(({ tans: told_ }) => told_);
      const some = tans(kit, 2);
      const made = await issue(some, 24);
      must(made.length === 2 && made.every(({ state }) => state === 'new'), 'TANs that nobody has sent are not `new`');
      const again = await issue([...some].reverse(), 200);
      must(again.every(({ state }) => state === 'known'), 'TANs sent again are not `known`');
      must(again.every(({ valid_until: until }, at) => until === made[1 - at].valid_until), 'TANs sent again end at another time');
      for (let left = MOST_OF_DAY - 2 - 50; left > 0; left -= 100) await issue(tans(kit, Math.min(left, 100)), 24);
      const over = tans(kit, 51);
      const answer = await console.ask('POST', 'tans', { tans: over, hours: 24 });
      refuses(answer, 'too-many-requests', 'TANs beyond 2,000 on a day');
      for (const tan of [over[0], over[25], over[50]]) {
        must((await console.send('POST', 'tans/state', { tan })).state === 'unknown', 'a TAN of a request that was refused is valid');
      }
      const last = await issue(over.slice(0, 50), 24);
      must(last.every(({ state }) => state === 'new'), 'the 2,000th TAN of a day is refused');
    },
  },
  {
    id: 'S-STF-12',
    async holds(kit) {
      const console = await signedIn(kit, 'supervisor');
      const list = tans(kit, 3);
      await console.send('POST', 'tans', { tans: list, hours: 24 });
      await console.send('POST', 'tans', { tans: list, hours: 24 });
      await console.send('POST', 'tans/state', { tan: list[0] });
      await console.send('POST', 'tans/revocation', { tan: list[1] });
      const pending = new kit.twoken.StaffPendingPermit(kit.twoken.weekOf(kit.now()));
      const { blinded } = pending.request();
      await console.send('POST', 'permits', pending.request());
      const { events } = await console.send('GET', 'audit?limit=200');
      const mine = events.filter(({ by }) => by === console.account.name);
      for (const what of ['tans-issued', 'tan-looked-up', 'tan-revoked', 'permit-given']) must(mine.some((event) => event.what === what), `the audit has no ${what}`);
      for (const event of events) {
        const unknown = Object.keys(event).filter((member) => !MEMBERS.includes(member));
        must(unknown.length === 0, `an event of the audit has ${unknown.join(', ')}`);
        must(EVENTS.includes(event.what), `the audit tells ${event.what}`);
        must(event.count === undefined || COUNTED.includes(event.what), `the audit counts ${event.what}`);
      }
      const text = JSON.stringify(events).toUpperCase();
      for (const tan of list) for (const form of [tan, plain(tan)]) must(!text.includes(form.toUpperCase()), 'the audit has a TAN');
      must(!/[0-9A-F]{64}/.test(text), 'the audit has what looks as a hash');
      must(!text.includes(blinded.toUpperCase()), 'the audit has a blinded element');
      for (const [method, route] of SUPERVISORS) await console.send(method, route);
    },
  },
];
