// What is kept, in IndexedDB: the diary's rows by their ids, and a few things by name. What belongs together is written together.

import { openDB, type DBSchema } from 'idb';
import type { Authorised, CheckState, Choice, RiskConfig } from 'twoken';

/** A report on its way: before its TAN is redeemed, and after. */
export type Report =
  | { pending: Uint8Array; body: Uint8Array; delay: { min: number; max: number } }
  | { sent: Authorised; at: number };

/** What is kept beside the diary: of the last check, and a report until it is sent. */
export interface Things {
  server?: string;
  state?: CheckState;
  risk?: RiskConfig;
  chosen?: Record<string, Choice> | undefined;
  report?: Report | undefined;
}

interface Schema extends DBSchema {
  rows: { key: string; value: Uint8Array };
  things: { key: string; value: Things[keyof Things] };
}

const opened = openDB<Schema>('twoken-example', 1, {
  upgrade(database) {
    database.createObjectStore('rows');
    database.createObjectStore('things');
  },
});

export async function kept(): Promise<{ rows: Uint8Array[]; things: Things }> {
  const transaction = (await opened).transaction(['rows', 'things']);
  const things = transaction.objectStore('things');
  const [rows, names, values] = await Promise.all([transaction.objectStore('rows').getAll(), things.getAllKeys(), things.getAll()]);
  return { rows, things: Object.fromEntries(names.map((name, at) => [name, values[at]])) };
}

/** All of it or nothing of it; what is undefined is deleted. */
export async function keep(things: Things, rows: Record<string, Uint8Array | undefined> = {}): Promise<void> {
  const transaction = (await opened).transaction(['rows', 'things'], 'readwrite');
  for (const [id, row] of Object.entries(rows)) {
    const store = transaction.objectStore('rows');
    void (row ? store.put(row, id) : store.delete(id));
  }
  for (const [name, value] of Object.entries(things)) {
    const store = transaction.objectStore('things');
    void (value === undefined ? store.delete(name) : store.put(value, name));
  }
  await transaction.done;
}

export async function forget(): Promise<void> {
  const transaction = (await opened).transaction(['rows', 'things'], 'readwrite');
  await Promise.all([transaction.objectStore('rows').clear(), transaction.objectStore('things').clear(), transaction.done]);
}
