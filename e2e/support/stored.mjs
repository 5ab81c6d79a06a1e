//! What a phone has on its device: the whole of the app's database, as somebody with the device in hand could read it.

import { createPrivateKey, createPublicKey } from 'node:crypto';

/** Every record: `{store, key, bytes}`. */
export async function dump(phone) {
  const records = await phone.page.evaluate(async () => {
    const finished = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const names = (await indexedDB.databases()).map((database) => database.name);
    const all = [];
    for (const name of names) {
      const database = await finished(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([finished(objects.getAllKeys()), finished(objects.getAll())]);
        keys.forEach((key, i) => {
          const value = values[i];
          const isBytes = value instanceof Uint8Array;
          all.push({ store, key: String(key), bytes: isBytes ? [...value] : [...new TextEncoder().encode(JSON.stringify(value))] });
        });
      }
      database.close();
    }
    for (const kept of [localStorage, sessionStorage]) {
      for (const key of Object.keys(kept)) {
        all.push({ store: 'web storage', key, bytes: [...new TextEncoder().encode(kept.getItem(key))] });
      }
    }
    return all;
  });
  return records.map(({ store, key, bytes }) => ({ store, key, bytes: Buffer.from(bytes) }));
}

/** The JSON of one record, if there is one. */
export async function record(phone, store, key) {
  const found = (await dump(phone)).find((one) => one.store === store && one.key === key);
  return found && JSON.parse(found.bytes.toString('utf8'));
}

/** Whether bytes stand in a record, plainly, in hexadecimal, or in base64url at any alignment. */
export function holds(records, secret) {
  const forms = [secret, Buffer.from(secret.toString('hex'))];
  for (const skip of [0, 1, 2]) {
    // The first and last characters depend on the neighbours.
    const text = Buffer.concat([Buffer.alloc(skip), secret]).toString('base64url');
    forms.push(Buffer.from(text.slice(skip === 0 ? 0 : skip + 1, -2)));
  }
  return records.some((one) => forms.some((form) => one.bytes.includes(form)));
}

/** RFC 8410: what stands before the 32 bytes of an X25519 private key. */
const X25519_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex');

function publicOf(secret) {
  const key = createPrivateKey({ key: Buffer.concat([X25519_HEAD, secret]), format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** The 32 bytes, anywhere in the records, that are the private half of an X25519 public key. */
export function privateKeyIn(records, publicKey) {
  for (const { store, bytes } of records) {
    for (let at = 0; at + 32 <= bytes.length; at += 1) {
      const window = bytes.subarray(at, at + 32);
      if (publicOf(window).equals(publicKey)) return { store, secret: Buffer.from(window) };
    }
  }
  return undefined;
}

/** Every CBOR byte string of 32 bytes in some bytes: keys, secrets and tags have this form. */
export function stringsOf32(bytes) {
  const found = [];
  for (let at = 0; at + 34 <= bytes.length; at += 1) {
    if (bytes[at] === 0x58 && bytes[at + 1] === 0x20) found.push(Buffer.from(bytes.subarray(at + 2, at + 34)));
  }
  return found;
}

/** Puts these members into the JSON of one record. */
export async function put(phone, store, key, members) {
  await phone.page.evaluate(
    async ({ store, key, members }) => {
      const finished = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      for (const { name } of await indexedDB.databases()) {
        const database = await finished(indexedDB.open(name));
        const objects = database.transaction(store, 'readwrite').objectStore(store);
        const value = JSON.parse(new TextDecoder().decode(await finished(objects.get(key))));
        await finished(objects.put(new TextEncoder().encode(JSON.stringify({ ...value, ...members })), key));
        database.close();
      }
    },
    { store, key, members },
  );
}
