// The operator of the reference server: starts its program with a folder, a port, a profile and a mode of its own, and offers every need.

import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { NotDone } from './verdict.mjs';

const run = promisify(execFile);

/** Starting takes well under a second; a machine may be busy. */
const START_MS = 20_000;
/** What the server says once it answers. */
const LISTENING = 'listening on ';
const DAY = 86_400;
/** A tick comes up to so late: the server looks at its clock by whole seconds. */
const TICK_SECONDS = 2;
const SETTINGS = {
  name: 'Health office of the kit',
  check_every_seconds: 3600,
  decoys_per_week: 0,
  seal_every_seconds: DAY,
};
const REGIONS = [
  { id: 'root', name: 'Everywhere' },
  { id: 'north', name: 'The north', parent: 'root' },
  { id: 'south', name: 'The south', parent: 'root' },
];

/** Whoever stops the kit stops its servers. */
const running = new Set();
process.once('exit', () => running.forEach((child) => child.kill()));

export class Reference {
  /** It takes requests from any address of this machine's loopback, and bounds each for itself. */
  addresses = true;

  /**
   * @param {string} program the path of `twoken-server`
   * @param {{ mode?: string, profile?: string, settings?: object }} options `settings` as its configuration's file has them
   */
  static async start(program, { mode = 'open', profile = 'demo', settings = {} } = {}) {
    const server = new Reference();
    server.program = path.resolve(program);
    server.profile = profile;
    server.settings = { ...SETTINGS, mode, ...settings };
    server.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twoken-kit-'));
    server.data = path.join(server.folder, 'data');
    server.apiKey = randomBytes(24).toString('base64url');
    server.log = '';
    server.port = await freePort();
    server.firstDay = Math.floor(Date.now() / 1000 / DAY);
    await server.up();
    server.tanKey = await server.command('tan', 'key', 'export');
    return server;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  get config() {
    return path.join(this.folder, 'config.toml');
  }

  /** The server reads TWOKEN_ variables as settings: those of the kit are none of them. */
  get environment() {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('TWOKEN_'));
    return { ...Object.fromEntries(kept), TWOKEN_API_KEY: this.apiKey, NO_COLOR: '1' };
  }

  async up() {
    const { regions = REGIONS, ...settings } = this.settings;
    const value = (one) => (typeof one === 'object' ? `{ ${pairs(one).join(', ')} }` : JSON.stringify(one));
    const pairs = (table) => Object.entries(table).map(([name, one]) => `${name} = ${value(one)}`);
    const tables = regions.map((region) => `[[regions]]\n${pairs(region).join('\n')}\n`);
    fs.writeFileSync(this.config, `${pairs(settings).join('\n')}\n${tables.join('')}`);
    const args = ['serve', '--profile', this.profile, '--data', this.data, '--listen', `127.0.0.1:${this.port}`, '--config', this.config];
    const child = spawn(this.program, args, { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const from = this.log.length;
    this.child = child;
    running.add(child);
    this.ended = new Promise((resolve) => child.once('exit', resolve)).then(() => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (this.log += text));
    const deadline = Date.now() + START_MS;
    // That something answers there is not enough: it has to be this one.
    while (!(this.log.includes(LISTENING, from) && (await this.answers()))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the server did not start:\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  answers() {
    return fetch(`${this.origin}/healthz`).then((answer) => answer.ok, () => false);
  }

  async down() {
    this.child.kill('SIGTERM');
    await this.ended;
  }

  async restart() {
    await this.down();
    await this.up();
  }

  async change(settings) {
    Object.assign(this.settings, settings);
    for (const [name, value] of Object.entries(settings)) if (value === undefined) delete this.settings[name];
    await this.restart();
  }

  async ahead(days) {
    await this.change({ clock_ahead_seconds: Math.round(days * DAY) });
  }

  /** The next tick, to which the clock is put ahead; it is over when this returns. */
  async tick() {
    const { seal_every_seconds: period, clock_ahead_seconds: ahead = 0 } = this.settings;
    const now = () => Date.now() / 1000 + this.settings.clock_ahead_seconds;
    const due = (Math.floor((Date.now() / 1000 + ahead) / period) + 1) * period;
    // Whoever starts after it waits for the next. A machine that is busy gets more time, with a clock that is set back.
    for (let lead = 1; lead === 1 || now() >= due; lead *= 2) {
      await this.down();
      this.settings.clock_ahead_seconds = Math.floor(due - Date.now() / 1000) - lead;
      await this.up();
    }
    while (now() < due + TICK_SECONDS) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  async remove() {
    await this.down();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** A command of the server's program on this server's data. */
  async command(...args) {
    try {
      return (await run(this.program, [...args, '--data', this.data], { env: this.environment, timeout: 60_000 })).stdout.trim();
    } catch (error) {
      throw new NotDone(`\`twoken-server ${args.slice(0, 2).join(' ')}\` failed: ${String(error.stderr).trim().split('\n').at(-1)}`);
    }
  }

  async seal() {
    return this.command('batch', 'seal', '--anyway');
  }

  /** `clinician`, `supervisor`, `administrator`: as the program calls them. */
  async account(role, name = `${role} ${randomBytes(6).toString('hex')}`) {
    const printed = await this.command('staff', 'add', name, '--role', role, '--lasting', '--config', this.config, '--profile', this.profile);
    return {
      name,
      password: printed.match(/^password: (.+)$/m)[1],
      secret: new URL(printed.match(/^otpauth:.+$/m)[0]).searchParams.get('secret'),
    };
  }

  async study({ ends, atMost = 1000 }) {
    // A study is what it says: of two that say the same there is one.
    const title = `A study of the kit, ${randomBytes(4).toString('hex')}`;
    const texts = ['--title', title, '--institution', 'The kit', '--asks', 'Whether this server conforms.', '--contact', 'https://kit.example'];
    return this.command('study', 'open', ...texts, '--ends', ends, '--at-most', String(atMost));
  }

  endStudy(id) {
    return this.command('study', 'close', id);
  }

  exportStudy(id) {
    return this.command('study', 'export', id, '--to', this.folder);
  }
}

/** Someone who asked this machine for a port that nobody uses. */
async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
