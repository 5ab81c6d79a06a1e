// What every refusal is, and what it bears.

import { CBOR_TYPE, JSON_TYPE, NO_ROUTES, PROVEN_TYPE, knock, ownRoutes, publicRoutes } from '../../src/routes.mjs';
import { refused, same, that } from '../../src/verdict.mjs';
import { untilWaiting } from '../prm/waiting.mjs';

const post = (kit, path, body, type = JSON_TYPE, headers = {}) => kit.ask(path, { method: 'POST', body, type, headers });

/** Refusals of as many codes as can be had for nothing, each with the code that it has to be. */
async function some(kit) {
  const request = { ...kit.twoken.decoyRequest(kit.week()), tan: kit.twoken.Tan.generate().display() };
  const root = await kit.root();
  const garbage = Buffer.from([0xff]);
  return [
    ['not-found', await kit.get('/v1/nothing')],
    ['not-found', await kit.get(`/v1/batches/${'0'.repeat(32)}/entries`)],
    ['not-found', await kit.get(`/v1/regions/${root}/2020-01-01`)],
    ['region-unknown', await kit.get(`/v1/regions/nowhere/${kit.today()}`)],
    ['region-unknown', await kit.get(`/v1/regions/UPPER/${kit.today()}`)],
    ['method-not-allowed', await kit.ask('/v1/config', { method: 'PUT' })],
    ['unsupported-media-type', await post(kit, '/v1/permits', '{}', 'text/plain')],
    ['body-too-large', await post(kit, '/v1/permits', 'x'.repeat(4096))],
    ['body-malformed', await post(kit, '/v1/permits', '{')],
    ['tan-malformed', await post(kit, '/v1/permits', { ...request, tan: '0' })],
    ['week-refused', await post(kit, '/v1/permits', { ...request, week: kit.week() + 9 })],
    ['permit-malformed', await post(kit, '/v1/permits', { ...request, blinded: 'A'.repeat(43) })],
    ['tan-unknown', await post(kit, '/v1/permits', request)],
    ['permit-malformed', await post(kit, '/v1/uploads', garbage, CBOR_TYPE)],
    ['upload-malformed', await post(kit, '/v1/uploads', garbage, PROVEN_TYPE)],
    ['study-unknown', await post(kit, '/v1/studies/x/reports', garbage, PROVEN_TYPE)],
    ['study-unknown', await post(kit, `/v1/studies/${'0'.repeat(64)}/withdrawals`, { key: 'A'.repeat(43) })],
    ['unauthorized', await post(kit, '/v1/authority/tans', '{}')],
    ['session-ended', await kit.get('/v1/staff/session', { 'sec-fetch-site': 'same-origin' })],
    ['origin-refused', await kit.get('/v1/staff/session', { 'sec-fetch-site': 'cross-site' })],
  ];
}

