//! Tells browser stories: all of them, or those named. `node run.mjs [STORY …]`
//!
//! A story is a file beside this one. `cargo xtask e2e` builds what they need and sets
//!
//! | variable | is |
//! | --- | --- |
//! | `CHROMIUM` | the browser's program |
//! | `TWOKEN_SERVER_BIN` | the server's program |
//! | `TWOKEN_DIST` | the folder of the built app |
//! | `TWOKEN_RESULTS` | an empty folder for pictures |
//! | `TWOKEN_SHOTS` | set by hand: a folder for pictures of every page |

import fs from 'node:fs';
import { tell } from './support/story.mjs';

const here = new URL('.', import.meta.url);
const all = fs
  .readdirSync(here)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();

const named = process.argv.slice(2);
const unknown = named.find((name) => !all.includes(name));
if (unknown) {
  console.error(`there is no story '${unknown}'; there are: ${all.join(', ')}`);
  process.exit(2);
}

/** Told side by side: most of a story is waiting for browsers. */
const LANES = 2;

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const total = { passed: 0, failed: 0 };
/** Told once more at the end, where whoever reads only the end of a long log finds them. */
const failures = [];
// The longest are begun first, so that the lanes end at about the same time.
const size = (name) => fs.statSync(new URL(`${name}.mjs`, here)).size;
const ahead = (named.length > 0 ? named : all).sort((one, other) => size(other) - size(one));

async function lane() {
  for (let name = ahead.shift(); name; name = ahead.shift()) {
    const begun = Date.now();
    const tally = await tell(name, await import(new URL(`${name}.mjs`, here)));
    total.passed += tally.passed;
    total.failed += tally.failed;
    failures.push(...tally.failures.map((failure) => `${name}  ${failure}`));
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    console.log(`${name}  = ${tally.passed} held, ${tally.failed} did not, ${seconds} s\n`);
  }
}

await Promise.all(Array.from({ length: LANES }, lane));
for (const failure of failures) console.log(`FAILED  ${failure}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
