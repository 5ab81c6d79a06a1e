// Puts the further parts of the app (ADR 31) beside the first in the built folder: optimised as Trunk has the first,
// each under a name with a hash of its content, and named so in the script that fetches them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** The script as wasm-split names it; the first part's own script imports it under this name. */
const LOADER = '__wasm_split.js';
/** As in `index.html` for the first part; what its compiler may use is written in no section of a further one. */
const OPTIMISE = ['-Oz', '--enable-bulk-memory', '--enable-mutable-globals', '--enable-nontrapping-float-to-int',
  '--enable-reference-types', '--enable-sign-ext', '--enable-multivalue', '--enable-simd'];

/**
 * @param {string} from where the splitter has left the parts
 * @param {string} folder the build
 */
export function placeParts(from, folder) {
  const app = fs.readdirSync(folder).find((name) => /^twoken-web-[0-9a-f]+\.js$/.test(name));
  if (!app) throw new Error(`${folder} has no program of the app`);
  let loader = fs.readFileSync(path.join(from, LOADER), 'utf8').replaceAll('"./main.js"', `"./${app}"`);
  for (const name of fs.readdirSync(from).filter((name) => name.endsWith('.wasm') && name !== 'main.wasm')) {
    const small = optimised(path.join(from, name));
    const hash = createHash('sha256').update(small).digest('hex').slice(0, 16);
    const part = `${path.basename(name, '.wasm')}-${hash}.wasm`;
    if (!loader.includes(`"./${name}"`)) throw new Error(`${LOADER} does not fetch ${name}`);
    loader = loader.replaceAll(`"./${name}"`, `"./${part}"`);
    fs.writeFileSync(path.join(folder, part), small);
  }
  fs.writeFileSync(path.join(folder, LOADER), loader);
  // Fetched beside the first part, instead of after it has been read.
  const page = path.join(folder, 'index.html');
  fs.writeFileSync(page, fs.readFileSync(page, 'utf8').replace('</head>', `<link rel="modulepreload" href="/${LOADER}"></head>`));
}

function optimised(file) {
  if (process.env.TRUNK_PROFILE !== 'release') return fs.readFileSync(file);
  const { status, error } = spawnSync('wasm-opt', [...OPTIMISE, file, '-o', `${file}.small`], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`wasm-opt: ${error?.message ?? status}`);
  return fs.readFileSync(`${file}.small`);
}
