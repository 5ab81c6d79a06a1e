// Servers that take uploads which they should not, lose some, or say of one what is not so.

import { json, refusal } from '../support/proxy.mjs';

const isUpload = ({ path }) => path === '/v1/uploads';
const STORED = '{"stored":true}';
const codeOf = ({ status, body }) => (status < 400 ? undefined : JSON.parse(body).type);
const nameOf = ({ headers }) => Buffer.from(headers['twoken-permit'] ?? '', 'base64url').subarray(0, 32).toString('hex');
const stored = (date) => ({ status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', date }, body: Buffer.from(STORED) });
/** What is refused so is said to be stored. */
const grants = (code) => (answer, request) => {
  if (isUpload(request) && codeOf(answer) === code) Object.assign(answer, stored(answer.headers.date));
};
/** Another refusal in the place of one. */
const instead = (from, status, to) => (answer, request) => {
  if (isUpload(request) && codeOf(answer) === from) Object.assign(answer, { status, body: refusal(status, to).body });
};
const MALFORMED = 'upload-malformed';

export default [
  {
    id: 'S-UPL-1',
    name: 'a size',
    request: (request) => (isUpload(request) && request.body.length > 100_000 ? refusal(413, 'body-too-large') : undefined),
  },
  {
    id: 'S-UPL-1',
    name: 'it says how many',
    answer(answer, request, { memory }) {
      if (!isUpload(request) || answer.status !== 200) return;
      memory.count = (memory.count ?? 0) + 1;
      json(answer, (value) => ({ ...value, of: memory.count }));
    },
  },
  { id: 'S-UPL-2', answer: grants('permit-malformed') },
  { id: 'S-UPL-2', name: 'another code', answer: instead('permit-malformed', 403, 'permit-refused') },
  { id: 'S-UPL-3', answer: grants('permit-refused') },
  { id: 'S-UPL-3', name: 'another code', answer: instead('permit-refused', 400, 'permit-malformed') },
  { id: 'S-UPL-4', answer: grants('week-refused') },
  {
    id: 'S-UPL-5',
    name: 'once is enough',
    answer(answer, request, { memory }) {
      if (!isUpload(request) || answer.status !== 200) return;
      const name = nameOf(request);
      if (memory[name]) Object.assign(answer, refusal(409, 'permit-used'));
      memory[name] = true;
    },
  },
  {
    id: 'S-UPL-5',
    name: 'nothing of it is published',
    request: (request) => (isUpload(request) ? stored(new Date().toUTCString()) : undefined),
  },
  { id: 'S-UPL-6', answer: grants('permit-used') },
  {
    id: 'S-UPL-6',
    name: 'both of two at once',
    request(request, { memory }) {
      if (!isUpload(request)) return;
      const name = nameOf(request);
      memory[name] = (memory[name] ?? 0) + 1;
      request.beside = memory[name] > 1;
    },
    answer(answer, request, { memory }) {
      if (!isUpload(request)) return;
      const name = nameOf(request);
      if (request.beside || memory[name] > 1) grants('permit-used')(answer, request);
      memory[name] -= 1;
    },
  },
  {
    id: 'S-UPL-7',
    answer(answer, request, { memory }) {
      if (!isUpload(request)) return;
      const name = nameOf(request);
      if (memory[name]) Object.assign(answer, refusal(409, 'permit-used'));
      if (answer.status >= 400) memory[name] = true;
    },
  },
  { id: 'S-UPL-8', answer: grants(MALFORMED) },
  { id: 'S-UPL-8', name: 'trailing bytes are passed over', answer: (answer, request) => request.body.at(-1) === 0 && grants(MALFORMED)(answer, request) },
  { id: 'S-UPL-9', answer: instead('upload-size', 400, MALFORMED) },
  { id: 'S-UPL-9', name: 'any size', answer: grants('upload-size') },
  { id: 'S-UPL-10', answer: grants(MALFORMED) },
  { id: 'S-UPL-10', name: 'another code', answer: instead(MALFORMED, 422, 'upload-size') },
  { id: 'S-UPL-11', answer: grants('degree-refused') },
  { id: 'S-UPL-11', name: 'another code', answer: instead('degree-refused', 403, 'permit-refused') },
  { id: 'S-UPL-12', answer: instead('region-unknown', 400, MALFORMED) },
  { id: 'S-UPL-12', name: 'any name is a region', answer: instead(MALFORMED, 422, 'region-unknown') },
  { id: 'S-UPL-13', answer: instead('mode-refused', 400, MALFORMED) },
  { id: 'S-UPL-13', name: 'private mode', world: 'private', answer: grants('mode-refused') },
  { id: 'S-UPL-14', answer: grants('entries-refused') },
  { id: 'S-UPL-14', name: 'both at once', answer: instead(MALFORMED, 403, 'entries-refused') },
  { id: 'S-UPL-15', answer: grants('cover-refused') },
  { id: 'S-UPL-15', name: 'only today', request: (request) => (isUpload(request) && request.body.length > 6000 ? refusal(422, 'cover-refused') : undefined) },
  {
    id: 'S-UPL-16',
    name: 'keys are lost',
    request: (request) => (isUpload(request) && request.body.length > 6000 ? stored(new Date().toUTCString()) : undefined),
  },
  {
    id: 'S-UPL-16',
    name: 'statuses of nobody',
    answer(answer, request) {
      if (!request.path.endsWith('/entries') || answer.status !== 200) return;
      // The statuses of each page, behind its tags.
      for (let page = 0; page < answer.body.length; page += 256 * 84) answer.body.fill(7, page + 256 * 32, page + 256 * 84);
    },
  },
  {
    id: 'S-UPL-16',
    name: 'other second tags',
    world: 'private',
    answer(answer, request) {
      if (request.path.endsWith('/entries') && answer.status === 200) for (let at = 9; at < answer.body.length; at += 32) answer.body[at] ^= 1;
    },
  },
  { id: 'S-UPL-17', name: 'the body before the permit', answer: instead('permit-used', 400, MALFORMED) },
  { id: 'S-UPL-17', name: 'the region before the degree', answer: instead('degree-refused', 422, 'region-unknown') },
];
