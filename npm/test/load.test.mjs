// How the program is loaded, and what is said where it cannot be. Each case in a process of its own: a program is loaded once.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';

const WASM = new URL('../dist/core/full.wasm', import.meta.url);
const here = new URL('.', import.meta.url).pathname;

/** What a program of its own prints. */
const prints = (code, ...flags) =>
  execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', code], { cwd: here, encoding: 'utf8' }).trim();
const CODE = '.then(() => "none", (error) => error.constructor.name + " " + error.code)';

test('early use is refused, and says what to do', () => {
  const said = prints(`import * as t from 'twoken'; try { new t.Diary() } catch (error) { console.log(error.code, error.message) }`);
  assert.match(said, /^not_ready .*await init\(\)/);
});

test('importing does nothing by itself', () => {
  const globals = prints(`const before = Reflect.ownKeys(globalThis).length; let asked = 0; globalThis.fetch = () => { asked += 1 };
    for (const path of ['twoken', 'twoken/inline', 'twoken/slim', 'twoken/worker', '../dist/index.js', '../dist/slim.js', '../dist/worker.js']) await import(path);
    console.log(Reflect.ownKeys(globalThis).length - before, asked)`);
  assert.equal(globals, '0 0');
});

test('init is idempotent, at once and together, and shared by every way to load it', () => {
  const said = prints(`import * as t from 'twoken'; import * as i from 'twoken/inline'; import { init } from 'twoken/node';
    await Promise.all([t.init(), i.init(), init(), t.default()]); await t.init(); t.initSync();
    const diary = new t.Diary(); console.log(diary instanceof i.Diary, i.dayOf(0))`);
  assert.equal(said, 'true 1970-01-01');
});

test('initSync', () => {
  assert.equal(prints(`import { initSync, dayOf } from 'twoken'; initSync(); console.log(dayOf(86400))`), '1970-01-02');
  assert.equal(prints(`import { initSync, dayOf } from 'twoken/inline'; initSync(); console.log(dayOf(86400))`), '1970-01-02');
});

test('in one file: no network and no other file', () => {
  const said = prints(`globalThis.fetch = () => { throw new Error('asked') }; const { init, Tan } = await import('twoken/inline'); await init();
    console.log(Tan.generate().display().length)`);
  assert.equal(said, '16');
});

test('CommonJS', () => {
  const code = `const { init, Tan, TwokenError } = require('twoken'); const worker = require('twoken/worker'); const slim = require('twoken/slim');
    init().then(() => slim.init()).then(() => console.log(Tan.generate().display().length, typeof worker.startWorker, slim.dayOf(0),
      (() => { try { Tan.parse('x') } catch (error) { return error instanceof TwokenError && error.code } })()))`;
  const said = execFileSync(process.execPath, ['--input-type=commonjs', '--eval', code], { cwd: here, encoding: 'utf8' });
  assert.equal(said.trim(), '16 function 1970-01-01 tan.length');
});

test('slim has no proofs and no private mode', () => {
  const said = prints(`import * as s from 'twoken/slim'; await s.init(); new s.KeyRing().advance(0); console.log('ProofGround' in s, 'DaySets' in s, 'Matcher' in s)`);
  assert.equal(said, 'false false true');
});

test('what cannot be loaded', async () => {
  const program = fs.readFileSync(WASM);
  const server = http.createServer((request, response) => {
    const [type, body, status] = {
      '/good': ['application/wasm', program, 200],
      '/untyped': ['text/plain', program, 200],
      '/page': ['text/html', '<!doctype html>', 200],
      '/page-as-wasm': ['application/wasm', '<!doctype html>', 200],
      '/damaged': ['application/wasm', program.subarray(0, 5000), 200],
      '/other': ['application/wasm', Buffer.from('0061736d01000000', 'hex'), 200],
      '/gone': ['text/plain', '', 404],
    }[request.url];
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const expected = { good: 'none', untyped: 'none', page: 'TwokenError load.content', 'page-as-wasm': 'TwokenError load.invalid', damaged: 'TwokenError load.invalid', other: 'TwokenError load.invalid', gone: 'TwokenError load.status' };
  // The server is in this process, so that the others must not stop it.
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const said = {};
  for (const name of Object.keys(expected)) {
    const code = `import { init } from '../dist/index.js'; console.log(await init('http://127.0.0.1:${port}/${name}')${CODE})`;
    said[name] = (await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: here })).stdout.trim();
  }
  server.close();
  assert.deepEqual(said, expected);
  assert.equal(prints(`import { init } from '../dist/index.js'; console.log(await init('http://127.0.0.1:${port}/good')${CODE})`), 'TwokenError load.network');
  assert.equal(prints(`import { init } from 'twoken'; console.log(await init(new Uint8Array(9))${CODE})`), 'TwokenError load.content');
  assert.equal(prints(`delete globalThis.WebAssembly; const { init } = await import('twoken'); console.log(await init()${CODE})`), 'TwokenError load.unsupported');
});

test('after a failure it can be tried again', () => {
  const said = prints(`import { init, dayOf } from 'twoken'; await init(new Uint8Array(9)).catch(() => 0); await init(); console.log(dayOf(0))`);
  assert.equal(said, '1970-01-01');
});
