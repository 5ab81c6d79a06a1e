// Servers of private mode that multiply wrongly, keep an order, count nothing, or answer what they should refuse.

import * as cbor from 'cborg';

import { codeOf, instead } from '../support/lying.mjs';

export const world = 'private';

const MAPS = { useMaps: true };
const isQuery = ({ path }) => path === '/v1/psi';
/** The sets of every answer of 200 are other ones. */
const sets = (change) => ({
  answer(answer, request) {
    if (!isQuery(request) || answer.status !== 200) return;
    const map = cbor.decode(answer.body, MAPS);
    const points = map.get(3).map((set) => Array.from({ length: set.length / 32 }, (_, at) => Buffer.from(set.subarray(at * 32, at * 32 + 32))));
    map.set(3, change(points).map((set) => Buffer.concat(set)));
    answer.body = Buffer.from(cbor.encode(map));
  },
});
/** One refusal in the place of another. */
const tells = (code, status, other) => ({ answer: (answer, request) => void (isQuery(request) && codeOf(answer) === code && instead(answer, status, other)) });
const sorted = (set) => [...set].sort(Buffer.compare);

export default [
  { id: 'S-PSI-1', world: 'open', ...tells('mode-refused', 400, 'query-malformed') },
  { id: 'S-PSI-2', name: 'another point', ...sets(([low, ...others]) => [[others[0][0], ...low.slice(1)], ...others]) },
  { id: 'S-PSI-2', name: 'two sets are changed', ...sets(([low, medium, high]) => [medium, low, high]) },
  { id: 'S-PSI-2', name: 'a point less', ...sets(([low, medium, high]) => [low.slice(1), medium, high]) },
  { id: 'S-PSI-2', name: 'only small ones', answer: (answer, request) => void (isQuery(request) && request.body.length > 300_000 && instead(answer, 413, 'body-too-large')) },
  { id: 'S-PSI-3', name: 'sorted', ...sets((all) => all.map(sorted)) },
  { id: 'S-PSI-3', name: 'sorted backwards', ...sets((all) => all.map((set) => sorted(set).reverse())) },
  {
    id: 'S-PSI-3',
    name: 'the same answer again',
    answer(answer, request, { memory }) {
      if (isQuery(request) && answer.status === 200) answer.body = (memory[request.body.toString('hex')] ??= answer.body);
    },
  },
  {
    id: 'S-PSI-4',
    name: 'the same bytes are counted',
    answer(answer, request, { memory }) {
      if (!isQuery(request)) return;
      memory.asked = (memory.asked ?? 0) + 1;
      if (memory.asked === 9) instead(answer, 429, 'query-limit');
    },
  },
  { id: 'S-PSI-4', name: 'no bound', request: (request, { memory }) => void (request.from = `127.99.${(memory.lane = (memory.lane ?? 0) + 1) >> 7}.${1 + (memory.lane & 127)}`) },
  { id: 'S-PSI-4', name: 'no retry-after', answer: (answer) => void (answer.status === 429 && delete answer.headers['retry-after']) },
  { id: 'S-PSI-5', name: 'today is unknown', ...tells('day-set-open', 404, 'day-set-unknown') },
  { id: 'S-PSI-5', name: 'what is deleted is unknown', ...tells('day-set-expired', 404, 'day-set-unknown') },
  { id: 'S-PSI-5', name: 'a later day is open', ...tells('day-set-unknown', 409, 'day-set-open') },
  { id: 'S-PSI-5', name: 'another retry-after', answer: (answer) => void (answer.headers['retry-after'] && (answer.headers['retry-after'] = '1')) },
  { id: 'S-PSI-6', ...tells('query-size', 400, 'query-malformed') },
  { id: 'S-PSI-7', name: 'another code', ...tells('query-malformed', 422, 'query-size') },
  {
    id: 'S-PSI-7',
    name: 'the identity is multiplied',
    answer: (answer, request) => void (codeOf(answer) === 'query-malformed' && request.body.includes(Buffer.alloc(32)) && instead(answer, 404, 'day-set-unknown')),
  },
];
