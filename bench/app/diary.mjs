// A diary as large as they come: encounters made from a real one, put where the app keeps them, sealed as the app does it.
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { begin, keep, meet } from '../../e2e/support/meeting.mjs';
import { Phone } from '../../e2e/support/phone.mjs';
import { dump, putAll } from '../../e2e/support/stored.mjs';

const DAYS = 13.5; // so that none is too old while it is looked at
const LABEL = 'label 0';
const NOTE = 'number 0000';
/** Where a record's id and times stand: a version, the head of a map, and the first of its members. */
const ID = 4;
const TIMES = [22, 28];

/** Opens a phone whose diary has so many encounters, over nearly 14 days, of eight labels. */
export async function phoneWith(server, encounters) {
  const [phone, other] = [await Phone.open(server, 'ada'), await Phone.open(server, 'ben')];
  try {
    for (const one of [phone, other]) await begin(one);
    await meet(phone, other);
    await keep(phone, { label: LABEL, note: NOTE });
  } finally {
    await other.remove();
  }
  const [row] = (await dump(phone)).filter(({ store }) => store === 'diary');
  const { bytes } = row;
  // 0x50: sixteen bytes; 0x1a: a number of four.
  assert.deepEqual([bytes[2], bytes[3]], [0, 0x50]);
  for (const at of TIMES) assert.equal(bytes[at - 1], 0x1a);
  const drawn = [];
  for (let at = 0; at + 34 <= bytes.length; at += 1) {
    // The last byte says how great it is: it stays, so that a number stays one of its group.
    if (bytes[at] === 0x58 && bytes[at + 1] === 0x20) drawn.push([at + 2, 31]);
  }
  assert.ok(drawn.length >= 4);
  const [label, note] = [bytes.indexOf(LABEL) + LABEL.length - 1, bytes.indexOf(NOTE) + NOTE.length - 4];
  assert.ok(label >= LABEL.length && note >= NOTE.length);
  const rows = Array.from({ length: encounters - 1 }, (_, before) => {
    const number = before + 1;
    const row = Buffer.from(bytes);
    for (const [at, length] of [[ID, 16], ...drawn]) randomFillSync(row, at, length);
    const ago = Math.floor((number * DAYS * 86_400) / encounters);
    for (const at of TIMES) row.writeUInt32BE(row.readUInt32BE(at) - ago, at);
    row.write(String(number % 8), label);
    row.write(String(number).padStart(4, '0'), note);
    return [row.toString('hex', ID, ID + 16), row];
  });
  await putAll(phone, 'diary', rows);
  await phone.open();
  return phone;
}
