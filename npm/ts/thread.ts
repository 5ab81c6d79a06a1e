// The other end of a worker, in whichever thread asks.

import { TwokenError } from './error.js';
import type { JobName, Jobs, Reply, Request, Results } from './jobs.js';

/** How long work may be followed and ended. */
export interface WorkOptions {
  /** From 0 to 1. */
  onProgress?: (done: number) => void;
  /** Ends it: what was asked is rejected at once with the signal's reason, and the worker drops it at its next pause. */
  signal?: AbortSignal;
}

/** A worker as both browsers and Node have one. */
export interface Port {
  send(request: Request): void;
  receive(hear: (reply: Reply) => void, fail: (error: unknown) => void): void;
  end(): void;
}

interface Waiting {
  resolve(result: Results[JobName]): void;
  reject(error: unknown): void;
  onProgress: ((done: number) => void) | undefined;
}

/** Matching, private mode and proofs, off the thread that draws. Bytes go in and bytes come out, so that either thread may keep them. */
export class Thread {
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #ended: TwokenError | undefined;

  /** @internal */
  constructor(private readonly port: Port) {
    port.receive(
      (reply) => this.#hear(reply),
      (error) => this.#fail(new TwokenError('internal', 'the worker has failed: begin a new one', { cause: error })),
    );
  }

  /** Compares whole batches of open mode with a `Matcher`: its bytes, and the server's signing key in base64url. */
  match(job: Jobs['match'], options?: WorkOptions): Promise<Results['match']> {
    return this.#ask('match', job, options);
  }

  /** Hides a `Question`: its bytes become a `PendingQuery`'s. */
  blind(job: Jobs['blind'], options?: WorkOptions): Promise<Uint8Array> {
    return this.#ask('blind', job, options);
  }

  /** Takes the answer of a query out and looks for it in the day set's batches. Gives `Hits`' bytes. */
  count(job: Jobs['count'], options?: WorkOptions): Promise<Uint8Array> {
    return this.#ask('count', job, options);
  }

  /** Answers a query: a server's side. */
  answer(job: Jobs['answer'], options?: WorkOptions): Promise<Uint8Array> {
    return this.#ask('answer', job, options);
  }

  /** Proves a hit of private mode. */
  prove(job: Jobs['prove'], options?: WorkOptions): Promise<Uint8Array> {
    return this.#ask('prove', job, options);
  }

  /** Ends the worker, and with it all that it was asked. */
  close(): void {
    this.#fail(new TwokenError('finished', 'the worker was ended'));
    this.port.end();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #ask<Name extends JobName>(name: Name, job: Jobs[Name], { onProgress, signal }: WorkOptions = {}): Promise<Results[Name]> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      if (signal?.aborted) return reject(signal.reason);
      const id = this.#next++;
      const abort = () => {
        this.#waiting.delete(id);
        this.port.send({ id, name: 'abort' });
        reject(signal?.reason);
      };
      const done = () => signal?.removeEventListener('abort', abort);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, {
        resolve: (result) => (done(), resolve(result as Results[Name])),
        reject: (error) => (done(), reject(error)),
        onProgress,
      });
      this.port.send({ id, name, job } as Request);
    });
  }

  #hear(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    if ('progress' in reply) return waiting.onProgress?.(reply.progress);
    this.#waiting.delete(reply.id);
    if ('code' in reply) waiting.reject(new TwokenError(reply.code, reply.message));
    else waiting.resolve(reply.result);
  }

  #fail(error: TwokenError): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