export default [
  {
    id: 'S-HTTP-14',
    async holds(kit) {
      // The form of each, its status and its cache-control are looked at by `refused`.
      for (const [code, answer] of await some(kit)) refused(answer, code);
      for (const route of [...(await publicRoutes(kit)), ...ownRoutes()]) refused(await knock(kit, route, { method: 'PUT' }), 'method-not-allowed');
      for (const path of NO_ROUTES) refused(await kit.get(path), 'not-found');
    },
  },
  {
    id: 'S-HTTP-15',
    async holds(kit) {
      // A word that stands in nothing else, and a number.
      const word = 'zygomorph';
      const number = '54321';
      const { blinded } = kit.twoken.decoyRequest(kit.week());
      const right = { tan: kit.twoken.Tan.generate().display(), blinded, class: 'patient', week: kit.week() };
      const cbor = Buffer.from(kit.cbor.encode(new Map([[0, 54321], [1, word]])));
      const asked = [
        kit.get(`/v1/${word}`),
        kit.get(`/v1/regions/${word}/${kit.today()}`),
        kit.get(`/v1/regions/${await kit.root()}/${word}`),
        kit.get(`/v1/batches/${word}/entries`),
        kit.get(`/v1/batches/${'0'.repeat(32)}/pages/${number}`),
        kit.get('/v1/config', { accept: word, cookie: `a=${word}`, 'user-agent': word }),
        kit.ask(`/v1/config/${word}`, { method: 'DELETE' }),
        post(kit, '/v1/permits', '{}', `text/${word}`),
        post(kit, '/v1/permits', `{"${word}":1}`),
        post(kit, '/v1/permits', word),
        post(kit, '/v1/permits', { ...right, class: word }),
        post(kit, '/v1/permits', { ...right, tan: word }),
        post(kit, '/v1/permits', { ...right, week: Number(number) }),
        post(kit, '/v1/permits', { ...right, blinded: word }),
        post(kit, '/v1/permits', right),
        post(kit, '/v1/uploads', cbor, CBOR_TYPE, { 'twoken-permit': word }),
        post(kit, '/v1/uploads', cbor, PROVEN_TYPE),
        post(kit, '/v1/psi', cbor, CBOR_TYPE),
        post(kit, `/v1/studies/${word}/reports`, cbor, PROVEN_TYPE),
        post(kit, `/v1/studies/${'0'.repeat(64)}/withdrawals`, { key: word }),
        post(kit, '/v1/authority/tans', `{"${word}":1}`, JSON_TYPE, { authorization: `Bearer ${word}` }),
        ...(kit.operator.apiKey ? [
          kit.deliver({ class: 'patient', hashes: [], expires_in_hours: Number(number) }),
          kit.deliver({ class: 'patient', hashes: [word] }),
          kit.deliver({ class: word, hashes: [] }),
        ] : []),
      ];
      const found = new Set();
      for (const answer of await Promise.all(asked)) {
        if (answer.status === 200) continue;
        const { type, title, detail = '' } = answer.problem();
        const said = `${title} ${detail}`.toLowerCase();
        for (const quoted of [word, number, right.tan.toLowerCase(), blinded.toLowerCase()]) {
          if (said.includes(quoted)) found.add(`${type}: ${detail}`);
        }
      }
      that(found.size === 0, `details that quote the request: ${[...found].join('; ')}`);
    },
  },
  {
    id: 'S-HTTP-16',
    last: 'waits',
    on: ['open', 'private'],
    async holds(kit) {
      const bears = (answer) => {
        const after = answer.headers['retry-after'] ?? '';
        that(/^[1-9]\d*$/.test(after), `${answer.asked}: retry-after ${after || 'is not there'}`);
      };
      // From an address of its own: whoever asked for so many TANs that nobody has waits.
      bears(await untilWaiting(kit, { from: kit.elsewhere() }));
      const { config } = await kit.config();
      if (config.mode !== 'private') return;
      // Points that ascend; of a day that is not over nobody looks at them.
      const set = Buffer.concat(Array.from({ length: 64 }, (_, at) => Buffer.alloc(32, at)));
      const day = Math.floor(kit.now() / 86_400);
      const query = kit.cbor.encode(new Map([[0, 1], [1, day], [2, 1], [3, [set, set, set]]]));
      const open = refused(await post(kit, '/v1/psi', query, CBOR_TYPE), 'day-set-open');
      bears(open);
      const left = 86_400 - (kit.now() % 86_400);
      that(Math.abs(Number(open.headers['retry-after']) - left) < 120, `${open.asked}: retry-after ${open.headers['retry-after']}, and the day ends in ${left} s`);
    },
  },
  {
    id: 'S-HTTP-17',
    async holds(kit) {
      const challenge = (answer, scheme) => {
        same(answer.status, 401, answer.asked);
        same((answer.headers['www-authenticate'] ?? '').split(' ')[0], scheme, `${answer.asked}: www-authenticate`);
      };
      for (const authorization of [undefined, 'Bearer wrong', 'Basic eDp5']) {
        challenge(await post(kit, '/v1/authority/tans', '{}', JSON_TYPE, authorization ? { authorization } : {}), 'Bearer');
      }
      challenge(await kit.get('/v1/staff/session', { 'sec-fetch-site': 'same-origin' }), 'Session');
      challenge(await kit.get('/v1/staff/audit', { 'sec-fetch-site': 'same-origin' }), 'Session');
      // A name that nobody has: refused as a wrong password is.
      const name = kit.twoken.Tan.generate().display();
      challenge(await post(kit, '/v1/staff/session', { name, password: 'wrong password' }, JSON_TYPE, { 'sec-fetch-site': 'same-origin' }), 'Session');
    },
  },
];
