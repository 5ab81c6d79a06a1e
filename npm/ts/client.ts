// A small client of a server's public routes (docs/protocol.md, section 20): it sends no cookie, no referrer and nothing that belongs to
// one client in a URL, follows no redirect, reads no more than an answer may have, and waits no longer than a person would.

import { PROVEN_MEDIA_TYPE, UPLOAD_MEDIA_TYPE } from './constants.js';
import { TwokenError } from './error.js';
import type { Authorised, PermitRequest, PermitResponse } from './core/full.js';

/** How a {@link Client} asks. */
export interface ClientOptions {
  /** In the place of `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch;
  /** How long a server may be silent, in milliseconds: 30,000 unless said. */
  silence?: number;
  /** Ends everything that this client asks. */
  signal?: AbortSignal;
}

/** A configuration as it came, for `SignedConfig.verify`; and the server's clock, in seconds. */
export interface ConfigAnswer {
  body: Uint8Array;
  signature: string;
  serverTime?: number;
}

interface Asking {
  method?: 'GET' | 'POST';
  body?: Uint8Array | string;
  headers?: Record<string, string>;
  max: number;
  signal?: AbortSignal | undefined;
}

const KILO = 1024;
const MAX_CONFIG = 1024 * KILO;
const MAX_JSON = 16 * KILO;
const MAX_INDEX = 64 * 1024 * KILO;
const MAX_STUDIES = 160 * KILO;
/** A query, and a little more. */
const MAX_PSI = 393_280;
/** A page of open mode. */
const MAX_PAGE = 21_504;
const SILENCE_MS = 30_000;
const JSON_TYPE = 'application/json';

/** Asks one server. Every method throws `TwokenError` `network.*` and `server.*`, and an abort as its signal's reason. */
export class Client {
  readonly origin: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #silence: number;
  readonly #signal: AbortSignal | undefined;

