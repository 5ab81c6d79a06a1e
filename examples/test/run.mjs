#!/usr/bin/env node
// Plays the same story with each example in a browser, against the reference server: `run.mjs [EXAMPLE …]`, all of them without a name.
//
// TWOKEN_SERVER_BIN  the server's program
// CHROMIUM           the browser's program
// TWOKEN_SHOTS       a folder for pictures, if any are wanted

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { chromium } from '../../e2e/node_modules/playwright-core/index.mjs';
import { installed, pack } from '../../npm/packaging/installed.mjs';
import { served } from '../../npm/packaging/served.mjs';
import { play } from './story.mjs';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const examples = path.dirname(here);
const target = path.join(examples, 'target');

/** How each becomes a folder of files. */
const EXAMPLES = {
  plain: (folder) => folder,
  react(folder) {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    return path.join(folder, 'dist');
  },
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !EXAMPLES[name]);
if (unknown.length > 0) throw new Error(`there is no example ${unknown.join(', ')}: ${Object.keys(EXAMPLES).join(', ')}`);

// The server wants an app to serve; theirs is elsewhere.
const web = fs.mkdtempSync(path.join(os.tmpdir(), 'twoken-web-'));
fs.writeFileSync(path.join(web, 'index.html'), '<!doctype html><title>none</title>');
process.env.TWOKEN_DIST = web;
const { Server } = await import('../../e2e/support/server.mjs');

const tarball = pack(target);
const counts = { passed: 0, failed: 0 };
for (const name of named.length > 0 ? named : Object.keys(EXAMPLES)) {
  const site = await served(EXAMPLES[name](installed(path.join(examples, name), path.join(target, name), tarball)));
  const server = await Server.start();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    await play({ name, browser, server, app: `${site.origin}/` }, (step) => {
      counts.passed += 1;
      console.log(`example ${name}: ok: ${step}`);
    });
  } catch (error) {
    counts.failed += 1;
    console.log(`example ${name}: FAILED: ${error.stack}`);
  } finally {
    await browser.close();
    await server.remove();
    site.close();
  }
}
fs.rmSync(web, { recursive: true });
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed > 0 ? 1 : 0);
