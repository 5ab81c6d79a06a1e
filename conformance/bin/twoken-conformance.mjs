#!/usr/bin/env node
// twoken-conformance URL [options]

import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';

import { TABLE, VERSION, ofCommands, run, runReference } from '../src/kit.mjs';
import { exitCode, line, sum } from '../src/report.mjs';

const HELP = `twoken-conformance ${VERSION}: says, requirement by requirement, whether a server holds to the Twoken protocol.

  twoken-conformance https://twoken.example [options]
  twoken-conformance --reference PATH/TO/twoken-server [options]

What the kit is given beyond the address; what needs more is skipped, and says so:
  --api-key-file FILE     the authority's API key, or TWOKEN_API_KEY in the environment
  --tan-key-file FILE     the key that TANs are hashed with, 64 hex digits, or TWOKEN_TAN_KEY
  --tans FILE             in their place: patients' TANs, one a line, each used once
  --seal COMMAND          seals what waits, also below the minimum
  --tick COMMAND          brings the next tick about and waits until it is over; else one in two minutes at most is waited for
  --ahead COMMAND         puts the clock {days} days ahead of the true time, in all
  --restart COMMAND       stops the server and starts it again with its data
  --change COMMAND        changes the configuration as {settings} says, JSON by the names of the configuration's file, and restarts
  --account COMMAND       makes an account of staff of the role {role}; prints {"name", "password", "secret"}
  --study COMMAND         opens a study that takes {most} reports until {ends}; prints its id
  --end-study COMMAND     ends the study {id}
  --export-study COMMAND  exports the study {id}
  --operator FILE.mjs     all of this as a module: its default export is such an object, or a function of the address that makes one

What is tried, and told:
  --only IDS              ids such as S-CFG-1,S-CFG-2, or areas such as CFG
  --json FILE             the report for machines, as well
  --list                  the requirements, and what each needs
  --quiet                 what failed, what was skipped, and the last line

The kit writes to the server: TANs, reports, accounts, studies. Do not give it a server that people use.
Exit code: 0 every MUST that could be tried holds, 1 one does not, 2 nothing could be tried.
`;

const OPTIONS = {
  'api-key-file': { type: 'string' },
  'tan-key-file': { type: 'string' },
  tans: { type: 'string' },
  seal: { type: 'string' },
  tick: { type: 'string' },
  ahead: { type: 'string' },
  restart: { type: 'string' },
  change: { type: 'string' },
  account: { type: 'string' },
  study: { type: 'string' },
  'end-study': { type: 'string' },
  'export-study': { type: 'string' },
  operator: { type: 'string' },
  reference: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  list: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
};

/** A mistake of whoever calls. */
class Wrong extends Error {}

async function main() {
  const { values, positionals } = parsed();
  if (values.help) return say(HELP, 0);
  if (values.version) return say(`${VERSION}\n`, 0);
  if (values.list) return say(`${TABLE.map(({ id, level, needs, text }) => [id.padEnd(9), level.padEnd(6), needs.join(' ').padEnd(5), text].join(' ')).join('\n')}\n`, 0);
  if (positionals.length !== (values.reference ? 0 : 1)) throw new Wrong('give one address, or --reference');
  const only = values.only === undefined ? undefined : idsOf(values.only);
  const told = (result) => values.quiet && result.state === 'held' || console.log(line(result));
  const report = values.reference
    ? await runReference(values.reference, { only, told })
    : await run({ operator: await operatorOf(origin(positionals[0]), values), only, told });
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\n${report.url}, protocol ${report.protocol}, kit ${report.kit}: ${sum(report)}`);
  return exitCode(report);
}

function parsed() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Wrong(error.message);
  }
}

function say(text, code) {
  process.stdout.write(text);
  return code;
}

function origin(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw new Wrong(`${text} is no address such as https://twoken.example`);
  if (url.username || url.password || url.pathname !== '/' || url.search) throw new Wrong('an address has no path, name or password');
  return url.origin;
}

function idsOf(text) {
  const wanted = text.split(',').map((one) => one.trim().toUpperCase()).filter(Boolean);
  for (const one of wanted) if (!TABLE.some(({ id, area }) => one === id || one === area)) throw new Wrong(`there is no requirement ${one}`);
  return TABLE.filter(({ id, area }) => wanted.includes(id) || wanted.includes(area)).map(({ id }) => id);
}

async function operatorOf(address, values) {
  if (values.operator) {
    const { default: given } = await import(pathToFileURL(path.resolve(values.operator)));
    return typeof given === 'function' ? given(address) : Object.assign(given, { origin: given.origin ?? address });
  }
  const secret = (file, variable) => (file ? fs.readFileSync(file, 'utf8').trim() : process.env[variable]) || undefined;
  const apiKey = secret(values['api-key-file'], 'TWOKEN_API_KEY');
  const tanKey = secret(values['tan-key-file'], 'TWOKEN_TAN_KEY');
  return ofCommands(address, { apiKey, tanKey, tans: values.tans, commands: values });
}

try {
  process.exitCode = await main();
} catch (error) {
  const hint = error instanceof Wrong ? '\n`twoken-conformance --help` says more.' : '';
  console.error(`twoken-conformance: ${error.message}${hint}`);
  process.exitCode = 2;
}
