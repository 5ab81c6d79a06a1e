/**
 * Twoken in Node, Deno and Bun: the program is read from the package's folder, without a network.
 *
 * @packageDocumentation
 */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { instance } from './full.js';
import type { InitInput } from './instance.js';

export * from './full.js';

const PROGRAM = new URL('./core/full.wasm', import.meta.url);

/**
 * Loads the program: once, however often it is called. Everything else waits for it.
 *
 * @param input - from where, if not from the package's folder
 * @throws `TwokenError` `load.network`, `load.status`, `load.content`, `load.invalid`
 */
export const init = (input?: InitInput): Promise<void> => instance.init(() => input ?? readFile(PROGRAM));

/**
 * The same at once.
 *
 * @throws `TwokenError` `load.content`, `load.invalid`
 */
export const initSync = (input?: BufferSource | WebAssembly.Module): void => instance.initSync(input ?? readFileSync(PROGRAM));

export default init;
