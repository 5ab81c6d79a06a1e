// Servers that ask what nobody can rely on, or take reports and withdrawals which they should not.

import { refusal } from '../support/proxy.mjs';

const isReport = ({ path }) => path.endsWith('/reports');
const isWithdrawal = ({ path }) => path.endsWith('/withdrawals');
const codeOf = ({ status, body }) => (status < 400 ? undefined : JSON.parse(body).type);
const said = (text, date) => ({ status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', date }, body: Buffer.from(text) });
const grants = (code) => (answer, request) => {
  if (isReport(request) && codeOf(answer) === code) Object.assign(answer, said('{"stored":true}', answer.headers.date));
};
const instead = (from, status, to) => (answer, request) => {
  if ((isReport(request) || isWithdrawal(request)) && codeOf(answer) === from) Object.assign(answer, { status, body: refusal(status, to).body });
};

export default [
  {
    id: 'S-STU-1',
    name: 'a signature of nobody',
    answer: (answer, { path }) => void (path === '/v1/studies' && (answer.body[5] ^= 1)),
  },
  {
    id: 'S-STU-1',
    name: 'each gets other studies',
    async answer(answer, request, { memory }) {
      if (request.path !== '/v1/studies') return;
      // The one who asks first is told of what there was before the others.
      memory.first ??= answer.body;
      if (memory.asked) answer.body = Buffer.from(memory.first.map((byte, at) => (at === memory.first.length - 40 ? byte ^ 1 : byte)));
      memory.asked = true;
    },
  },
  {
    id: 'S-STU-2',
    name: 'once is enough',
    answer(answer, request, { memory }) {
      if (!isReport(request) || answer.status !== 200) return;
      const key = request.body.toString('base64');
      if (memory[key]) Object.assign(answer, refusal(409, 'report-repeated'));
      memory[key] = true;
    },
  },
  { id: 'S-STU-2', name: 'it is refused', request: (request) => (isReport(request) ? refusal(403, 'proof-refused') : undefined) },
  { id: 'S-STU-3', answer: grants('report-repeated') },
  {
    id: 'S-STU-3',
    name: 'once for all studies',
    request(request, { memory }) {
      if (!isReport(request)) return undefined;
      memory.study ??= request.path;
      return request.path === memory.study ? undefined : refusal(409, 'report-repeated');
    },
  },
  { id: 'S-STU-4', answer: instead('study-unknown', 404, 'not-found') },
  { id: 'S-STU-4', name: 'it takes more', answer: grants('study-full') },
  { id: 'S-STU-4', name: 'it never ends', answer: grants('study-ended') },
  { id: 'S-STU-5', answer: grants('report-refused') },
  {
    id: 'S-STU-5',
    name: 'today alone',
    answer(answer, request, { memory }) {
      if (!isReport(request)) return;
      memory.count = (memory.count ?? 0) + 1;
      // Behind the four that are refused anyway.
      if (memory.count > 4) Object.assign(answer, refusal(422, 'report-refused'));
    },
  },
  { id: 'S-STU-6', answer: grants('report-malformed') },
  { id: 'S-STU-6', name: 'another code', answer: instead('report-malformed', 400, 'upload-malformed') },
  { id: 'S-STU-7', answer: grants('page-unknown') },
  { id: 'S-STU-7', name: 'a page of degree 2', answer: grants('page-refused') },
  { id: 'S-STU-7', name: 'any proof', answer: grants('proof-refused') },
  { id: 'S-STU-7', name: 'a page without end', answer: grants('page-spent') },
  {
    id: 'S-STU-8',
    name: 'it is kept',
    answer: (answer, request) => void (isWithdrawal(request) && codeOf(answer) === 'withdrawal-unknown' && Object.assign(answer, said('{"withdrawn":true}', answer.headers.date))),
  },
  { id: 'S-STU-8', name: 'it is not found', request: (request) => (isWithdrawal(request) ? refusal(404, 'withdrawal-unknown') : undefined) },
  { id: 'S-STU-9', answer: instead('withdrawal-late', 404, 'withdrawal-unknown') },
];
