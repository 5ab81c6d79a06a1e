// Servers whose indexes leave out, reorder, backdate or stand for another day.

import * as cbor from 'cborg';

import { codeOf, dayIn, indexes, instead, isConfig, isIndex, turned } from '../support/lying.mjs';

const DAY = 86_400;
const numberOf = (request) => Date.parse(dayIn(request)) / 1000 / DAY;
const nowOf = (answer) => Math.floor(Date.parse(answer.headers.date) / 1000);
/** Indexes of which `change` is told their day, and the server's own. */
const dated = (change) => ({
  async answer(answer, request, proxy) {
    const now = nowOf(answer);
    await indexes({ body: (map, of, _, liar) => change(map, { day: numberOf(of), today: Math.floor(now / DAY), now, proxy, liar }) }).answer(answer, request, proxy);
  },
});
/** The first answer of an index, given again. */
const stale = {
  answer(answer, request, { memory }) {
    if (!isIndex(request) || answer.status !== 200) return;
    answer.body = (memory[request.path] ??= answer.body);
  },
};

export default [
  { id: 'S-IDX-1', name: 'of another region', ...indexes({ body: (map) => map.set(1, 'elsewhere') }) },
  { id: 'S-IDX-1', name: 'of another day', ...indexes({ body: (map) => map.set(2, map.get(2) - 1) }) },
  { id: 'S-IDX-1', name: 'an unknown key', ...indexes({ body: (map) => map.set(6, 0) }) },
  { id: 'S-IDX-1', name: 'another version', ...indexes({ body: (map) => map.set(0, 2) }) },
  { id: 'S-IDX-1', name: 'a signature that does not hold', answer: (answer, request) => void (isIndex(request) && (answer.body = turned(answer.body))) },
  {
    id: 'S-IDX-1',
    name: 'a signature of another key',
    async answer(answer, request, proxy) {
      if (!isConfig(request)) await indexes({}).answer(answer, request, proxy);
    },
  },
  { id: 'S-IDX-2', name: "today's is two minutes old", ...dated((map, { day, today, now }) => day === today && map.set(5, now - 120)) },
  { id: 'S-IDX-2', name: "yesterday's is of yesterday", ...dated((map, { day, today }) => day < today && map.set(5, (day + 1) * DAY - 1)) },
  { id: 'S-IDX-2', name: 'from the future', ...dated((map, { now }) => map.set(5, now + 600)) },
  { id: 'S-IDX-3', name: 'an index given again for a while', ...stale },
  {
    id: 'S-IDX-3',
    name: 'none of a day without batches',
    answer(answer, request) {
      if (!isIndex(request) || answer.status !== 200) return;
      if (cbor.decode(answer.body.subarray(64), { useMaps: true }).get(4).length === 0) instead(answer, 404, 'not-found');
    },
  },
  { id: 'S-IDX-4', name: 'every day begins anew', ...indexes({ body: (map) => map.set(3, Buffer.alloc(32)) }) },
  { id: 'S-IDX-4', name: 'another head', ...dated((map, { day, today }) => day === today && map.set(3, Buffer.alloc(32, 1))) },
  { id: 'S-IDX-4', name: 'another first head', ...indexes({ body: (map) => map.get(1) === 'south' && map.set(3, Buffer.alloc(32, 1)) }) },
  { id: 'S-IDX-5', name: 'the latest first', ...indexes({ body: (map) => map.set(4, [...map.get(4)].reverse()) }) },
  { id: 'S-IDX-5', name: 'the latest alone', ...indexes({ body: (map) => map.set(4, map.get(4).slice(-1)) }) },
  {
    id: 'S-IDX-5',
    name: 'an altered header',
    answer(answer, request, proxy) {
      proxy.memory.asked = (proxy.memory.asked ?? 0) + 1;
      return indexes({ header: (map) => map.set(8, Buffer.alloc(32, proxy.memory.asked)) }).answer(answer, request, proxy);
    },
  },
  {
    id: 'S-IDX-6',
    name: 'times of sealing decrease',
    answer: (answer, request, proxy) => {
      let less = 0;
      const earlier = (map) => map.set(6, map.get(6) - map.get(6) % DAY + 50_000 - (less += 1));
      return indexes({ header: earlier }).answer(answer, request, proxy);
    },
  },
  { id: 'S-IDX-6', name: 'a batch of another day', ...indexes({ header: (map) => map.set(6, map.get(6) - DAY) }) },
  { id: 'S-IDX-6', name: 'a batch of another region', ...indexes({ header: (map) => map.set(2, 'elsewhere') }) },
  {
    id: 'S-IDX-7',
    name: 'a batch is added to yesterday',
    ...dated((map, { day, today }) => day === today - 1 && map.set(4, [...map.get(4), ...map.get(4).slice(-1)])),
  },
  { id: 'S-IDX-7', name: 'nothing is published after midnight', operator: (operator) => ({ ahead: (days) => operator.ahead(days), seal: onlyBefore(operator) }) },
  {
    id: 'S-IDX-8',
    name: 'one day less',
    answer: (answer, request) => void (isIndex(request) && numberOf(request) === Math.floor(nowOf(answer) / DAY) - 14 && instead(answer, 404, 'not-found')),
  },
  { id: 'S-IDX-8', name: 'one day more', ...beyond(-15) },
  { id: 'S-IDX-8', name: 'tomorrow', ...beyond(1) },
  { id: 'S-IDX-8', name: 'another form of a date', request: (request) => void (request.path = request.path.replace(/T00:00:00Z$/, '')) },
  { id: 'S-IDX-8', name: 'another code', answer: (answer, request) => void (isIndex(request) && codeOf(answer) === 'not-found' && instead(answer, 422, 'region-unknown')) },
  {
    id: 'S-IDX-9',
    name: 'a region that left is unknown',
    operator: (operator, proxy) => ({ change: async (settings) => void (proxy.memory.changed = await operator.change(settings).then(() => true)) }),
    answer: (answer, request, { memory }) => void (memory.changed && isIndex(request) && !/root/.test(request.path) && instead(answer, 422, 'region-unknown')),
  },
  { id: 'S-IDX-9', name: 'another code', answer: (answer) => void (codeOf(answer) === 'region-unknown' && instead(answer, 404, 'not-found')) },
];

/** Seals once, and never again. */
function onlyBefore(operator) {
  let sealed = false;
  return async () => {
    if (!sealed) await operator.seal();
    sealed = true;
  };
}

/** A day that has no index gets that of today. */
function beyond(days) {
  return {
    async answer(answer, request, proxy) {
      if (!isIndex(request) || answer.status !== 404) return;
      const today = Math.floor(nowOf(answer) / DAY);
      if (numberOf(request) !== today + days) return;
      const path = request.path.replace(dayIn(request), new Date(today * DAY * 1000).toISOString().slice(0, 10));
      Object.assign(answer, await proxy.send({ ...request, path }));
    },
  };
}
