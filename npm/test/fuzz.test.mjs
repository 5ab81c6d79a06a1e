// Everything that is exported, called with everything: whatever comes is a value or a `TwokenError`, and never our own fault.
//
// TWOKEN_FUZZ_SEED and TWOKEN_FUZZ_CALLS repeat a run, or make a longer one.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as twoken from 'twoken';
import { watched } from './support/core.mjs';
import { MEETING, Person, Server, meet, report } from './support/people.mjs';
import { stories } from './support/stories.mjs';

const SEED = Number(process.env.TWOKEN_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const CALLS = Number(process.env.TWOKEN_FUZZ_CALLS ?? 20_000);

/** Not of the program: how it is loaded, and what asks the network. */
const OTHERS = ['init', 'initSync', 'default', 'instance', 'TwokenError', 'Client', 'check'];
/** Each takes a second, by design. */
const SLOW = ['seal', 'open'];

// mulberry32: the same seed, the same draws.
let state = SEED;
const drawn = (below) => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
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
    case 8:
    case 9: return like(one(right), right);
    default: return one(right);
  }
}

/** Right but for a place or two. */
function like(value, right) {
  if (typeof value === 'number') return value + one([-1, 1, 0.5, 86_400, -86_400]);
  if (typeof value === 'string' && value.length > 0) {
    const at = drawn(value.length);
    return value.slice(0, at) + one(['', '0', 'A', 'é', '-']) + value.slice(at + drawn(2));
  }
  if (value instanceof Uint8Array && value.length > 0) {
    const changed = Uint8Array.from(value);
    // Most that is said of the rest stands at the beginning.
    const near = drawn(2) === 0 ? Math.min(24, changed.length) : changed.length;
    for (let times = drawn(3); times >= 0; times -= 1) changed[drawn(near)] ^= 1 << drawn(8);
    return [changed, changed, value.subarray(0, drawn(value.length)), Uint8Array.of(...value.subarray(0, 300), 0)][drawn(4)];
  }
  if (Array.isArray(value) && value.length > 0) return drawn(2) === 0 ? [...value, one(value)] : value.with(drawn(value.length), like(one(value), right));
  if (value && Object.getPrototypeOf(value) === Object.prototype) {
    const key = one([...Object.keys(value), 'extra']);
    return { ...value, [key]: drawn(2) === 0 ? like(value[key], right) : anything(right) };
  }
  return anything(right);
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
  const far = new Far(kinds);
  // Where the stories go is where it begins.
  watched(() => Object.values(stories).forEach((story) => story()), (name, args) => far.goes(name, args));
  for (let call = 0; call < CALLS; call += 1) {
    // What was freed, used up or filled is made anew now and then.
    let held = live(kinds, right);
    if (call % 500 === 0 || held.length < 8) {
      right = known();
      held = live(kinds, right);
    }
    const [name, takes, act] = chosen(kinds, plain, held);
    const args = far.args(name, takes, right);
    let outcome = 'value';
    try {
      const value = act(args);
      if (value && kinds.some(([, kind]) => value instanceof kind) && right.length < 120) right.push(value);
    } catch (error) {
      const fine = error instanceof twoken.TwokenError && error.code !== 'internal' && error.code !== 'poisoned';
      assert.ok(fine, `call ${call} from seed ${SEED}: ${name} threw ${error.stack}\ncaused by ${error.cause?.stack}`);
      codes.add(error.code);
      outcome = error.code;
    }
    far.saw(name, args, outcome);
  }
  assert.ok(codes.size > 30, `${codes.size} it came no further than ${[...codes].join(', ')}`);
  assert.equal(twoken.dayOf(0), '1970-01-01', 'it still works');
});

/** What led each function to an outcome that it had not had before: the next calls are like it but for a place. */
class Far {
  #kinds;
  #seen = new Set();
  #calls = new Map();

  constructor(kinds) {
    this.#kinds = kinds.map(([, kind]) => kind);
  }

  args(name, takes, right) {
    const before = this.#calls.get(name);
    if (!before || drawn(3) === 0) return Array.from({ length: drawn(4) === 0 ? drawn(6) : takes }, () => anything(right));
    const args = one(before).map((arg) => arg(right));
    const place = drawn(args.length + 1);
    if (place < args.length) args[place] = drawn(3) === 0 ? anything(right) : like(args[place], right);
    return args;
  }

  saw(name, args, outcome) {
    const key = `${name} ${outcome}`;
    if (outcome === 'freed' || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.goes(name, args);
  }

  goes(name, args) {
    const before = this.#calls.get(name) ?? [];
    if (before.length >= 24) return;
    // An object may be freed by then: another of its class stands for it.
    const kept = args.map((arg) => {
      const kind = this.#kinds.find((kind) => arg instanceof kind);
      return kind ? (right) => right.findLast((value) => value instanceof kind && value.__wbg_ptr) ?? arg : () => arg;
    });
    this.#calls.set(name, [...before, kept]);
  }
}

/** The objects among them that were not freed. */
const live = (kinds, right) => right.filter((value) => value?.__wbg_ptr && kinds.some(([, kind]) => value instanceof kind));

/** Something to call: its name, how many arguments it takes, and the call. */
function chosen(kinds, plain, held) {
  switch (drawn(8)) {
    case 0: {
      const [name, kind] = one(kinds);
      return [`new ${name}`, kind.length, (args) => new kind(...args)];
    }
    case 1:
    case 2: {
      const [name, kind] = one(kinds.filter(([, kind]) => statics(kind).length > 0));
      const method = one(statics(kind));
      return [`${name}.${method}`, kind[method].length, (args) => kind[method](...args)];
    }
    case 3:
    case 4: {
      const [name, act] = one(plain);
      return [name, act.length, (args) => act(...args)];
    }
    default: {
      const object = one(held);
      const method = one(methods(object.constructor));
      const act = Object.getOwnPropertyDescriptor(object.constructor.prototype, method).value;
      return [`${object.constructor.name}#${method}`, act?.length ?? 0, (args) => (act ? act.apply(object, args) : object[method])];
    }
  }
}
