// Compresses every text and WebAssembly file of a built app next to itself (.br and .gz), and prints their sizes.
// Usage: node xtask/compress.mjs dist
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const KINDS = new Set(['.html', '.js', '.mjs', '.css', '.wasm', '.json', '.svg', '.txt', '.webmanifest']);
const SMALLEST = 512; // below, the header of an answer outweighs what is saved

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node xtask/compress.mjs FOLDER');
  process.exit(2);
}

const brotli = (bytes) =>
  zlib.brotliCompressSync(bytes, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: zlib.constants.BROTLI_MAX_QUALITY,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

/** What the service worker keeps may not be larger than this, as it travels. */
const MOST_KEPT = 1_000_000;
const worker = path.join(folder, 'service-worker.js');
const listed = fs.existsSync(worker) && fs.readFileSync(worker, 'utf8').match(/^const FILES = (\[.*\]);$/m);
if (!listed) {
  console.error(`${worker} does not say which files are kept: did Trunk run xtask/precache.mjs?`);
  process.exit(1);
}
const kept = new Set(JSON.parse(listed[1]).map((address) => (address === '/' ? 'index.html' : address.slice(1))));

let total = 0;
let compressed = 0;
let carried = 0;
for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath ?? entry.path, entry.name);
  if (!entry.isFile() || !KINDS.has(path.extname(file))) continue;
  const bytes = fs.readFileSync(file);
  const name = path.relative(folder, file).replaceAll('\\', '/');
  if (bytes.length < SMALLEST) {
    if (kept.has(name)) carried += bytes.length;
    continue;
  }
  const small = brotli(bytes);
  if (kept.has(name)) carried += small.length;
  fs.writeFileSync(`${file}.br`, small);
  fs.writeFileSync(`${file}.gz`, zlib.gzipSync(bytes, { level: 9 }));
  total += bytes.length;
  compressed += small.length;
  if (path.extname(file) === '.wasm') {
    console.log(`${path.relative(folder, file)}: ${kib(bytes.length)}, ${kib(small.length)} in brotli`);
  }
}
console.log(`the app: ${kib(total)}, ${kib(compressed)} in brotli; kept for a start offline: ${kib(carried)}`);
if (carried > MOST_KEPT) {
  console.error(`the files kept for a start offline are ${carried} bytes in brotli; ${MOST_KEPT} are allowed`);
  process.exit(1);
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}
