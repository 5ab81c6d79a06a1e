/**
 * Twoken in one file: the program is in it, in base64.
 *
 * @packageDocumentation
 */

import { program } from './core/full_inline.js';
import { instance } from './full.js';

export * from './full.js';

/**
 * Loads the program: once, however often it is called. Everything else waits for it.
 *
 * @throws `TwokenError` `load.csp`, `load.unsupported`
 */
export const init = (): Promise<void> => instance.init(bytes);

/**
 * The same at once.
 *
 * @throws `TwokenError` `load.csp`, `load.unsupported`
 */
export const initSync = (): void => instance.initSync(bytes());

export default init;

const bytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(program), (sign) => sign.charCodeAt(0));