  /**
   * @param origin - such as `https://twoken.example`; plain `http` on this machine alone
   * @throws `TwokenError` `argument.value`
   */
  constructor(origin: string | URL, options: ClientOptions = {}) {
    const url = URL.canParse(String(origin)) ? new URL(origin) : undefined;
    const local = url !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && local)) || url.username || url.password) {
      throw new TwokenError('argument.value', '`origin` must be an https origin, or an http one on this machine');
    }
    this.origin = url.origin;
    this.#fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
    this.#silence = options.silence ?? SILENCE_MS;
    this.#signal = options.signal;
  }

  /** `GET /v1/config`: give what comes to `SignedConfig.verify`, with the keys that were pinned. */
  async config(signal?: AbortSignal): Promise<ConfigAnswer> {
    const { answer, body } = await this.#whole('/v1/config', { max: MAX_CONFIG, signal });
    const signature = answer.headers.get('twoken-signature');
    if (!signature) throw nonsense('a configuration without a signature');
    const date = Date.parse(answer.headers.get('date') ?? '');
    return { body, signature, ...(Number.isNaN(date) ? {} : { serverTime: date / 1000 }) };
  }

  /** `GET /v1/regions/{region}/{day}`, for `Index.verify`. */
  async index(region: string, day: string, signal?: AbortSignal): Promise<Uint8Array> {
    return (await this.#whole(`/v1/regions/${encodeURIComponent(region)}/${encodeURIComponent(day)}`, { max: MAX_INDEX, signal })).body;
  }

  /**
   * `GET /v1/batches/{id}/entries`, as it comes.
   *
   * @param bytes - how many: of the header, pages times bytes of a page
   */
  entries(id: string, bytes: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#parts(`/v1/batches/${encodeURIComponent(id)}/entries`, { max: bytes, signal });
  }

  /**
   * `GET /v1/batches/{id}/filter`, as it comes.
   *
   * @param entries - how many the batch has
   */
  filter(id: string, entries: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    // 42 bits an entry at most (docs/protocol.md, 17.3).
    return this.#parts(`/v1/batches/${encodeURIComponent(id)}/filter`, { max: Math.ceil((entries * 42) / 8), signal });
  }

  /** `GET /v1/batches/{id}/pages/{page}`. */
  async page(id: string, page: number, signal?: AbortSignal): Promise<Uint8Array> {
    return (await this.#whole(`/v1/batches/${encodeURIComponent(id)}/pages/${page}`, { max: MAX_PAGE, signal })).body;
  }

  /** `POST /v1/permits`: a TAN for an evaluation. Repeat the same request until it is answered. */
  async redeem(request: PermitRequest, signal?: AbortSignal): Promise<PermitResponse> {
    const body = await this.#json('/v1/permits', JSON.stringify(request), signal);
    if (typeof body.evaluated !== 'string' || typeof body.proof !== 'string') throw nonsense('no evaluation');
    return { evaluated: body.evaluated, proof: body.proof };
  }

  /** `POST /v1/uploads`. Repeat the same bytes until they are stored. */
  async upload({ header, body }: Authorised, signal?: AbortSignal): Promise<void> {
    const headers = { 'content-type': UPLOAD_MEDIA_TYPE, 'twoken-permit': header };
    await this.#whole('/v1/uploads', { method: 'POST', body, headers, max: MAX_JSON, signal });
  }

  /** `POST /v1/uploads` of a body with its proof: the second degree. */
  async uploadProven(proven: Uint8Array, signal?: AbortSignal): Promise<void> {
    const headers = { 'content-type': PROVEN_MEDIA_TYPE };
    await this.#whole('/v1/uploads', { method: 'POST', body: proven, headers, max: MAX_JSON, signal });
  }

  /** `POST /v1/psi`: a query of private mode. Repeat the same bytes until they are answered. */
  async psi(query: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    const headers = { 'content-type': UPLOAD_MEDIA_TYPE };
    return (await this.#whole('/v1/psi', { method: 'POST', body: query, headers, max: MAX_PSI, signal })).body;
  }

  /** `GET /v1/studies`, for `verifyStudies`. */
  async studies(signal?: AbortSignal): Promise<Uint8Array> {
    return (await this.#whole('/v1/studies', { max: MAX_STUDIES, signal })).body;
  }

  /** `POST /v1/studies/{id}/reports`: one contact with its proof. */
  async report(study: string, proven: Uint8Array, signal?: AbortSignal): Promise<void> {
    const headers = { 'content-type': PROVEN_MEDIA_TYPE };
    await this.#whole(`/v1/studies/${encodeURIComponent(study)}/reports`, { method: 'POST', body: proven, headers, max: MAX_JSON, signal });
  }

  /** `POST /v1/studies/{id}/withdrawals`: of `WithdrawalKey.withdrawal`. */
  async withdraw(study: string, withdrawal: { key: string }, signal?: AbortSignal): Promise<void> {
    await this.#json(`/v1/studies/${encodeURIComponent(study)}/withdrawals`, JSON.stringify(withdrawal), signal);
  }

  async #json(path: string, body: string, signal?: AbortSignal): Promise<Record<string, unknown>> {
    const asking: Asking = { method: 'POST', body, headers: { 'content-type': JSON_TYPE }, max: MAX_JSON, signal };
    return object(parsed((await this.#whole(path, asking)).body));
  }

  async #whole(path: string, asking: Asking): Promise<{ answer: Response; body: Uint8Array }> {
    const parts: Uint8Array[] = [];
    const line = new Line(this.#silence, [this.#signal, asking.signal]);
    try {
      const answer = await this.#ask(path, asking, line);
      for await (const part of read(answer, asking.max, line)) parts.push(part);
      return { answer, body: joined(parts) };
    } catch (error) {
      throw line.why(error);
    } finally {
      line.end();
    }
  }

  async *#parts(path: string, asking: Asking): AsyncGenerator<Uint8Array, void, undefined> {
    const line = new Line(this.#silence, [this.#signal, asking.signal]);
    try {
      yield* read(await this.#ask(path, asking, line), asking.max, line);
    } catch (error) {
      throw line.why(error);
    } finally {
      line.end();
    }
  }

  async #ask(path: string, { method = 'GET', body, headers = {} }: Asking, line: Line): Promise<Response> {
    const answer = await this.#fetch(this.origin + path, {
      method,
      headers,
      body: (body as BodyInit | undefined) ?? null,
      cache: path.startsWith('/v1/batches/') ? 'default' : 'no-store',
      credentials: 'omit',
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
      signal: line.signal,
    });
    if (answer.type === 'opaqueredirect' || (answer.status >= 300 && answer.status < 400)) {
      throw new TwokenError('server.moved', 'the server sends elsewhere: nothing is sent after it');
    }
    if (!answer.ok) throw await refusal(answer, line);
    return answer;
  }
}

/** One request: how long nothing may come, and who else may end it. */
class Line {
  readonly #controller = new AbortController();
  readonly #others: AbortSignal[];
  readonly #abort = () => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #late = false;

  constructor(
    private readonly silence: number,
    others: (AbortSignal | undefined)[],
  ) {
    this.#others = others.filter((other) => other !== undefined);
    for (const other of this.#others) {
      other.throwIfAborted();
      other.addEventListener('abort', this.#abort);
    }
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something came. */
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#late = true;
      this.#controller.abort();
    }, this.silence);
  }

  end(): void {
    clearTimeout(this.#timer);
    for (const other of this.#others) other.removeEventListener('abort', this.#abort);
  }

  why(error: unknown): unknown {
    const ended = this.#others.find((other) => other.aborted);
    if (ended) return ended.reason;
    if (error instanceof TwokenError) return error;
    if (this.#late) return new TwokenError('network.timeout', `the server was silent for ${this.silence} ms`);
    return new TwokenError('network.unreachable', 'the server was not reached', { cause: error });
  }
}

async function* read(answer: Response, max: number, line: Line): AsyncGenerator<Uint8Array, void, undefined> {
  const announced = Number(answer.headers.get('content-length') ?? 0);
  // Of a compressed answer the length that is announced is that of what travels.
  if (announced > max) throw nonsense('more than such an answer has');
  if (!answer.body) return;
  const reader = answer.body.getReader();
  let left = max;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      line.heard();
      left -= value.length;
      if (left < 0) throw nonsense('more than such an answer has');
      yield value;
    }
  } finally {
    // What was not read is not wanted.
    reader.cancel().catch(() => undefined);
  }
}

/** What the server says of its refusal (RFC 9457): its code stays, whatever the words. */
async function refusal(answer: Response, line: Line): Promise<TwokenError> {
  const parts: Uint8Array[] = [];
  for await (const part of read(answer, MAX_JSON, line)) parts.push(part);
  let problem: Record<string, unknown> = {};
  if (answer.headers.get('content-type')?.startsWith('application/problem+json')) problem = object(parsed(joined(parts)));
  const { type, title, detail } = problem;
  if (typeof type !== 'string') return nonsense(`status ${answer.status}, and no reason`);
  const wait = answer.headers.get('retry-after');
  const said = [title, detail, wait && `retry after ${wait} s`].filter((each) => typeof each === 'string').join(' ');
  return new TwokenError(`server.${type}`, `${answer.status}: ${said}`);
}

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw nonsense('no JSON');
  }
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw nonsense('no object');
  return value as Record<string, unknown>;
}

const nonsense = (what: string) => new TwokenError('server.answer', `what answered is no Twoken server: ${what}`);
