// Objects of the program: each holds a place in its memory, and none after it was freed or used up.

import { TwokenError } from './error.js';

interface Held {
  __wbg_ptr?: number;
}

/** The place of an object that is there. */
export function alive(held: Held): number {
  if (held.__wbg_ptr) return held.__wbg_ptr;
  throw new TwokenError('freed', `this ${held.constructor?.name ?? 'object'} was freed or used up`);
}

/** That an argument is an object of this class, and there. */
export function isOf(held: unknown, kind: new () => unknown): void {
  if (!(held instanceof kind)) throw new TwokenError('argument.type', `a ${kind.name} is wanted here`);
  alive(held as Held);
}
