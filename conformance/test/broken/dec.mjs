// Servers that tell decoys from reports, or take them for such.

import { Kit } from '../../src/context.mjs';
import { refusal } from '../support/proxy.mjs';

const STORED = { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: Buffer.from('{"stored":true}') };
const isPermits = ({ path }) => path === '/v1/permits';
const isUploads = ({ path }) => path === '/v1/uploads';
const MARK = 'U'.repeat(14);
/** TANs that one of these servers takes decoys for. */
let tans = [];
const marked = ({ body }) => body.includes(MARK);
const codeOf = (answer) => (answer.status < 400 ? undefined : JSON.parse(answer.body).type);
const stored = () => ({ ...STORED, headers: { ...STORED.headers } });
const instead = (from, status, to) => (answer, request) => {
  if (marked(request) && codeOf(answer) === from) Object.assign(answer, refusal(status, to));
};

export default [
  { id: 'S-DEC-1', name: 'refused', request: (request) => (isPermits(request) && marked(request) ? refusal(400, 'tan-malformed') : undefined) },
  {
    id: 'S-DEC-1',
    name: 'another header',
    answer(answer, request) {
      if (isPermits(request) && marked(request)) answer.headers['x-decoy'] = '1';
    },
  },
  {
    id: 'S-DEC-1',
    name: 'a byte more',
    answer(answer, request) {
      if (isPermits(request) && marked(request)) answer.body = Buffer.concat([answer.body, Buffer.from('\n')]);
    },
  },
  {
    id: 'S-DEC-1',
    name: "the server's own key",
    async prepare(operator) {
      const kit = new Kit(operator);
      await kit.look();
      tans = await kit.tans(4);
    },
    async request(request) {
      // A TAN that is one, in the place of the mark: what is evaluated is under permit_key.
      if (isPermits(request) && marked(request)) request.body = Buffer.from(request.body.toString().replace(MARK, tans.pop()));
    },
  },
  { id: 'S-DEC-2', name: 'any week', answer: (answer, request) => isPermits(request) && marked(request) && codeOf(answer) === 'week-refused' && Object.assign(answer, stored()) },
  {
    id: 'S-DEC-2',
    name: 'counted as unknown',
    request(request, { memory }) {
      if (!isPermits(request)) return undefined;
      if (marked(request)) memory.count = (memory.count ?? 0) + 1;
      return memory.count > 10 && !marked(request) ? refusal(429, 'too-many-requests', { 'retry-after': '30' }) : undefined;
    },
  },
  { id: 'S-DEC-3', name: 'its permit', answer: (answer, request) => isUploads(request) && marked(request) && Object.assign(answer, refusal(403, 'permit-refused')) },
  {
    id: 'S-DEC-3',
    name: 'once',
    request(request, { memory }) {
      if (!isUploads(request) || !marked(request)) return undefined;
      const key = request.headers['twoken-permit'];
      const used = memory[key] && !memory[key].equals(request.body);
      memory[key] ??= request.body;
      return used ? refusal(409, 'permit-used') : undefined;
    },
  },
  {
    id: 'S-DEC-3',
    name: 'another header, in private mode',
    world: 'private',
    answer(answer, request) {
      if (isUploads(request) && marked(request)) answer.headers['x-decoy'] = '1';
    },
  },
  {
    id: 'S-DEC-4',
    operator: (operator) => {
      let before = true;
      return {
        // What came since stands in what is sealed.
        async seal() {
          if (!before) {
            const kit = new Kit(operator);
            await kit.look();
            await kit.report(kit.met()[0]);
          }
          before = false;
          return operator.seal();
        },
      };
    },
  },
  ...['permit-malformed', 'week-refused', 'upload-size', 'upload-malformed', 'degree-refused', 'mode-refused', 'entries-refused', 'cover-refused'].map((code) => ({
    id: 'S-DEC-5',
    name: `no ${code}`,
    answer(answer, request) {
      if (isUploads(request) && codeOf(answer) === code) Object.assign(answer, stored());
    },
  })),
  { id: 'S-DEC-5', name: 'one code for all, in private mode', world: 'private', answer: instead('upload-size', 400, 'upload-malformed') },
  { id: 'S-DEC-6', answer: (answer, request) => isUploads(request) && codeOf(answer) === 'cover-refused' && Object.assign(answer, stored()) },
  {
    id: 'S-DEC-7',
    name: 'a TAN in small letters',
    request(request) {
      if (isPermits(request)) request.body = Buffer.from(request.body.toString().replace('u'.repeat(14), MARK));
    },
  },
  {
    id: 'S-DEC-7',
    name: 'a region of fifteen',
    request(request) {
      if (isUploads(request) && request.body.subarray(0, 64).includes(`${'U'.repeat(15)}\0`)) return stored();
      return undefined;
    },
  },
  {
    id: 'S-DEC-8',
    name: 'no bound',
    request(request, { memory }) {
      memory.count = (memory.count ?? 0) + 1;
      request.from = `127.101.${1 + (memory.count >> 7)}.${1 + (memory.count & 127)}`;
    },
  },
  {
    id: 'S-DEC-8',
    name: 'reports do not wait',
    request: (request) => (isPermits(request) && !marked(request) ? refusal(400, 'tan-malformed') : undefined),
  },
  {
    id: 'S-DEC-9',
    async request(request) {
      if (!isUploads(request) || !request.body.subarray(0, 64).includes('U'.repeat(16))) return;
      // As much more as a report's work is.
      await new Promise((resolve) => setTimeout(resolve, 40));
    },
  },
];
