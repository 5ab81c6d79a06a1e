// A person's device: whom it met, what it asks and what it sends. Components draw its snapshot, `store.ts` keeps it.

import {
  assess, check, Client, dayOf, Diary, Emissions, init, KeyRing, payloadLink, PendingPermit, Redaction, scan, SignedConfig, Tan,
  TwokenError, UploadBody, weekOf,
  type Assessment, type CheckOptions, type Encounter, type How, type PinnedServer,
} from 'twoken';
import { forget, keep, kept, type Things } from './store';

const now = () => Math.floor(Date.now() / 1000);
/** A server's last word on a report: sending it again would change nothing. */
const FINAL = /^server\.(tan|permit|week|class|upload|cover|region|mode|degree|entries)-/;

/** What there is to draw; a new one whenever anything changes. */
export interface Snapshot {
  things: Things;
  /** The newest first. */
  encounters: Encounter[];
  /** How grave what was reported is, by the thresholds of the health authority. */
  risk: Assessment | undefined;
}

export interface Draft {
  tan: string;
  /** Such as `2026-11-21`. */
  testDay: string;
  /** Ids of what stays out. */
  leftOut: string[];
}

export class Device {
  // Keys live for minutes and in memory only: whoever loads the page anew shows a new code.
  readonly #ring = new KeyRing();
  readonly #diary = new Diary();
  readonly #listeners = new Set<() => void>();
  #client: Client | undefined;
  #sending: Promise<void> | undefined;
  #snapshot: Snapshot;

  private constructor(things: Things, rows: Uint8Array[]) {
    for (const row of rows) this.#diary.insert(row);
    if (things.server) this.#client = new Client(things.server);
    this.#snapshot = this.#drawn(things);
  }

  static async start(): Promise<Device> {
    await init();
    const { rows, things } = await kept();
    const device = new Device(things, rows);
    const gone = device.#diary.sweep(now());
    await device.#keep({}, Object.fromEntries(gone.map((id) => [id, undefined])));
    return device;
  }

  readonly snapshot = (): Snapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Checks for the first time: from now on these are the server's keys. */
  async connect(address: string): Promise<void> {
    try {
      this.#client = new Client(address);
    } catch {
      throw new Error('This address does not work: it begins with https://, or it is this machine’s own.');
    }
    await this.check();
  }

  /** The link in the code on the screen; it changes with whom was heard, and every ten minutes. */
  code(page: string): string {
    this.#ring.advance(now());
    const payload = this.#ring.payload(now());
    if (!payload) throw new Error('The clock was set while the code was made: try again.');
    return payloadLink(payload, page);
  }

  /** Reads a code; `how` is `camera` for our own alone. Throws whatever is wrong with it. */
  async meet(text: string, how: How): Promise<Encounter> {
    const scanned = scan(text);
    if (scanned.kind !== 'meet') throw new Error('This code is not one of a person.');
    this.#ring.advance(now());
    const encounter = this.#diary.record(this.#ring.hear(scanned.payload, now(), how));
    await this.#keep({}, { [encounter.id]: this.#diary.rowBytes(encounter.id) });
    return encounter;
  }

  /** Everything new that was published. Nothing is kept unless all of it was verified. */
  async check(options: Pick<CheckOptions, 'onProgress' | 'signal'> = {}): Promise<void> {
    const client = this.#asked();
    const { state, chosen } = this.#snapshot.things;
    const store = (chosen: Things['chosen']) => this.#keep({ chosen });
    const checked = await check({ ...options, client, diary: this.#diary, state, chosen, store });
    const { risk } = (await this.#config(checked.state.pinned)).config();
    const rows = checked.changed.map((id) => [id, this.#diary.rowBytes(id)]);
    await this.#keep({ server: client.origin, state: checked.state, chosen: undefined, risk }, Object.fromEntries(rows));
  }

  /** A report, made whole and kept before anything is sent: what is lost on the way is sent again, byte for byte. */
  async prepare({ tan: typed, testDay, leftOut }: Draft): Promise<void> {
    using tan = Tan.parse(typed);
    const { mode, regions, upload_delay_seconds: delay } = (await this.#config(this.#pinned())).config();
    const region = regions.find(({ parent }) => !parent)?.id ?? 'root';
    const chosen = new Redaction(leftOut).apply(this.#diary, new Emissions());
    const body = UploadBody.build(chosen, { testDay, region, mode }).toBytes();
    using pending = new PendingPermit(tan, 'patient', weekOf(now()));
    await this.#keep({ report: { pending: pending.toBytes(), body, delay } });
  }

  /** Sends the report that is kept, from where it was left; two at a time would be the same one twice. */
  send(): Promise<void> {
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #send(): Promise<void> {
    try {
      await this.#redeem();
      const { report } = this.#snapshot.things;
      if (!report || 'pending' in report) return;
      // Some minutes lie between the two requests, so that nobody can tell that they belong together.
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, report.at * 1000 - Date.now())));
      await this.#asked().upload(report.sent);
      await this.#keep({ report: undefined });
    } catch (error) {
      if (error instanceof TwokenError && FINAL.test(error.code)) await this.#keep({ report: undefined });
      throw error;
    }
  }

  /** The TAN becomes a permit that nothing links to it. */
  async #redeem(): Promise<void> {
    const { report } = this.#snapshot.things;
    if (!report || !('pending' in report)) return;
    const { body, delay } = report;
    const pending = PendingPermit.fromBytes(report.pending);
    const permit = pending.finalize(await this.#asked().redeem(pending.request()), this.#pinned().permit_key);
    const [lot = 0] = crypto.getRandomValues(new Uint32Array(1));
    const at = now() + delay.min + Math.round((lot / 2 ** 32) * (delay.max - delay.min));
    await this.#keep({ report: { sent: permit.authorise(UploadBody.fromBytes(body)), at } });
  }

  async forget(): Promise<void> {
    await forget();
    this.#ring.free();
    this.#diary.free();
  }

  async #config(pinned: PinnedServer): Promise<SignedConfig> {
    const { body, signature } = await this.#asked().config();
    return SignedConfig.verify(body, signature, pinned);
  }

  #asked(): Client {
    if (!this.#client) throw new Error('There is no server yet.');
    return this.#client;
  }

  #pinned(): PinnedServer {
    const { state } = this.#snapshot.things;
    if (!state) throw new Error('There is no server yet.');
    return state.pinned;
  }

  async #keep(things: Things, rows?: Record<string, Uint8Array | undefined>): Promise<void> {
    await keep(things, rows);
    this.#snapshot = this.#drawn({ ...this.#snapshot.things, ...things });
    for (const listener of this.#listeners) listener();
  }

  #drawn(things: Things): Snapshot {
    const encounters = this.#diary.all().sort((one, other) => other.firstSeen - one.firstSeen);
    return { things, encounters, risk: things.risk && assess(this.#diary, things.risk, localDay) };
  }
}

/** The reader's own day of a moment: what a day is, is not the same everywhere. */
export function localDay(seconds: number): string {
  const at = new Date(seconds * 1000);
  return dayOf(Math.floor(seconds) - at.getTimezoneOffset() * 60);
}
