// Compresses every text and WebAssembly file of a built app next to itself (.br and .gz), and prints their sizes.
// Usage: node xtask/compress.mjs dist
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { weigh } from './weigh.mjs';

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

/**
 * Bytes that may travel until Home can be used, for a start offline, for what follows when the app is at rest (ADR 54), and for
 * the medical console beyond the app.
 */
const MOST = { first: 450_000, kept: 1_000_000, rest: 250_000, console: 200_000 };

let total = 0;
let compressed = 0;
for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath ?? entry.path, entry.name);
  if (!entry.isFile() || !KINDS.has(path.extname(file))) continue;
  const bytes = fs.readFileSync(file);
  if (bytes.length < SMALLEST) continue;
  const small = brotli(bytes);
  fs.writeFileSync(`${file}.br`, small);
  fs.writeFileSync(`${file}.gz`, zlib.gzipSync(bytes, { level: 9 }));
  total += bytes.length;
  compressed += small.length;
  if (path.extname(file) === '.wasm') {
    console.log(`${path.relative(folder, file)}: ${kib(bytes.length)}, ${kib(small.length)} in brotli`);
  }
}
const travels = weigh(folder);
console.log(`the app: ${kib(total)}, ${kib(compressed)} in brotli`);
console.log(`until Home can be used: ${kib(travels.first)}; kept for a start offline: ${kib(travels.kept)}; then at rest: ${kib(travels.rest)}`);
console.log(`the medical console beyond the app: ${kib(travels.console)}`);
for (const [what, most] of Object.entries(MOST)) {
  if (travels[what] <= most) continue;
  console.error(`${travels[what]} bytes travel (${what}); ${most} are allowed`);
  process.exitCode = 1;
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}
