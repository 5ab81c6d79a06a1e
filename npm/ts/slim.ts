/**
 * A smaller Twoken in a browser, without proofs and private mode: the program is a file beside this one.
 *
 * @packageDocumentation
 */

import { instance } from './slim_core.js';
import type { InitInput } from './instance.js';

export * from './slim_core.js';

/**
 * Loads the program: once, however often it is called. Everything else waits for it.
 *
 * @param input - from where, if not from beside this file
 * @throws `TwokenError` `load.network`, `load.status`, `load.content`, `load.csp`, `load.invalid`, `load.unsupported`
 */
export const init = (input?: InitInput): Promise<void> =>
  instance.init(() => input ?? new URL('./core/slim.wasm', import.meta.url));

/**
 * The same at once, of bytes that are there.
 *
 * @throws `TwokenError` `load.content`, `load.csp`, `load.invalid`, `load.unsupported`
 */
export const initSync = (input: BufferSource | WebAssembly.Module): void => instance.initSync(input);

export default init;
