//! What axe-core finds on a page (WCAG 2.2, A and AA, and its best practices): there is to be nothing.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Looks at all of the page as it stands, with a window as tall as it is: what merely lies under the tabs can be scrolled. */
export async function accessible(phone, what) {
  const { page } = phone;
  const viewport = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (height > viewport.height) await page.setViewportSize({ ...viewport, height });
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(async (tags) => {
    const { violations } = await window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`) }));
  }, TAGS);
  await page.setViewportSize(viewport);
  const told = violations.map(({ id, help, nodes }) => `${id} (${help})\n    ${nodes.slice(0, 4).join('\n    ')}`);
  assert.equal(told.length, 0, `${what}:\n  ${told.join('\n  ')}`);
}
