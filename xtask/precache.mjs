// Trunk's last step: writes into the built `service-worker.js` which files the app consists of, and a version made of
// their content, and the hash of each. Trunk runs it before it publishes a build, with the folder in TRUNK_STAGING_DIR.
//
// While `trunk serve` reloads pages by itself, nothing is to be kept: the worker then takes itself away.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { finishPage } from './page.mjs';
import { placeParts } from './split.mjs';
import { writeTexts } from './texts.mjs';

const folder = process.argv[2] ?? process.env.TRUNK_STAGING_DIR;
if (!folder) {
  console.error('usage: node xtask/precache.mjs FOLDER');
  process.exit(2);
}

if (process.env.TWOKEN_SPLIT) placeParts(process.env.TWOKEN_SPLIT, folder);
const texts = writeTexts(folder);

const WORKER = 'service-worker.js';
/** The same with the app's program, where a browser runs it while the app is closed. */
const BACKGROUND = 'background-worker.js';
/** The worker's program, which that one calls by its name. */
const COMPARING = 'worker.js';
/** Trunk's script that reloads a page when its files change stands in the page itself. */
const RELOADS = '.well-known/trunk/ws';
/** Not needed to start: the system takes the icons when it installs the app, and the console is not everybody's. */
const LEFT_OUT = /^icons\/.*\.png$|\.(br|gz|d\.ts)$|^split_staff-.*\.wasm$|^staff\.css$|^texts\/.*$/;
/** What is fetched when the app is at rest, and kept from then on (ADR 54). */
const AT_REST = /^split_seldom-.*\.wasm$/;
/** Kept of these is what this browser's person reads. */
const spoken = texts.filter((name) => name.endsWith('.app.txt'));

const read = (name) => fs.readFileSync(path.join(folder, name));
const page = read('index.html').toString();

if (page.includes(RELOADS)) {
  for (const name of [WORKER, BACKGROUND]) fs.writeFileSync(path.join(folder, name), 'self.registration.unregister();\n');
} else {
  finishPage(folder);
  // A module has its names for itself.
  const comparing = read(COMPARING).toString();
  const told = 'self.wasm_bindgen = wasm_bindgen;';
  if (!comparing.includes(told)) fs.writeFileSync(path.join(folder, COMPARING), `${comparing}\n${told}\n`);
  const all = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
    .filter((name) => name !== WORKER && name !== BACKGROUND && !LEFT_OUT.test(name))
    .sort();
  const names = all.filter((name) => !AT_REST.test(name));
  const source = read(WORKER).toString();
  const background = read(BACKGROUND).toString();
  const hash = createHash('sha256').update(source).update(background);
  const sums = names.map((name) => createHash('sha256').update(read(name)).digest());
  const integrity = (name) => `sha256-${createHash('sha256').update(read(name)).digest('base64')}`;
  names.forEach((name, place) => hash.update(`${name}\0`).update(sums[place]));
  const languages = Object.fromEntries(spoken.map((name) => [`/${name}`, integrity(name)]));
  const later = Object.fromEntries(all.filter((name) => AT_REST.test(name)).map((name) => [`/${name}`, integrity(name)]));
  hash.update(JSON.stringify([languages, later]));
  const version = hash.digest('hex').slice(0, 16);
  // The page is kept under its address.
  const files = names.map((name) => (name === 'index.html' ? '/' : `/${name}`));
  const written = source
    .replace("const VERSION = '';", `const VERSION = '${version}';`)
    .replace('const FILES = [];', `const FILES = ${JSON.stringify(files)};`)
    .replace('const TEXTS = {};', `const TEXTS = ${JSON.stringify(languages)};`)
    .replace('const AT_REST = {};', `const AT_REST = ${JSON.stringify(later)};`)
    .replace('const SUMS = [];', `const SUMS = ${JSON.stringify(sums.map((sum) => `sha256-${sum.toString('base64')}`))};`);
  if (!written.includes(version) || !written.includes(files[0])) throw new Error(`${WORKER} has no place for its files`);
  fs.writeFileSync(path.join(folder, WORKER), written);
  const program = names.find((name) => /^twoken-web-[0-9a-f]+\.js$/.test(name));
  const binary = names.find((name) => /^twoken-web-[0-9a-f]+_bg\.wasm$/.test(name));
  const begins = background
    .replace("version ''", `version '${version}'`)
    .replace('./program.js', `./${program}`)
    .replace('/program_bg.wasm', `/${binary}`);
  if (!program || !binary || [version, program, binary].some((part) => !begins.includes(part))) {
    throw new Error(`${BACKGROUND} has no place for the program`);
  }
  fs.writeFileSync(path.join(folder, BACKGROUND), begins);
}
