//! A page looked at more closely than a picture shows: text twice as large, a window as narrow as a page magnified four times
//! has, colours that the system forces, nothing that moves, nothing too small to touch, headings in their order.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { SMALL } from './phone.mjs';

/** WCAG 2.2, 1.4.10: as wide as a window of 1280 is at 400 %. */
const NARROW = { width: 320, height: 640 };
/** WCAG 2.2, 2.5.8, in CSS pixels. */
const LEAST_TARGET = 24;

const asked = process.env.TWOKEN_SHOTS;

async function picture(page, name) {
  if (!asked) return;
  fs.mkdirSync(asked, { recursive: true });
  await page.screenshot({ path: path.join(asked, `${name}.png`), fullPage: true });
}

/** What stands over at the side, and words that are cut off. */
const cut = (page) =>
  page.evaluate(() => {
    const root = document.documentElement;
    const told = [];
    if (root.scrollWidth > root.clientWidth) told.push(`${root.scrollWidth - root.clientWidth} pixels stand over at the side`);
    for (const one of document.querySelectorAll('body *')) {
      if (one.closest('.sr, svg') || !one.checkVisibility() || !one.childNodes.length) continue;
      const { overflowX, overflowY, clipPath } = getComputedStyle(one);
      // There for those who listen alone.
      if (clipPath !== 'none') continue;
      const own = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
      const hides = (overflow) => overflow === 'hidden' || overflow === 'clip';
      const over = (hides(overflowX) && one.scrollWidth > one.clientWidth + 1) || (hides(overflowY) && one.scrollHeight > one.clientHeight + 1);
      if (own && over) told.push(`cut off: '${one.textContent.trim().slice(0, 40)}'`);
    }
    return told;
  });

/** What can be touched and is smaller than it may be, but for links within a sentence. */
const small = (page) =>
  page.evaluate((least) => {
    const inSentence = (one) => one.tagName === 'A' && getComputedStyle(one).display === 'inline';
    return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=switch]')]
      .filter((one) => one.checkVisibility() && !inSentence(one))
      .map((one) => {
        // A box that one ticks is touched by its label, too.
        const label = one.labels?.[0] ?? one;
        const boxes = [one, label].map((it) => it.getBoundingClientRect());
        return { one, width: Math.max(...boxes.map((box) => box.width)), height: Math.max(...boxes.map((box) => box.height)) };
      })
      .filter(({ one, width, height }) => !one.closest('.sr') && (width < least || height < least))
      .map(({ one, width, height }) => `${one.tagName} '${one.innerText ?? one.id}' ${width.toFixed(0)} × ${height.toFixed(0)}`);
  }, LEAST_TARGET);

/** Headings go down one step at a time, and the page has its landmark. */
const order = (page) =>
  page.evaluate(() => {
    const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
      .filter((one) => one.checkVisibility())
      .map((one) => ({ level: Number(one.tagName[1]), words: one.textContent.trim() }));
    const told = levels.filter(({ level }, i) => i > 0 && level > levels[i - 1].level + 1).map(({ words }) => `no heading stands between that before and '${words}'`);
    if (document.querySelectorAll('main').length !== 1) told.push('a page has one main landmark');
    const { lang, dir } = document.documentElement;
    if (!lang || !dir) told.push(`language '${lang}', direction '${dir}'`);
    return told;
  });

/** Looks at the page as it stands, and leaves it as it was. */
export async function closely(phone, name) {
  const { page } = phone;
  const nothing = (told, what) => assert.deepEqual(told, [], `${name}, ${what}: ${told.join('; ')}`);
  nothing(await order(page), 'headings and landmarks');
  nothing(await small(page), 'too small to touch');
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  nothing(await cut(page), 'text at 200 %');
  await picture(page, `${name}-200`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  await page.setViewportSize(NARROW);
  nothing(await cut(page), '320 pixels wide');
  await picture(page, `${name}-320`);
  await page.setViewportSize(SMALL);
  await page.emulateMedia({ forcedColors: 'active' });
  await picture(page, `${name}-forced`);
  await page.emulateMedia({ forcedColors: 'none' });
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().activeDuration > 0)
      .map(({ effect }) => effect.target?.className?.toString() ?? ''),
  );
  nothing(moving, 'moves for who wants nothing to');
}
