// Somebody of the staff at the medical console (docs/protocol.md, 20.5).

import { createHmac } from 'node:crypto';
import { accepted, that as must } from './verdict.mjs';

const STEP = 30;
const NAMES = /^(?:__Secure-)?twoken-staff$/;
/** The last step of which an account's code was used in this run: each is taken once. */
const used = new Map();

/** RFC 6238 with SHA-1, six digits; the secret is in base32, as an authenticator takes it. */
export function codeOf(secret, step) {
  const bits = [...secret.replace(/=+$/, '').toUpperCase()].map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((eight) => parseInt(eight, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** A cookie's line: its name, its value, and what stands behind it, in lower case. */
export function cookieOf(line) {
  const [pair, ...attributes] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes: attributes.map((one) => one.toLowerCase()) };
}

export class Console {
  cookie = undefined;
  csrf = undefined;
  session = undefined;

  constructor(kit, account, from) {
    Object.assign(this, { kit, account, from });
  }

  /** One request below `/v1/staff/`; `headers` take the place of those that it would have. */
  async ask(method, route, value, headers = {}) {
    const own = {
      ...(this.cookie ? { cookie: this.cookie } : {}),
      ...(this.csrf && method !== 'GET' ? { 'x-twoken-csrf': this.csrf } : {}),
      ...(value === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const all = Object.fromEntries(Object.entries({ ...own, ...headers }).filter(([, text]) => text !== undefined));
    const body = value === undefined ? undefined : Buffer.from(JSON.stringify(value));
    const answer = await this.kit.ask(`/v1/staff/${route}`, { method, headers: all, body, ...(this.from ? { from: this.from } : {}) });
    answer.cookies = answer.rawHeaders.filter((_, at) => at % 2 === 1 && answer.rawHeaders[at - 1].toLowerCase() === 'set-cookie');
    return answer;
  }

  /** A request that has to be answered; a cookie that is set takes the place of the one before. */
  async send(method, route, value, headers) {
    const answer = await this.ask(method, route, value, headers);
    accepted(answer);
    return this.heard(answer);
  }

  /** Takes cookie and csrf of an answer. */
  heard(answer) {
    for (const line of answer.cookies) {
      const { name, value } = cookieOf(line);
      if (NAMES.test(name)) this.cookie = value ? `${name}=${value}` : undefined;
    }
    const value = answer.json();
    if (value.csrf) [this.csrf, this.session] = [value.csrf, value];
    return value;
  }

  /** The first step. */
  async password(password = this.account.password) {
    return this.send('POST', 'session', { name: this.account.name, password }, { cookie: undefined, 'x-twoken-csrf': undefined });
  }

  /** A code that was not used yet; it is waited for where all that are taken now were. */
  async code() {
    for (;;) {
      const step = Math.floor((await this.kit.now()) / STEP);
      const next = Math.max(step, (used.get(this.account.secret) ?? 0) + 1);
      if (next <= step + 1) {
        used.set(this.account.secret, next);
        return codeOf(this.account.secret, next);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** Both steps, and another password where one has to be chosen. */
  async signIn() {
    await this.password();
    const session = await this.send('POST', 'session/code', { code: await this.code() });
    if (session.state !== 'password') return session;
    const { password: current } = this.account;
    this.account.password = `${current} and more`;
    return this.send('POST', 'session/password', { current, new: this.account.password });
  }
}

/** Somebody of this role who is signed in, with an account that nobody else uses where the operator can make one. */
export async function signedIn(kit, role) {
  const console = new Console(kit, await kit.operator.account(role));
  await console.signIn();
  must(console.session?.state === 'open', `somebody who has signed in is in state ${console.session?.state}`);
  return console;
}
