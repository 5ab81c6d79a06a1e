// All tests of the package, one file after another, and a last line that counts them.

import fs from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const files = fs.readdirSync(here).filter((file) => file.endsWith('.test.mjs')).map((file) => path.join(here, file));
const counts = { passed: 0, failed: 0 };

const tests = run({ files, concurrency: 1 });
// A file is a test of its tests.
const isFile = ({ file, name }) => files.includes(name) || name === file;
tests.on('test:pass', (test) => { if (!isFile(test)) counts.passed += 1; });
tests.on('test:fail', (test) => { if (!isFile(test)) counts.failed += 1; });
process.on('exit', () => {
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
});
tests.compose(new spec()).pipe(process.stdout);
