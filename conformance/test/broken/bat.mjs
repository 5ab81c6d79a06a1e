// Servers that seal too early, too late or too little, and batches that are not what their headers say.

import { ristretto255 } from '@noble/curves/ed25519.js';

import { fileOf, files, indexes, isConfig, turned, yes } from '../support/lying.mjs';

const isPrivate = { world: 'private' };
const isUpload = ({ path }) => path === '/v1/uploads';
const STORED = { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: Buffer.from('{"stored":true}') };
/** An operator whose ticks come and do more, or nothing. */
const ticks = (act) => ({ operator: (operator) => ({ tick: () => act(operator) }) });
const sealsAll = ticks(async (operator) => {
  await operator.tick();
  await operator.seal();
});
const never = ticks(async () => undefined);
const swallows = (which) => ({
  request(request, proxy) {
    if (!isUpload(request)) return undefined;
    proxy.memory.uploads = (proxy.memory.uploads ?? 0) + 1;
    return proxy.memory.uploads === which ? { ...STORED, headers: { ...STORED.headers, date: new Date().toUTCString() } } : undefined;
  },
});
/** A file's answer is altered. */
const served = (name, change) => ({
  answer(answer, request, proxy) {
    const [, which] = fileOf(request) ?? [];
    if (which && (which === name || name === undefined)) change(answer, request, proxy);
  },
});

