//! The age format for a passphrase (https://c2sp.org/age), once more and by Node's own cryptography: what the app makes is
//! opened here, and what it must refuse is made here.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import assert from 'node:assert/strict';

const CHUNK = 65_536;
const TAG = 16;
const options = { authTagLength: TAG };
const base64 = (bytes) => bytes.toString('base64').replace(/=+$/, '');
const derive = (key, salt, info) => Buffer.from(hkdfSync('sha256', key, salt, info, 32));
const wrapKey = (passphrase, salt, work) =>
  scryptSync(passphrase, Buffer.concat([Buffer.from('age-encryption.org/v1/scrypt'), salt]), 32, { N: 2 ** work, r: 8, p: 1, maxmem: 2 ** 30 });

function encrypt(key, nonce, plain) {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, options);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key, nonce, sealed) {
  const cipher = createDecipheriv('chacha20-poly1305', key, nonce, options);
  cipher.setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([cipher.update(sealed.subarray(0, -TAG)), cipher.final()]);
}

function nonceOf(counter, last) {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(counter, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** A file of `plain` under a passphrase; `claimed` is the work that its header says. */
export function seal(passphrase, plain, { work = 10, claimed = work } = {}) {
  const [key, salt, nonce] = [16, 16, 16].map((length) => randomBytes(length));
  const wrapped = encrypt(wrapKey(passphrase, salt, work), Buffer.alloc(12), key);
  const header = `age-encryption.org/v1\n-> scrypt ${base64(salt)} ${claimed}\n${base64(wrapped)}\n---`;
  const mac = createHmac('sha256', derive(key, '', 'header')).update(header).digest();
  const parts = [Buffer.from(`${header} ${base64(mac)}\n`), nonce];
  const payloadKey = derive(key, nonce, 'payload');
  for (let at = 0, counter = 0; at === 0 || at < plain.length; at += CHUNK, counter += 1) {
    parts.push(encrypt(payloadKey, nonceOf(counter, at + CHUNK >= plain.length), plain.subarray(at, at + CHUNK)));
  }
  return Buffer.concat(parts);
}

/** What is in such a file. */
export function open(passphrase, file) {
  const end = file.indexOf('\n---');
  const [intro, stanza, body] = file.subarray(0, end).toString().split('\n');
  assert.equal(intro, 'age-encryption.org/v1');
  const [, , salt, work] = stanza.split(' ');
  const key = decrypt(wrapKey(passphrase, Buffer.from(salt, 'base64'), Number(work)), Buffer.alloc(12), Buffer.from(body, 'base64'));
  const line = file.indexOf('\n', end + 1);
  const mac = createHmac('sha256', derive(key, '', 'header')).update(file.subarray(0, end + 4)).digest();
  assert.equal(file.subarray(end + 5, line).toString(), base64(mac));
  const payloadKey = derive(key, file.subarray(line + 1, line + 17), 'payload');
  const parts = [];
  for (let at = line + 17, counter = 0; at < file.length; at += CHUNK + TAG, counter += 1) {
    parts.push(decrypt(payloadKey, nonceOf(counter, at + CHUNK + TAG >= file.length), file.subarray(at, at + CHUNK + TAG)));
  }
  return Buffer.concat(parts);
}
