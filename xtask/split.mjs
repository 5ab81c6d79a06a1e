// Puts the further parts of the app (ADR 31) beside the first in the built folder, optimised as Trunk has the first, and
// names all that belongs together by hashes: what fetches the parts, and the app's own script, which imports that.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** The script as wasm-split names it; the app's own script imports it under this name. */
const LOADER = './__wasm_split.js';
/** The app's own script as the splitter takes it to be called. */
const MAIN = './main.js';
/** As in `index.html` for the first part; what its compiler may use is written in no section of a further one. */
const OPTIMISE = [
  '-Oz',
  '--enable-bulk-memory',
  '--enable-multivalue',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-sign-ext',
  '--enable-simd',
];

/**
 * @param {string} from where the splitter has left the parts
 * @param {string} folder the build
 */
export function placeParts(from, folder) {
  const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
  const write = (name, content) => fs.writeFileSync(path.join(folder, name), content);
  let loader = fs.readFileSync(path.join(from, LOADER), 'utf8');
  for (const name of fs.readdirSync(from).filter((name) => name.endsWith('.wasm') && name !== 'main.wasm')) {
    const small = optimised(path.join(from, name));
    const part = `${path.basename(name, '.wasm')}-${hashed(small)}.wasm`;
    loader = replaced(loader, `./${name}`, `./${part}`);
    write(part, small);
  }
  // In the service worker the further parts come from what is kept (`www/service-worker.js`).
  loader = replaced(loader, 'fetch(new URL(', '(self.twokenFile ?? fetch)(new URL(');
  const old = fs.readdirSync(folder).find((name) => /^twoken-web-[0-9a-f]+\.js$/.test(name));
  if (!old) throw new Error(`${folder} has no program of the app`);
  // Trunk has named the script by its program, which a new second part does not change. Its content follows from these.
  const script = read(old);
  const name = `twoken-web-${hashed(script, loader)}.js`;
  loader = replaced(loader, MAIN, `./${name}`);
  const loaderName = `split-${hashed(loader)}.js`;
  write(loaderName, loader);
  // Only where it is imported: inside the program it keeps its name.
  write(name, replaced(script, `from "${LOADER}"`, `from "./${loaderName}"`));
  if (name !== old) fs.rmSync(path.join(folder, old));
  const link = (file) => `<link rel="modulepreload" href="/${file}" crossorigin="anonymous" integrity="${integrity(read(file))}">`;
  const page = read('index.html')
    .replace(/<link rel="modulepreload"[^>]*>/, '')
    .replaceAll(old, name)
    .replace('</head>', `${link(name)}${link(loaderName)}</head>`);
  if (!page.includes(loaderName)) throw new Error('index.html has no head');
  write('index.html', page);
}

const hashed = (...contents) => {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex').slice(0, 16);
};

const integrity = (content) => `sha384-${createHash('sha384').update(content).digest('base64')}`;

function replaced(text, name, by) {
  if (!text.includes(name)) throw new Error(`nothing refers to ${name}`);
  return text.replaceAll(name, by);
}

function optimised(file) {
  if (process.env.TRUNK_PROFILE !== 'release') return fs.readFileSync(file);
  const { status, error } = spawnSync('wasm-opt', [...OPTIMISE, file, '-o', `${file}.small`], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`wasm-opt: ${error?.message ?? status}`);
  return fs.readFileSync(`${file}.small`);
}
