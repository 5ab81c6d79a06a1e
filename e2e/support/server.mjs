//! The real server with a data folder of its own, in the demo profile, with several regions.

import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Starting takes well under a second; a machine may be busy. */
const START_MS = 20_000;

export const REGIONS = { root: 'Everywhere', north: 'The north', south: 'The south' };
export const API_KEY = 'an API key for stories only, 22 characters at least';

/**
 * What all stories share; a story's own settings take their place. A story says itself when is sealed: a schedule of
 * every minute would now and then seal half of what it is about to seal.
 */
const SETTINGS = {
  name: '"Health office of the stories"',
  check_every_seconds: 3600,
  decoys_per_week: 0,
  seal_every_seconds: 86_400,
};
const ADVICE = `
[advice]
source = "Health office of the stories"
date = "2026-11-20"
en = ["Take a test today."]
de = ["Machen Sie heute einen Test."]
`;

/** The tree of most stories: two regions beside each other. */
const TREE = [
  { id: 'root', name: REGIONS.root },
  { id: 'north', name: REGIONS.north, parent: 'root' },
  { id: 'south', name: REGIONS.south, parent: 'root' },
];

/** Regions as the configuration's file has them. */
function tables(regions) {
  const lines = (region) => Object.entries(region).map(([name, value]) => `${name} = "${value}"\n`);
  return regions.map((region) => `[[regions]]\n${lines(region).join('')}`).join('');
}

/** Someone who asked this machine for a port that nobody uses. */
async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run stories with \`cargo xtask e2e\``);
  return value;
}

/** The server reads TWOKEN_ variables as settings: those of the stories are none of them. */
function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('TWOKEN_'));
  return { ...Object.fromEntries(kept), TWOKEN_API_KEY: API_KEY, NO_COLOR: '1' };
}

export class Server {
  static async start(settings = '', regions = TREE) {
    const server = new Server();
    server.settings = settings;
    server.program = needed('TWOKEN_SERVER_BIN');
    server.web = needed('TWOKEN_DIST');
    server.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twoken-story-'));
    server.data = path.join(server.folder, 'data');
    server.port = await freePort();
    server.log = [];
    server.regions = regions;
    server.configure(regions);
    await server.start();
    // Whoever stops the stories stops their servers.
    process.once('exit', () => server.child.kill());
    return server;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Writes its configuration, with these regions; it holds from the next start on. */
  configure(regions) {
    const shared = Object.entries(SETTINGS).filter(([name]) => !new RegExp(`^${name}\\s*=`, 'm').test(this.settings));
    const text = `${shared.map(([name, value]) => `${name} = ${value}\n`).join('')}${this.settings}\n${tables(regions)}${ADVICE}`;
    fs.writeFileSync(path.join(this.folder, 'config.toml'), text);
  }

  /** Starts it, on the same address and data as before. */
  async start() {
    const args = ['serve', '--profile', 'demo', '--data', this.data, '--web', this.web];
    args.push('--listen', `127.0.0.1:${this.port}`, '--config', path.join(this.folder, 'config.toml'));
    this.child = spawn(this.program, args, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => this.log.push(text));
    }
    const deadline = Date.now() + START_MS;
    while (!(await this.answers())) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server did not start:\n${this.said()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Stops it and starts it again with a clock that is so many days ahead, as a server for trying things out can. */
  async ahead(days) {
    await this.stop();
    const others = this.settings.replace(/^clock_ahead_seconds.*\n?/gm, '');
    this.settings = `${others}\nclock_ahead_seconds = ${days * 86_400}\n`;
    this.configure(this.regions);
    await this.start();
  }

  async answers() {
    return fetch(`${this.origin}/healthz`).then((answer) => answer.ok, () => false);
  }

  /** Stops it, as an operator does. */
  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }

  /** Loses its data, keys and all, as after a fire without a backup. It must be stopped. */
  forget() {
    fs.rmSync(this.data, { recursive: true });
  }

  async remove() {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** What it has printed, and what the operator's commands have told. */
  said() {
    return this.log.join('');
  }

  /** A command of the server's program on this server's data. */
  async command(...args) {
    const { stdout, stderr } = await run(this.program, [...args, '--data', this.data], { env: environment() });
    this.log.push(stderr);
    return stdout.trim();
  }

  /** TANs as the operator makes them. */
  async issue(count = 1, ...args) {
    const printed = await this.command('tan', 'issue', '--count', String(count), ...args);
    return printed.split('\n').map((line) => line.trim());
  }

  /** Seals what waits. */
  async seal() {
    return this.command('batch', 'seal', '--anyway');
  }

  /**
   * A country's batch: fills a region's pool with so many entries that nobody can claim, beside the reports that wait
   * there and the `given` ones (Buffers of 84 bytes: tag and sealed status), and seals all of it, the way of real
   * reports (`server/examples/large_batch.rs`, built with the server). A million takes some twenty seconds. Up to 262,144
   * together make one batch of up to 1,024 pages; more are dealt out in turn to several. Answers what was sealed.
   */
  async fill(entries, { region = 'root', given = [] } = {}) {
    const program = path.join(path.dirname(this.program), 'examples', `large_batch${path.extname(this.program)}`);
    const args = ['--data', this.data, '--entries', String(entries), '--region', region];
    if (given.length > 0) {
      const file = path.join(this.folder, 'given');
      fs.writeFileSync(file, Buffer.concat(given));
      args.push('--with', file);
    }
    const { stdout } = await run(program, args, { env: environment() });
    const sealed = [...stdout.matchAll(/^([0-9a-f]{32}) (\d+) pages$/gm)];
    return sealed.map(([, id, pages]) => ({ id, pages: Number(pages) }));
  }

  /** The bytes of one of the server's own keys. */
  key(name) {
    const text = fs.readFileSync(path.join(this.data, 'keys.toml'), 'utf8');
    const found = text.match(new RegExp(`^${name}\\s*=\\s*"([^"]+)"`, 'm'));
    if (!found) throw new Error(`keys.toml has no ${name}`);
    return Buffer.from(found[1], 'hex');
  }
}
