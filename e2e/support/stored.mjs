//! What a phone has on its device: the whole of the app's database, as somebody with the device in hand could read it.

import { createPrivateKey, createPublicKey } from 'node:crypto';

/**
 * Every record: `{store, key, bytes}`, opened with the key that lies beside them (docs/adr/0053): whoever holds the device
 * unlocked can do as much. What lies there is looked at by `asItLies`.
 */
export const dump = (phone) => read(phone, true);

/** Every record as its bytes lie on the device. */
export const asItLies = (phone) => read(phone, false);

async function read(phone, opened) {
  const records = await phone.page.evaluate(async (opened) => {
    const finished = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const names = (await indexedDB.databases()).map((database) => database.name);
    const all = [];
    for (const name of names) {
      const database = await finished(indexedDB.open(name));
      const stores = [...database.objectStoreNames];
      const key = stores.includes('vault') && (await finished(database.transaction('vault').objectStore('vault').get('key')));
      for (const store of stores.filter((store) => store !== 'vault')) {
        const objects = database.transaction(store).objectStore(store);
        const [names, values] = await Promise.all([finished(objects.getAllKeys()), finished(objects.getAll())]);
        for (const [i, record] of names.entries()) {
          let bytes = values[i] instanceof Uint8Array ? values[i] : new TextEncoder().encode(JSON.stringify(values[i]));
          if (opened && key && `${store}/${record}` !== 'settings/turn') {
            const additionalData = new TextEncoder().encode(`twoken/v1/storage${store}\0${record}`);
            const algorithm = { name: 'AES-GCM', iv: bytes.slice(1, 13), additionalData };
            // One that was damaged by a story stays as it is.
            bytes = await crypto.subtle.decrypt(algorithm, key, bytes.slice(13)).then((plain) => new Uint8Array(plain), () => bytes);
          }
          all.push({ store, key: String(record), bytes: [...bytes] });
        }
      }
      database.close();
    }
    for (const kept of [localStorage, sessionStorage]) {
      for (const key of Object.keys(kept)) {
        all.push({ store: 'web storage', key, bytes: [...new TextEncoder().encode(kept.getItem(key))] });
      }
    }
    return all;
  }, opened);
  return records.map(({ store, key, bytes }) => ({ store, key, bytes: Buffer.from(bytes) }));
}

/** Writes a record behind the app's back, sealed as the app does it. */
export const put = (phone, store, name, bytes) => putAll(phone, store, [[name, bytes]]);

/** The same with many of one store, by their names: all, or none. */
export async function putAll(phone, store, records) {
  await phone.page.evaluate(
    async ([store, records]) => {
      const finished = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await finished(indexedDB.open('twoken'));
      const key = await finished(database.transaction('vault').objectStore('vault').get('key'));
      const all = [];
      for (const [name, text] of records) {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const additionalData = new TextEncoder().encode(`twoken/v1/storage${store}\0${name}`);
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes);
        all.push([name, new Uint8Array([1, ...iv, ...new Uint8Array(sealed)])]);
      }
      const objects = database.transaction(store, 'readwrite').objectStore(store);
      await Promise.all(all.map(([name, record]) => finished(objects.put(record, name))));
      database.close();
    },
    [store, records.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])],
  );
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
export async function amend(phone, store, key, members) {
  await put(phone, store, key, Buffer.from(JSON.stringify({ ...(await record(phone, store, key)), ...members })));
}
