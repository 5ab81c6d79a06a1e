//! Every page as people see it: on a phone and on a desk, by day and by night.
//!
//! That nothing is cut off, that each page has one title and that axe finds nothing is asserted each time; pictures are kept when asked for
//! (`TWOKEN_SHOTS=folder`), and the README's is made where it is missing.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { PNG } from 'pngjs';
import { accessible } from './accessible.mjs';
import { LARGE, SMALL } from './phone.mjs';

const SIZES = { small: SMALL, large: LARGE };
const THEMES = ['light', 'dark'];
const README_PICTURE = new URL('../../docs/screenshots/home-and-meet.png', import.meta.url).pathname;

const asked = process.env.TWOKEN_SHOTS;

/** Looks at the page in every size and theme, and leaves it in the first of them. */
export async function portray(phone, name, sizes = SIZES) {
  const { page } = phone;
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of THEMES) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const what = `${name}, ${size}, ${colorScheme}`;
      const { width, titles, title } = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        titles: [...document.querySelectorAll('h1')].filter((one) => one.checkVisibility()).length,
        title: document.title,
      }));
      assert.ok(width <= 0, `${what}: ${width} pixels stand over at the side`);
      assert.equal(titles, 1, `${what}: a page has one title`);
      assert.equal(title, 'Twoken', `${what}: the title says no more than the address`);
      // Colours differ by theme, layout by size.
      if (size === Object.keys(sizes)[0] || colorScheme === THEMES[0]) await accessible(phone, what);
      if (!asked) continue;
      fs.mkdirSync(asked, { recursive: true });
      await page.screenshot({ path: path.join(asked, `${name}-${size}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.setViewportSize(Object.values(sizes)[0]);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Two phones side by side: the README's picture, where it is missing or pictures were asked for. */
export async function showReaders(left, right) {
  if (fs.existsSync(README_PICTURE) && !asked) return;
  const [one, other] = [await left.page.screenshot(), await right.page.screenshot()].map((png) => PNG.sync.read(png));
  const gap = 48;
  const both = new PNG({ width: one.width + other.width + 3 * gap, height: one.height + 2 * gap });
  both.data.fill(0xe6);
  for (let at = 3; at < both.data.length; at += 4) both.data[at] = 255;
  PNG.bitblt(one, both, 0, 0, one.width, one.height, gap, gap);
  PNG.bitblt(other, both, 0, 0, other.width, other.height, one.width + 2 * gap, gap);
  fs.mkdirSync(path.dirname(README_PICTURE), { recursive: true });
  fs.writeFileSync(README_PICTURE, PNG.sync.write(both));
}
