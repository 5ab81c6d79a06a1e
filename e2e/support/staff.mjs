//! Health staff at the medical console: accounts as the operator makes them, an authenticator, and signing in.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { bytesOfBase32 } from './base32.mjs';
import { eventually, seen } from './expect.mjs';
import { LARGE, SMALL } from './phone.mjs';
import { say } from './words.mjs';

/** What consoles are used on: a desk's screen, and a tablet held upright. Nothing may be cut off on a phone either. */
export const DESKS = { desk: LARGE, tablet: { width: 834, height: 1112 }, small: SMALL };

const STEP_MS = 30_000;

/** RFC 6238 with SHA-1, six digits: the code of a step. */
function totp(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** An authenticator app: the server takes each code once, a step early or late. */
export class Authenticator {
  constructor(uri) {
    this.secret = bytesOfBase32(new URL(uri).searchParams.get('secret'));
    this.last = 0;
  }

  /** A code that was not used; it may have to be waited for. */
  async code() {
    const now = () => Math.floor(Date.now() / STEP_MS);
    const next = Math.max(this.last + 1, now() - 1);
    await eventually('there is an unused code', async () => next <= now() + 1, 2 * STEP_MS);
    this.last = next;
    return totp(this.secret, next);
  }
}

/** An account as the operator makes it: its name, its password, its authenticator. */
export async function account(server, name, role, ...args) {
  const printed = await server.command('staff', 'add', '--role', role, ...args, name);
  const password = printed.match(/password:?\s+(\S+)/i)?.[1];
  const uri = printed.match(/otpauth:\S+/)?.[0];
  assert.ok(password && uri, `what was printed has no password or no URI:\n${printed}`);
  return { name, password, authenticator: new Authenticator(uri) };
}

export const press = (desk, key, values) =>
  desk.page.getByRole('button', { name: say(key, values), exact: true }).filter({ visible: true }).click();

export const field = (desk, key) => desk.page.getByLabel(say(key), { exact: true });

/** Fills in name and password, where the form stands. */
export async function enterPassword(desk, { name, password }) {
  await field(desk, 'staff.name').fill(name);
  await field(desk, 'staff.password').fill(password);
  await press(desk, 'staff.next');
}

/** Both steps, where the form stands. */
export async function signIn(desk, one) {
  await enterPassword(desk, one);
  await seen(desk, field(desk, 'staff.code'));
  await field(desk, 'staff.code').fill(await one.authenticator.code());
  await press(desk, 'staff.sign_in');
  await seen(desk, desk.page.getByRole('navigation', { name: say('staff.pages') }));
}
