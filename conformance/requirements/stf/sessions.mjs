// Other sites, cookies, and what a session may do in each of its states (docs/protocol.md, 20.5).

import { Console, codeOf, cookieOf, signedIn } from '../../src/console.mjs';
import { refuses } from '../../src/shelf.mjs';
import { accepted, that as must } from '../../src/verdict.mjs';
import { ADMINISTRATORS, SESSION, SIGNED_IN, STRANGERS, SUPERVISORS, WITH_SESSION } from './routes.mjs';

const isHttps = (kit) => kit.origin.startsWith('https:');
const wrongCode = (right) => String((Number(right) + 1) % 1_000_000).padStart(6, '0');

/** Somebody who has given the password, and not the code. */
async function halfway(kit, account) {
  const console = new Console(kit, account);
  await console.password();
  return console;
}

/** Every one of these routes refuses this. */
async function refusing(console, routes, code, what, headers) {
  for (const [method, route, body] of routes) {
    refuses(await console.ask(method, route, body, headers), code, `${method} ${route} ${what}`);
  }
}

export default [
  {
    id: 'S-STF-1',
    async holds(kit) {
      const console = new Console(kit);
      const own = kit.origin;
      const all = [...WITH_SESSION, ...STRANGERS];
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://elsewhere.example' }, { origin: 'null' }]) {
        const what = `with ${Object.entries(headers)[0].join(': ')}`;
        await refusing(console, all, 'origin-refused', what, headers);
      }
      const changing = all.filter(([method]) => method !== 'GET');
      await refusing(console, changing, 'origin-refused', 'with sec-fetch-site: none', { 'sec-fetch-site': 'none' });
      // One that fits does not make up for one that does not.
      await refusing(console, changing, 'origin-refused', 'with both', { 'sec-fetch-site': 'same-origin', origin: 'https://elsewhere.example' });
      await refusing(console, changing, 'origin-refused', 'with both', { 'sec-fetch-site': 'cross-site', origin: own, 'x-twoken-csrf': 'A'.repeat(43) });
    },
  },
  {
    id: 'S-STF-2',
    async holds(kit) {
      const account = await kit.operator.account('clinician');
      const console = new Console(kit, account);
      const answer = await console.ask('POST', 'session', { name: account.name, password: account.password });
      accepted(answer);
      console.heard(answer);
      const checked = (answered, what) => {
        must(answered.cookies.length === 1, `${what} sets ${answered.cookies.length} cookies`);
        const { name, attributes } = cookieOf(answered.cookies[0]);
        must(/^(__Secure-)?twoken-staff$/.test(name), `${what} sets a cookie of another name`);
        for (const one of ['httponly', 'samesite=strict', 'path=/v1/staff']) must(attributes.includes(one), `the cookie of ${what} lacks ${one}`);
        must(!attributes.some((one) => one.startsWith('domain=')), `the cookie of ${what} has a domain`);
        if (isHttps(kit)) must(attributes.includes('secure'), `the cookie of ${what} lacks secure`);
      };
      checked(answer, 'the password');
      const second = await console.ask('POST', 'session/code', { code: await console.code() });
      must(second.status === 200, `a right code answers ${second.status}`);
      checked(second, 'the code');
      console.heard(second);
      const [name] = console.cookie.split('=');
      for (const cookie of [`${console.cookie}; ${name}=${'A'.repeat(43)}`, `${name}=${'A'.repeat(43)}; ${console.cookie}`, `${console.cookie}; ${console.cookie}`]) {
        refuses(await console.ask('GET', 'session', undefined, { cookie }), 'session-ended', 'a request with two session cookies');
      }
      must((await console.ask('GET', 'session', undefined, { cookie: `a=b; ${console.cookie}; c=d` })).status === 200, 'a session cookie among others is not taken');
      // The session went on all the while: two cookies took nothing away.
      checked(await console.ask('DELETE', 'session'), 'signing out');
    },
  },
  {
    id: 'S-STF-3',
    async holds(kit) {
      const admin = await signedIn(kit, 'administrator');
      const other = await signedIn(kit, 'clinician');
      const tan = kit.twoken.Tan.generate().display();
      const { accounts } = await admin.send('GET', 'accounts');
      const { id } = accounts.find(({ name }) => name === other.account.name);
      const before = (await admin.send('GET', 'accounts')).invitations.length;
      for (const csrf of [undefined, other.csrf, '', `${admin.csrf}A`]) {
        const headers = { 'x-twoken-csrf': csrf };
        const routes = [
          ...SIGNED_IN, ...ADMINISTRATORS.filter(([method]) => method !== 'GET'), ...SESSION.filter(([method]) => method !== 'GET'),
          ['POST', 'tans', { tans: [tan] }], ['PATCH', `accounts/${id}`, { disabled: true }],
        ];
        await refusing(admin, routes, 'origin-refused', csrf === undefined ? 'without csrf' : 'with another csrf', headers);
      }
      const after = await admin.send('GET', 'accounts');
      must(!after.accounts.find((account) => account.id === id).disabled, 'an account was disabled without csrf');
      must(after.invitations.length === before, 'an invitation was made without csrf');
      must((await admin.send('GET', 'session')).state === 'open', 'a session was locked without csrf');
      must((await admin.send('POST', 'tans/state', { tan })).state === 'unknown', 'a TAN was made valid without csrf');
    },
  },
  {
    id: 'S-STF-4',
    async holds(kit) {
      const console = new Console(kit, await kit.operator.account('administrator'));
      must((await console.password()).state === 'code', 'a right password leads to another state than `code`');
      const { cookie, csrf } = console;
      const routes = [...SIGNED_IN, ...SUPERVISORS, ...ADMINISTRATORS, SESSION.find(([, route]) => route === 'session/password')];
      await refusing(console, routes, 'sign-in-unfinished', 'before the code');
      must((await console.send('GET', 'session')).state === 'code', 'a session leaves state `code` without a code');
      const session = await console.send('POST', 'session/code', { code: await console.code() });
      must(['open', 'password'].includes(session.state), `a right code leads to state ${session.state}`);
      must(console.cookie !== cookie && console.csrf !== csrf, 'cookie and csrf are the same after the code as before it');
      refuses(await console.ask('GET', 'session', undefined, { cookie }), 'session-ended', 'the cookie of before the code');
      if (session.state === 'password') await refusing(console, [...SIGNED_IN, ...SUPERVISORS, ...ADMINISTRATORS], 'sign-in-unfinished', 'before another password is chosen');
    },
  },
  {
    id: 'S-STF-5',
    async holds(kit) {
      const account = await kit.operator.account('clinician');
      const first = await halfway(kit, account);
      const code = await first.code();
      await first.send('POST', 'session/code', { code });
      const second = await halfway(kit, account);
      refuses(await second.ask('POST', 'session/code', { code }), 'code-refused', 'a code that was used');
      await second.send('POST', 'session/code', { code: await second.code() });
      const third = await halfway(kit, account);
      const step = Math.floor(kit.now() / 30);
      const right = [-2, -1, 0, 1, 2, 3].map((more) => codeOf(account.secret, step + more));
      let wrong = wrongCode(right[0]);
      while (right.includes(wrong)) wrong = wrongCode(wrong);
      for (let time = 1; time < 5; time += 1) {
        refuses(await third.ask('POST', 'session/code', { code: wrong }), 'code-refused', `wrong code ${time}`);
        must((await third.ask('GET', 'session')).status === 200, `a session ends with wrong code ${time}`);
      }
      const fifth = await third.ask('POST', 'session/code', { code: wrong });
      must([401, 403].includes(fifth.status), `the fifth wrong code answers ${fifth.status}`);
      refuses(await third.ask('GET', 'session'), 'session-ended', 'a session after five wrong codes');
    },
  },
  {
    id: 'S-STF-8',
    async holds(kit) {
      const clinician = await signedIn(kit, 'clinician');
      await refusing(clinician, [...SUPERVISORS, ...ADMINISTRATORS], 'role-refused', 'as a clinician');
      const supervisor = await signedIn(kit, 'supervisor');
      await refusing(supervisor, ADMINISTRATORS, 'role-refused', 'as a supervisor');
      for (const [method, route] of SUPERVISORS) await supervisor.send(method, route);
      must((await supervisor.send('POST', 'session/lock')).state === 'locked', 'a session that is locked is in another state');
      await refusing(supervisor, [...SIGNED_IN, ...SUPERVISORS, ...ADMINISTRATORS], 'session-locked', 'of a locked session');
      refuses(await supervisor.ask('POST', 'session/unlock', { password: 'nothing of the kind' }), 'password-refused', 'unlocking with another password');
      must((await supervisor.send('POST', 'session/unlock', { password: supervisor.account.password })).state === 'open', 'the right password does not unlock');
      await supervisor.send('GET', 'audit');
      await supervisor.send('POST', 'session/lock');
      await supervisor.send('DELETE', 'session');
    },
  },
  {
    id: 'S-STF-9',
    async holds(kit) {
      const ended = (console, what) => refusing(console, WITH_SESSION, 'session-ended', what);
      await ended(new Console(kit), 'without a session');
      const stranger = new Console(kit);
      Object.assign(stranger, { cookie: `twoken-staff=${'A'.repeat(43)}`, csrf: 'A'.repeat(43) });
      await ended(stranger, 'with a cookie of nobody');
      const gone = await signedIn(kit, 'supervisor');
      const { cookie, csrf } = gone;
      await gone.send('DELETE', 'session');
      Object.assign(gone, { cookie, csrf });
      await ended(gone, 'of a session that was signed out');
      const admin = await signedIn(kit, 'administrator');
      const { accounts } = await admin.send('GET', 'accounts');
      const idOf = async ({ account }) => ((await admin.send('GET', 'accounts')).accounts ?? accounts).find(({ name }) => name === account.name).id;
      const promoted = await signedIn(kit, 'clinician');
      await admin.send('PATCH', `accounts/${await idOf(promoted)}`, { role: 'supervisor' });
      await ended(promoted, 'of an account with another role');
      await promoted.signIn();
      await admin.send('PATCH', `accounts/${await idOf(promoted)}`, { disabled: true });
      await ended(promoted, 'of an account that was disabled');
      // One's own session goes on with another password, and those beside it end.
      const here = await signedIn(kit, 'clinician');
      const there = new Console(kit, here.account);
      await there.signIn();
      const { password: current } = here.account;
      await here.send('POST', 'session/password', { current, new: `${current} and other` });
      here.account.password = `${current} and other`;
      await ended(there, 'of an account with another password');
      must((await here.ask('GET', 'session')).status === 200, 'the session in which another password was chosen has ended');
    },
  },
];
