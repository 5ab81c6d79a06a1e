//! A key code as staff would take it off a patient's screen, put together and taken apart. Written from
//! `docs/protocol.md` §14.2: `1 | transfer 8 | index u8 | count u8 | part`, the whole `{0: 1, 1: nodes, 2: encounters}`.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { bytesOfBase32 } from './base32.mjs';
import { textIn } from './code.mjs';
import { eventually } from './expect.mjs';
import { say } from './words.mjs';

const PREFIX = 'TWOKEN-KEYS-';
const HEAD = 11;
const MOST = 800;
const NODE = 20;
const ENCOUNTER = 64;

export const keyCodeOf = (phone) => phone.page.getByRole('img', { name: say('keys.code'), exact: true });

/** The frame in a picture of a code. */
function frameIn(png) {
  const text = textIn(png);
  assert.ok(text.startsWith(PREFIX), `${text.slice(0, 20)} … is no key code`);
  const frame = bytesOfBase32(text.slice(PREFIX.length));
  assert.ok(frame.length > HEAD && frame.length <= MOST, `${frame.length} bytes`);
  assert.equal(frame[0], 1, 'version');
  const transfer = frame.subarray(1, 9).toString('hex');
  return { transfer, index: frame[9], count: frame[10], part: frame.subarray(HEAD) };
}

/** The frame on a phone's screen right now; none while one code gives way to the next. */
async function frameOn(phone) {
  try {
    return frameIn(await keyCodeOf(phone).screenshot({ animations: 'allow' }));
  } catch (error) {
    if (error.message.startsWith('there is no code')) return undefined;
    throw error;
  }
}

/** A byte string of deterministic CBOR at `at`: its bytes, and what follows. */
function byteString(body, at) {
  const kind = body[at];
  if (kind >= 0x40 && kind < 0x58) return [body.subarray(at + 1, at + 1 + kind - 0x40), at + 1 + kind - 0x40];
  const width = { 0x58: 1, 0x59: 2 }[kind];
  assert.ok(width, `no byte string: ${kind}`);
  const begin = at + 1 + width;
  const end = begin + body.readUIntBE(at + 1, width);
  return [body.subarray(begin, end), end];
}

const chunks = (bytes, size) => {
  assert.equal(bytes.length % size, 0);
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
};

/** Looks at the screen until all frames were seen: `{transfer, count, body, nodes, encounters}`. */
export async function collected(phone) {
  const parts = new Map();
  let transfer;
  let count;
  await eventually(`all codes of ${phone.name} are read`, async () => {
    const frame = await frameOn(phone);
    if (!frame) return false;
    assert.equal(transfer ?? frame.transfer, frame.transfer);
    assert.equal(count ?? frame.count, frame.count);
    ({ transfer, count } = frame);
    assert.ok(frame.index < count);
    parts.set(frame.index, frame.part);
    return parts.size === count;
  }, 60_000);
  const body = Buffer.concat(Array.from({ length: count }, (_, i) => parts.get(i)));
  const digest = createHash('sha256').update('twoken/v1/handover').update(body).digest();
  assert.equal(digest.subarray(0, 8).toString('hex'), transfer, 'the whole is what its codes say');
  assert.deepEqual([...body.subarray(0, 4)], [0xa3, 0, 1, 1]);
  const [nodes, next] = byteString(body, 4);
  assert.equal(body[next], 2);
  const [encounters, end] = byteString(body, next + 1);
  assert.equal(end, body.length);
  return { transfer, count, body, nodes: chunks(nodes, NODE), encounters: chunks(encounters, ENCOUNTER) };
}
