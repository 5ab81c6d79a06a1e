// Routes of section 20.2, as far as requirements of all requests go through them.

const NOTHING = { batch: '0'.repeat(32), study: '0'.repeat(64) };
export const JSON_TYPE = 'application/json';
export const CBOR_TYPE = 'application/cbor';
export const PROVEN_TYPE = 'application/vnd.twoken.proven+cbor';

/** Public routes: path, methods; of a body the types and the most bytes of each. `{day}` stands for today, `{root}` for the root. */
const PUBLIC = [
  { path: '/v1/config', methods: ['GET'] },
  { path: '/v1/permits', methods: ['POST'], bodies: { [JSON_TYPE]: 2048 } },
  { path: '/v1/uploads', methods: ['POST'], bodies: { [CBOR_TYPE]: 344_192, [PROVEN_TYPE]: 360_738 } },
  { path: '/v1/regions/{root}/{day}', methods: ['GET'] },
  { path: `/v1/batches/${NOTHING.batch}/entries`, methods: ['GET'] },
  { path: `/v1/batches/${NOTHING.batch}/filter`, methods: ['GET'] },
  { path: `/v1/batches/${NOTHING.batch}/pages/0`, methods: ['GET'] },
  { path: '/v1/psi', methods: ['POST'], bodies: { [CBOR_TYPE]: 393_280 } },
  { path: '/v1/studies', methods: ['GET'] },
  { path: `/v1/studies/${NOTHING.study}/reports`, methods: ['POST'], bodies: { [PROVEN_TYPE]: 16_610 } },
  { path: `/v1/studies/${NOTHING.study}/withdrawals`, methods: ['POST'], bodies: { [JSON_TYPE]: 1024 } },
];

export const AUTHORITY = { path: '/v1/authority/tans', methods: ['POST'], bodies: { [JSON_TYPE]: 1024 * 1024 } };

const STAFF = [
  { path: '/v1/staff/session', methods: ['GET', 'POST', 'DELETE'] },
  { path: '/v1/staff/session/code', methods: ['POST'] },
  { path: '/v1/staff/session/stay', methods: ['POST'] },
  { path: '/v1/staff/session/lock', methods: ['POST'] },
  { path: '/v1/staff/session/unlock', methods: ['POST'] },
  { path: '/v1/staff/session/password', methods: ['POST'] },
  { path: '/v1/staff/accounts', methods: ['GET'] },
  { path: `/v1/staff/accounts/${NOTHING.batch}`, methods: ['PATCH'] },
  { path: '/v1/staff/invitations', methods: ['POST'] },
  { path: `/v1/staff/invitations/${NOTHING.batch}`, methods: ['DELETE'] },
  { path: '/v1/staff/tans', methods: ['POST'] },
  { path: '/v1/staff/tans/state', methods: ['POST'] },
  { path: '/v1/staff/tans/revocation', methods: ['POST'] },
  { path: '/v1/staff/permits', methods: ['POST'] },
  { path: '/v1/staff/audit', methods: ['GET'] },
  { path: '/v1/staff/figures', methods: ['GET'] },
];

/** What is no route: below `/v1`, whatever the method, there is nothing. */
export const NO_ROUTES = [
  '/v1', '/v1/', '/v1/nothing', '/v1/config/', '/v1/Config', '/v1/%63onfig', '/v1//config', '/v1/permits/', '/v1/studies/', '/v1/batches',
  '/v1/authority', '/v1/authority/tans/', '/v1/staff', '/v1/staff/nothing',
];

/** Public routes, with today and the root. */
export async function publicRoutes(kit) {
  const [root, day] = [await kit.root(), kit.today()];
  return PUBLIC.map((route) => ({ ...route, path: route.path.replace('{root}', root).replace('{day}', day) }));
}

/** Of what may be left out, what is there: [{ path, methods }]. */
export async function optionalRoutes(kit, paths = ['/healthz', '/readyz', '/v1/openapi.json', '/v1/docs', '/v1/docs/docs.css']) {
  const there = [];
  for (const path of paths) if ([200, 503].includes((await kit.get(path)).status)) there.push({ path, methods: ['GET'] });
  return there;
}

export const ownRoutes = () => [AUTHORITY, ...STAFF];

/** Asks a route by one of its methods: as a page of the server's own would, where it is staff's. With a body it is an empty one of its form. */
export function knock(kit, { path, methods, bodies }, { method = methods[0], headers = {}, ...others } = {}) {
  const site = path.startsWith('/v1/staff/') ? { 'sec-fetch-site': 'same-origin' } : {};
  const type = bodies && Object.keys(bodies)[0];
  const body = method === 'POST' ? { body: type === JSON_TYPE || !type ? '{}' : Buffer.from([0xa0]), type: type ?? JSON_TYPE } : {};
  return kit.ask(path, { method, headers: { ...site, ...headers }, ...body, ...others });
}

/** What two answers are alike in: all but the time. */
export function likeness({ status, headers, body }) {
  const { date: _, ...others } = headers;
  return { status, headers: Object.fromEntries(Object.entries(others).sort()), body: body.toString('base64') };
}
