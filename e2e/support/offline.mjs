//! The app's files on the device, and another build of the app.

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './expect.mjs';

const run = promisify(execFile);
const PRECACHE = new URL('../../xtask/precache.mjs', import.meta.url).pathname;
const SECOND = /^\/split_pages-/;
const REST = /^\/split_seldom-/;
const WORKERS = ['service-worker.js', 'background-worker.js'];
const source = (name) => new URL(`../../www/${name}`, import.meta.url).pathname;

/** What the browser itself asks for to see whether there is a newer app: the service worker, and what it is made of. */
export const isLooking = (path) => ['/service-worker.js', '/background-worker.js', '/worker.js'].includes(path);

/** Waits until the app's files are on the device and answer its requests: those too that are fetched at rest. */
export async function kept(phone) {
  await eventually(`${phone.name} keeps the app`, () =>
    phone.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return Boolean(registration?.active && navigator.serviceWorker.controller);
    }),
  );
  // An app of one part has nothing to fetch at rest.
  const split = phone.line.calls.some(({ path }) => SECOND.test(path));
  if (split) await eventually(`${phone.name} keeps what is fetched at rest`, async () => (await keptAddresses(phone)).some((path) => REST.test(path)));
}

/** Every address that is kept on the device, in whatever cache. */
export const keptAddresses = (phone) =>
  phone.page.evaluate(async () => {
    const caught = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return caught.flat().map((request) => new URL(request.url).pathname);
  });

/** A newer build of the same app in a folder of its own: its page says `mark`. */
export async function newerBuild(from, to, mark) {
  fs.cpSync(from, to, { recursive: true });
  const page = path.join(to, 'index.html');
  fs.writeFileSync(page, fs.readFileSync(page, 'utf8').replace('<body>', `<body data-build="${mark}">`));
  for (const name of WORKERS) fs.copyFileSync(source(name), path.join(to, name));
  for (const name of ['index.html', ...WORKERS]) {
    for (const kind of ['br', 'gz']) fs.rmSync(path.join(to, `${name}.${kind}`), { force: true });
  }
  await run('node', [PRECACHE, to]);
}
