//! A person who has a keyboard alone: goes on by Tab, never touches, and sees where they are.

import assert from 'node:assert/strict';

/** No page has more to stop at. */
const MOST_STOPS = 200;

/** What has the focus: its words, whether it can be seen whole, and whether one sees that it has it. */
const stop = (phone) =>
  phone.page.evaluate(() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const { left, top, right, bottom, width, height } = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    // What lies over its middle: itself, something in it, or a bar that hides it.
    const over = document.elementFromPoint((left + right) / 2, Math.min(Math.max((top + bottom) / 2, 0), innerHeight - 1));
    const hidden = over !== null && !one.contains(over) && !over.contains(one) && !one.labels?.[0]?.contains(over);
    // A field of several parts draws the ring around the part.
    const within = one === window.__last && one.type?.startsWith('date');
    window.__last = one;
    const ringed = within || [one, one.parentElement, one.nextElementSibling].some((it) => {
      if (!it) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
      return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
    });
    window.__stops ??= new WeakMap();
    if (!window.__stops.has(one)) window.__stops.set(one, `${(window.__stop = (window.__stop ?? 0) + 1)}`);
    const words = one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText ?? '';
    return {
      id: window.__stops.get(one),
      words: `${one.tagName.toLowerCase()} '${words.trim().replace(/\s+/g, ' ').slice(0, 60)}'`,
      small: style.position !== 'absolute' && (width < 1 || height < 1),
      outside: right <= 0 || left >= innerWidth || bottom <= 0 || top >= innerHeight,
      hidden,
      ringed,
      main: one.tagName === 'MAIN',
    };
  });

/** Presses Tab once, and says what has the focus then. It can be seen, and nothing lies over it (WCAG 2.2, 2.4.7 and 2.4.11). */
export async function tab(phone, back = false) {
  await phone.page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  // Scrolled to.
  await phone.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const at = await stop(phone);
  if (at && !at.main) {
    assert.ok(!at.outside && !at.small, `${at.words} has the focus and cannot be seen`);
    assert.ok(!at.hidden, `something lies over ${at.words}`);
    assert.ok(at.ringed, `one does not see that ${at.words} has the focus`);
  }
  return at;
}

/** Goes on by Tab until what `locator` finds has the focus. */
export async function tabTo(phone, locator) {
  const here = () => locator.evaluateAll((all) => all.some((one) => one === document.activeElement));
  await locator.filter({ visible: true }).first().waitFor();
  const passed = [];
  for (let i = 0; i < MOST_STOPS; i += 1) {
    if (await here()) return;
    passed.push((await tab(phone))?.words);
  }
  assert.fail(`no Tab leads to ${locator}; it leads to ${passed.slice(0, 40).join(', ')}`);
}

/** Goes to it by Tab and presses Enter. */
export async function enter(phone, locator) {
  await tabTo(phone, locator);
  await phone.page.keyboard.press('Enter');
}

/** As whoever has just opened the page: the next Tab leads to the first thing on it. */
export const toBeginning = (phone) =>
  phone.page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });

/** Everything on the page that can be worked with is come by, none of it twice, and one comes out again. */
export async function everyStop(phone, what) {
  const { page } = phone;
  await toBeginning(phone);
  const all = await page.evaluate(() => {
    const workable = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';
    const radios = new Set();
    return [...document.querySelectorAll(workable)].filter((one) => {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.tabIndex < 0 || one.closest('[inert]')) return false;
      // Of radio buttons of one name one is come by; the arrows lead to the others.
      if (one.type !== 'radio') return true;
      return !radios.has(one.name) && radios.add(one.name);
    }).length;
  });
  const come = new Map();
  let last;
  for (let i = 0; i < MOST_STOPS; i += 1) {
    const at = await tab(phone);
    if (!at) {
      if (come.size > 0) break;
      continue;
    }
    // A day has several parts, each come by.
    if (come.has(at.id) && at.id !== last) break;
    last = at.id;
    come.set(at.id, at.words);
  }
  const stops = [...come.values()].filter((words) => !words.startsWith('main '));
  assert.ok(stops.length >= all, `${what}: ${all} things can be worked with, Tab comes by ${stops.length}: ${stops.join(', ')}`);
}
