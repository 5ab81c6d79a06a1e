// Measures an encounter, a comparison and a patient's fortnight in WebAssembly, and what a web app would do without it, in one run; writes JSON.
// Usage: node bench/core/run.mjs MODULE.js   (the module that wasm-bindgen made for Node)
import path from 'node:path';
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { createRequire } from 'node:module';

const OTHERS = 64; // people met in a round
const OWN_TAGS = 5000;
const PAGE_ENTRIES = 256;
const PAGE_BYTES = 84 * PAGE_ENTRIES;

const module = process.argv[2];
if (!module) {
  console.error('usage: node bench/core/run.mjs MODULE.js');
  process.exit(2);
}
const { Establish, Comparison, Regeneration, Membership } = createRequire(import.meta.url)(path.resolve(module));
const establish = encounter();
const comparison = Comparison.of(OWN_TAGS);
const published = comparison.published();
if (comparison.find() !== 1 || !comparison.whole()) throw new Error('the comparison finds something else than the one tag');
const file = comparison.entries_file();
const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
const own = comparison.own_tags();
const set = new Set(Array.from({ length: OWN_TAGS }, (_, at) => hex(own.subarray(at * 32, at * 32 + 32))));
const nanoseconds = (run) => (milliseconds(run) * 1e6) / published;
console.log(
  JSON.stringify({
    establish,
    regenerate: fortnight(),
    ...membership(),
    find: { ours: nanoseconds(() => comparison.find()), theirs: nanoseconds(() => find(false)) },
    whole: { ours: nanoseconds(() => comparison.whole()), theirs: nanoseconds(() => find(true)) },
  }),
);

// A run's time: of 60 spans of at least 20 ms the fastest; whatever else the machine does makes the others slower.
function milliseconds(run) {
  const span = () => {
    const start = performance.now();
    let runs = 0;
    let now = start;
    do {
      run();
      runs += 1;
      now = performance.now();
    } while (now - start < 20);
    return (now - start) / runs;
  };
  return Math.min(...Array.from({ length: 60 }, span));
}

function encounter() {
  const phone = new Establish(OTHERS);
  if (phone.meet() !== OTHERS) throw new Error('not everybody was met');
  return milliseconds(() => phone.meet()) / OTHERS;
}

// Seconds that a fortnight's upload takes, the fastest of some.
function fortnight() {
  const keys = Regeneration.of(14, false);
  const once = () => {
    const start = performance.now();
    if (!keys.make()) throw new Error('the upload could not be made');
    return (performance.now() - start) / 1000;
  };
  return Math.min(...Array.from({ length: 10 }, once));
}

// Milliseconds to make a membership proof, and to verify one: the fastest of some.
function membership() {
  const proof = Membership.of();
  const fastest = (run) => {
    const once = () => {
      const start = performance.now();
      if (!run()) throw new Error('a proof could not be made, or does not hold');
      return performance.now() - start;
    };
    return Math.min(...Array.from({ length: 20 }, once));
  };
  return { prove: fastest(() => proof.make()), verify: fastest(() => proof.holds()) };
}

// What a web app without WebAssembly does: a set of hexadecimal strings; with digests, those of each page too.
function find(withDigests) {
  let found = 0;
  for (let page = 0; page < file.length; page += PAGE_BYTES) {
    if (withDigests) createHash('sha256').update(file.subarray(page, page + PAGE_BYTES)).digest();
    for (let tag = page; tag < page + 32 * PAGE_ENTRIES; tag += 32) {
      if (set.has(hex(file.subarray(tag, tag + 32)))) found += 1;
    }
  }
  if (found !== 1) throw new Error(`${found} found`);
}
