// Looks through the built app with Lighthouse, as a phone, from this machine, and writes JSON: of the first page, Home as
// whoever has begun sees it, and the medical console, the median scores of some runs and what did not hold.
// Usage: node bench/app/lighthouse.mjs FOLDER   (with the variables of e2e/run.mjs; in the folder is node_modules with
// what bench/app/package.json names)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { begin } from '../../e2e/support/meeting.mjs';
import { Server } from '../../e2e/support/server.mjs';

const packages = createRequire(path.resolve(process.argv[2], 'package.json'));
const { default: lighthouse } = await import(pathToFileURL(packages.resolve('lighthouse')));
const { chromium } = createRequire(new URL('../../e2e/package.json', import.meta.url))('playwright-core');

const RUNS = 5; // of which the median counts
const SPEED = 'performance';
const JUDGED = ['accessibility', 'best-practices'];
const TIMES = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'];

const server = await Server.start();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twoken-lighthouse-'));
try {
  const first = await look('first', '/', { runs: RUNS });
  const home = await look('home', '/', { runs: RUNS, begun: true });
  const desk = await look('console', '/staff', { runs: 1 });
  const { lighthouseVersion: version } = first;
  console.log(JSON.stringify({ version, first: first.told, home: home.told, console: desk.told }));
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
  await server.remove();
}

/** One page, in a browser of its own; `begun`: somebody has read Welcome there, and what the app keeps stays. */
async function look(name, address, { runs, begun = false }) {
  const profile = path.join(folder, name);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    locale: 'en-GB',
    args: ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'],
  });
  try {
    const [page] = context.pages();
    if (begun) {
      await begin({ page, open: (there) => page.goto(`${server.origin}${there}`) });
      await page.goto('about:blank');
    }
    const port = Number(fs.readFileSync(path.join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0]);
    const seen = [];
    for (let run = 0; run < runs; run += 1) {
      const answer = await lighthouse(`${server.origin}${address}`, {
        port,
        logLevel: 'error',
        output: 'json',
        onlyCategories: runs > 1 ? [SPEED, ...JUDGED] : JUDGED,
        disableStorageReset: begun,
        locale: 'en',
      });
      assert.equal(answer.lhr.runtimeError, undefined);
      seen.push(answer.lhr);
    }
    return { lighthouseVersion: seen[0].lighthouseVersion, told: told(seen) };
  } finally {
    await context.close();
  }
}

/** Scores in percent, times in milliseconds, and the audits that lower a score. */
function told(seen) {
  const median = (what) => seen.map(what).sort((one, other) => one - other)[seen.length >> 1];
  const scores = Object.keys(seen[0].categories).map((id) => [id, 100 * median(({ categories }) => categories[id].score)]);
  const times = TIMES.filter((id) => seen[0].audits[id]).map((id) => [id, median(({ audits }) => audits[id].numericValue)]);
  const failed = new Map();
  for (const { categories, audits } of seen) {
    for (const category of JUDGED) {
      for (const { id, weight } of categories[category].auditRefs) {
        const { score, title, details } = audits[id];
        if (score === null || score === 1 || weight === 0) continue;
        const where = (details?.items ?? []).slice(0, 3).map((item) => item.node?.snippet ?? item.source ?? item.description ?? '');
        failed.set(id, { id, title, where });
      }
    }
  }
  return { ...Object.fromEntries([...scores, ...times]), failed: [...failed.values()] };
}
