// Servers that let other sites' pages, half sessions, other roles and guesses in, and an audit that tells too much.

import { codeOf, instead, yes } from '../support/lying.mjs';

const at = (route, method) => (request) => request.path.startsWith(`/v1/staff/${route}`) && (!method || request.method === method);
const isSession = (request) => request.path === '/v1/staff/session';
const isCode = at('session/code');
const SESSION = { state: 'open', name: 'somebody', role: 'administrator', csrf: 'A'.repeat(43), now: 0, idle_ends: 0, absolute_ends: 0 };

/** A header that is not looked at. */
const blind = (...names) => ({ request: ({ headers }) => names.forEach((name) => delete headers[name]) });
/** Cookies as they are set, altered. */
const cookies = (change) => ({
  answer({ headers }) {
    if (headers['set-cookie']) headers['set-cookie'] = headers['set-cookie'].map(change);
  },
});
/** What is refused so is answered. */
const allows = (code, value = SESSION) => ({ answer: (answer) => void (codeOf(answer) === code && yes(answer, value)) });
/** An answer of 200 of this route has other JSON. */
const told = (route, change) => ({
  answer(answer, request, proxy) {
    if (at(route)(request) && answer.status === 200) altered(answer, change, request, proxy);
  },
});

function altered(answer, change, request, proxy) {
  const value = JSON.parse(answer.body);
  answer.body = Buffer.from(JSON.stringify(change(value, request, proxy) ?? value));
}

/** An answer in the place of the server's. */
const saying = (value) => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', date: new Date().toUTCString() },
  body: Buffer.from(JSON.stringify(value)),
});

/** A server that does not ask for `csrf`: the proxy puts the right one in. */
const careless = {
  request({ headers }, { memory }) {
    if (headers.cookie && memory.csrf?.has(headers.cookie)) headers['x-twoken-csrf'] = memory.csrf.get(headers.cookie);
  },
  answer(answer, _, { memory }) {
    const [line] = answer.headers['set-cookie'] ?? [];
    if (!line || answer.status !== 200) return;
    memory.csrf ??= new Map();
    memory.csrf.set(line.split(';')[0], JSON.parse(answer.body).csrf);
  },
};

/** A server that takes the cookie of before the code: the proxy puts the one of after it in. */
const lasting = {
  request({ headers }, { memory }) {
    if (headers.cookie && memory.next?.has(headers.cookie)) headers.cookie = memory.next.get(headers.cookie);
  },
  answer(answer, request, { memory }) {
    const [line] = answer.headers['set-cookie'] ?? [];
    if (!line || !isCode(request)) return;
    memory.next ??= new Map();
    memory.next.set(request.headers.cookie, line.split(';')[0]);
  },
};

/** What is answered to a name that nobody has. */
const toNobody = (change) => (answer, request) => void (isSession(request) && answer.status === 401 && /nobody/.test(request.body) && change(answer));

/** With a cookie, and not one of nobody. */
const isSomebodys = ({ headers: { cookie } }) => cookie && !/=A{43}$/.test(cookie);
const named = (request) => JSON.parse(request.body).name;