export default [
  { id: 'S-BAT-1', name: 'a pool below the minimum is sealed', ...sealsAll },
  { id: 'S-BAT-1', name: 'a pool of the minimum is not', ...never },
  { id: 'S-BAT-2', name: 'a pool that waits is sealed where it is', ...sealsAll },
  { id: 'S-BAT-2', name: 'a pool waits for ever', ...never },
  {
    id: 'S-BAT-2',
    name: 'nothing is sealed anyway',
    operator: (operator) => ({ change: (settings) => operator.change({ ...settings, seal_anyway_after_hours: undefined }) }),
    async answer(answer, request, proxy) {
      await indexes({}).answer(answer, request, proxy);
      if (isConfig(request)) proxy.memory.liar.config(answer, (config) => ({ ...config, seal_anyway_after_hours: 72 }));
    },
  },
  { id: 'S-BAT-3', name: 'a report is lost', ...swallows(2) },
  {
    id: 'S-BAT-3',
    name: 'a batch is not listed',
    ...indexes({ body: (map, { path }) => path.includes('/north/') && map.set(4, []) }),
  },
  {
    id: 'S-BAT-3',
    name: 'a batch of another degree',
    ...indexes({ header: (map) => map.set(5, 2) }),
  },
  { id: 'S-BAT-4', name: 'another status of a tag is lost', ...swallows(3) },
  { id: 'S-BAT-4', name: 'every entry twice', ...files((lines) => lines.flatMap((line) => [line, line])) },
  { id: 'S-BAT-5', name: 'a line less', ...served('entries', (answer) => (answer.body = answer.body.subarray(0, -84))) },
  { id: 'S-BAT-5', name: 'a page more', ...served('entries', (answer) => (answer.body = Buffer.concat([answer.body, answer.body.subarray(0, 21_504)]))) },
  { id: 'S-BAT-6', name: 'two lines are in another order', ...files(([one, other, ...lines]) => [other, one, ...lines]) },
  { id: 'S-BAT-6', name: 'a line stands twice', ...files(([, ...lines]) => [lines[0], ...lines]) },
  {
    id: 'S-BAT-6',
    name: 'a tag is no element',
    ...served('entries', (answer) => answer.body.fill(0xff, answer.body.length - 21_504 + 8192 - 32, answer.body.length - 21_504 + 8192)),
  },
  { id: 'S-BAT-7', name: 'another number of entries', ...indexes({ header: (map) => map.set(7, map.get(7) + 256) }) },
  { id: 'S-BAT-7', name: 'another mode', ...indexes({ header: (map) => map.set(4, 2) }) },
  { id: 'S-BAT-7', name: 'an unknown key', ...indexes({ header: (map) => map.set(12, 0) }) },
  { id: 'S-BAT-7', name: 'another version', ...indexes({ header: (map) => map.set(0, 2) }) },
  { id: 'S-BAT-7', name: 'a signature that does not hold', ...indexes({ body: (map) => map.set(4, map.get(4).map(turned)) }) },
  {
    id: 'S-BAT-7',
    name: 'no deterministic encoding',
    ...indexes({
      body(map, _, __, liar) {
        // Version 1 in two bytes.
        const longer = (header) => Buffer.concat([header.subarray(0, 2), Buffer.from([0x18, 1]), header.subarray(3)]);
        map.set(4, map.get(4).map((signed) => liar.resigned('header', signed, longer)));
      },
    }),
  },
  { id: 'S-BAT-8', name: 'another digest of a page', ...indexes({ header: (map) => map.set(11, [Buffer.alloc(32), ...map.get(11).slice(1)]) }) },
  { id: 'S-BAT-8', name: 'another digest of the filter', ...indexes({ header: (map) => map.set(10, Buffer.alloc(32)) }) },
  { id: 'S-BAT-8', name: 'an altered page', ...served('entries', (answer) => (answer.body = turned(answer.body))) },
  { id: 'S-BAT-9', name: 'a byte more', ...files((lines) => lines, { filter: (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]) }) },
  { id: 'S-BAT-9', name: 'another value', ...files((lines) => lines, { filter: (bytes) => turned(bytes.with(9, bytes[9] ^ 1)) }) },
  { id: 'S-BAT-10', ...indexes({ header: (map) => map.set(1, Buffer.alloc(16, 7)) }) },
  { id: 'S-BAT-11', name: 'a page is another one', ...served('pages/0', (answer) => (answer.body = turned(answer.body))) },
  { id: 'S-BAT-11', name: 'a leading zero', request: (request) => void (request.path = request.path.replace(/\/pages\/00$/, '/pages/0')) },
  { id: 'S-BAT-11', name: 'a sign', request: (request) => void (request.path = request.path.replace(/\/pages\/\+/, '/pages/')) },
  {
    id: 'S-BAT-11',
    name: 'an unknown id is answered',
    ...served(undefined, (answer, { path }) => answer.status === 404 && path.endsWith('/filter') && yes(answer, {})),
  },
  {
    id: 'S-BAT-12',
    name: 'other bytes later',
    ...served('filter', (answer, _, proxy) => {
      proxy.memory.asked = (proxy.memory.asked ?? 0) + 1;
      if (proxy.memory.asked > 2) answer.body = turned(answer.body);
    }),
  },
  {
    id: 'S-BAT-12',
    name: 'other bytes after a restart',
    operator: (operator, proxy) => ({ restart: async () => void (proxy.memory.restarted = await operator.restart().then(() => true)) }),
    ...served('pages/0', (answer, _, proxy) => proxy.memory.restarted && (answer.body = turned(answer.body))),
  },
  { id: 'S-BAT-13', name: 'no etag', ...served('entries', (answer) => delete answer.headers.etag) },
  { id: 'S-BAT-13', name: 'an etag for each asker', ...served('pages/0', (answer) => (answer.headers.etag = `"${Math.random()}"`)) },
  { id: 'S-BAT-13', name: '304 without cache-control', ...served('filter', (answer) => answer.status === 304 && delete answer.headers['cache-control']) },
  { id: 'S-BAT-13', name: 'a weak one is not known', request: ({ headers }) => void (/^W/.test(headers['if-none-match']) && delete headers['if-none-match']) },
  { id: 'S-BAT-13', name: 'none in a list is known', request: ({ headers }) => void (/,/.test(headers['if-none-match']) && delete headers['if-none-match']) },
  { id: 'S-BAT-13', name: 'any is known', request: ({ headers }) => void (headers['if-none-match'] && (headers['if-none-match'] = '*')) },
  { id: 'S-BAT-14', name: 'another key', ...isPrivate, ...indexes({ header: (map) => map.set(9, ristretto255.Point.BASE.multiply(5n).toBytes()) }) },
  {
    id: 'S-BAT-14',
    name: 'a key for each batch',
    ...isPrivate,
    ...indexes({
      header(map) {
        if (map.get(2) === 'root') map.set(9, ristretto255.Point.BASE.multiply(7n).toBytes());
      },
    }),
  },
  {
    id: 'S-BAT-14',
    name: 'one key for both schemes',
    ...isPrivate,
    answer(answer, request, proxy) {
      const header = (map) => (map.get(3) === 1 ? (proxy.memory.key = map.get(9)) : map.set(9, proxy.memory.key ?? map.get(9)));
      return indexes({ header }).answer(answer, request, proxy);
    },
  },
  { id: 'S-BAT-14', name: 'lines that are none', ...isPrivate, ...served('entries', (answer) => (answer.body = Buffer.alloc(answer.body.length, 1))) },
];
