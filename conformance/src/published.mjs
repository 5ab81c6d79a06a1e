// What a server publishes, read byte by byte (docs/protocol.md, 17 and 18): the package's own readers refuse a whole, these say what is wrong.

import { createHash } from 'node:crypto';
import { decode, encode } from 'cborg';
import { ed25519, ristretto255 } from '@noble/curves/ed25519.js';
import { Failed, that as must } from './verdict.mjs';

export const PAGE = 256;
/** Bytes of a line: a tag and its sealed status, or in private mode a second tag alone. */
export const LINE = { open: 84, private: 32 };
const DAY = 86_400;
const REGION = /^[a-z0-9-]{1,16}$/;
const PREFIX = { header: 'twoken/v1/header', index: 'twoken/v1/index', head: 'twoken/v1/head' };

export { must };

export const hex = (bytes) => Buffer.from(bytes).toString('hex');
export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
export const equal = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)) === 0;

/** The day of a number, such as `2026-11-21`. */
export const dayText = (number) => new Date(number * DAY * 1000).toISOString().slice(0, 10);

/** A map of whole-number keys in deterministic CBOR: what is encoded anew has to be what came. */
export function canonicalMap(bytes, what) {
  let value;
  try {
    value = decode(bytes, { useMaps: true, rejectDuplicateMapKeys: true, allowIndefinite: false, strict: true });
  } catch (error) {
    throw new Failed(`${what} is no CBOR: ${error.message}`);
  }
  must(value instanceof Map, `${what} is no CBOR map`);
  must([...value.keys()].every(Number.isInteger), `${what} has a key that is no whole number`);
  must(equal(encode(value), bytes), `${what} is not in deterministic encoding`);
  return value;
}

/** The keys that have to be there, and no others. */
export function keysAre(map, keys, what) {
  const there = [...map.keys()];
  must(there.length === keys.length && keys.every((key) => map.has(key)), `${what} has the keys ${there.join(', ')} and not ${keys.join(', ')}`);
}

const isBytes = (value, length) => value instanceof Uint8Array && (length === undefined || value.length === length);
const isWhole = (value, from, to) => Number.isInteger(value) && value >= from && value <= to;

/** `signature 64 ‖ rest`, the signature being of prefix and rest. */
export function signedBy(bytes, prefix, key, what) {
  must(bytes.length > 64, `${what} has ${bytes.length} bytes`);
  const [signature, rest] = [bytes.subarray(0, 64), bytes.subarray(64)];
  let holds = false;
  try {
    holds = ed25519.verify(signature, Buffer.concat([Buffer.from(prefix), rest]), key, { zip215: false });
  } catch {
    // A signature that is none does not hold.
  }
  must(holds, `the signature of ${what} does not hold under the configuration's signing_key`);
  return rest;
}

/** Whether 32 bytes are an `element`: canonical, and not the identity. */
export function isElement(bytes) {
  try {
    return !ristretto255.Point.fromBytes(Uint8Array.from(bytes)).is0();
  } catch {
    return false;
  }
}

