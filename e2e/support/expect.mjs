//! Waiting for what a person would see, and saying what was missing.

import { PATIENCE_MS } from './phone.mjs';
import { say } from './words.mjs';

/** Waits until a text (or what a locator finds) can be seen. */
export async function seen(phone, text) {
  const locator = typeof text === 'string' || text instanceof RegExp ? phone.page.getByText(text) : text;
  try {
    await locator.filter({ visible: true }).first().waitFor({ state: 'visible' });
  } catch (error) {
    throw new Error(`${phone.name} does not see ${text}; it shows:\n${await shown(phone)}`, { cause: error });
  }
}

/** Waits until it cannot be seen any more. */
export async function gone(phone, text) {
  const locator = typeof text === 'string' || text instanceof RegExp ? phone.page.getByText(text) : text;
  await eventually(`${text} is gone from ${phone.name}`, async () => (await count(locator)) === 0);
}

/** Waits until the phone shows the page that one of its tabs leads to. The address never says. */
export async function at(phone, key) {
  await seen(phone, phone.page.locator('nav a[aria-current=page]').filter({ hasText: say(key) }));
}

/** How often a text (or what a locator finds) can be seen right now. */
export async function count(locator) {
  return locator.filter({ visible: true }).count();
}

/** Asks again until the answer is yes. */
export async function eventually(what, ask, patience = PATIENCE_MS) {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`after ${patience / 1000} s still not true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The words on the page. */
export async function shown(phone) {
  return phone.page.locator('body').innerText().catch((error) => String(error));
}
