// Servers that take TANs from anybody, or not as they should.

import { json, refusal } from '../support/proxy.mjs';

const isTans = ({ path }) => path === '/v1/authority/tans';
const right = (operator) => ({ authorization: `Bearer ${operator.apiKey}` });
let key;
const prepare = (operator) => {
  key = right(operator);
};
/** What came in JSON, or nothing. */
const told = ({ body }) => {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
};
const hashes = (request) => told(request).hashes ?? [];

export default [
  {
    id: 'S-AUT-1',
    name: 'any key',
    prepare,
    request(request) {
      if (isTans(request)) Object.assign(request.headers, key);
    },
  },
  {
    id: 'S-AUT-1',
    name: 'the body first',
    request(request) {
      if (isTans(request) && request.body.toString() === 'nonsense') return refusal(400, 'body-malformed');
    },
  },
  {
    id: 'S-AUT-1',
    name: 'Bearer alone',
    request(request) {
      if (isTans(request) && /^bearer /.test(request.headers.authorization ?? '')) delete request.headers.authorization;
    },
  },
  {
    id: 'S-AUT-2',
    name: 'always new',
    answer(answer, request) {
      if (isTans(request) && answer.status === 200) json(answer, (sum) => ({ new: sum.new + sum.known, known: 0 }));
    },
  },
  {
    id: 'S-AUT-2',
    name: 'of another class the second time',
    request(request, { memory }) {
      if (request.path === '/v1/permits' && memory.staff) request.body = Buffer.from(request.body.toString().replace('"staff"', '"patient"'));
      if (isTans(request) && told(request).class === 'staff') memory.staff = true;
    },
  },
  {
    id: 'S-AUT-3',
    name: '10,001',
    request(request) {
      if (isTans(request) && hashes(request).length > 10_000) request.body = Buffer.from(JSON.stringify({ ...told(request), hashes: hashes(request).slice(1) }));
    },
  },
  {
    id: 'S-AUT-3',
    name: '9,999 at most',
    request(request) {
      if (isTans(request) && hashes(request).length === 10_000) return refusal(400, 'body-malformed');
    },
  },
  {
    id: 'S-AUT-3',
    name: 'upper case',
    request(request) {
      if (isTans(request)) request.body = Buffer.from(request.body.toString().replace(/[0-9A-F]{64}/gi, (hash) => hash.toLowerCase()));
    },
  },
  {
    id: 'S-AUT-3',
    name: 'the right ones of a refused delivery',
    async answer(answer, request, proxy) {
      if (!isTans(request) || answer.status !== 400) return;
      const right_ = { class: 'patient', hashes: hashes(request).filter((hash) => /^[0-9a-f]{64}$/.test(hash)).slice(0, 1) };
      await proxy.send({ ...request, body: Buffer.from(JSON.stringify(right_)) });
    },
  },
  {
    id: 'S-AUT-4',
    name: 'longer',
    request(request) {
      if (isTans(request)) request.body = Buffer.from(request.body.toString().replace('"expires_in_hours":23', '"expires_in_hours":48'));
    },
  },
  {
    id: 'S-AUT-4',
    name: 'to the second',
    request(request) {
      if (isTans(request)) request.body = Buffer.from(request.body.toString().replace(/"expires_in_hours":2[45]/, '"expires_in_hours":23'));
    },
  },
];
