// Loads the program once, however often it is asked to, and says what to do where it cannot be.

import * as boundary from './boundary.js';
import { TwokenError } from './error.js';
import { early, guarded, type Exports } from './guard.js';

/** From where the program may come, if not from beside this package's files. */
export type InitInput =
  | string
  | URL
  | Request
  | Response
  | BufferSource
  | WebAssembly.Module
  | PromiseLike<Response | BufferSource | WebAssembly.Module>;

/** What wasm-bindgen writes beside the program. */
export interface Glue {
  __wbg_set_wasm(exports: unknown): void;
}

/** Every program begins so: `\0asm`. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const THROWS = /^__wbg___wbindgen_throw_/;
const START = '__wbindgen_start';
const OTHER = 'the .wasm file does not belong to this version of the package, or is damaged';

/** The program and how far its loading is. */
export class Instance {
  #ready = false;
  #loading: Promise<void> | undefined;

  constructor(
    private readonly glue: Glue,
    /** What the program calls the glue. */
    private readonly name: string,
  ) {
    glue.__wbg_set_wasm(early());
  }

  /** Loads it, unless it is loaded or on its way. After a failure it can be tried again. */
  init(input: () => InitInput | Promise<InitInput>): Promise<void> {
    if (this.#ready) return Promise.resolve();
    this.#loading ??= this.#load(input).finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** The same at once, of bytes that are there. */
  initSync(input: BufferSource | WebAssembly.Module): void {
    if (this.#ready) return;
    supported();
    try {
      const module = isModule(input) ? input : new WebAssembly.Module(checked(input));
      this.#begin(new WebAssembly.Instance(module, this.#imports()).exports);
    } catch (error) {
      throw why(error);
    }
  }

  async #load(input: () => InitInput | Promise<InitInput>): Promise<void> {
    supported();
    const imports = this.#imports();
    try {
      const module = await moduleOf(await input());
      const { exports } = await WebAssembly.instantiate(module, imports);
      if (!this.#ready) this.#begin(exports);
    } catch (error) {
      throw why(error);
    }
  }

  #begin(exports: WebAssembly.Exports): void {
    const safe = guarded(exports);
    const start = safe[START];
    if (typeof start !== 'function') throw new TwokenError('load.invalid', OTHER);
    this.glue.__wbg_set_wasm(safe);
    start();
    this.#ready = true;
  }

  #imports(): WebAssembly.Imports {
    const own = Object.entries(this.glue as unknown as Exports).filter(([, value]) => typeof value === 'function');
    const imports = Object.fromEntries(own) as Record<string, WebAssembly.ImportValue>;
    for (const [name, value] of own) {
      if (THROWS.test(name)) imports[name] = thrown(value as (...args: unknown[]) => void);
    }
    // What needs no glue the program asks of us directly.
    return { [this.name]: imports, '../boundary.js': boundary };
  }
}

/** What wasm-bindgen itself refuses: an object that is at work already, which takes a getter that comes back to it. */
function thrown(original: (...args: unknown[]) => void) {
  return (...args: unknown[]) => {
    try {
      original(...args);
    } catch (error) {
      const said = error instanceof Error ? error.message : '';
      if (said.startsWith('null pointer')) throw new TwokenError('freed', 'this object was freed or used up');
      throw new TwokenError('busy', 'this object is at work already: it was called from inside one of its own calls', {
        cause: error,
      });
    }
  };
}

function supported(): void {
  if (typeof WebAssembly === 'object') return;
  throw new TwokenError(
    'load.unsupported',
    'there is no WebAssembly here: the browser is too old, or it was switched off (as by the lockdown mode of iOS)',
  );
}

async function moduleOf(input: InitInput): Promise<WebAssembly.Module> {
  const given = await input;
  if (isModule(given)) return given;
  if (ArrayBuffer.isView(given) || isA('ArrayBuffer', given)) return WebAssembly.compile(checked(given as BufferSource));
  const answer = isAnswer(given) ? given : await asked(given as string | URL | Request);
  return compiled(answer);
}

// By name: a test runner's realm has classes of its own.
const isA = (name: string, given: unknown) => Object.prototype.toString.call(given) === `[object ${name}]`;
const isModule = (given: unknown): given is WebAssembly.Module => isA('WebAssembly.Module', given);
const isAnswer = (given: unknown): given is Response => isA('Response', given);

async function asked(address: string | URL | Request): Promise<Response> {
  try {
    return await fetch(address, { credentials: 'same-origin' });
  } catch (error) {
    throw new TwokenError('load.network', 'the .wasm file could not be fetched: no network, or a content security policy whose connect-src forbids it', {
      cause: error,
    });
  }
}

async function compiled(answer: Response): Promise<WebAssembly.Module> {
  if (!answer.ok) throw new TwokenError('load.status', `the .wasm file could not be fetched: the server answered ${answer.status}`);
  const type = answer.headers.get('content-type')?.split(';')[0]?.trim() ?? 'nothing said';
  if (type === 'application/wasm' && typeof WebAssembly.compileStreaming === 'function') return WebAssembly.compileStreaming(answer);
  const bytes = await answer.arrayBuffer();
  if (isProgram(new Uint8Array(bytes))) return WebAssembly.compile(bytes);
  throw new TwokenError('load.content', `what came is no WebAssembly program but ${type}: serve the .wasm file itself, as application/wasm`);
}

function checked(bytes: BufferSource): BufferSource {
  const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
  if (isProgram(view)) return bytes;
  throw new TwokenError('load.content', 'these bytes are no WebAssembly program');
}

const isProgram = (bytes: Uint8Array) => MAGIC.every((byte, place) => bytes[place] === byte);

/** Why it did not load. */
function why(error: unknown): TwokenError {
  if (error instanceof TwokenError) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (/content security policy|unsafe-eval/i.test(said)) {
    return new TwokenError('load.csp', "the page's content security policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src", {
      cause: error,
    });
  }
  if (error instanceof TypeError) {
    return new TwokenError('load.network', 'the .wasm file did not come whole', { cause: error });
  }
  return new TwokenError('load.invalid', OTHER, { cause: error });
}
