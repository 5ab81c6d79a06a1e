// A trap: a program of five instructions that runs into one, behind the guard that stands around Twoken's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TwokenError } from 'twoken';
import { guarded } from '../dist/guard.js';

/**
 * ```wat
 * (module (import "e" "f" (func (result i32)))
 *   (func (export "trap") unreachable) (func (export "fine") (result i32) (i32.const 7))
 *   (func (export "deep") (call 3)) (func (export "__wbg_thing_free") unreachable) (export "asks" (func 0)))
 * ```
 */
const PROGRAM = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 8, 2, 0x60, 0, 1, 0x7f, 0x60, 0, 0,
  2, 7, 1, 1, 0x65, 1, 0x66, 0, 0,
  3, 5, 4, 1, 0, 1, 1,
  7, 48, 5,
  4, ...Buffer.from('trap'), 0, 1,
  4, ...Buffer.from('fine'), 0, 2,
  4, ...Buffer.from('deep'), 0, 3,
  16, ...Buffer.from('__wbg_thing_free'), 0, 4,
  4, ...Buffer.from('asks'), 0, 0,
  10, 19, 4, 3, 0, 0, 0x0b, 4, 0, 0x41, 7, 0x0b, 4, 0, 0x10, 3, 0x0b, 3, 0, 0, 0x0b,
);

function program(asked = () => 1) {
  return guarded(new WebAssembly.Instance(new WebAssembly.Module(PROGRAM), { e: { f: asked } }).exports);
}

const code = (wanted) => (error) => error instanceof TwokenError && error.code === wanted;

test('a trap is told as our fault, and everything after it is refused', () => {
  const one = program();
  assert.equal(one.fine(), 7);
  assert.throws(() => one.trap(), (error) => code('internal')(error) && error.cause instanceof WebAssembly.RuntimeError);
  assert.throws(() => one.fine(), (error) => code('poisoned')(error) && error.cause.code === 'internal');
  assert.equal(one.__wbg_thing_free(1), undefined, 'what cleans up afterwards is left alone');
  assert.equal(program().fine(), 7, 'another program is another matter');
});

test('so are a stack that overflows, and what JavaScript throws through it', () => {
  const deep = program();
  assert.throws(() => deep.deep(), (error) => code('internal')(error) && error.cause instanceof RangeError);
  assert.throws(() => deep.fine(), code('poisoned'));
  const asks = program(() => {
    throw new Error('of somebody else');
  });
  assert.throws(() => asks.asks(), code('internal'));
  const refused = program(() => {
    throw new TwokenError('busy', 'refused');
  });
  assert.throws(() => refused.asks(), code('busy'));
  assert.equal(refused.fine(), 7);
});
