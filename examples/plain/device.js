// A person's device: whom it met, what it asks and what it sends. `app.js` draws it, `store.js` keeps it.

import {
  assess, check, Client, dayOf, Diary, Emissions, init, KeyRing, payloadLink, PendingPermit, Redaction, scan, SignedConfig, Tan,
  UploadBody, weekOf,
} from './node_modules/twoken/dist/index.js';
import { forget, keep, kept } from './store.js';

const now = () => Math.floor(Date.now() / 1000);
/** A server's last word on a report: sending it again would change nothing. */
const FINAL = /^server\.(tan|permit|week|class|upload|cover|region|mode|degree|entries)-/;

export class Device {
  // Keys live for minutes and in memory only: whoever loads the page anew shows a new code.
  #ring = new KeyRing();
  #diary = new Diary();
  #client;
  #sending;

  /** What is kept beside the diary: `server`, `state` and `risk` of the last check, `chosen`, `report`, `reported`. */
  things = {};

  static async start() {
    await init();
    const device = new Device();
    const { rows, things } = await kept();
    for (const row of rows) device.#diary.insert(row);
    device.things = things;
    if (things.server) device.#client = new Client(things.server);
    await device.sweep();
    return device;
  }

  /** The encounters, the newest first. */
  get encounters() {
    return this.#diary.all().sort((one, other) => other.firstSeen - one.firstSeen);
  }

  /** How grave what was reported is, by the thresholds of the health authority. */
  get risk() {
    return this.things.risk && assess(this.#diary, this.things.risk, (seen) => localDay(seen));
  }

  /** Checks for the first time: from now on these are the server's keys. */
  async connect(address) {
    try {
      this.#client = new Client(address);
    } catch {
      throw new Error('This address does not work: it begins with https://, or it is this machine’s own.');
    }
    await this.check({});
  }

  /** The link in the code on the screen; it changes with whom was heard, and every ten minutes. */
  code(page) {
    this.#ring.advance(now());
    return payloadLink(this.#ring.payload(now()), page);
  }

  /** Reads a code; `how` is `camera` for our own alone. Throws whatever is wrong with it. */
  async meet(text, how) {
    const { kind, payload } = scan(text);
    if (kind !== 'meet') throw new Error('This code is not one of a person.');
    this.#ring.advance(now());
    const encounter = this.#diary.record(this.#ring.hear(payload, now(), how));
    await keep({}, { [encounter.id]: this.#diary.rowBytes(encounter.id) });
    return encounter;
  }

  /** Everything new that was published. Nothing is kept unless all of it was verified. */
  async check(options) {
    const { state, chosen } = this.things;
    const store = (chosen) => this.#keep({ chosen });
    const checked = await check({ ...options, client: this.#client, diary: this.#diary, state, chosen, store });
    const { risk } = (await this.#config(checked.state.pinned)).config();
    const rows = checked.changed.map((id) => [id, this.#diary.rowBytes(id)]);
    await this.#keep({ server: this.#client.origin, state: checked.state, chosen: undefined, risk }, Object.fromEntries(rows));
    return checked.changed.length;
  }

  /**
   * A report: `tan` as typed, `testDay` as `2026-11-21`, `leftOut` the ids of what stays out. All of it is made and kept before anything is
   * sent: what is lost on the way is sent again, byte for byte.
   */
  async prepare({ tan: typed, testDay, leftOut }) {
    const tan = Tan.parse(typed);
    const config = await this.#config(this.things.state.pinned);
    const { mode, regions, upload_delay_seconds: delay } = config.config();
    const region = regions.find(({ parent }) => !parent).id;
    const chosen = new Redaction(leftOut).apply(this.#diary, new Emissions());
    const body = UploadBody.build(chosen, { testDay, region, mode }).toBytes();
    const pending = new PendingPermit(tan, 'patient', weekOf(now()));
    await this.#keep({ report: { pending: pending.toBytes(), body, delay } });
    for (const secret of [tan, pending]) secret.free();
  }

  /** Sends the report that is kept, from where it was left; two at a time would be the same one twice. */
  send() {
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #send() {
    try {
      if (this.things.report.pending) await this.#redeem(this.things.report);
      const { sent, at } = this.things.report;
      // Some minutes lie between the two requests, so that nobody can tell that they belong together.
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, at * 1000 - Date.now())));
      await this.#client.upload(sent);
      await this.#keep({ report: undefined, reported: now() });
    } catch (error) {
      if (FINAL.test(error.code)) await this.#keep({ report: undefined });
      throw error;
    }
  }

  /** The TAN becomes a permit that nothing links to it. */
  async #redeem({ pending: bytes, body, delay }) {
    const pending = PendingPermit.fromBytes(bytes);
    const permit = pending.finalize(await this.#client.redeem(pending.request()), this.things.state.pinned.permit_key);
    const [lot] = crypto.getRandomValues(new Uint32Array(1));
    const at = now() + delay.min + Math.round((lot / 2 ** 32) * (delay.max - delay.min));
    await this.#keep({ report: { sent: permit.authorise(UploadBody.fromBytes(body)), at } });
  }

  /** Encounters are forgotten after fourteen days. */
  async sweep() {
    const gone = this.#diary.sweep(now());
    if (gone.length > 0) await keep({}, Object.fromEntries(gone.map((id) => [id, undefined])));
  }

  async forget() {
    await forget();
    for (const secret of [this.#ring, this.#diary]) secret.free();
  }

  async #config(pinned) {
    const { body, signature } = await this.#client.config();
    return SignedConfig.verify(body, signature, pinned);
  }

  async #keep(things, rows) {
    await keep(things, rows);
    this.things = { ...this.things, ...things };
  }
}

/** The reader's own day of a moment: what a day is, is not the same everywhere. */
export function localDay(seconds) {
  const at = new Date(seconds * 1000);
  return dayOf(Math.floor(seconds) - at.getTimezoneOffset() * 60);
}
