import type { CoreErrorCode } from './core/codes.js';

/** What can be refused before or beside the core: how the program is loaded, used and asked over the network. */
export type TwokenErrorCode =
  | CoreErrorCode
  /** Another type than the one asked for; a value that it cannot have; too long or too short; a buffer that was taken away. */
  | 'argument.type'
  | 'argument.value'
  | 'argument.length'
  | 'argument.detached'
  /** Used before `init()` was awaited. */
  | 'not_ready'
  /** The program could not be loaded: no answer, an error of the server, something else in its place, forbidden, damaged, unsupported. */
  | 'load.network'
  | 'load.status'
  | 'load.content'
  | 'load.csp'
  | 'load.invalid'
  | 'load.unsupported'
  /** An object that was freed or used up; one that is at work already; one that was finished. */
  | 'freed'
  | 'busy'
  | 'finished'
  /** A fault of ours; and everything after it in the same program. */
  | 'internal'
  | 'poisoned'
  /** The client: nobody answered in time, or at all; an answer that is none; sent elsewhere; refused, with the server's own code. */
  | 'network.unreachable'
  | 'network.timeout'
  | 'server.answer'
  | 'server.moved'
  | `server.${string}`;

/** Every refusal of this package. `code` stays the same within a major version; `message` is for developers, and may change. */
export class TwokenError extends Error {
  override readonly name = 'TwokenError';

  /**
   * @param code - what to decide by
   * @param message - a sentence for developers, without anything that was given
   */
  constructor(
    readonly code: TwokenErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
