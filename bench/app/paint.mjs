// Measures how soon the app paints what comes of a touch, a click or a key, with a diary of 5,000 encounters, as the
// browser's Event Timing tells it, and writes JSON: milliseconds of the slowest of each interaction, plainly and with a
// processor four times as slow.
// Usage: node bench/app/paint.mjs   (with the variables of e2e/run.mjs)
import assert from 'node:assert/strict';
import { seen } from '../../e2e/support/expect.mjs';
import { Server } from '../../e2e/support/server.mjs';
import { exactly, say, saying } from '../../e2e/support/words.mjs';
import { phoneWith } from './diary.mjs';

const ENCOUNTERS = 5_000;
/** Times that each is done. */
const ROUNDS = 3;
/** The shortest that is told of; what is not told was shorter. */
const SHORTEST = 16;
const SLOW = 4;
/** Encounters that the diary draws at once. */
const ROWS = 30;
/** How long after an interaction its entry may come. */
const SETTLE_MS = 250;

const server = await Server.start();
try {
  const phone = await phoneWith(server, ENCOUNTERS);
  try {
    await phone.go(say('nav.home'));
    await seen(phone, exactly('home.unchecked'));
    const plain = await measured(phone, 1);
    const slow = await measured(phone, SLOW);
    assert.deepEqual(phone.faults, []);
    console.log(JSON.stringify({ encounters: ENCOUNTERS, plain, slow }));
  } finally {
    await phone.remove();
  }
} finally {
  await server.remove();
}

/** All interactions, some times, with a processor so many times as slow. */
async function measured(phone, rate) {
  const devtools = await phone.context.newCDPSession(phone.page);
  await phone.open();
  await seen(phone, button(phone, 'home.check'));
  await phone.page.evaluate(watch, SHORTEST);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
  const took = {};
  for (let round = 0; round < ROUNDS; round += 1) await interact(phone, took);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await devtools.detach();
  const all = Object.values(took).flat().sort((one, other) => one - other);
  assert.ok(all.some((one) => one > SHORTEST), 'nothing was told of any interaction');
  const worst = Object.fromEntries(Object.entries(took).map(([name, each]) => [name, Math.max(...each)]));
  return { worst: all.at(-1), p98: all[Math.ceil(all.length * 0.98) - 1], interactions: all.length, each: worst };
}

/** Runs in the page: notes what the browser tells of interactions. */
function watch(shortest) {
  window.told = [];
  const note = (list) => {
    for (const { interactionId, startTime, duration } of list.getEntries()) {
      if (interactionId > 0) window.told.push({ startTime, duration });
    }
  };
  new PerformanceObserver(note).observe({ type: 'event', durationThreshold: shortest });
}

function button({ page }, key) {
  return page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true }).first();
}

/** What opens an encounter. */
function pencils({ page }) {
  return page.getByRole('button', { name: saying('diary.edit', { what: '' }) });
}

/** What a person does, one thing after another; each ends where the next begins. */
async function interact(phone, took) {
  const { page } = phone;
  const tab = (key) => page.getByRole('link', { name: new RegExp(`^${say(key)}\\s*(,|$)`) }).filter({ visible: true }).first();
  const chip = (name) => page.getByRole('button', { name }).filter({ visible: true }).first();
  const press = (name, what, then) => timed(phone, took, name, what, then);
  const type = (name, text) => timed(phone, took, name, undefined, undefined, text);
  const edits = (open) => (open ? button(phone, 'diary.save') : pencils(phone).first());

  await press('Diary', tab('nav.diary'), pencils(phone).first());
  await press('Diary, an encounter', pencils(phone).first(), edits(true));
  await press('Diary, its label', page.locator('form.edit .chip').nth(3), edits(true));
  await press('Diary, its note', page.locator('#encounter-note'));
  await type('Diary, a letter', 'x');
  await press('Diary, save', button(phone, 'diary.save'), edits(false));
  await press('Diary, by label', chip(/^label 5\s*[\d,]+$/), pencils(phone).first());
  await press('Diary, all labels', chip(new RegExp(`^${say('diary.all')}\\s*[\\d,]+$`)), pencils(phone).first());
  await press('Diary, a day', page.locator('.day-buttons button').nth(8), button(phone, 'diary.all_days'));
  await press('Diary, all days', button(phone, 'diary.all_days'), pencils(phone).first());
  await toTheEnd(phone);
  const more = page.getByRole('button', { name: say('diary.more_of_day'), exact: true });
  await press('Diary, more of the oldest day', more.last(), pencils(phone).nth(ROWS));
  await press('Diary, the last one', pencils(phone).last(), edits(true));
  await press('Diary, cancel', button(phone, 'diary.cancel'));
  await press('Meet', tab('nav.meet'), page.getByRole('img', { name: say('meet.code'), exact: true }));
  await press('back to Home', tab('nav.back'), button(phone, 'home.check'));
  await press('Report', tab('nav.report'), page.getByRole('textbox', { name: say('report.tan'), exact: true }));
  await press('Home', tab('nav.home'), button(phone, 'home.check'));
  await press('Home, check', button(phone, 'home.check'), button(phone, 'home.check'));
  await press('Settings', tab('nav.settings'), tab('rights.look'));
  await press('Your data', tab('rights.look'), page.getByText(exactly('rights.lead')));
  await press('Home from Your data', tab('nav.back'), button(phone, 'home.check'));
}

/** Scrolls as far as the list goes. */
async function toTheEnd({ page }) {
  await page.mouse.move(195, 400);
  for (let last = -1, now = 0; now > last; ) {
    last = now;
    await page.mouse.wheel(0, 1_000_000);
    await page.waitForTimeout(SETTLE_MS);
    now = await page.evaluate(() => scrollY);
  }
}

/** Presses what is found, or types a text, waits for what comes of it, and notes how long the paint took. */
async function timed({ page }, took, name, what, then, text) {
  let at;
  if (what) {
    await what.waitFor();
    await what.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await what.boundingBox();
    at = [x + width / 2, y + height / 2];
    // What merely comes of pointing is no part of it.
    await page.mouse.move(...at);
    await page.waitForTimeout(SETTLE_MS);
  }
  const since = await page.evaluate(() => performance.now());
  if (text) await page.keyboard.press(text);
  else await page.mouse.click(...at, { delay: 20 });
  await then?.waitFor();
  await page.waitForTimeout(SETTLE_MS);
  const told = await page.evaluate((since) => window.told.filter(({ startTime }) => startTime >= since), since);
  (took[name] ??= []).push(Math.max(SHORTEST, ...told.map(({ duration }) => duration)));
}
