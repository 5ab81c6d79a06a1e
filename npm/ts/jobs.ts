// What a worker of this package does: long work, in pieces, between which it hears that it is not wanted any more.

import {
  BatchHeader,
  DayKey,
  Hits,
  Matcher,
  PendingQuery,
  PrivateMatcher,
  type ProveOptions,
  ProofGround,
  Question,
  TwokenError,
  type TwokenErrorCode,
  WholeBatch,
  WholePrivateBatch,
} from './full.js';

/** One batch's files, as they were fetched. */
export interface BatchFiles {
  /** {@link BatchHeader.toBytes}. */
  header: Uint8Array;
  /** The whole entries file. */
  entries: Uint8Array;
}

/** What is asked of a worker. */
export interface Jobs {
  match: { matcher: Uint8Array; key: string; batches: BatchFiles[]; now: number };
  blind: { question: Uint8Array };
  count: { query: Uint8Array; response: Uint8Array; blindingKey: Uint8Array; key: string; batches: BatchFiles[]; now: number };
  answer: { query: Uint8Array; dayKey: Uint8Array };
  prove: { hits: Uint8Array; tag: Uint8Array; options: ProveOptions };
}

/** What comes of it. */
export interface Results {
  match: { matches: Uint8Array[]; foundOn: Uint8Array[] };
  blind: Uint8Array;
  count: Uint8Array;
  answer: Uint8Array;
  prove: Uint8Array;
}

export type JobName = keyof Jobs;
export type Request = { [Name in JobName]: { id: number; name: Name; job: Jobs[Name] } }[JobName] | { id: number; name: 'abort' };
export type Reply =
  | { id: number; progress: number }
  | { id: number; result: Results[JobName] }
  | { id: number; code: TwokenErrorCode; message: string };

/** Bytes between two looks at what was said meanwhile: a few milliseconds of work. */
const PIECE = 256 * 1024;

class Dropped extends Error {}

/** Works on what is asked, one after another. */
export class Desk {
  readonly #dropped = new Set<number>();
  #last: Promise<void>;

  constructor(
    ready: Promise<void>,
    private readonly tell: (reply: Reply) => void,
  ) {
    // A program that does not load is told with the first thing that is asked.
    ready.catch(() => undefined);
    this.#last = Promise.resolve();
    this.ready = ready;
  }

  private readonly ready: Promise<void>;

  take(request: Request): void {
    if (request.name === 'abort') this.#dropped.add(request.id);
    else this.#last = this.#last.then(() => this.#work(request));
  }

  async #work(request: Exclude<Request, { name: 'abort' }>): Promise<void> {
    const { id } = request;
    try {
      await this.ready;
      await this.#breathe(id);
      this.tell({ id, result: await this.#do(request) });
    } catch (error) {
      if (error instanceof Dropped) return;
      const { code, message } = error instanceof TwokenError ? error : new TwokenError('internal', String(error));
      this.tell({ id, code, message });
    } finally {
      this.#dropped.delete(id);
    }
  }

  #do(request: Exclude<Request, { name: 'abort' }>): Promise<Results[JobName]> | Results[JobName] {
    switch (request.name) {
      case 'match':
        return this.#match(request.id, request.job);
      case 'blind':
        return Question.fromBytes(request.job.question).blind().toBytes();
      case 'count':
        return this.#count(request.id, request.job);
      case 'answer':
        return DayKey.fromBytes(request.job.dayKey).answer(request.job.query);
      case 'prove':
        return ProofGround.ofHit(Hits.fromBytes(request.job.hits), request.job.tag).prove(request.job.options);
    }
  }

  async #match(id: number, { matcher, key, batches, now }: Jobs['match']): Promise<Results['match']> {
    const mine = Matcher.fromBytes(matcher);
    const found: Results['match'] = { matches: [], foundOn: [] };
    const all = batches.reduce((sum, { entries }) => sum + entries.length, 0);
    let done = 0;
    for (const { header, entries } of batches) {
      const batch = new WholeBatch(mine, BatchHeader.verify(header, key));
      for await (const part of this.#pieces(id, entries)) {
        batch.feed(part);
        this.tell({ id, progress: (done += part.length) / all });
      }
      found.foundOn.push(...batch.foundOn());
      const matches = batch.finish(now);
      if (matches.length > 0) found.matches.push(matches.toBytes());
      matches.free();
      batch.free();
    }
    mine.free();
    return found;
  }

  async #count(id: number, { query, response, blindingKey, key, batches, now }: Jobs['count']): Promise<Uint8Array> {
    const answer = PendingQuery.fromBytes(query).finalize(response, blindingKey);
    const mine = new PrivateMatcher(answer);
    const hits = new Hits();
    const all = batches.reduce((sum, { entries }) => sum + entries.length, 0);
    let done = 0;
    for (const { header, entries } of batches) {
      const batch = new WholePrivateBatch(mine, BatchHeader.verify(header, key));
      for await (const part of this.#pieces(id, entries)) {
        batch.feed(part);
        this.tell({ id, progress: (done += part.length) / all });
      }
      hits.join(batch.finish(now));
      batch.free();
    }
    return hits.toBytes();
  }

  async *#pieces(id: number, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += PIECE) {
      await this.#breathe(id);
      yield bytes.subarray(at, at + PIECE);
    }
  }

  /** Hears what was said meanwhile. */
  async #breathe(id: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    if (this.#dropped.has(id)) throw new Dropped();
  }
}
