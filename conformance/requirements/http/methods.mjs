// Methods, what is no route, and that nothing leads elsewhere.

import { askBytes } from '../../src/ask.mjs';
import { NO_ROUTES, knock, likeness, optionalRoutes, ownRoutes, publicRoutes } from '../../src/routes.mjs';
import { refused, same, that } from '../../src/verdict.mjs';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export default [
  {
    id: 'S-HTTP-8',
    async holds(kit) {
      const readable = (await publicRoutes(kit)).filter(({ methods }) => methods.includes('GET'));
      for (const route of [...readable, ...(await optionalRoutes(kit)), { path: '/v1/nothing', methods: ['GET'] }]) {
        const [got, head] = [await knock(kit, route), await knock(kit, route, { method: 'HEAD' })];
        same(head.status, got.status, head.asked);
        for (const [name, value] of Object.entries(likeness(got).headers)) {
          // The length may be left out; if it is there, it is that of the body that is not.
          if (['content-length', 'transfer-encoding', 'connection', 'keep-alive'].includes(name)) continue;
          same(head.headers[name], value, `${head.asked}: ${name}`);
        }
        const { 'content-length': length } = head.headers;
        that(length === undefined || Number(length) === got.body.length, `${head.asked}: content-length ${length}, and GET has ${got.body.length}`);
        const { host } = new URL(kit.origin);
        const bytes = await askBytes(kit.origin, `HEAD ${route.path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`, kit.from);
        const end = bytes.indexOf('\r\n\r\n');
        that(end > 0 && end + 4 === bytes.length, `${head.asked}: a body of ${bytes.length - end - 4} bytes`);
      }
    },
  },
  {
    id: 'S-HTTP-9',
    async holds(kit) {
      for (const route of [...(await publicRoutes(kit)), ...ownRoutes(), ...(await optionalRoutes(kit, ['/v1/openapi.json', '/v1/docs']))]) {
        for (const method of METHODS.filter((each) => !route.methods.includes(each))) {
          const answer = refused(await knock(kit, route, { method }), 'method-not-allowed');
          const allowed = (answer.headers.allow ?? '').split(',').map((one) => one.trim()).filter(Boolean);
          const besides = allowed.filter((one) => !route.methods.includes(one) && !['HEAD', 'OPTIONS'].includes(one));
          that(route.methods.every((one) => allowed.includes(one)) && besides.length === 0, `${answer.asked}: allow ${answer.headers.allow}`);
        }
      }
    },
  },
  {
    id: 'S-HTTP-10',
    async holds(kit) {
      for (const path of NO_ROUTES) {
        for (const method of [...METHODS, 'OPTIONS']) refused(await kit.ask(path, { method }), 'not-found');
        same((await kit.ask(path, { method: 'HEAD' })).status, 404, `HEAD ${path}`);
      }
    },
  },
  {
    id: 'S-HTTP-11',
    async holds(kit) {
      const routes = [...(await publicRoutes(kit)), ...ownRoutes(), ...(await optionalRoutes(kit))];
      const paths = [...NO_ROUTES, '/', '//', '/healthz/', '//v1/config', '/v1/../v1/config', '/V1/config', '/nothing', '/docs'];
      const answers = [];
      for (const route of routes) answers.push(await knock(kit, route), await kit.get(`${route.path}/`));
      // A host or a scheme that a proxy tells is no reason to send anybody elsewhere.
      const told = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'elsewhere.example' };
      for (const path of paths) answers.push(await kit.get(path), await kit.get(path, { ...told, accept: 'text/html', 'upgrade-insecure-requests': '1' }));
      for (const { asked, status } of answers) that(status < 300 || status >= 400, `${asked}: ${status}`);
    },
  },
];
