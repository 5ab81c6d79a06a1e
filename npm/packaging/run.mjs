#!/usr/bin/env node
// Installs the packed package into a folder of its own for each consumer, builds what has to be built, and runs the same program there:
// `run.mjs [CONSUMER …]`, all of them without a name.
//
// CHROMIUM  the browser's program

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { installed, pack } from './installed.mjs';
import { EXPECTED, EXPECTED_WITH_WORKER } from './program.mjs';
import { served } from './served.mjs';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const npm = path.dirname(here);
const target = path.join(npm, 'target', 'packaging');
const PATIENCE_MS = 60_000;

/** What the registry's readers look at first: whether every way in leads somewhere, and its types with it. */
const LOOKED_AT = 'exports';

/** How each is built and run: what it says is compared with what it should. */
const CONSUMERS = {
  [LOOKED_AT]() {
    printed(npm, path.join('node_modules', '.bin', 'publint'), ['--strict']);
    // Node 20 is the oldest, and a program has no types.
    printed(npm, path.join('node_modules', '.bin', 'attw'), [tarball, '--profile', 'node16', '--exclude-entrypoints', 'full.wasm', 'slim.wasm']);
  },
  node(folder) {
    for (const file of ['esm.mjs', 'common.cjs']) assert.equal(printed(folder, process.execPath, [file]), EXPECTED_WITH_WORKER, file);
    const options = ['--ignoreConfig', '--strict', '--noEmit', '--skipLibCheck', 'false', '--lib', 'ES2023,ESNext.Disposable,DOM', '--target', 'ES2022', '--types', 'node'];
    for (const module of ['NodeNext', 'ESNext']) {
      const resolution = module === 'ESNext' ? 'Bundler' : module;
      printed(folder, path.join('node_modules', '.bin', 'tsc'), [...options, '--module', module, '--moduleResolution', resolution, 'types.ts']);
    }
  },
  deno: (folder) => assert.equal(printed(folder, path.join('node_modules', '.bin', 'deno'), ['run', '--allow-read', '--allow-env', 'main.mjs']), EXPECTED_WITH_WORKER),
  bun: (folder) => assert.equal(printed(folder, bun(folder), ['main.mjs']), EXPECTED_WITH_WORKER),
  async vite(folder) {
    built(folder);
    assert.equal(await titled(path.join(folder, 'dist')), EXPECTED_WITH_WORKER);
  },
  async webpack(folder) {
    built(folder);
    page(path.join(folder, 'dist'));
    assert.equal(await titled(path.join(folder, 'dist')), EXPECTED_WITH_WORKER);
  },
  async esbuild(folder) {
    built(folder);
    page(path.join(folder, 'dist'));
    assert.equal(await titled(path.join(folder, 'dist')), EXPECTED);
  },
  async next(folder) {
    built(folder);
    const port = await freePort();
    const server = spawn(path.join(folder, 'node_modules', '.bin', 'next'), ['start', '--port', port, '--hostname', '127.0.0.1'], { cwd: folder, stdio: 'inherit', env: environment });
    try {
      assert.equal(await shown(`http://127.0.0.1:${port}/`), EXPECTED);
    } finally {
      server.kill();
    }
  },
};

const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1', DENO_NO_UPDATE_CHECK: '1' };
const named = process.argv.slice(2);
const unknown = named.filter((name) => !CONSUMERS[name]);
if (unknown.length > 0) throw new Error(`there is no consumer ${unknown.join(', ')}: ${Object.keys(CONSUMERS).join(', ')}`);

const tarball = pack(target);
const counts = { passed: 0, failed: 0 };
for (const name of named.length > 0 ? named : Object.keys(CONSUMERS)) {
  try {
    await CONSUMERS[name](name === LOOKED_AT ? npm : consumer(name));
    counts.passed += 1;
    console.log(`packaging ${name}: ok`);
  } catch (error) {
    counts.failed += 1;
    console.log(`packaging ${name}: FAILED: ${error.stack}`);
  }
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed > 0 ? 1 : 0);

/** A folder with the consumer's files, its own packages, and ours from the tarball. */
function consumer(name) {
  const folder = installed(path.join(here, name), path.join(target, name), tarball);
  fs.copyFileSync(path.join(here, 'program.mjs'), path.join(folder, 'program.mjs'));
  return folder;
}

function built(folder) {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env: environment });
}

function printed(folder, program, args) {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8', env: environment, stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

/** The program itself: the package's own script would put it in its place, and no script is run here. */
function bun(folder) {
  const programs = path.join(folder, 'node_modules', '@oven');
  const kind = fs.readdirSync(programs).find((each) => each.endsWith(process.arch) || each.endsWith('baseline')) ?? '';
  return path.join(programs, kind, 'bin', 'bun');
}

function page(folder) {
  fs.writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>…</title><script type="module" src="/main.js"></script>');
}

async function freePort() {
  const server = http.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

/** What a page of these files says in a browser. */
async function titled(folder) {
  const site = await served(folder);
  try {
    return await shown(`${site.origin}/`);
  } finally {
    site.close();
  }
}

/** The title of a page, once the program has written one. */
async function shown(address) {
  const { chromium } = await import('../../e2e/node_modules/playwright-core/index.mjs');
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const tab = await browser.newPage();
    const told = [];
    // What a browser asks for by itself is nobody's fault.
    const asked = (address) => !address.endsWith('/favicon.ico');
    tab.on('console', (message) => message.type() === 'error' && asked(message.location().url) && told.push(message.text()));
    tab.on('pageerror', (error) => told.push(error.message));
    const until = Date.now() + PATIENCE_MS;
    while (!(await tab.goto(address).catch(() => undefined)) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 200));
    await tab.waitForFunction(() => document.title.includes(','), undefined, { timeout: PATIENCE_MS }).catch(() => told.push('it said nothing'));
    const title = await tab.title();
    if (told.length > 0) throw new Error(`${title}\n${told.join('\n')}`);
    return title;
  } finally {
    await browser.close();
  }
}
