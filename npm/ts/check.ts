// One check of a server of open mode (docs/protocol.md, section 19): every new batch of the regions named, everything verified, nothing
// counted unless all of it was.

import type { Client } from './client.js';
import { RETENTION_DAYS } from './constants.js';
import {
  AskedPages,
  BatchHeader,
  type BatchInfo,
  type Diary,
  dayOf,
  FilteredBatch,
  Index,
  Matcher,
  Matches,
  type PinnedServer,
  SignedConfig,
  WholeBatch,
} from './core/full.js';
import { TwokenError } from './error.js';

/** What a check leaves for the next one. Store it with the diary's rows, together; it holds no secret, but shows where one checks. */
export interface CheckState {
  /** The keys, from the first check on. */
  pinned: PinnedServer;
  /** The configuration's digest, and when it was first seen, in seconds. */
  config: { digest: string; firstSeen: number };
  /** The last head seen of each region, and the day of its index. */
  regions: Record<string, { head: string; day: string }>;
  /** Large batches that were compared, and their pages with hits that have yet to be asked for. */
  large: { id: string; region: string; day: string; waiting: number[] }[];
  /** Everything that was published until then was seen, in seconds. */
  checkedUntil: number;
}

/** The pages that were chosen of a large batch, as {@link AskedPages} gives them. */
export interface Choice {
  pages: number[];
  waiting: number[];
  said: string[];
}

/** What a check needs. */
export interface CheckOptions {
  client: Client;
  diary: Diary;
  /** The person's region; unless said, the root. Its ancestors are checked, too. */
  region?: string;
  /** What the last check left. */
  state?: CheckState | undefined;
  /** What `store` was given last, by a check that did not come to its end: this one asks for the same pages. */
  chosen?: Record<string, Choice> | undefined;
  /**
   * Stores what was chosen before it is asked for: a check that is tried again must ask for the same pages, or the server learns which of
   * them are hits. Only large batches have any. Once a check has come to its end it is to be forgotten.
   */
  store?: (chosen: Record<string, Choice>) => void | Promise<void>;
  /** Now, in seconds; the device's clock unless said. */
  now?: number;
  onProgress?: (done: { batches: number; of: number }) => void;
  signal?: AbortSignal;
}

/** What came of a check. */
export interface Checked {
  state: CheckState;
  /** The encounters of the diary that changed: store their rows. */
  changed: string[];
  /** For proofs later: {@link AskedPages.foundOn} of what was found. */
  foundOn: Uint8Array[];
}

const DAY_SECONDS = 86_400;

/**
 * Checks once. Nothing of the diary changes unless all of it was verified.
 *
 * @throws `TwokenError` `wire.*`, `batch.*`, `filter.*`, `network.*`, `server.*`; an abort as its signal's reason
 */
export async function check(options: CheckOptions): Promise<Checked> {
  const run = new Run(options);
  return run.all();
}

class Run {
  readonly #now: number;
  readonly #found: Matches[] = [];
  readonly #foundOn: Uint8Array[] = [];
  #chosen: Record<string, Choice>;
  #config!: SignedConfig;

  constructor(private readonly options: CheckOptions) {
    this.#now = options.now ?? Math.floor(Date.now() / 1000);
    this.#chosen = { ...options.chosen };
  }

