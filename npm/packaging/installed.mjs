// The package as others get it: packed, and installed from the tarball.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const npm = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');

/** The package as it would be published, packed into a folder. */
export function pack(to) {
  fs.mkdirSync(to, { recursive: true });
  const [{ filename, size, files }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', to], { cwd: npm, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  console.log(`packed: ${files.length} files, ${(size / 1024).toFixed(0)} KiB`);
  return path.join(to, filename);
}

/** A copy of a folder, with its own packages, and ours from the tarball. */
export function installed(from, to, tarball) {
  fs.rmSync(to, { recursive: true, force: true });
  fs.cpSync(from, to, { recursive: true, filter: (file) => path.basename(file) !== 'node_modules' });
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
  // Not `npm ci`: a registry that lacks the packages of other systems makes a lock file that it refuses.
  execFileSync('npm', ['install', '--no-save', ...quiet, tarball], { cwd: to, stdio: 'inherit' });
  return to;
}
