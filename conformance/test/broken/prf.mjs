// Servers that believe proofs which do not hold, or forget those that did.

import { json, refusal } from '../support/proxy.mjs';

const PROVEN = 'application/vnd.twoken.proven+cbor';
const isProven = ({ path, headers }) => path === '/v1/uploads' && headers['content-type'] === PROVEN;
const codeOf = ({ status, body }) => (status < 400 ? undefined : JSON.parse(body).type);
const stored = (date) => ({ status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', date }, body: Buffer.from('{"stored":true}') });
const grants = (code) => (answer, request) => {
  if (isProven(request) && codeOf(answer) === code) Object.assign(answer, stored(answer.headers.date));
};
const instead = (from, status, to) => (answer, request) => {
  if (isProven(request) && codeOf(answer) === from) Object.assign(answer, { status, body: refusal(status, to).body });
};
/** What is sent in an upload's place and swallowed. */
const swallowed = (request) => (isProven(request) ? stored(new Date().toUTCString()) : undefined);

export default [
  { id: 'S-PRF-1', name: 'a permit all the same', request: (request) => (isProven(request) ? refusal(400, 'permit-malformed') : undefined) },
  { id: 'S-PRF-1', name: 'nothing comes of it', request: swallowed },
  {
    id: 'S-PRF-2',
    name: 'once is enough',
    answer(answer, request, { memory }) {
      if (!isProven(request) || answer.status !== 200) return;
      const key = request.body.toString('base64');
      if (memory[key]) Object.assign(answer, refusal(409, 'proof-used'));
      memory[key] = true;
    },
  },
  { id: 'S-PRF-2', name: 'it says how often', answer: (answer, request) => void (isProven(request) && answer.status === 200 && json(answer, (value) => ({ ...value, times: 1 }))) },
  { id: 'S-PRF-3', answer: grants('proof-used') },
  { id: 'S-PRF-3', name: 'another code', answer: instead('proof-used', 409, 'permit-used') },
  { id: 'S-PRF-4', answer: grants('proof-refused') },
  { id: 'S-PRF-4', name: 'another code', answer: instead('proof-refused', 403, 'permit-refused') },
  { id: 'S-PRF-5', answer: grants('page-unknown') },
  { id: 'S-PRF-5', name: 'a page of degree 2', answer: instead('page-refused', 403, 'proof-refused') },
  { id: 'S-PRF-6', answer: grants('page-spent') },
  { id: 'S-PRF-6', name: 'another code', answer: instead('page-spent', 409, 'proof-used') },
  { id: 'S-PRF-7', answer: grants('degree-refused') },
  { id: 'S-PRF-7', name: 'one-way entries', answer: grants('entries-refused') },
  { id: 'S-PRF-7', name: 'a cover', answer: grants('cover-refused') },
  { id: 'S-PRF-8', answer: grants('upload-malformed') },
  { id: 'S-PRF-8', name: 'another code', answer: instead('upload-malformed', 403, 'proof-refused') },
  {
    id: 'S-PRF-9',
    name: 'nobody waits',
    request(request, { memory }) {
      memory.from = (memory.from ?? 0) + 1;
      request.from = `127.101.${memory.from >> 7}.${1 + (memory.from & 127)}`;
    },
  },
  {
    id: 'S-PRF-10',
    name: 'each proof counts',
    // The first three go on as reports of three pages would: a tick that finds enough.
    operator: (operator) => ({ change: (settings) => operator.change('min_uploads' in settings ? { ...settings, min_uploads: 1 } : settings), tick: () => operator.tick() }),
  },
];
