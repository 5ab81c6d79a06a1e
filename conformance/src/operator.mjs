// What the kit is given beyond the address. An operator is an object with an `origin` and any of these; what it does not have is
// what requirements are skipped for.
//
// A  apiKey, tanKey               the authority's key, and the key that TANs are hashed with (64 hex digits)
//    tans({ count, class, hours })  or: makes valid TANs and answers them as shown
// B  seal()                       seals what waits, also below the minimum
//    tick()                       brings the next tick about, and waits until it is over; else a frequent one is waited for
//    firstDay                     the number of the day on which the server was set up, where it is known
// C  ahead(days)                  puts the clock so many days ahead of the true one, in all; the server answers again when it returns
// F  account(role)                makes an account of staff (`clinician`, `supervisor`, `administrator`, as the server calls it) that need
//                                 not change its password: { name, password, secret }, the secret of its codes in base32
//    command(...args)             a command of the reference server's program, where it is one
// R  restart()                    stops the server and starts it again with its data
//    change(settings)             changes something in the configuration, these settings where it can, and restarts it
// S  study({ ends, atMost })      opens a study and answers its id; `ends` a day such as 2026-12-31
//    endStudy(id), exportStudy(id)
//    addresses                    true where the server takes requests from 127.0.0.x as from so many addresses

import { exec } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';

import { NotDone } from './verdict.mjs';

const run = promisify(exec);

/** How long an operator's command may take. */
const COMMAND_MS = 120_000;

/** What a need is called in a report. */
export const NEEDS = {
  A: "the authority's API key and TAN key, or TANs",
  B: 'a way to seal',
  C: 'a clock that can be put ahead',
  F: 'accounts of staff',
  P: 'a server of private mode',
  R: 'a way to restart and to change the configuration',
  S: 'a way to open a study',
  2: 'A and B',
};

/** Needs that this operator does not meet; `P` is the server's to meet. */
export function missing(operator, needs) {
  const met = {
    A: (operator.apiKey && operator.tanKey) || operator.tans,
    B: operator.seal,
    C: operator.ahead,
    F: operator.account,
    P: true,
    R: operator.restart,
    S: operator.study,
  };
  met[2] = met.A && met.B;
  return needs.filter((need) => !met[need]);
}

/** An operator of shell commands: `{days}`, `{settings}` (JSON), `{role}`, `{ends}`, `{most}` and `{id}` stand for what is asked for. */
export function ofCommands(origin, { apiKey, tanKey, tans, commands = {} }) {
  const operator = { origin };
  if (apiKey) operator.apiKey = apiKey;
  if (tanKey) operator.tanKey = tanKey;
  if (tans) operator.tans = ofList(tans);
  const says = async (name, values = {}) => {
    const command = commands[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? quoted(String(values[key])) : whole));
    try {
      return (await run(command, { timeout: COMMAND_MS })).stdout.trim();
    } catch (error) {
      // Neither the command nor what it printed: both may hold secrets.
      throw new NotDone(`the operator's command for ${name} failed (${error.killed ? 'it took too long' : `exit code ${error.code}`})`);
    }
  };
  if (commands.seal) operator.seal = () => says('seal');
  if (commands.tick) operator.tick = () => says('tick');
  if (commands.ahead) operator.ahead = (days) => says('ahead', { days });
  if (commands.restart) operator.restart = () => says('restart');
  if (commands.change) operator.change = (settings) => says('change', { settings: JSON.stringify(settings) });
  if (commands.account) operator.account = async (role) => JSON.parse(await says('account', { role }));
  if (commands.study) operator.study = ({ ends, atMost = 1000 }) => says('study', { ends, most: atMost });
  if (commands['end-study']) operator.endStudy = (id) => says('end-study', { id });
  if (commands['export-study']) operator.exportStudy = (id) => says('export-study', { id });
  return operator;
}

/** TANs of a file, one a line, each given out once. They are of patients, and valid long enough. */
function ofList(file) {
  const left = fs.readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).filter(Boolean);
  return async ({ count = 1, class: of = 'patient', hours } = {}) => {
    if (of !== 'patient' || hours !== undefined) return undefined;
    return left.length < count ? undefined : left.splice(0, count);
  };
}

const quoted = (value) => `'${value.replaceAll("'", `'\\''`)}'`;
