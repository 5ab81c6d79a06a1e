//! Published lists gone wrong in every way, the worst among them signed by the server's own key. Written from
//! `docs/protocol.md`: an index is `signature 64 ‖ CBOR`, each header in it likewise.

import { createHash, createPrivateKey, sign } from 'node:crypto';

const SIGNATURE = 64;
const PAGE_ENTRIES = 256;
const TAG = 32;
const SEALED = 52;
const INDEX = { previous: 3, headers: 4, signedAt: 5 };
const HEADER = { id: 1, configDigest: 8 };

/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key. */
const ED25519_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function signed(seed, label, body) {
  const key = createPrivateKey({ key: Buffer.concat([ED25519_HEAD, seed]), format: 'der', type: 'pkcs8' });
  return sign(null, Buffer.concat([Buffer.from(label), body]), key);
}

/** Where a CBOR item at `at` has its content, how long or large it is, and where it ends. */
function item(bytes, at) {
  const [major, small] = [bytes[at] >> 5, bytes[at] & 31];
  const width = small < 24 ? 0 : 1 << (small - 24);
  const size = width === 0 ? small : width === 8 ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUIntBE(at + 1, width);
  let end = at + 1 + width;
  const content = end;
  if (major === 2 || major === 3) end += size;
  if (major === 4 || major === 5) {
    for (let i = 0; i < (major === 5 ? 2 * size : size); i += 1) end = item(bytes, end).end;
  }
  return { at, major, size, content, end };
}

/** The items of a CBOR map with small numbers as keys. */
function fields(bytes) {
  const found = {};
  const map = item(bytes, 0);
  for (let at = map.content; at < map.end; ) {
    const key = item(bytes, at);
    const value = item(bytes, key.end);
    found[key.size] = value;
    at = value.end;
  }
  return found;
}

/** The headers of an index, as parts of its body: changing them changes it. */
function headersIn(body) {
  const list = fields(body)[INDEX.headers];
  const headers = [];
  for (let at = list.content; at < list.end; ) {
    const one = item(body, at);
    headers.push(body.subarray(one.content, one.end));
    at = one.end;
  }
  return headers;
}

/**
 * An index that a server (whoever has its key) signs anew after `change` had its way with the CBOR of each header
 * and `changeIndex` with the index's.
 */
export function resigned(index, seed, { change = () => {}, changeIndex = () => {} }) {
  const copy = Buffer.from(index);
  const body = copy.subarray(SIGNATURE);
  for (const header of headersIn(body)) {
    change(header.subarray(SIGNATURE));
    signed(seed, 'twoken/v1/header', header.subarray(SIGNATURE)).copy(header);
  }
  changeIndex(body);
  signed(seed, 'twoken/v1/index', body).copy(copy);
  return copy;
}

/** A configuration that a server (whoever has its key) signs anew with these members, after the one that it gave. */
export function reconfigured(answer, seed, members) {
  const config = JSON.parse(answer.body);
  const before = createHash('sha256').update(answer.body).digest('hex');
  const body = Buffer.from(JSON.stringify({ ...config, ...members, previous_digests: [...config.previous_digests, before] }));
  const headers = { ...answer.headers, 'twoken-signature': signed(seed, 'twoken/v1/config', body).toString('base64url') };
  return { ...answer, headers, body };
}

/** An index that a server signs anew without its first batch. */
export function withoutFirst(index, seed) {
  const body = index.subarray(SIGNATURE);
  const list = fields(body)[INDEX.headers];
  const first = item(body, list.content);
  // A list of fewer than 24 has its length in its first byte.
  const shorter = Buffer.concat([body.subarray(0, list.at), Buffer.from([body[list.at] - 1]), body.subarray(first.end)]);
  return Buffer.concat([signed(seed, 'twoken/v1/index', shorter), shorter]);
}

/** Gives an index another past: the head it continues from. */
export const otherPast = (body) => {
  body[fields(body)[INDEX.previous].content] ^= 1;
};

/** How many batches an index lists. */
export const batchesIn = (index) => headersIn(index.subarray(SIGNATURE)).length;

/** Their names, as they stand in addresses. */
export function idsIn(index) {
  return headersIn(index.subarray(SIGNATURE)).map((header) => {
    const body = header.subarray(SIGNATURE);
    const { content, end } = fields(body)[HEADER.id];
    return body.subarray(content, end).toString('hex');
  });
}

/** Moves the time at which an index was signed. */
export const signedEarlier = (seconds) => (body) => {
  // A number of four bytes stands behind its head.
  const at = fields(body)[INDEX.signedAt].at + 1;
  body.writeUInt32BE(body.readUInt32BE(at) - seconds, at);
};

/** Names another configuration in a header. */
export const otherConfig = (header) => {
  const { content } = fields(header)[HEADER.configDigest];
  header[content] ^= 1;
};

/** A filter whose values are all a little beside those of the tags: one bit of the first distance is another. */
export function shifted(filter) {
  const copy = Buffer.from(filter);
  copy[2] ^= 8;
  return copy;
}

/** Replaces the digest of one page, or of the filter, by another's. */
export const otherFile = (before, after) => (header) => {
  const digest = (file) => createHash('sha256').update(file).digest();
  const at = header.indexOf(digest(before));
  if (at >= 0) digest(after).copy(header, at);
};

/** A page whose first two entries have changed places. */
export function disordered(page) {
  const copy = Buffer.from(page);
  swap(copy, 0, TAG);
  swap(copy, PAGE_ENTRIES * TAG, SEALED);
  return copy;
}

function swap(bytes, at, length) {
  const first = Buffer.from(bytes.subarray(at, at + length));
  bytes.copyWithin(at, at + length, at + 2 * length);
  first.copy(bytes, at + length);
}
