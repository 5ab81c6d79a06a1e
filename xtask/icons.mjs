// Draws the icons that a device shows for the installed app from the vector marks in `www/icons`: run it again when a mark
// changes, and commit what it writes. Usage: node xtask/icons.mjs (playwright-core from `e2e/`, CHROMIUM as for stories)
import fs from 'node:fs';
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../e2e/', import.meta.url))('playwright-core');
const folder = new URL('../www/icons/', import.meta.url);

/** The maskable mark fills its square and stays inside the safe circle: any mask keeps it whole. */
const ICONS = [
  { file: 'icon-192.png', mark: 'mark-maskable.svg', side: 192, corner: 0.22 },
  { file: 'icon-512.png', mark: 'mark-maskable.svg', side: 512, corner: 0.22 },
  { file: 'maskable-512.png', mark: 'mark-maskable.svg', side: 512, corner: 0 },
  // What iOS takes, which rounds the corners by itself.
  { file: 'apple-touch-icon.png', mark: 'mark-maskable.svg', side: 180, corner: 0 },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();
for (const { file, mark, side, corner } of ICONS) {
  const svg = fs.readFileSync(new URL(mark, folder), 'utf8');
  const style = `svg{display:block;inline-size:${side}px;block-size:${side}px;border-radius:${side * corner}px}body{margin:0}`;
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(`<style>${style}</style>${svg}`);
  await page.screenshot({ path: new URL(file, folder).pathname, omitBackground: true });
  console.log(`${file}: ${fs.statSync(new URL(file, folder)).size} bytes`);
}
await browser.close();
