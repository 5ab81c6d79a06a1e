// Bodies of uploads by hand (14), and what is wrong with some of them.

import { decode, encode } from 'cborg';

import { Shelf, random } from '../../src/shelf.mjs';

export const STORED = '{"stored":true}';
export const NODE = 20;
const INTERVAL = 600;
const NODE_CLASSES = [64, 256, 1008];
/** Keys of a body, by the mode: entries, one-way entries; bytes of a line. */
export const KEYS = { open: { lines: 3, oneWay: 5, line: 84 }, private: { lines: 6, oneWay: 8, line: 32 } };

export const bytesOf = (map) => Buffer.from(encode(map));
export const idOf = (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(16)]).subarray(0, 16);
const ascending = (lines) => Buffer.concat([...lines].sort(Buffer.compare));

/** A body as a map, of so many lines that nobody claims. */
export async function made(kit, { lines = 64, region, degree = 1 } = {}) {
  const shelf = new Shelf(kit);
  const { mode } = await shelf.config();
  const all = Array.from({ length: lines }, () => shelf.lineOf(mode).bytes);
  return new Map([[0, 1], [1, idOf(region ?? (await kit.root()))], [2, degree], [KEYS[mode].lines, ascending(all)]]);
}

/** The same with one-way lines. */
export async function withOneWay(kit, count = 64) {
  const map = await made(kit);
  const { mode } = (await kit.config()).config;
  const lines = Array.from({ length: count }, () => new Shelf(kit).lineOf(mode).bytes);
  return map.set(KEYS[mode].oneWay, ascending(lines));
}

/** Emissions of intervals that began so many ago, the present one being 0; keys for each, unpadded. */
export function emitted(kit, ago) {
  const emissions = new kit.twoken.Emissions();
  const at = kit.now();
  for (const many of ago) emissions.emit(at - many * INTERVAL);
  const cover = emissions.cover(ago.map((many) => Math.floor(at / INTERVAL) - many));
  return { cover, nodes: Buffer.from(cover.toBytes()) };
}

/** A body with a cover; `nodes` unpadded, `count` of what class, `days` from today to the test. */
export async function withCover(kit, { nodes, count, testDays = 0, onset = -128 } = {}) {
  const map = await made(kit);
  return setCover(kit, map, { nodes: nodes ?? emitted(kit, [0, 2]).nodes, count, testDays, onset });
}

export async function setCover(kit, map, { nodes, count = NODE_CLASSES.find((one) => one * NODE >= nodes.length), testDays = 0, onset = -128 }) {
  const { mode } = (await kit.config()).config;
  const padded = Buffer.alloc(count * NODE);
  Buffer.from(nodes).copy(padded);
  if (mode === 'private') return map.set(7, padded);
  const status = Buffer.alloc(3);
  status.writeUInt16BE(Math.floor(kit.now() / 86_400) + testDays);
  status.writeInt8(onset, 2);
  return map.set(4, new Map([[0, status], [1, padded]]));
}

/** The same map with one member changed by `change`. */
export const but = (map, key, change) => new Map(map).set(key, typeof change === 'function' ? change(Buffer.from(map.get(key))) : change);

/** The same map without a member. */
export function without(map, key) {
  const less = new Map(map);
  less.delete(key);
  return less;
}

/** Encodings that are not deterministic, or not of this map: by what they are. */
export function otherEncodings(map) {
  const right = bytesOf(map);
  const [region, lines] = [map.get(1), [3, 6].map((key) => map.get(key)).find(Boolean)];
  const key = map.has(3) ? 3 : 6;
  const pair = (number, value) => Buffer.concat([Buffer.of(number), bytesOf(value)]);
  const pairs = [pair(0, 1), pair(1, region), pair(2, map.get(2)), pair(key, lines)];
  return {
    'trailing bytes': Buffer.concat([right, Buffer.of(0)]),
    'bytes that are missing': right.subarray(0, -1),
    'nothing at all': Buffer.alloc(0),
    'another version': bytesOf(but(map, 0, 2)),
    'a version that is text': bytesOf(but(map, 0, '1')),
    'an unknown key': bytesOf(new Map([...map, [9, 1]])),
    'no region': bytesOf(without(map, 1)),
    'no degree': bytesOf(without(map, 2)),
    'a key twice': Buffer.concat([Buffer.of(0xa5), pairs[0], ...pairs]),
    'keys in another order': Buffer.concat([Buffer.of(0xa4), pairs[1], pairs[0], ...pairs.slice(2)]),
    'a longer head than needed': Buffer.concat([Buffer.of(0xb8, 4), ...pairs]),
    'a longer number than needed': Buffer.concat([Buffer.of(0xa4), Buffer.of(0, 0x18, 1), ...pairs.slice(1)]),
    'an indefinite map': Buffer.concat([Buffer.of(0xbf), ...pairs, Buffer.of(0xff)]),
    'an indefinite byte string': Buffer.concat([Buffer.of(0xa4), pairs[0], Buffer.of(1, 0x5f), bytesOf(region), Buffer.of(0xff), ...pairs.slice(2)]),
    'a list in its place': bytesOf([1, region, 1, lines]),
  };
}

/** Lines that are none, by what is wrong: of a byte string of lines. */
export function otherLines(bytes, line) {
  const at = (number) => bytes.subarray(number * line, (number + 1) * line);
  const all = Array.from({ length: bytes.length / line }, (_, number) => Buffer.from(at(number)));
  const changed = (tag) => ascending([...all.slice(1), Buffer.concat([tag, random(line)]).subarray(0, line)]);
  return {
    'lines that descend': Buffer.concat([...all].reverse()),
    'two lines that are exchanged': Buffer.concat([all[1], all[0], ...all.slice(2)]),
    'a line twice': ascending([...all.slice(1), all[1]]),
    'a tag that is the identity': changed(Buffer.alloc(32)),
    'a tag that is no element': changed(Buffer.alloc(32, 0xff)),
    'a tag of a negative element': changed(Buffer.concat([Buffer.of(1), Buffer.alloc(31)])),
  };
}

export const decoded = (bytes) => decode(bytes, { useMaps: true });
