// Servers that do not answer as all requests are answered.

import { json, refusal } from '../support/proxy.mjs';

const isConfig = ({ path }) => path.split('?')[0] === '/v1/config';
const isProblem = ({ headers }) => /problem/.test(headers['content-type'] ?? '');
/** This header of every answer in another way, or of those of some routes. */
const header = (name, value, of = () => true) => (answer, request) => {
  if (!of(request, answer)) return;
  if (value === undefined) delete answer.headers[name];
  else answer.headers[name] = value;
};
const codeOf = (answer) => (isProblem(answer) && answer.body.length > 0 ? JSON.parse(answer.body).type : undefined);
/** A refusal with another code and status. */
const instead = (from, status, to) => (answer) => {
  if (codeOf(answer) === from) Object.assign(answer, refusal(status, to, { ...answer.headers, 'content-type': 'application/problem+json' }));
};
const fine = (answer) => Object.assign(answer, { status: 200, body: Buffer.from('{}'), headers: { ...answer.headers, 'content-type': 'application/json' } });
const detail = (text) => (answer, request) => {
  if (isProblem(answer) && answer.body.length > 0) json(answer, (problem) => ({ ...problem, detail: text(request) }));
};

export default [
  { id: 'S-HTTP-1', name: 'refusals are not shared', answer: header('access-control-allow-origin', undefined, (_, { status }) => status >= 400) },
  { id: 'S-HTTP-1', name: 'credentials', answer: header('access-control-allow-credentials', 'true', isConfig) },
  { id: 'S-HTTP-1', name: 'the asker alone', answer: (answer, { headers }) => headers.origin && header('access-control-allow-origin', headers.origin)(answer) },
  { id: 'S-HTTP-1', name: 'no retry-after', answer: header('access-control-expose-headers', 'twoken-signature,date') },
  { id: 'S-HTTP-2', name: 'DELETE', answer: header('access-control-allow-methods', 'GET,POST,DELETE', ({ method }) => method === 'OPTIONS') },
  { id: 'S-HTTP-2', name: 'any header', answer: header('access-control-allow-headers', '*', ({ method }) => method === 'OPTIONS') },
  { id: 'S-HTTP-3', name: 'staff', answer: header('access-control-allow-origin', '*', ({ path }) => path.startsWith('/v1/staff/')) },
  { id: 'S-HTTP-3', name: 'no route', answer: header('access-control-allow-origin', '*', ({ path }) => path === '/v1/nothing') },
  { id: 'S-HTTP-4', name: 'a cookie for each', answer: header('set-cookie', 'id=1', ({ path }) => path === '/v1/permits') },
  {
    id: 'S-HTTP-4',
    name: 'a cookie is read',
    answer(answer, request) {
      if (request.headers.cookie && isConfig(request)) json(answer, (config) => ({ ...config, name: 'You again' }));
    },
  },
  { id: 'S-HTTP-5', answer: (answer, { path }) => path.includes('page=7') && instead('not-found', 400, 'body-malformed')(answer) },
  { id: 'S-HTTP-6', name: 'refusals have none', answer: header('date', undefined, (_, { status }) => status >= 400) },
  { id: 'S-HTTP-6', name: 'another clock', answer: (answer) => header('date', new Date(Date.now() + 3 * 86_400_000).toUTCString())(answer) },
  { id: 'S-HTTP-6', name: 'another form', answer: (answer, request) => request.path === '/v1/studies' && header('date', new Date().toISOString())(answer) },
  { id: 'S-HTTP-7', name: 'sniffing', answer: header('x-content-type-options', undefined, ({ path }) => path === '/v1/nothing') },
  { id: 'S-HTTP-7', name: 'referrers', answer: header('referrer-policy', 'origin', isConfig) },
  { id: 'S-HTTP-7', name: 'a policy', answer: header('content-security-policy', "default-src 'self'", ({ path }) => path.startsWith('/v1/staff/')) },
  { id: 'S-HTTP-8', name: 'no HEAD', request: ({ method }) => (method === 'HEAD' ? refusal(405, 'method-not-allowed') : undefined) },
  { id: 'S-HTTP-8', name: 'fewer headers', answer: header('cache-control', undefined, ({ method }) => method === 'HEAD') },
  { id: 'S-HTTP-9', name: 'no such route', answer: instead('method-not-allowed', 404, 'not-found') },
  { id: 'S-HTTP-9', name: 'allow', answer: header('allow', 'GET, POST, PUT', (_, { status }) => status === 405) },
  { id: 'S-HTTP-9', name: 'no allow', answer: header('allow', undefined, (_, { status }) => status === 405) },
  {
    id: 'S-HTTP-10',
    name: 'a slash at the end',
    request(request) {
      if (request.path === '/v1/config/') request.path = '/v1/config';
    },
  },
  {
    id: 'S-HTTP-10',
    name: 'by method',
    answer(answer, { method, path }) {
      if (method === 'PUT' && path === '/v1/nothing') instead('not-found', 405, 'method-not-allowed')(answer);
    },
  },
  { id: 'S-HTTP-11', request: ({ path }) => (path === '/v1/config/' ? { status: 308, headers: { location: '/v1/config' }, body: Buffer.alloc(0) } : undefined) },
  {
    id: 'S-HTTP-11',
    name: 'to HTTPS',
    request: ({ headers }) => (headers['x-forwarded-proto'] ? { status: 301, headers: { location: 'https://elsewhere.example/' }, body: Buffer.alloc(0) } : undefined),
  },
  {
    id: 'S-HTTP-12',
    name: 'any type',
    request(request) {
      if (request.path === '/v1/permits') request.headers['content-type'] = 'application/json';
    },
  },
  {
    id: 'S-HTTP-12',
    name: 'case',
    request: ({ headers, method }) => (method === 'POST' && /[A-Z]/.test(headers['content-type'] ?? '') ? refusal(415, 'unsupported-media-type') : undefined),
  },
  {
    id: 'S-HTTP-12',
    name: 'parameters',
    request: ({ headers, method }) => (method === 'POST' && /;/.test(headers['content-type'] ?? '') ? refusal(415, 'unsupported-media-type') : undefined),
  },
  { id: 'S-HTTP-13', name: 'a byte less', request: ({ body }) => (body.length === 344_192 ? refusal(413, 'body-too-large') : undefined) },
  { id: 'S-HTTP-13', name: 'a byte more', answer: instead('body-too-large', 400, 'body-malformed') },
  {
    id: 'S-HTTP-13',
    name: 'size before type',
    request: ({ body, headers }) => (headers['content-type'] === 'text/plain' && body.length > 2048 ? refusal(413, 'body-too-large') : undefined),
  },
  { id: 'S-HTTP-14', name: 'JSON', answer: header('content-type', 'application/json', (_, answer) => isProblem(answer)) },
  { id: 'S-HTTP-14', name: 'no title', answer: (answer) => isProblem(answer) && answer.body.length > 0 && json(answer, ({ title: _, ...others }) => others) },
  { id: 'S-HTTP-14', name: 'another status', answer: (answer) => codeOf(answer) === 'region-unknown' && (answer.status = 400) },
  { id: 'S-HTTP-14', name: 'kept', answer: header('cache-control', undefined, (_, answer) => isProblem(answer)) },
  { id: 'S-HTTP-15', name: 'a path', answer: detail(({ path }) => `There is no ${path}.`) },
  { id: 'S-HTTP-15', name: 'a member', answer: detail(({ body }) => `unknown field in ${body}`) },
  { id: 'S-HTTP-16', answer: header('retry-after', undefined) },
  { id: 'S-HTTP-16', name: 'at once', answer: header('retry-after', '0', (_, { status }) => status === 429) },
  { id: 'S-HTTP-16', name: 'of the day', world: 'private', answer: header('retry-after', '1', (_, { status }) => status === 409) },
  { id: 'S-HTTP-17', answer: header('www-authenticate', undefined) },
  { id: 'S-HTTP-17', name: 'one for all', answer: header('www-authenticate', 'Bearer', (_, { status }) => status === 401) },
  {
    id: 'S-HTTP-18',
    name: 'what is not known is passed over',
    request(request) {
      if (request.path === '/v1/permits') request.body = Buffer.from(request.body.toString().replace(',"other":1', ''));
    },
  },
  {
    id: 'S-HTTP-18',
    name: 'a fraction',
    request(request) {
      if (request.path === '/v1/permits') request.body = Buffer.from(request.body.toString().replace(/"week":(\d+)\.0/, '"week":$1'));
    },
  },
  { id: 'S-HTTP-18', name: 'another code', answer: instead('body-malformed', 422, 'upload-size') },
  { id: 'S-HTTP-19', name: 'a type', answer: header('content-type', 'text/plain', ({ path }) => path === '/v1/studies') },
  { id: 'S-HTTP-19', name: 'an index that is kept', answer: header('cache-control', 'public, max-age=60', ({ path }) => path.startsWith('/v1/regions/')) },
  { id: 'S-HTTP-19', name: 'files that are not', answer: header('cache-control', 'no-store', ({ path }) => path.startsWith('/v1/batches/')) },
  { id: 'S-HTTP-20', name: 'without being asked', answer: header('content-encoding', 'gzip', isConfig) },
  { id: 'S-HTTP-20', name: 'without vary', answer: header('vary', undefined, isConfig) },
  {
    id: 'S-HTTP-20',
    name: 'of files',
    answer: header('content-encoding', 'gzip', ({ path, headers }) => path.startsWith('/v1/batches/') && /gzip/.test(headers['accept-encoding'])),
  },
  {
    id: 'S-HTTP-21',
    operator: () => ({ seconds: 3 }),
    connection(incoming) {
      if (incoming.url === '/v1/uploads') setTimeout(() => incoming.socket.destroy(), 1000);
    },
  },
  { id: 'S-HTTP-21', name: 'refused', operator: () => ({ seconds: 1 }), answer: (answer, { path }) => path === '/v1/uploads' && fine(answer) },
];
