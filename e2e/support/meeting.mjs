//! What people do with their phones: begin, meet, keep, check.

import assert from 'node:assert/strict';
import { codeOf, photograph } from './code.mjs';
import { at, count, eventually, seen } from './expect.mjs';
import { exactly, say } from './words.mjs';

/** Keys, and with them what a phone shows, are replaced this often. */
const INTERVAL_MS = 600_000;
/** A meeting takes no longer on the slowest machine we know. */
const MEETING_MS = 30_000;

/** Waits until these phones' interval goes on for `room` milliseconds: what is seen on both sides of its end is two encounters. */
export async function withinInterval(phones, room = MEETING_MS) {
  const left = ({ page }) => page.evaluate((length) => length - (Date.now() % length), INTERVAL_MS);
  const soonest = Math.min(...(await Promise.all(phones.map(left))));
  if (soonest < room) await new Promise((resolve) => setTimeout(resolve, soonest + 1_000));
}

/** Two phones held face to face: each camera sees the other's screen as it is now, until `done`. */
export async function face(a, b, done) {
  await withinInterval([a, b]);
  await eventually(`${a.name} and ${b.name} have met`, async () => {
    const [ofA, ofB] = await Promise.all([photograph(a), photograph(b)]);
    b.camera.see(ofA);
    a.camera.see(ofB);
    return done();
  });
}

/** Waits for Welcome itself: its first statement stands in the page before the app has loaded. */
export const welcomed = (phone) => seen(phone, phone.page.getByRole('checkbox', { name: say('welcome.keep') }));

/** Reads Welcome, agrees, and starts. */
export async function begin(phone, { hourly = false, region, address = '/' } = {}) {
  const { page } = phone;
  await phone.open(address);
  await page.getByRole('checkbox', { name: say('welcome.keep') }).check();
  if (hourly) await page.getByRole('checkbox', { name: say('welcome.hourly') }).check();
  if (region) {
    await page.getByRole('button', { name: say('welcome.region_ask') }).click();
    await page.getByLabel(say('welcome.region')).selectOption(region);
  }
  await page.getByRole('button', { name: say('welcome.start'), exact: true }).click();
  await page.getByRole('navigation', { name: say('nav.main') }).filter({ visible: true }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.scrollY), 0, `${phone.name} begins in the middle of a page`);
}

export const isBoth = async (phone) => (await count(phone.page.getByText(exactly('meet.both')))) > 0;

/** Opens Meet and waits for its code. */
export async function openMeet(phone) {
  await phone.go(say('nav.meet'));
  await seen(phone, codeOf(phone));
}

/** Two people meet, both ways. */
export async function meet(a, b) {
  for (const phone of [a, b]) {
    phone.camera.blank();
    await openMeet(phone);
  }
  await face(a, b, async () => (await isBoth(a)) && (await isBoth(b)));
  for (const phone of [a, b]) phone.camera.blank();
}

/** Adds what the person wants to remember, and keeps it: leads to the diary. */
export async function keep(phone, { label, note, minutes }) {
  const { page } = phone;
  if (label) {
    await page.getByRole('button', { name: say('diary.new_label'), exact: true }).click();
    await page.getByRole('textbox', { name: say('diary.new_label_name') }).fill(label);
  }
  if (note) await page.getByRole('textbox', { name: say('diary.note') }).fill(note);
  if (minutes) await page.getByRole('textbox', { name: say('diary.duration_other') }).fill(String(minutes));
  await page.getByRole('button', { name: say('meet.keep'), exact: true }).click();
  await at(phone, 'nav.diary');
}

/** Types a text into Meet's field and uses it. */
export async function type(phone, text) {
  const { page } = phone;
  const field = page.getByRole('textbox', { name: say('meet.typed_label') });
  if ((await count(field)) === 0) await page.getByRole('button', { name: say('meet.type_paste') }).click();
  await field.fill(text);
  await page.getByRole('button', { name: say('meet.typed_use'), exact: true }).click();
}

/** Answers "are you with this person now?". */
export async function confirm(phone, answer = 'meet.confirm_yes') {
  await seen(phone, exactly('meet.confirm'));
  await phone.page.getByRole('button', { name: say(answer), exact: true }).click();
}

/** Goes Home and presses "Check now"; waits until it is over. */
export async function check(phone) {
  await phone.go(say('nav.home'));
  const button = phone.page.getByRole('button', { name: say('home.check'), exact: true });
  const before = phone.line.calls.length;
  await button.filter({ visible: true }).click();
  await eventually('the check has begun', async () => phone.line.to('GET', '/v1/config', before).length > 0);
  await seen(phone, button);
}
