// Runs requirements against a server, one after another, and says what it found.

import fs from 'node:fs';

import * as twoken from 'twoken';

import bat from '../requirements/bat.mjs';
import aut from '../requirements/aut.mjs';
import cfg from '../requirements/cfg.mjs';
import dec from '../requirements/dec.mjs';
import http from '../requirements/http.mjs';
import idx from '../requirements/idx.mjs';
import prf from '../requirements/prf.mjs';
import prm from '../requirements/prm.mjs';
import psi from '../requirements/psi.mjs';
import ret from '../requirements/ret.mjs';
import stf from '../requirements/stf.mjs';
import stu from '../requirements/stu.mjs';
import upl from '../requirements/upl.mjs';
import { Kit } from './context.mjs';
import { NEEDS, missing } from './operator.mjs';
import { Reference } from './twoken.mjs';
import { NotDone, Skipped } from './verdict.mjs';

export { Kit, Reference };
export { ofCommands } from './operator.mjs';

const read = (url) => JSON.parse(fs.readFileSync(url, 'utf8'));

/** Section 28 of the document. */
export const TABLE = read(new URL('../requirements/table.json', import.meta.url));
export const VERSION = read(new URL('../package.json', import.meta.url)).version;
/** The version of the wire that this kit knows. */
export const PROTOCOL = 1;

/**
 * How each is tried: { id, holds(kit), on?, last? }. `on` says which servers it is for, `open` or `private` mode or profile `strict`; any
 * when it does not say so, and `private` where the table's need is P. `slow` takes a minute, and goes on beside the others where it can.
 * `last`: it moves the clock, or the operator changes something; `'waits'`: after it an address has to wait.
 */
export const REQUIREMENTS = [http, cfg, aut, prm, upl, prf, dec, bat, idx, psi, stu, stf, ret].flat();

/** Servers that {@link runReference} starts, by what requirements are `on`. */
export const WORLDS = {
  open: {},
  private: { mode: 'private' },
  strict: { profile: 'strict' },
  slow: {},
};

/** Rows with the way each is tried, in the order in which they are. */
function chosen(only) {
  const ways = new Map(REQUIREMENTS.map((way) => [way.id, way]));
  for (const id of only ?? []) if (!ways.has(id)) throw new Error(`there is no requirement ${id}`);
  const rows = TABLE.filter(({ id }) => (only ? only.includes(id) : ways.has(id)));
  const all = rows.map((row) => ({ row, ...ways.get(row.id), on: onOf(row, ways.get(row.id)) }));
  const rank = ({ last }) => (last === 'waits' ? 2 : Number(last ?? false));
  return all.sort((one, other) => rank(one) - rank(other));
}

const onOf = (row, { on }) => on ?? (row.needs.includes('P') ? ['private'] : undefined);

/**
 * Tries a server.
 *
 * @param {{ operator: object, only?: string[], told?: (result: object) => void, world?: string }} options `operator` as `operator.mjs` says;
 *   `told` hears of each result; `world` where another run tries what is for other servers
 * @returns {Promise<object>} the report
 */
export async function run({ operator, only, told = () => undefined, world }) {
  await twoken.init();
  const kit = new Kit(operator);
  const results = [];
  // What is no Twoken server at all is told at once.
  await kit.look();
  const { config } = await kit.config().catch(() => ({ config: { mode: undefined, profile: undefined } }));
  const all = chosen(only).filter((one) => !world || (one.on ?? ['open']).includes(world));
  for (const { row, holds, on } of all) {
    const result = await tried(kit, row, holds, on && !on.some((each) => ['slow', config.mode, config.profile].includes(each)) ? on : undefined, all.length === 1);
    results.push(result);
    told(result);
  }
  return report(operator.origin, results);
}

/** Starts the reference server in each of its ways, and tries all of them. */
export async function runReference(program, { only, told } = {}) {
  const inWorld = async (world) => {
    if (!chosen(only).some(({ on = ['open'] }) => on.includes(world))) return [];
    const operator = await Reference.start(program, WORLDS[world]);
    try {
      return (await run({ operator, only, told, world })).results;
    } finally {
      await operator.remove();
    }
  };
  const slow = inWorld('slow');
  slow.catch(() => undefined);
  const results = [];
  for (const world of Object.keys(WORLDS)) results.push(...(await (world === 'slow' ? slow : inWorld(world))));
  const merged = TABLE.map(({ id }) => results.filter((result) => result.id === id)).filter(({ length }) => length > 0);
  return report(`the reference server, ${program}`, merged.map(ofWorlds));
}

/** What holds at one of several servers has to hold at each. */
function ofWorlds(of) {
  const worst = of.find(({ state }) => state === 'failed') ?? of.find(({ state }) => state === 'held') ?? of[0];
  return { ...worst, ms: of.reduce((sum, { ms }) => sum + ms, 0) };
}

async function tried(kit, row, holds, elsewhere, alone) {
  const began = performance.now();
  const told = (state, reason) => ({ ...row, state, ...(reason ? { reason } : {}), ms: Math.round(performance.now() - began) });
  const lacking = missing(kit.operator, row.needs);
  if (lacking.length > 0) return told('skipped', `needs ${lacking.map((need) => `${NEEDS[need]} (${need})`).join(', ')}`);
  if (elsewhere) return told('skipped', `is for a server that is ${elsewhere.join(' or ')}`);
  kit.from = kit.elsewhere();
  kit.waited = false;
  try {
    await holds(kit);
    return told('held');
  } catch (error) {
    if (error instanceof Skipped) return told('skipped', `needs ${error.message}`);
    if (error instanceof NotDone) return told('skipped', error.message);
    if (!alone && kit.waited) return told('skipped', 'needs an address that does not have to wait by now: try it alone, with --only, some minutes later');
    return told('failed', withoutSecrets(kit.operator, error.message || String(error)));
  }
}

/** A server that quotes what it was sent may quote a key. */
function withoutSecrets({ apiKey, tanKey }, text) {
  return [apiKey, tanKey].filter(Boolean).reduce((left, secret) => left.replaceAll(secret, '…'), text);
}

function report(url, results) {
  const count = (wanted, level) => results.filter((result) => result.state === wanted && (!level || result.level === level)).length;
  return {
    kit: VERSION,
    protocol: PROTOCOL,
    package: twoken.VERSION ?? packageVersion(),
    date: new Date().toISOString(),
    url,
    counts: { held: count('held'), failed: count('failed', 'MUST'), warnings: count('failed', 'SHOULD'), skipped: count('skipped') },
    results,
  };
}

const packageVersion = () => read(new URL(import.meta.resolve('twoken/package.json'))).version;
