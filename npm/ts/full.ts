// All of the core, and what is shared by every way to load it.

import * as glue from './core/full.js';
import { Instance, type Glue } from './instance.js';

export * from './core/full.js';
export type { CoreErrorCode } from './core/codes.js';
export { TwokenError, type TwokenErrorCode } from './error.js';
export { Client, type ClientOptions, type ConfigAnswer } from './client.js';
export { check, type CheckOptions, type Choice, type CheckState, type Checked } from './check.js';
export * from './constants.js';
export type { InitInput } from './instance.js';

/** @internal */
export const instance = new Instance(glue as unknown as Glue, './full_bg.js');
