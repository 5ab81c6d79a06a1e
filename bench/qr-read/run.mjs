// Reads all pictures with both readers, and writes what was read and how long it took, as JSON.
// Usage: node bench/qr-read/run.mjs MODULE.js   (the module that wasm-bindgen made for Node)
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createRequire } from 'node:module';

const PIXELS = [2, 2.5, 3, 4, 5]; // a module
const FRAMES = 24; // at each size
const SEED = 20261121;

const module = process.argv[2];
if (!module) {
  console.error('usage: node bench/qr-read/run.mjs MODULE.js');
  process.exit(2);
}
const { Pictures } = createRequire(import.meta.url)(path.resolve(module));

// Compiled code is fast only after it has run for a while.
measure(new Pictures(4, 4, SEED + 1), 'ours');
measure(new Pictures(4, 4, SEED + 1), 'theirs');

const cells = PIXELS.map((pixels) => {
  const pictures = new Pictures(pixels, FRAMES, SEED);
  if (pictures.count() !== FRAMES) throw new Error(`${pixels} pixels a module do not fit into the picture`);
  return { pixels, frames: FRAMES, ours: measure(pictures, 'ours'), theirs: measure(pictures, 'theirs') };
});
console.log(JSON.stringify(cells));

function measure(pictures, reader) {
  let read = 0;
  const start = performance.now();
  for (let at = 0; at < pictures.count(); at += 1) if (pictures[reader](at)) read += 1;
  return { read, milliseconds: performance.now() - start };
}
