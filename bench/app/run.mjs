// Measures the built app in a real browser, and writes JSON: bytes and time until Home can be used, the longest task of
// the main thread while scanning and while matching, the memory of a match, and how soon the medical console has read a
// first key code.
// Usage: node bench/app/run.mjs   (with the variables of e2e/run.mjs)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { base32 } from '../../e2e/support/base32.mjs';
import { codeOf, pictureOf } from '../../e2e/support/code.mjs';
import { seen } from '../../e2e/support/expect.mjs';
import { begin, check, face, isBoth, keep, openMeet } from '../../e2e/support/meeting.mjs';
import { memoryOf, watchMemory } from '../../e2e/support/memory.mjs';
import { LARGE as SCREEN, Phone } from '../../e2e/support/phone.mjs';
import { Server } from '../../e2e/support/server.mjs';
import { account, press, signIn } from '../../e2e/support/staff.mjs';
import { exactly, say } from '../../e2e/support/words.mjs';
import { weigh } from '../../xtask/weigh.mjs';
import { longestTask } from './trace.mjs';

const { chromium } = createRequire(new URL('../../e2e/package.json', import.meta.url))('playwright-core');

const STARTS = 9; // of which the median counts
const WHOLE = 1_500; // entries: a batch that comes whole
const READINGS = 5; // of which the median counts
const FRAME = 800; // bytes of a code's frame, at most
const LARGE = 260_000; // a batch of more than a thousand pages: its filter, and four of them

const server = await Server.start();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twoken-bench-'));
try {
  const { kept, console: desk } = weigh(process.env.TWOKEN_DIST);
  console.log(JSON.stringify({ kept, console: desk, ...(await starts()), ...(await tasks()), reading: await reading() }));
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
  await server.remove();
}

/** How long Home takes whoever has begun, from nothing kept, and what comes over the network until then. */
async function starts() {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM,
    viewport: { width: 390, height: 844 },
    locale: 'en-GB',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = context.pages()[0];
  // When Home says its statement and can be asked to check.
  await page.addInitScript((button) => {
    const usable = () => {
      const ask = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === button);
      if (!document.querySelector('h1.says')?.textContent || !ask || ask.disabled) return requestAnimationFrame(usable);
      window.usable = performance.now();
    };
    requestAnimationFrame(usable);
  }, say('home.check'));
  const home = async (address) => {
    await page.goto(`${server.origin}${address}`);
    await page.waitForFunction(() => window.usable);
    return page.evaluate(() => {
      const came = performance.getEntries().filter(({ responseEnd }) => responseEnd <= window.usable);
      const names = came.map(({ name }) => name);
      return { usable: window.usable, first: came.reduce((sum, one) => sum + one.encodedBodySize, 0), names };
    });
  };

  await begin({ page, open: (address) => page.goto(`${server.origin}${address}`) });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Network.setBypassServiceWorker', { bypass: true });
  const seen = [];
  for (let start = 0; start < STARTS; start += 1) seen.push(await home('/'));
  await context.close();
  assert.ok(seen.every(({ names }) => names.some((name) => name.endsWith('.wasm'))), 'the program was kept');
  const median = (what) => seen.map((one) => one[what]).sort((one, other) => one - other)[STARTS >> 1];
  return { first: median('first'), usable: median('usable') };
}

/** Two phones meet; then one of them compares what was met with a batch that comes whole, and with a large one. */
async function tasks() {
  const phones = [];
  try {
    for (const name of ['ada', 'ben']) phones.push(await Phone.open(server, name));
    const [ada, ben] = phones;
    watchMemory(ada);
    for (const phone of phones) await begin(phone);
    for (const phone of phones) await openMeet(phone);
    await codeOf(ada).waitFor();
    const scanning = await longestTask(ada, () =>
      face(ada, ben, async () => (await isBoth(ada)) && (await isBoth(ben))),
    );
    for (const phone of phones) await keep(phone, {});
    await server.fill(WHOLE);
    await server.fill(LARGE);
    const matching = await longestTask(ada, () => check(ada));
    const asked = ada.line.api().map(({ path }) => path);
    assert.ok(asked.some((path) => path.endsWith('/entries')) && asked.some((path) => path.endsWith('/filter')));
    return { scanning, matching, memory: await memoryOf(ada) };
  } finally {
    for (const phone of phones) await phone.remove();
  }
}

/** Milliseconds from a key code before a camera of 720 lines, as large as they are made, to what the console says of it. */
async function reading() {
  const one = await Phone.open(server, 'clinician', { viewport: SCREEN, lens: { width: 1280, height: 720 } });
  try {
    const holder = await account(server, 'clinician', 'clinician', '--lasting');
    await one.open('/staff');
    await signIn(one, holder);
    const took = [];
    for (let round = 0; round < READINGS; round += 1) {
      await one.page.reload();
      await press(one, 'camera.start');
      await one.page.locator('video').evaluate((video) => video.readyState > 1 || new Promise((go) => (video.onloadeddata = go)));
      const frame = Buffer.concat([Buffer.from([1]), randomBytes(8), Buffer.from([0, 2]), randomBytes(FRAME - 11)]);
      const picture = pictureOf(`TWOKEN-KEYS-${base32(frame)}`);
      const start = performance.now();
      one.camera.see(picture);
      await seen(one, exactly('desk.codes', { read: 1, count: 2 }));
      took.push(performance.now() - start);
      one.camera.blank();
    }
    return took.sort((a, b) => a - b)[READINGS >> 1];
  } finally {
    await one.remove();
  }
}