  async all(): Promise<Checked> {
    const { client, diary, state, signal, onProgress } = this.options;
    const { body, signature } = await client.config(signal);
    this.#config = SignedConfig.verify(body, signature, state?.pinned);
    const { mode } = this.#config.config();
    if (mode !== 'open') throw new TwokenError('batch.mode', 'this server is of private mode: ask it by DaySets and PrivateMatcher');
    const digest = this.#config.digest;
    const firstSeen = state?.config.digest === digest ? state.config.firstSeen : this.#now;

    let until = this.#now;
    const regions: CheckState['regions'] = { ...state?.regions };
    const fresh: { header: BatchHeader; info: BatchInfo; day: string }[] = [];
    const { counting, gone } = this.#regions();
    for (const region of [...counting, ...gone]) {
      const seen = await this.#headers(region, regions[region], firstSeen);
      if (seen) {
        regions[region] = seen.mark;
        fresh.push(...seen.fresh);
        if (counting.includes(region)) until = Math.min(until, seen.signedAt);
      }
    }
    for (const region of gone) delete regions[region];

    const large = (state?.large ?? []).filter(({ day }) => day >= this.#oldest());
    // The one that was begun on before; else one by lot, whatever waits.
    const begun = large.find(({ id }) => id in this.#chosen);
    const again = begun ?? (large.length > 0 ? large[below(large.length)] : undefined);
    let batches = 0;
    const of = fresh.length + (again ? 1 : 0);
    const tell = () => onProgress?.({ batches: ++batches, of });
    for (const { header, info, day } of fresh) {
      if (info.comesWhole) await this.#whole(header, info);
      else large.push({ id: info.id, region: info.region, day, waiting: await this.#filtered(header, info) });
      tell();
    }
    if (again) {
      const waiting = await this.#again(again);
      // A batch that is gone has nothing left to be asked for.
      if (waiting) again.waiting = waiting;
      else large.splice(large.indexOf(again), 1);
      tell();
    }

    const changed = new Set(this.#found.flatMap((matches) => diary.expose(matches)));
    for (const matches of this.#found) matches.free();
    const next: CheckState = {
      pinned: this.#config.pin(),
      config: { digest, firstSeen },
      regions,
      large,
      checkedUntil: Math.max(until, state?.checkedUntil ?? 0),
    };
    this.#config.free();
    return { state: next, changed: [...changed], foundOn: this.#foundOn };
  }

  /** The person's own and all its ancestors; and, once more, those that have left the configuration since the last check. */
  #regions(): { counting: string[]; gone: string[] } {
    const { regions } = this.#config.config();
    const own = this.options.region ?? regions.find(({ parent }) => parent == null)?.id;
    const counting: string[] = [];
    for (let id = own; id != null; id = regions.find((region) => region.id === id)?.parent ?? undefined) {
      if (!regions.some((region) => region.id === id)) {
        throw new TwokenError('wire.region', 'the person’s region is not in the configuration any more: let them choose another');
      }
      counting.push(id);
    }
    const gone = Object.keys(this.options.state?.regions ?? {}).filter((id) => !regions.some((region) => region.id === id));
    return { counting, gone };
  }

  #oldest(): string {
    return dayOf(this.#now - RETENTION_DAYS * DAY_SECONDS);
  }

  /** What is new in a region, its index verified day by day; none of a region that the server does not know. */
  async #headers(region: string, mark: { head: string; day: string } | undefined, firstSeen: number) {
    const { client, signal } = this.options;
    const key = this.#config.pin().signing_key;
    const today = dayOf(this.#now);
    const known = mark && mark.day >= this.#oldest() ? mark : undefined;
    const fresh: { header: BatchHeader; info: BatchInfo; day: string }[] = [];
    let [head, signedAt] = [known?.head, this.#now];
    for (const day of days(known?.day ?? this.#oldest(), today)) {
      const bytes = await client.index(region, day, signal).catch(unknownRegion);
      if (!bytes) return undefined;
      const index = Index.verify(bytes, key, region, day, this.#now);
      for (const header of index.after(head)) {
        const info = header.info();
        if (info.mode !== 'open') throw new TwokenError('batch.mode', 'a batch of the other mode');
        if (!this.#config.acceptsBatch(info.configDigest, info.sealedAt, firstSeen)) {
          throw new TwokenError('batch.header', 'a batch was sealed under a configuration that was never shown');
        }
        fresh.push({ header, info, day });
      }
      head = index.lastHead;
      if (day === today) signedAt = index.signedAt;
      index.free();
    }
    return { fresh, signedAt, mark: { head: head ?? '', day: today } };
  }

  async #whole(header: BatchHeader, info: BatchInfo): Promise<void> {
    const { client, diary, signal } = this.options;
    const matcher = Matcher.fromDiary(diary);
    const batch = new WholeBatch(matcher, header);
    try {
      for await (const part of client.entries(info.id, info.pages * info.pageBytes, signal)) batch.feed(part);
      this.#foundOn.push(...batch.foundOn());
      this.#found.push(batch.finish(this.#now));
    } finally {
      batch.free();
      matcher.free();
    }
  }

  async #filtered(header: BatchHeader, info: BatchInfo): Promise<number[]> {
    const { client, diary, signal } = this.options;
    const matcher = Matcher.forNews(diary, info.degree);
    try {
      const chosen = this.#chosen[info.id];
      if (chosen) return await this.#ask(this.#resumed(matcher, header, chosen), info);
      const filter = new FilteredBatch(matcher, header);
      for await (const part of client.filter(info.id, info.entries, signal)) filter.feed(part);
      return await this.#ask(filter.finish(), info);
    } finally {
      matcher.free();
    }
  }

  /** Four pages of a batch that was compared before; none where it is gone. */
  async #again({ id, region, day, waiting }: CheckState['large'][number]): Promise<number[] | undefined> {
    const { client, diary, signal } = this.options;
    const index = Index.verify(await client.index(region, day, signal), this.#config.pin().signing_key, region, day, this.#now);
    const header = index.after().find((each) => each.info().id === id);
    if (!header) return undefined;
    const info = header.info();
    const matcher = Matcher.forNews(diary, info.degree);
    try {
      const chosen = this.#chosen[id];
      return await this.#ask(chosen ? this.#resumed(matcher, header, chosen) : AskedPages.again(matcher, header, waiting), info);
    } finally {
      matcher.free();
    }
  }

  #resumed(matcher: Matcher, header: BatchHeader, { pages, waiting, said }: Choice): AskedPages {
    return AskedPages.resume(matcher, header, pages, waiting, said.map(unhex));
  }

  async #ask(asked: AskedPages, info: BatchInfo): Promise<number[]> {
    const { client, signal, store } = this.options;
    const { pages } = asked;
    this.#chosen = { ...this.#chosen, [info.id]: { pages, waiting: asked.waiting, said: asked.said.map(hex) } };
    await store?.(this.#chosen);
    for (const page of pages) asked.page(page, await client.page(info.id, page, signal));
    this.#foundOn.push(...asked.foundOn());
    const { found, waiting } = asked.finish(this.#now);
    this.#found.push(found);
    return waiting;
  }
}

function unknownRegion(error: unknown): undefined {
  if (error instanceof TwokenError && error.code === 'server.region-unknown') return undefined;
  throw error;
}

/** UTC days from one to another, both included. */
function days(from: string, to: string): string[] {
  const first = Date.parse(from) / 1000;
  const count = Math.round((Date.parse(to) / 1000 - first) / DAY_SECONDS) + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, place) => dayOf(first + place * DAY_SECONDS));
}

/** A number drawn evenly below another, by the platform's generator. */
function below(limit: number): number {
  const most = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (drawn < most) return drawn % limit;
  }
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
