// A diary as large as they come: encounters made from a real one, put where the app keeps them, sealed as the app does it.
import assert from 'node:assert/strict';
import { begin, keep, meet } from '../../e2e/support/meeting.mjs';
import { Phone } from '../../e2e/support/phone.mjs';
import { dump } from '../../e2e/support/stored.mjs';

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
  await phone.page.evaluate(multiply, { encounters, bytes: [...bytes], drawn, label, note, id: ID, times: TIMES, days: DAYS });
  await phone.open();
  return phone;
}

/** Runs in the page. */
async function multiply({ encounters, bytes, drawn, label, note, id, times, days }) {
  const finished = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await finished(indexedDB.open('twoken'));
  const key = await finished(database.transaction('vault').objectStore('vault').get('key'));
  const records = [];
  for (let number = 1; number < encounters; number += 1) {
    const row = new Uint8Array(bytes);
    const view = new DataView(row.buffer);
    crypto.getRandomValues(row.subarray(id, id + 16));
    for (const [at, length] of drawn) crypto.getRandomValues(row.subarray(at, at + length));
    const ago = Math.floor((number * days * 86_400) / encounters);
    for (const at of times) view.setUint32(at, view.getUint32(at) - ago);
    row[label] = 0x30 + (number % 8);
    row.set(new TextEncoder().encode(String(number).padStart(4, '0')), note);
    const name = [...row.subarray(id, id + 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = new TextEncoder().encode(`twoken/v1/storagediary\0${name}`);
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, row);
    records.push([name, new Uint8Array([1, ...iv, ...new Uint8Array(sealed)])]);
  }
  const transaction = database.transaction('diary', 'readwrite');
  for (const [name, record] of records) transaction.objectStore('diary').put(record, name);
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
  });
  database.close();
}
