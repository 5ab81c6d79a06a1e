// Makes of the built page one that shows its first words before the program comes: one stylesheet, and the program is
// fetched after the first paint, with the hash that its preload had.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const STYLESHEET = /[ \t]*<link rel="stylesheet" href="\/([\w-]+\.css)"[^>]*>\n?/g;
/** What the page calls the program that it asked for before anything else. */
const EARLY = 'window.twokenProgram';
const PRELOAD = /<link rel="preload" href="(\/[\w-]+\.wasm)"[^>]*integrity="([^"]+)"[^>]*>/;

/** @param {string} folder the build */
export function finishPage(folder) {
  const file = path.join(folder, 'index.html');
  const page = fs.readFileSync(file, 'utf8');
  // A build is finished once, however often its files are listed.
  if (page.includes(EARLY)) return;
  fs.writeFileSync(file, program(oneStylesheet(page, folder)));
}

function oneStylesheet(page, folder) {
  const names = [...page.matchAll(STYLESHEET)].map(([, name]) => name);
  if (names.length < 2) throw new Error('index.html has no stylesheets of its own');
  const all = names.map((name) => fs.readFileSync(path.join(folder, name))).map(String).join('\n');
  for (const name of names) fs.rmSync(path.join(folder, name));
  const name = `styles-${createHash('sha256').update(all).digest('hex').slice(0, 16)}.css`;
  fs.writeFileSync(path.join(folder, name), all);
  const integrity = `sha384-${createHash('sha384').update(all).digest('base64')}`;
  let placed = false;
  return page.replace(STYLESHEET, () => {
    if (placed) return '';
    placed = true;
    return `    <link rel="stylesheet" href="/${name}" integrity="${integrity}"/>\n`;
  });
}

function program(page) {
  const [preload, address, integrity] = PRELOAD.exec(page) ?? [];
  const begins = `await init({ module_or_path: '${address}' })`;
  if (!preload || !page.includes(begins)) throw new Error('index.html does not load the program as it did');
  // Who has begun here has the program on the device: it comes over no line, and nothing else waits for it.
  const early =
    `<script>if (document.documentElement.classList.contains("begun")) ${EARLY} = ${fetched(address, integrity)};</script>`;
  // A page that nobody looks at is not painted: it waits a moment and no longer.
  const painted = 'new Promise((painted) => { requestAnimationFrame(() => setTimeout(painted)); setTimeout(painted, 200); })';
  const later = `${EARLY} ?? (await ${painted}, ${fetched(address, integrity)})`;
  return page.replace(preload, early).replace(begins, `await init({ module_or_path: ${later} })`);
}

const fetched = (address, integrity) => `fetch("${address}", { integrity: "${integrity}" })`;
