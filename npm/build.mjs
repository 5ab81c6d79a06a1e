#!/usr/bin/env node
// Makes the npm package of what cargo and wasm-bindgen have built: `build.mjs FULL SLIM`, the two folders of wasm-bindgen. `cargo xtask npm` calls it.
//
// WASM_OPT  the program of binaryen
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, transformSync } from 'esbuild';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const at = (...parts) => path.join(here, ...parts);
/** The sources, with what is made beside them. */
const STAGE = at('target', 'ts');
const CORE = path.join(STAGE, 'core');
const DIST = at('dist');
const OPTIMISE = ['-Oz', '--one-caller-inline-max-function-size=0', '--enable-bulk-memory', '--enable-mutable-globals', '--enable-nontrapping-float-to-int', '--enable-reference-types', '--enable-sign-ext', '--enable-multivalue'];
/** The glue's own words for an object of another class, and in every method what stands for the object. */
const ASSERTS = /function _assertClass\(instance, klass\) \{[\s\S]*?\n\}/;
const RECEIVER = /(wasm\.[A-Za-z0-9_]+\()this\.__wbg_ptr/g;
const FREE = /free\(\) \{\n\s+const ptr = this\.__destroy_into_raw\(\);\n\s+wasm\.(\w+)\(ptr, 0\);/;
/** A method that uses its object up: what frees it is written otherwise by now. */
const USED_UP = /(const ptr = this\.__destroy_into_raw\(\);)(?!\n\s+if \(ptr\))/;
const ASSERTION = 'function _assertClass(instance, klass) {\n    isOf(instance, klass);\n}';
const ADDRESS = /(['"])\.\/core\/(full|slim)\.wasm/g;
/** What CommonJS has no use for: Node has ways in of its own, and browsers have modules. */
const BROWSERS = /^(index|slim|worker|worker_script)\.js$/;

fs.rmSync(DIST, { recursive: true, force: true });
fs.rmSync(STAGE, { recursive: true, force: true });
fs.cpSync(at('ts'), STAGE, { recursive: true });
fs.mkdirSync(CORE);

for (const [name, folder] of [['full', process.argv[2]], ['slim', process.argv[3]]]) core(name, folder);
fs.writeFileSync(path.join(CORE, 'codes.ts'), codes());
const program = fs.readFileSync(path.join(CORE, 'full.wasm')).toString('base64');
fs.writeFileSync(path.join(CORE, 'full_inline.ts'), `/** The program of \`full.wasm\`, in base64. */\nexport const program =\n  '${program}';\n`);

run('tsc', ['--project', at('tsconfig.json')]);
for (const file of ['full.d.ts', 'full.wasm', 'slim.d.ts', 'slim.wasm']) fs.copyFileSync(path.join(CORE, file), path.join(DIST, 'core', file));
for (const file of ['full.js', 'slim.js']) smaller(file);
await common();
reference();
for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) fs.copyFileSync(at('..', name), at(name));
await weigh();

/** One program and its glue, made ours. */
function core(name, folder) {
  let glue = fs.readFileSync(path.join(folder, `${name}_bg.js`), 'utf8');
  glue = replaced(glue, ASSERTS, 1, () => ASSERTION);
  // Freeing twice is freeing once.
  glue = replaced(glue, FREE, undefined, (_, drop) => `free() {\n        const ptr = this.__destroy_into_raw();\n        if (ptr) wasm.${drop}(ptr, 0);`);
  // A method of an object that was freed says so before it enters the program.
  glue = replaced(glue, USED_UP, undefined, (_, line) => `alive(this);\n        ${line}`, name === 'slim');
  glue = replaced(glue, RECEIVER, undefined, (_, call) => `${call}alive(this)`);
  fs.writeFileSync(path.join(CORE, `${name}.js`), `import { alive, isOf } from '../objects.js';\n${glue}`);
  fs.copyFileSync(path.join(folder, `${name}.d.ts`), path.join(CORE, `${name}.d.ts`));
  const options = [...OPTIMISE, path.join(folder, `${name}_bg.wasm`), '-o', path.join(CORE, `${name}.wasm`)];
  execFileSync(process.env.WASM_OPT ?? 'wasm-opt', options, { stdio: 'inherit' });
}

/** The glue without its words, which stand in the declarations, and its blanks. Names stay: classes are known by them. */
function smaller(file) {
  const text = fs.readFileSync(path.join(CORE, file), 'utf8');
  const { code } = transformSync(text, { minifyWhitespace: true, minifySyntax: true, legalComments: 'none', target: 'es2022' });
  fs.writeFileSync(path.join(DIST, 'core', file), code);
}

/** As often as it should be, or the glue is another than the one that this was written for. */
function replaced(text, pattern, times, by, maybe = false) {
  let found = 0;
  const global = new RegExp(pattern.source, 'g');
  const result = text.replace(global, (...args) => {
    found += 1;
    return by(...args);
  });
  if ((found === 0 && !maybe) || (times !== undefined && found !== times)) throw new Error(`${pattern} was found ${found} times in wasm-bindgen's glue`);
  return result;
}

/** The codes of the core's errors, from the table in which they stand. */
function codes() {
  const text = fs.readFileSync(at('src', 'codes.rs'), 'utf8') + fs.readFileSync(at('src', 'diary.rs'), 'utf8');
  const found = [...new Set([...text.matchAll(/"([a-z]+\.[a-z0-9_]+)"/g)].map(([, code]) => code))].sort();
  if (found.length < 100) throw new Error(`only ${found.length} codes were found`);
  return `/** What the core refuses. */\nexport type CoreErrorCode =\n${found.map((code) => `  | '${code}'`).join('\n')};\n`;
}

/** The same modules for \`require\`, in a folder of their own. */
async function common() {
  const folder = path.join(DIST, 'cjs');
  const all = fs.readdirSync(DIST, { recursive: true }).map(String);
  const needed = all.filter((file) => file.endsWith('.js') && !BROWSERS.test(file));
  await build({
    entryPoints: needed.map((file) => path.join(DIST, file)),
    outdir: folder,
    outbase: DIST,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    define: { 'import.meta.url': '__address' },
    logLevel: 'warning',
  });
  for (const file of needed) {
    const target = path.join(folder, file);
    let text = fs.readFileSync(target, 'utf8').replace(ADDRESS, '$1../core/$2.wasm');
    if (text.includes('__address')) text = `const __address = require('node:url').pathToFileURL(__filename).href;\n${text}`;
    fs.writeFileSync(target, text);
  }
  for (const file of all.filter((file) => file.endsWith('.d.ts'))) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.copyFileSync(path.join(DIST, file), path.join(folder, file));
  }
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

/** The API reference, of the declarations and what stands beside them. */
function reference() {
  const out = at('target', 'api');
  const options = ['--plugin', 'typedoc-plugin-markdown', '--tsconfig', at('tsconfig.json'), '--readme', 'none', '--outputFileStrategy', 'modules'];
  const modules = ['index', 'worker'].flatMap((name) => ['--entryPoints', path.join(STAGE, `${name}.ts`)]);
  run('typedoc', [...options, ...modules, '--out', out, '--hideBreadcrumbs', '--disableSources', '--excludeInternal', '--skipErrorChecking', '--logLevel', 'Error']);
  // The first heading says once more what the file is; and typedoc counts a heading that it does not write.
  const read = (name) => fs.readFileSync(path.join(out, `${name}.md`), 'utf8').replace(/^.*?\n# \w+\n/s, '').replaceAll('](index.md', '](API.md').replaceAll('](worker.md', '](API-worker.md').replaceAll('#twokenerrorcode-1)', '#twokenerrorcode)');
  fs.writeFileSync(at('API.md'), `# The API of twoken\n${read('index')}`);
  fs.writeFileSync(at('API-worker.md'), `# The API of twoken/worker\n${read('worker')}`);
}

/** What a page of each way in downloads, in bytes of brotli: the modules in one file as bundlers make it, and the program. */
async function weigh() {
  const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  const sizes = {};
  for (const [way, entry, program] of [['twoken', 'index', 'full'], ['twoken/inline', 'inline'], ['twoken/slim', 'slim', 'slim']]) {
    const bundled = await build({ entryPoints: [path.join(DIST, `${entry}.js`)], bundle: true, minify: true, write: false, format: 'esm', target: 'es2022', logLevel: 'error' });
    const modules = brotli(bundled.outputFiles[0].contents);
    sizes[way] = program ? { modules, program: brotli(fs.readFileSync(path.join(DIST, 'core', `${program}.wasm`))) } : { modules, program: 0 };
    console.log(`${way}: ${kib(modules + sizes[way].program)} KiB in brotli, ${kib(sizes[way].program)} of it the program`);
  }
  fs.writeFileSync(path.join(DIST, 'sizes.json'), `${JSON.stringify(sizes)}\n`);
}

function kib(bytes) {
  return (bytes / 1024).toFixed(1);
}

function run(program, args) {
  execFileSync(at('node_modules', '.bin', program), args, { stdio: 'inherit', cwd: here });
}
