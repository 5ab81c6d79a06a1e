// What is passed wrongly: each gets a `TwokenError` that names it, and nothing is broken by it.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { inspect } from 'node:util';
import vm from 'node:vm';
import * as twoken from 'twoken';
import { MEETING, Person, meet } from './support/people.mjs';

before(() => twoken.init());

function refuses(code, act, says = /./) {
  assert.throws(act, (error) => {
    assert.ok(error instanceof twoken.TwokenError, `${error.stack}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, says);
    return true;
  });
}

test('another type than the one asked for', () => {
  const ring = new twoken.KeyRing();
  for (const now of [undefined, null, 'now', {}, [], Symbol('now'), 1n, () => 1]) refuses('argument.type', () => ring.advance(now), /`now`/);
  for (const bytes of [undefined, null, 'AAAA', [1, 2], new Uint16Array(4), new DataView(new ArrayBuffer(8)), new ArrayBuffer(8)]) {
    refuses('argument.type', () => twoken.decodePayload(bytes), /`bytes` must be a Uint8Array/);
  }
  for (const text of [undefined, 7, new String('x'), new Uint8Array(3)]) refuses('argument.type', () => twoken.Tan.parse(text), /`text`/);
  refuses('argument.type', () => new twoken.Redaction().counts({}), /Diary/);
  refuses('argument.type', () => new twoken.Redaction().counts(ring), /Diary/);
  refuses('argument.type', () => twoken.Matcher.fromDiary(), /Diary/);
  refuses('argument.type', () => new twoken.Emissions().cover('abc'), /`chosen`/);
  refuses('argument.type', () => new twoken.Emissions().cover(['abc']), /`chosen`/);
  refuses('argument.type', () => twoken.assess(new twoken.Diary(), 'x'), /`config`/);
});

test('a value that it cannot have', () => {
  const ring = new twoken.KeyRing();
  for (const now of [Number.NaN, -1, 0.5, Infinity, new Date(Number.NaN)]) refuses('argument.value', () => ring.advance(now), /`now`/);
  refuses('argument.value', () => ring.advance(Date.now()), /milliseconds/);
  assert.equal(twoken.intervalOf(new Date(MEETING * 1000 + 999)), Math.floor(MEETING / 600));
  refuses('argument.value', () => twoken.startOf(2 ** 32), /from 0 to 4294967295/);
  refuses('argument.value', () => new twoken.PendingPermit(twoken.Tan.generate(), 'doctor', 1), /'patient' or 'staff'/);
  refuses('argument.value', () => twoken.Matcher.forNews(new twoken.Diary(), 3), /1 or 2/);
  refuses('argument.value', () => new twoken.Redaction().leaveOutDay(new twoken.Diary(), '21.11.2026'), /YYYY-MM-DD/);
  refuses('argument.value', () => new twoken.Diary().get('no id'), /32 hexadecimal/);
  const options = { testDay: '2026-11-21', region: 'root', mode: 'open' };
  const chosen = new twoken.Redaction().apply(new twoken.Diary(), new twoken.Emissions());
  refuses('upload.nothing', () => twoken.UploadBody.build(chosen, options));
  refuses('argument.value', () => twoken.UploadBody.build(chosen, { ...options, testday: '' }), /nothing else/);
  refuses('argument.value', () => twoken.UploadBody.build(chosen, { ...options, region: 'Root!' }), /options\.region/);
  refuses('argument.type', () => twoken.UploadBody.build(chosen, { testDay: '2026-11-21' }), /options\.region/);
});

test('too long, too short, taken away', () => {
  refuses('argument.length', () => new twoken.Secret(new Uint8Array(31)), /32 bytes, it has 31/);
  refuses('beacon.truncated', () => twoken.decodePayload(Uint8Array.of(1, 0, 0)));
  refuses('argument.length', () => twoken.decodePayload(new Uint8Array(5000)), /4096 at most/);
  refuses('argument.length', () => twoken.scan('x'.repeat(100_000)));
  const bytes = new Uint8Array(78);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  refuses('argument.detached', () => twoken.decodePayload(bytes), /detached/);
});

test('bytes of another realm, and of Node’s own kind, are bytes', () => {
  const foreign = vm.runInNewContext('Uint8Array.of(1, 0, 0)');
  refuses('beacon.truncated', () => twoken.decodePayload(foreign));
  refuses('beacon.truncated', () => twoken.decodePayload(Buffer.from([1, 0, 0])));
  const whole = new Person();
  whole.ring.advance(MEETING);
  const payload = whole.ring.payload(MEETING);
  const within = new Uint8Array(200);
  within.set(payload, 50);
  assert.deepEqual(twoken.decodePayload(within.subarray(50, 50 + payload.length)), twoken.decodePayload(payload));
  const date = vm.runInNewContext(`new Date(${MEETING * 1000})`);
  assert.equal(twoken.intervalOf(date), twoken.intervalOf(MEETING));
});

test('after it was freed or used up', () => {
  const diary = new twoken.Diary();
  diary.free();
  refuses('freed', () => diary.all(), /freed or used up/);
  refuses('freed', () => diary.length);
  refuses('freed', () => new twoken.Redaction().counts(diary));
  assert.doesNotThrow(() => diary.free());
  const [anna, ben] = [new Person(), new Person()];
  anna.ring.advance(MEETING);
  ben.ring.advance(MEETING);
  const draft = anna.ring.hear(ben.ring.payload(MEETING), MEETING, 'camera');
  anna.diary.record(draft);
  refuses('freed', () => anna.diary.record(draft));
  refuses('freed', () => draft.id);
  refuses('freed', () => twoken.Diary.prototype.all.call({}));
  assert.throws(() => twoken.Diary.prototype.all.call(undefined), TypeError);
});

test('secrets can be disposed of, and do not print', () => {
  const tan = twoken.Tan.generate();
  const shown = [inspect(tan, { depth: 9, showHidden: true }), JSON.stringify(tan), `${tan}`].join();
  const symbols = tan.display().replaceAll('-', '');
  assert.ok(!shown.includes(symbols) && !shown.includes(tan.display()));
  const dispose = Symbol.dispose ?? Symbol.for('nodejs.dispose');
  assert.equal(typeof tan[dispose], 'function');
  tan[dispose]();
  refuses('freed', () => tan.display());
  try {
    twoken.Tan.parse('7M2M9-QXB4T-1HDB');
    assert.fail('it has another check symbol');
  } catch (error) {
    assert.ok(!inspect(error).split('at ')[0].includes('7M2M9'));
  }
});

test('getters and iterators that throw or come back', () => {
  const options = { get testDay() { throw new Error('no'); }, region: 'root', mode: 'open' };
  const chosen = new twoken.Redaction().apply(new twoken.Diary(), new twoken.Emissions());
  refuses('argument.type', () => twoken.UploadBody.build(chosen, options), /testDay/);
  const emissions = new twoken.Emissions();
  refuses('argument.type', () => emissions.cover({ *[Symbol.iterator]() { throw new Error('no'); } }));
  refuses('argument.length', () => emissions.cover({ *[Symbol.iterator]() { for (;;) yield 1; } }));
  const proxy = new Proxy({}, { ownKeys: () => { throw new Error('no'); }, get: () => { throw new Error('no'); }, getPrototypeOf: () => { throw new Error('no'); } });
  refuses('argument.type', () => twoken.UploadBody.build(chosen, proxy));
  refuses('argument.type', () => twoken.decodePayload(proxy));
  const [anna, ben] = [new Person(), new Person()];
  meet(anna, ben, MEETING);
  const risk = { high_minutes: 15, medium_minutes: 5, close_attenuation_db: 55, near_attenuation_db: 63, near_percent: 50, second_degree_percent: 50 };
  refuses('argument.value', () => twoken.assess(anna.diary, risk, () => { throw new Error('no'); }), /does not throw/);
  // While a diary is being read nobody may change it.
  const told = [];
  refuses('argument.value', () => twoken.assess(anna.diary, risk, () => {
    try {
      anna.diary.sweep(MEETING);
    } catch (error) {
      told.push(error.code);
      throw error;
    }
    return '2026-11-21';
  }));
  assert.deepEqual(told, ['busy']);
  for (let round = 0; round < 50_000; round += 1) {
    try {
      twoken.assess(anna.diary, risk, () => anna.diary.sweep(MEETING));
    } catch {
      // As above: what is left of it on the program's stack must not grow.
    }
  }
  assert.equal(anna.diary.length, 1);
});
