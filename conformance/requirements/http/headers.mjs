// Who may read, what is told of a client, and what every answer bears.

import { NO_ROUTES, knock, likeness, optionalRoutes, ownRoutes, publicRoutes } from '../../src/routes.mjs';
import { same, that } from '../../src/verdict.mjs';

const SHARED = ['twoken-signature', 'date', 'retry-after'];
const ORIGIN = { origin: 'https://elsewhere.example' };
const PREFLIGHT = { ...ORIGIN, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,twoken-permit,x-other' };

/** Members of a list in a header, lower-case and in order. */
const listed = (value = '') => value.split(',').map((one) => one.trim().toLowerCase()).filter(Boolean).sort();

/** Each public route by its method and by one that it does not have, and with a body of no type that it takes. */
async function publicAnswers(kit, headers) {
  const answers = [];
  for (const route of await publicRoutes(kit)) {
    answers.push(await knock(kit, route, { headers }), await knock(kit, route, { headers, method: 'DELETE' }));
    if (route.bodies) answers.push(await knock(kit, route, { headers, type: 'text/plain' }));
  }
  return answers;
}

/** One of everything: public, own, what is no route. */
async function allAnswers(kit) {
  const answers = await publicAnswers(kit, {});
  for (const route of [...ownRoutes(), ...(await optionalRoutes(kit))]) answers.push(await knock(kit, route));
  for (const path of [...NO_ROUTES, '/', '/nothing']) answers.push(await kit.get(path));
  return answers;
}

export default [
  {
    id: 'S-HTTP-1',
    async holds(kit) {
      for (const headers of [{}, ORIGIN]) {
        for (const { asked, headers: got } of await publicAnswers(kit, headers)) {
          same(got['access-control-allow-origin'], '*', `${asked}: access-control-allow-origin`);
          that(!('access-control-allow-credentials' in got), `${asked}: access-control-allow-credentials`);
          const exposed = listed(got['access-control-expose-headers']);
          for (const name of SHARED) that(exposed.includes(name), `${asked}: ${name} is not exposed`);
        }
      }
    },
  },
  {
    id: 'S-HTTP-2',
    async holds(kit) {
      for (const route of await publicRoutes(kit)) {
        const { asked, status, headers } = await kit.ask(route.path, { method: 'OPTIONS', headers: PREFLIGHT });
        that(status === 200 || status === 204, `${asked}: ${status} to a preflight`);
        same(headers['access-control-allow-origin'], '*', `${asked}: access-control-allow-origin`);
        same(listed(headers['access-control-allow-methods']), ['get', 'post'], `${asked}: methods`);
        same(listed(headers['access-control-allow-headers']), ['content-type', 'twoken-permit'], `${asked}: headers`);
        that(!('access-control-allow-credentials' in headers), `${asked}: access-control-allow-credentials`);
      }
    },
  },
  {
    id: 'S-HTTP-3',
    async holds(kit) {
      const own = [...ownRoutes(), ...(await optionalRoutes(kit, ['/healthz', '/readyz']))];
      const nothing = [...NO_ROUTES, '/nothing'].map((path) => ({ path, methods: ['GET'] }));
      for (const route of [...own, ...nothing]) {
        const asked = [await knock(kit, route, { headers: ORIGIN }), await kit.ask(route.path, { method: 'OPTIONS', headers: PREFLIGHT })];
        for (const answer of asked) {
          const shared = answer.names.filter((name) => name.startsWith('access-control-'));
          same(shared, [], `${answer.asked}: shared with other origins`);
        }
      }
    },
  },
  {
    id: 'S-HTTP-4',
    async holds(kit) {
      const cookie = 'twoken=AAAAAAAAAAAAAAAAAAAAAA; __Host-twoken=AAAAAAAAAAAAAAAAAAAAAA; session=1';
      const nothing = [...NO_ROUTES].filter((path) => !path.startsWith('/v1/staff/')).map((path) => ({ path, methods: ['GET'] }));
      for (const route of [...(await publicRoutes(kit)), ownRoutes()[0], ...(await optionalRoutes(kit)), ...nothing]) {
        const [without, within] = [await knock(kit, route), await knock(kit, route, { headers: { cookie } })];
        for (const { asked, headers } of [without, within]) that(!('set-cookie' in headers), `${asked}: set-cookie`);
        // An index may be signed anew at each answer; whether it stands there is another requirement's.
        if (route.path.startsWith('/v1/regions/') || (route.path === '/v1/studies')) same(within.status, without.status, `${within.asked} with a cookie`);
        else same(likeness(within), likeness(without), `${within.asked} with a cookie`);
      }
    },
  },
  {
    id: 'S-HTTP-5',
    async holds(kit) {
      const others = NO_ROUTES.map((path) => ({ path, methods: ['GET'] }));
      const staff = ownRoutes().filter(({ path }) => path !== '/v1/staff/audit');
      for (const route of [...(await publicRoutes(kit)), ...staff, ...(await optionalRoutes(kit)), ...others]) {
        const plain = await knock(kit, route);
        const asked = await knock(kit, { ...route, path: `${route.path}?page=7&region=other&x` });
        if (route.path.startsWith('/v1/regions/') || route.path === '/v1/studies') same(asked.status, plain.status, asked.asked);
        else same(likeness(asked), likeness(plain), asked.asked);
      }
    },
  },
  {
    id: 'S-HTTP-6',
    async holds(kit) {
      for (const { headers, asked } of await allAnswers(kit)) {
        const date = Date.parse(headers.date ?? '');
        that(!Number.isNaN(date), `${asked}: no date`);
        same(headers.date, new Date(date).toUTCString(), `${asked}: date in the form of HTTP`);
        that(Math.abs(date / 1000 - kit.now()) < 120, `${asked}: a date of another clock, ${headers.date}`);
      }
      // What it judges days by: today has an index, tomorrow has none.
      const root = await kit.root();
      // In the minutes around midnight both are right: then yesterday has one, and the day after tomorrow none.
      const slack = (kit.now() + 60) % 86_400 < 120 ? 1 : 0;
      for (const [day, status] of [[kit.day(-slack), 200], [kit.day(1 + slack), 404]]) {
        const answer = await kit.get(`/v1/regions/${root}/${day}`);
        same(answer.status, status, `${answer.asked}, by a clock that says ${answer.headers.date}`);
      }
    },
  },
  {
    id: 'S-HTTP-7',
    async holds(kit) {
      for (const answer of await allAnswers(kit)) {
        const { asked, headers } = answer;
        same(headers['x-content-type-options'], 'nosniff', `${asked}: x-content-type-options`);
        same(headers['referrer-policy'], 'no-referrer', `${asked}: referrer-policy`);
        if (answer.type === 'text/html' || answer.type === 'text/css') continue;
        const rules = (headers['content-security-policy'] ?? '').split(';').map((rule) => rule.trim());
        that(rules.includes("default-src 'none'"), `${asked}: content-security-policy ${headers['content-security-policy']}`);
      }
    },
  },
];