/** A signed header, of its form; `key` is the signing key's 32 bytes. */
export function readHeader(signed, key) {
  const bytes = signedBy(signed, PREFIX.header, key, 'a header');
  const map = canonicalMap(bytes, 'a header');
  must(map.get(0) === 1, 'a header is of another version');
  keysAre(map, map.get(4) === 2 ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] : [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11], 'a header');
  const [, id, region, scheme, mode, degree, sealedAt, entries, config, blindingKey, filter, pages] = Array.from({ length: 12 }, (_, at) => map.get(at));
  must(isBytes(id, 16), "a header's id is not 16 bytes");
  must(typeof region === 'string' && REGION.test(region), "a header's region is no region's id");
  must(isWhole(scheme, 1, 2) && isWhole(mode, 1, 2) && isWhole(degree, 1, 2), "a header's scheme, mode or degree is none");
  must(isWhole(sealedAt, 0, Number.MAX_SAFE_INTEGER), "a header's time of sealing is none");
  must(isBytes(config, 32) && isBytes(filter, 32), "a header's digests are not 32 bytes");
  must(Array.isArray(pages) && isWhole(pages.length, 1, 65_535) && pages.every((page) => isBytes(page, 32)), "a header's page digests are none");
  must(entries === PAGE * pages.length, `a header states ${entries} entries and ${pages.length} pages`);
  if (mode === 2) must(isBytes(blindingKey, 32) && isElement(blindingKey), "a header's blinding key is no element");
  return {
    signed,
    digest: hex(sha256(signed)),
    id: hex(id),
    region,
    scheme,
    mode: mode === 2 ? 'private' : 'open',
    degree,
    sealedAt,
    day: Math.floor(sealedAt / DAY),
    entries,
    config: hex(config),
    blindingKey,
    filter: hex(filter),
    pages: pages.map(hex),
  };
}

/** The head after a header. */
export const headAfter = (head, signed) => sha256(PREFIX.head, head, signed);

/** A signed index, of its form, with its headers read. */
export function readIndex(bytes, key) {
  const map = canonicalMap(signedBy(bytes, PREFIX.index, key, 'an index'), 'an index');
  must(map.get(0) === 1, 'an index is of another version');
  keysAre(map, [0, 1, 2, 3, 4, 5], 'an index');
  const [, region, day, previousHead, signed, signedAt] = Array.from({ length: 6 }, (_, at) => map.get(at));
  must(typeof region === 'string' && REGION.test(region), "an index's region is no region's id");
  must(isWhole(day, 0, 65_535), "an index's day is none");
  must(isBytes(previousHead, 32), "an index's previous head is not 32 bytes");
  must(Array.isArray(signed) && signed.every((one) => isBytes(one)), "an index's headers are no byte strings");
  must(isWhole(signedAt, 0, Number.MAX_SAFE_INTEGER), "an index's time of signing is none");
  const headers = signed.map((one) => readHeader(one, key));
  return { region, day, previousHead, headers, signedAt, lastHead: signed.reduce(headAfter, previousHead) };
}

/** The lines of an entries file in their order: `tag`, in open mode `sealed`, and `line`, which is both. */
export function readLines(file, mode) {
  const size = LINE[mode];
  const whole = PAGE * size;
  must(file.length > 0 && file.length % whole === 0, `an entries file of ${file.length} bytes is not full pages`);
  const lines = [];
  for (let start = 0; start < file.length; start += whole) {
    for (let at = 0; at < PAGE; at += 1) {
      const tag = file.subarray(start + at * 32, start + at * 32 + 32);
      const from = start + PAGE * 32 + at * (size - 32);
      const sealed = file.subarray(from, from + size - 32);
      lines.push({ tag, sealed, line: Buffer.concat([tag, sealed]) });
    }
  }
  return lines;
}

/** The filter of these tags (17.3), written anew. */
export function filterOf(tags) {
  const most = BigInt(tags.length) << 40n;
  const bits = [];
  let before = 0n;
  for (const tag of tags) {
    const leading = Buffer.from(tag.subarray(0, 8));
    leading[0] &= 0xfe;
    // Without the lowest bit of the first byte: 63 bits.
    const number = leading.readBigUInt64BE();
    const value = (((number >> 57n) << 56n) | (number & ((1n << 56n) - 1n)));
    const scaled = (value * most) >> 63n;
    const delta = scaled - before;
    before = scaled;
    for (let ones = delta >> 39n; ones > 0n; ones -= 1n) bits.push(1);
    bits.push(0);
    for (let at = 38n; at >= 0n; at -= 1n) bits.push(Number((delta >> at) & 1n));
  }
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => {
    if (bit) bytes[at >> 3] |= 0x80 >> (at & 7);
  });
  return bytes;
}
