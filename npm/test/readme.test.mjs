// The README's five minutes, as they stand there, against the reference server.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as twoken from 'twoken';

const README = fs.readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const TARGET = new URL('../target/readme/', import.meta.url);

test('the five minutes of the README', async () => {
  const [, program] = /```js\n([\s\S]*?)```/.exec(README);
  const web = fs.mkdtempSync(path.join(os.tmpdir(), 'twoken-web-'));
  fs.writeFileSync(path.join(web, 'index.html'), '<!doctype html><title>none</title>');
  process.env.TWOKEN_DIST = web;
  const { Server } = await import('../../e2e/support/server.mjs');
  const server = await Server.start();
  try {
    fs.mkdirSync(TARGET, { recursive: true });
    const file = new URL('five_minutes.mjs', TARGET);
    assert.equal(program.split('https://server.example').length, 2);
    fs.writeFileSync(file, `${program.replace('https://server.example', server.origin)}\nexport { code, diary, exposed, report, ring, scanned };\n`);
    const anna = await import(pathToFileURL(file.pathname));
    assert.deepEqual(anna.exposed, []);
    const { Person } = await import('./support/people.mjs');
    const ben = new Person();
    const at = Math.floor(Date.now() / 1000);
    ben.sees(anna.code, at);
    assert.match(anna.scanned(ben.screen(at)).id, /^[0-9a-f]{32}$/);
    const [tan] = await server.issue();
    await anna.report(tan.toLowerCase(), []);
    await server.seal();
    await twoken.check({ client: new twoken.Client(server.origin), diary: ben.diary });
    assert.equal(ben.diary.all()[0].exposure.degree, 1);
  } finally {
    await server.remove();
  }
});

test('the sizes of the README', () => {
  const sizes = JSON.parse(fs.readFileSync(new URL('../dist/sizes.json', import.meta.url), 'utf8'));
  const rows = [...README.matchAll(/^\| `(twoken[a-z/]*)` \| (\d+) \| (\d+) \|$/gm)];
  assert.deepEqual(rows.map(([, way]) => way), Object.keys(sizes));
  for (const [, way, ...said] of rows) {
    const { modules, program } = sizes[way];
    [modules, program].forEach((bytes, at) => assert.ok(Math.abs(bytes / 1024 - said[at]) < Math.max(1, said[at] * 0.03), `${way}: ${bytes / 1024} KiB`));
  }
});
