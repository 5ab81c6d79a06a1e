// The guard around the program: every call of it goes through here. A trap leaves it in the middle of its work, so that nothing
// more that it said could be relied on: from then on each call is refused.

import { TwokenError } from './error.js';

export type Exports = Record<string, unknown>;
type Call = (...args: unknown[]) => unknown;

/** Freeing: what the garbage collector asks for long after, and whoever cleans up. */
const FREES = /^__wbg_.*_free$/;

const EARLY = 'Twoken is not ready: `await init()` first, once, wherever your program starts';

/** What stands in the program's place before it is loaded. */
export function early(): Exports {
  return new Proxy(
    {},
    {
      get: () => {
        throw new TwokenError('not_ready', EARLY);
      },
    },
  );
}

/** The program's exports, each of whose functions refuses after one of them has trapped. */
export function guarded(exports: WebAssembly.Exports): Exports {
  const state: State = { cause: undefined };
  return Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? around(value as Call, FREES.test(name), state) : value,
    ]),
  );
}

interface State {
  cause: TwokenError | undefined;
}

function around(call: Call, frees: boolean, state: State): Call {
  return (...args) => {
    if (state.cause) {
      if (frees) return undefined;
      throw poisoned(state.cause);
    }
    try {
      return call(...args);
    } catch (error) {
      if (error instanceof TwokenError) throw error;
      state.cause = new TwokenError(
        'internal',
        'Twoken has failed inside. This is a fault of ours: please report it. Nothing that was under way counts',
        { cause: error },
      );
      throw state.cause;
    }
  };
}

function poisoned(cause: TwokenError): TwokenError {
  return new TwokenError(
    'poisoned',
    'Twoken has failed inside before, and answers no more: load it anew, which a new page, process or worker does',
    { cause },
  );
}
