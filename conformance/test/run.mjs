// The kit's own tests: that it knows every requirement, that the reference server holds all of them, and that a server which is broken in
// one way is caught at it.
//
//   node test/run.mjs [--only PATTERN] [--no-broken] [--no-reference]
//
// TWOKEN_SERVER_BIN is the server's program.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { parseArgs } from 'node:util';

import * as twoken from 'twoken';

import { made } from '../make-table.mjs';
import { REQUIREMENTS, Reference, TABLE, WORLDS, runReference } from '../src/kit.mjs';
import { line, sum } from '../src/report.mjs';
import { broken } from './support/broken.mjs';

const { values } = parseArgs({
  options: { only: { type: 'string' }, broken: { type: 'boolean', default: true }, reference: { type: 'boolean', default: true } },
  allowNegative: true,
});
const program = process.env.TWOKEN_SERVER_BIN;
if (!program) throw new Error('TWOKEN_SERVER_BIN is not set: the path of twoken-server');
const only = (id) => !values.only || new RegExp(`^S-(${values.only})$`, 'i').test(id);
const ids = TABLE.map(({ id }) => id).filter(only);
/** What compares times is told, and asserted of nothing: a machine does other things, too. */
const TIMED = ['S-DEC-9'];
const faults = [];
let held = 0;
const check = async (what, act) => {
  try {
    await act();
    held += 1;
  } catch (error) {
    faults.push(`${what}: ${error.message}`);
    console.log(`FAILED   ${what}: ${error.message}`);
  }
};

await check('the table is the document\'s', () => {
  assert.equal(fs.readFileSync(new URL('../requirements/table.json', import.meta.url), 'utf8'), made(), 'run make-table.mjs');
});
await check('every requirement is tried, and none besides', () => {
  const tried = REQUIREMENTS.map(({ id }) => id).filter(only);
  assert.deepEqual(tried.filter((id, at) => tried.indexOf(id) !== at), [], 'twice');
  assert.deepEqual(tried.filter((id) => !ids.includes(id)), [], 'not in the table');
  assert.deepEqual(ids.filter((id) => !tried.includes(id)), [], 'not tried');
});

const began = performance.now();
const seconds = () => `${Math.round((performance.now() - began) / 1000)} s`;
const there = ids.filter((id) => REQUIREMENTS.some((one) => one.id === id));
if (values.reference) {
  const report = await runReference(program, { only: there, told: (result) => console.log(line(result)) });
  console.log(`the reference server: ${sum(report)} (${seconds()})\n`);
  for (const { id, state, reason } of report.results) await check(id, () => assert.ok(state === 'held' || (TIMED.includes(id) && state === 'failed'), reason));
}

if (values.broken) {
  await twoken.init();
  const caught = new Set();
  for (const file of fs.readdirSync(new URL('broken/', import.meta.url)).filter((name) => name.endsWith('.mjs')).sort()) {
    const { default: cases, settings = {}, world: usual = 'open' } = await import(new URL(`broken/${file}`, import.meta.url));
    for (const world of Object.keys(WORLDS)) {
      const here = cases.filter((one) => only(one.id) && (one.world ?? usual) === world);
      if (here.length === 0) continue;
      const operator = await Reference.start(program, { ...WORLDS[world], settings });
      try {
        for (const one of here) {
          const name = one.name ? `${one.id} (${one.name})` : one.id;
          await check(`a server broken at ${name}`, async () => {
            const result = await broken(operator, one);
            assert.equal(result.state, 'failed', result.reason);
            console.log(`caught   ${name.padEnd(9)} ${result.reason}`);
            caught.add(one.id);
          });
        }
      } finally {
        await operator.remove();
      }
    }
  }
  await check('every requirement can fail', () => assert.deepEqual(there.filter((id) => !caught.has(id)), []));
  console.log(`${caught.size} requirements' broken servers caught (${seconds()} in all)`);
}

console.log(`\n${held} passed, ${faults.length} failed`);
process.exit(faults.length === 0 ? 0 : 1);
