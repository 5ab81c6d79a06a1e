// What the program asks of JavaScript about the values that it was given. None of these throws: an exception that passes
// through the program leaves it in the middle of its work.

/** The bytes of any realm's `Uint8Array`; `false` for what is none, `null` for one whose buffer was taken away. */
export function bytesOf(value: unknown): Uint8Array | false | null {
  try {
    if (!ArrayBuffer.isView(value) || Object.prototype.toString.call(value) !== '[object Uint8Array]') return false;
  } catch {
    return false;
  }
  try {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  } catch {
    // A view of a detached buffer cannot be made (ECMA-262, InitializeTypedArrayFromArrayBuffer).
    return null;
  }
}

/** Milliseconds of any realm's `Date`; an invalid one has NaN. */
export function dateOf(value: unknown): number | undefined {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return undefined;
  }
}

/** A member; `undefined` where its getter throws. */
export function memberOf(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** What an iterable gives, `max` at most; `undefined` for a text, for what is no iterable, and where it throws. */
export function listOf(value: unknown, max: number): unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    const found: unknown[] = [];
    for (const each of value as Iterable<unknown>) {
      found.push(each);
      if (found.length >= max) break;
    }
    return found;
  } catch {
    return undefined;
  }
}
