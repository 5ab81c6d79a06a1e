// Everything that is exported, called with everything: whatever comes is a value or a `TwokenError`, and never our own fault.
//
// TWOKEN_FUZZ_SEED and TWOKEN_FUZZ_CALLS repeat a run, or make a longer one.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as twoken from 'twoken';
import { MEETING, Person, Server, meet, report } from './support/people.mjs';

const SEED = Number(process.env.TWOKEN_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const CALLS = Number(process.env.TWOKEN_FUZZ_CALLS ?? 20_000);

/** Not of the program: how it is loaded, and what asks the network. */
const OTHERS = ['init', 'initSync', 'default', 'instance', 'TwokenError', 'Client', 'check'];
/** Each takes a second, by design. */
const SLOW = ['seal', 'open'];

// Marsaglia's xorshift, 32 bits: the same seed, the same calls.
let state = SEED | 1;
const drawn = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};
const one = (list) => list[drawn(list.length)];

before(() => twoken.init());

/** Things that are right somewhere, to come further than the first look. */
function known() {
  const server = new Server();
  const [anna, ben] = [new Person(), new Person()];
  meet(anna, ben, MEETING, true);
  const sent = report(anna, server, MEETING);
  server.seal(MEETING);
  const [header] = server.headers;
  const { id, pageDigests } = header.info();
  const daySet = { day: '2026-11-21', scheme: 'encounter' };
  const risk = { high_minutes: 15, medium_minutes: 5, close_attenuation_db: 55, near_attenuation_db: 63, near_percent: 50, second_degree_percent: 50 };
  const question = twoken.Question.fromDiary(anna.diary, risk, daySet);
  return [
    anna.diary, anna.ring, anna.emissions, new twoken.Redaction(), server.signing, server.permits, server.tanKey, header, question, question.blind(),
    twoken.Matcher.fromDiary(ben.diary), twoken.DayKey.generate(), twoken.Tan.generate(), new twoken.DaySets(), new twoken.Hits(), twoken.WithdrawalKey.generate(),
    sent.body, sent.header, header.toBytes(), server.files.get(id), server.filters.get(id), server.index(MEETING), server.key, anna.ring.payload(MEETING),
    anna.diary.rowBytes(anna.diary.all()[0].id), anna.diary.all()[0].id, id, pageDigests[0], daySet, risk, question.toBytes(), MEETING, 'root', 'open', 'private',
    'encounter', 'tcn', 1, 2, '2026-11-21', 'patient', 'camera', { testDay: '2026-11-21', region: 'root', mode: 'open' },
    { region: 'root', scheme: 'encounter', degree: 1, sealedAt: MEETING, configDigest: '00'.repeat(32) }, [twoken.intervalOf(MEETING)],
  ];
}

function anything(right) {
  switch (drawn(16)) {
    case 0: return undefined;
    case 1: return null;
    case 2: return one([0, -1, 1, 0.5, 255, 256, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, Number.NaN, Infinity, -0]);
    case 3: return one(['', 'a', '\u0000', '\ud800', '#m=', 'TWOKEN-KEYS-', 'é'.repeat(100), 'x'.repeat(5000)]);
    case 4: return Uint8Array.from({ length: drawn(300) }, () => drawn(256));
    case 5: return one([true, false, 1n, Symbol('s'), () => 1, class {}, new Date(0), new Date(Number.NaN), /x/, new Map(), new Error('e')]);
    case 6: return one([[], {}, [1, 'a', null], { length: 3 }, new Uint16Array(3), new ArrayBuffer(8), new DataView(new ArrayBuffer(8)), Object.create(null)]);
    case 7: return Array.from({ length: drawn(4) }, () => anything(right));
    case 8: {
      // Right but for a place or two.
      const value = one(right);
      if (!(value instanceof Uint8Array) || value.length === 0) return value;
      const changed = Uint8Array.from(value);
      for (let times = drawn(3); times >= 0; times -= 1) changed[drawn(changed.length)] ^= 1 << drawn(8);
      return drawn(4) === 0 ? changed.subarray(0, drawn(changed.length)) : changed;
    }
    case 9: {
      const value = one(right);
      if (Object.getPrototypeOf(value) !== Object.prototype) return value;
      return { ...value, [one([...Object.keys(value), 'extra'])]: anything(right) };
    }
    default: return one(right);
  }
}

const classes = () => Object.entries(twoken).filter(([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name) && !OTHERS.includes(name));
const functions = () => Object.entries(twoken).filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && !OTHERS.includes(name));
const methods = (kind) => Object.getOwnPropertyNames(kind.prototype).filter((name) => !name.startsWith('__') && name !== 'constructor' && !SLOW.includes(name));
const statics = (kind) => Object.getOwnPropertyNames(kind).filter((name) => typeof kind[name] === 'function' && !name.startsWith('__') && !SLOW.includes(name));

test(`${CALLS} calls from seed ${SEED}`, () => {
  let right = known();
  const kinds = classes();
  const plain = functions();
  assert.ok(kinds.length > 30 && plain.length > 20, `${kinds.length} classes, ${plain.length} functions`);
  const codes = new Set();
  for (let call = 0; call < CALLS; call += 1) {
    // What was freed, used up or filled is made anew now and then.
    if (call % 500 === 0) right = known();
    const args = Array.from({ length: drawn(6) }, () => anything(right));
    const [name, act] = chosen(kinds, plain, right, args);
    try {
      const value = act();
      if (value && kinds.some(([, kind]) => value instanceof kind) && right.length < 120) right.push(value);
    } catch (error) {
      const fine = error instanceof twoken.TwokenError && error.code !== 'internal' && error.code !== 'poisoned';
      assert.ok(fine, `call ${call} from seed ${SEED}: ${name} threw ${error.stack}\ncaused by ${error.cause?.stack}`);
      codes.add(error.code);
    }
  }
  assert.ok(codes.size > 20, `it came no further than ${[...codes].join(', ')}`);
  assert.equal(twoken.dayOf(0), '1970-01-01', 'it still works');
});

function chosen(kinds, plain, right, args) {
  const held = right.filter((value) => kinds.some(([, kind]) => value instanceof kind));
  switch (drawn(8)) {
    case 0: {
      const [name, kind] = one(kinds);
      return [`new ${name}`, () => new kind(...args)];
    }
    case 1: {
      const [name, kind] = one(kinds);
      const method = one(statics(kind));
      return method ? [`${name}.${method}`, () => kind[method](...args)] : ['nothing', () => undefined];
    }
    case 2:
    case 3: {
      const [name, act] = one(plain);
      return [name, () => act(...args)];
    }
    default: {
      const object = one(held);
      const method = one(methods(object.constructor));
      return [`${object.constructor.name}#${method}`, () => (typeof object[method] === 'function' ? object[method](...args) : object[method])];
    }
  }
}