export default [
  { id: 'S-STF-1', name: 'sec-fetch-site', ...blind('sec-fetch-site') },
  { id: 'S-STF-1', name: 'origin', ...blind('origin') },
  { id: 'S-STF-1', name: 'null', request: ({ headers }) => void (headers.origin === 'null' && delete headers.origin) },
  { id: 'S-STF-1', name: 'none at a POST', request: ({ headers }) => void (headers['sec-fetch-site'] === 'none' && delete headers['sec-fetch-site']) },
  { id: 'S-STF-2', name: 'for scripts', ...cookies((line) => line.replace('; HttpOnly', '')) },
  { id: 'S-STF-2', name: 'lax', ...cookies((line) => line.replace('Strict', 'Lax')) },
  { id: 'S-STF-2', name: 'for all paths', ...cookies((line) => line.replace('Path=/v1/staff', 'Path=/')) },
  { id: 'S-STF-2', name: 'for the domain', ...cookies((line) => `${line}; Domain=example.com`) },
  { id: 'S-STF-2', name: 'the first of two', request: ({ headers }) => void (headers.cookie && (headers.cookie = headers.cookie.match(/twoken-staff=[^;]*/)?.[0] ?? '')) },
  { id: 'S-STF-2', name: 'the last of two', request: ({ headers }) => void (headers.cookie && (headers.cookie = headers.cookie.match(/.*(twoken-staff=[^;]*)/)?.[1] ?? '')) },
  { id: 'S-STF-3', ...careless },
  { id: 'S-STF-4', name: 'open by a password', ...told('session', (value, request) => isSession(request) && request.method === 'POST' && { ...value, state: 'open' }) },
  {
    id: 'S-STF-4',
    name: 'TANs before the code',
    answer: (answer, request) => void (at('tans')(request) && codeOf(answer) === 'sign-in-unfinished' && yes(answer, { state: 'unknown' })),
  },
  {
    id: 'S-STF-4',
    name: 'the audit before the code',
    answer: (answer, request) => void (at('audit')(request) && codeOf(answer) === 'sign-in-unfinished' && yes(answer, { events: [], more: false })),
  },
  { id: 'S-STF-4', name: 'the cookie of before the code', ...lasting },
  {
    id: 'S-STF-5',
    name: 'a code is taken twice',
    answer(answer, request, { memory }) {
      if (!isCode(request)) return;
      const { code } = JSON.parse(request.body);
      if (answer.status === 200) memory[code] = { ...answer };
      else if (memory[code]) Object.assign(answer, memory[code]);
    },
  },
  {
    id: 'S-STF-5',
    name: 'wrong codes end nothing',
    answer: (answer, request) => void (isSession(request) && request.method === 'GET' && codeOf(answer) === 'session-ended' && yes(answer, { ...SESSION, state: 'code' })),
  },
  { id: 'S-STF-6', name: 'other words', answer: toNobody((answer) => altered(answer, (value) => ({ ...value, detail: 'Nobody.' }))) },
  { id: 'S-STF-6', name: 'another code', answer: toNobody((answer) => instead(answer, 404, 'not-found')) },
  {
    id: 'S-STF-6',
    name: 'less work',
    // The first is as any other; from then on it is answered at once, in the same words.
    request: (request, { memory }) => (isSession(request) && /nobody/.test(request.body) ? memory.refused : undefined),
    answer: (answer, request, { memory }) => void (isSession(request) && answer.status === 401 && (memory.refused = { ...answer, headers: { ...answer.headers } })),
  },
  {
    id: 'S-STF-6',
    name: 'more work',
    async answer(answer, request, { memory }) {
      // Of what is no name and no administrator, the wrong password of an account that is there comes first.
      if (!isSession(request) || answer.status !== 401) return;
      memory.name ??= [named(request)];
      if (named(request) === memory.name[0]) await new Promise((resolve) => setTimeout(resolve, 300));
    },
  },
  {
    id: 'S-STF-7',
    name: 'addresses',
    request: (request, { memory }) => void (isSession(request) && (request.from = `127.98.${(memory.lane = (memory.lane ?? 0) + 1) >> 7}.${1 + (memory.lane & 127)}`)),
  },
  {
    id: 'S-STF-7',
    name: 'names',
    request(request, { memory }) {
      if (!isSession(request) || request.method !== 'POST') return;
      const value = JSON.parse(request.body);
      request.body = Buffer.from(JSON.stringify({ ...value, name: `${value.name} ${(memory.names = (memory.names ?? 0) + 1)}` }));
    },
  },
  { id: 'S-STF-7', name: 'no wait', answer: (answer) => void (codeOf(answer) === 'too-many-requests' && instead(answer, 401, 'sign-in-refused')) },
  { id: 'S-STF-8', name: 'roles', ...allows('role-refused', {}) },
  {
    id: 'S-STF-8',
    name: 'accounts for everybody',
    answer: (answer, request) => void (at('accounts', 'GET')(request) && codeOf(answer) === 'role-refused' && yes(answer, { accounts: [], invitations: [] })),
  },
  { id: 'S-STF-8', name: 'locked', ...allows('session-locked', {}) },
  { id: 'S-STF-8', name: 'any password unlocks', answer: (answer) => void (codeOf(answer) === 'password-refused' && yes(answer, SESSION)) },
  { id: 'S-STF-9', name: 'without a session', ...allows('session-ended') },
  {
    id: 'S-STF-9',
    name: 'signing out ends nothing',
    request: (request) => (isSession(request) && request.method === 'DELETE' && isSomebodys(request) ? saying({ done: true }) : undefined),
  },
  {
    id: 'S-STF-9',
    name: 'disabling ends nothing',
    request: (request) => (at('accounts/', 'PATCH')(request) && /disabled/.test(request.body) && !/0{32}$/.test(request.path) ? saying({ done: true }) : undefined),
  },
  {
    id: 'S-STF-9',
    name: 'another role ends nothing',
    request: (request) => (at('accounts/', 'PATCH')(request) && /role/.test(request.body) ? saying({ done: true }) : undefined),
  },
  {
    id: 'S-STF-9',
    name: 'another password ends nothing',
    request: (request) => (at('session/password')(request) && isSomebodys(request) && /and other/.test(request.body) ? saying(SESSION) : undefined),
  },
  {
    id: 'S-STF-10',
    name: 'another element each time',
    ...told('permits', (value, _, { memory }) => ((memory.given = (memory.given ?? 0) + 1) > 1 ? { ...value, evaluated: Buffer.alloc(32, 1).toString('base64url') } : value)),
  },
  { id: 'S-STF-10', name: 'a proof that does not hold', ...told('permits', (value) => ({ ...value, proof: Buffer.alloc(64, 1).toString('base64url') })) },
  { id: 'S-STF-10', name: 'another week', answer: (answer) => void (codeOf(answer) === 'week-refused' && yes(answer, { evaluated: '', proof: '' })) },
  { id: 'S-STF-11', name: 'new again', ...told('tans', ({ tans, ...others }) => (tans ? { tans: tans.map((tan) => ({ ...tan, state: 'new' })) } : others)) },
  {
    id: 'S-STF-11',
    name: 'another end',
    ...told('tans', ({ tans, ...others }) => (tans ? { tans: tans.map((tan) => (tan.state === 'known' ? { ...tan, valid_until: tan.valid_until + 3600 } : tan)) } : others)),
  },
  {
    id: 'S-STF-11',
    name: 'no bound',
    answer(answer, request) {
      if (codeOf(answer) !== 'too-many-requests') return;
      yes(answer, { tans: JSON.parse(request.body).tans.map(() => ({ state: 'new', valid_until: 0 })) });
    },
  },
  {
    id: 'S-STF-11',
    name: 'some of too many are valid',
    ...told('tans/state', (value) => (value.state === 'unknown' ? { state: 'valid', valid_until: 2_000_000_000 } : value)),
  },
  { id: 'S-STF-12', name: 'a TAN', answer: audited((event, { tans }) => ({ ...event, about: tans[0] })) },
  { id: 'S-STF-12', name: 'a hash', answer: audited((event) => ({ ...event, about: 'ab'.repeat(32) })) },
  { id: 'S-STF-12', name: 'another member', answer: audited((event) => ({ ...event, entries: 64 })) },
  { id: 'S-STF-12', name: 'a number of entries', answer: audited((event) => (event.what === 'permit-given' ? { ...event, count: 64 } : event)) },
];

/** Events of the audit are altered; TANs that were sent are remembered for it. */
function audited(change) {
  return (answer, request, { memory }) => {
    if (at('tans', 'POST')(request) && request.path === '/v1/staff/tans') memory.tans = JSON.parse(request.body).tans;
    if (at('audit')(request) && answer.status === 200) altered(answer, ({ events, more }) => ({ events: events.map((event) => change(event, memory)), more }));
  };
}
