// Bodies: their type, their length, their JSON.

import { decoy } from '../dec/marks.mjs';
import { AUTHORITY, JSON_TYPE, publicRoutes } from '../../src/routes.mjs';
import { refused, same, that } from '../../src/verdict.mjs';

/** Routes that take a body, with the authority's where the kit has its key. */
async function taking(kit) {
  const routes = (await publicRoutes(kit)).filter(({ bodies }) => bodies).map((route) => ({ ...route, headers: {} }));
  const { apiKey } = kit.operator;
  return apiKey ? [...routes, { ...AUTHORITY, headers: { authorization: `Bearer ${apiKey}` } }] : routes;
}

/** As many bytes of something: JSON that is right but for its unknown member where it is JSON, else nothing at all. */
const filled = (type, length) => (type === JSON_TYPE ? Buffer.from(`{"x":"${'x'.repeat(length - 8)}"}`) : Buffer.alloc(length));

/** JSON that is right but for one thing. */
function spoiled(right) {
  const wrong = ['', '{', '[]', 'null', '"x"', `${JSON.stringify(right)}x`, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])];
  for (const [name, value] of Object.entries(right)) {
    const { [name]: _, ...without } = right;
    wrong.push(without, { ...right, [name]: null }, { ...right, [name]: [value] }, { ...right, [name]: typeof value === 'number' ? String(value) : 7 });
    if (typeof value !== 'number') continue;
    for (const number of ['-1', '4294967296', '2.5', `${value}.0`, '1e2']) wrong.push(JSON.stringify(right).replace(`:${value}`, `:${number}`));
  }
  wrong.push({ ...right, other: 1 });
  return wrong.map((one) => (typeof one === 'string' || Buffer.isBuffer(one) ? one : JSON.stringify(one)));
}

export default [
  {
    id: 'S-HTTP-12',
    async holds(kit) {
      for (const { path, bodies, headers } of await taking(kit)) {
        const post = (type, body = '{}') => kit.ask(path, { method: 'POST', body, headers, ...(type ? { type } : {}) });
        for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', `${Object.keys(bodies)[0]}x`]) {
          refused(await post(type), 'unsupported-media-type');
        }
        for (const type of Object.keys(bodies)) {
          for (const spelled of [type.toUpperCase(), `${type}; charset=utf-8`, `${type};x=1`]) {
            const answer = await post(spelled);
            that(answer.status !== 415, `${answer.asked}: ${spelled} is refused`);
          }
        }
      }
    },
  },
  {
    id: 'S-HTTP-13',
    async holds(kit) {
      for (const { path, bodies, headers } of await taking(kit)) {
        for (const [type, limit] of Object.entries(bodies)) {
          const post = (length, of = type) => kit.ask(path, { method: 'POST', body: filled(type, length), type: of, headers });
          const most = await post(limit);
          that(![413, 415].includes(most.status), `${most.asked}: ${most.status} for ${limit} bytes`);
          refused(await post(limit + 1), 'body-too-large');
          refused(await post(limit + 1, 'text/plain'), 'unsupported-media-type');
        }
      }
    },
  },
  {
    id: 'S-HTTP-18',
    async holds(kit) {
      const withdrawals = `/v1/studies/${'0'.repeat(64)}/withdrawals`;
      const rights = [['/v1/permits', { ...kit.twoken.decoyRequest(kit.week()), tan: '00000000000000' }], [withdrawals, { key: 'A'.repeat(43) }]];
      for (const [path, right] of rights) {
        for (const body of spoiled(right)) {
          refused(await kit.ask(path, { method: 'POST', type: JSON_TYPE, body }), 'body-malformed');
        }
      }
      if (!kit.operator.apiKey) return;
      const deliveries = ['', '{', '[]', '{}', '{"class":"patient"}', '{"class":"nobody","hashes":[]}', '{"class":"patient","hashes":7}'];
      deliveries.push('{"class":"patient","hashes":[7]}', '{"class":"patient","hashes":[],"expires_in_hours":"24"}', '{"class":"patient","hashes":[],"other":1}');
      for (const body of deliveries) refused(await kit.deliver(body, { type: JSON_TYPE }), 'body-malformed');
    },
  },
  {
    id: 'S-HTTP-21',
    on: ['slow'],
    async holds(kit) {
      // A decoy, which is answered as a report of its size: nobody has to be given a TAN for it. A little less than the sixty seconds.
      const { seconds = 57 } = kit.operator;
      const answer = await kit.upload(await decoy(kit, { entries: 2048, nodes: 1008 }), { pace: seconds, silence: (seconds + 30) * 1000 });
      same([answer.status, answer.text], [200, '{"stored":true}'], `${answer.asked}, sent in ${seconds} s`);
    },
  },
];
