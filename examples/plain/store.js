// What is kept, in IndexedDB: the diary's rows by their ids, and a few things by name. What belongs together is written together.

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open('twoken-example', 1);
  request.onupgradeneeded = () => ['rows', 'things'].forEach((name) => request.result.createObjectStore(name));
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function within(mode, act) {
  const transaction = (await opened).transaction(['rows', 'things'], mode);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const result = act(transaction.objectStore('rows'), transaction.objectStore('things'));
  await done;
  return result;
}

/** Everything: `{ rows: [bytes], things: { name: value } }`. */
export async function kept() {
  const [rows, names, values] = await within('readonly', (rows, things) => [rows.getAll(), things.getAllKeys(), things.getAll()]);
  return { rows: rows.result, things: Object.fromEntries(names.result.map((name, at) => [name, values.result[at]])) };
}

/** All of it or nothing of it; what is undefined is deleted. */
export function keep(things, rows = {}) {
  const put = (store) => ([key, value]) => (value === undefined ? store.delete(key) : store.put(value, key));
  return within('readwrite', (inRows, inThings) => {
    Object.entries(rows).forEach(put(inRows));
    Object.entries(things).forEach(put(inThings));
  });
}

export function forget() {
  return within('readwrite', (rows, things) => [rows, things].forEach((store) => store.clear()));
}
