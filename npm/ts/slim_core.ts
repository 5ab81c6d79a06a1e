// Meeting, reporting and checking, without proofs and private mode.

import * as glue from './core/slim.js';
import { Instance, type Glue } from './instance.js';

export * from './core/slim.js';
export { TwokenError, type TwokenErrorCode } from './error.js';
export * from './constants.js';
export type { InitInput } from './instance.js';

/** @internal */
export const instance = new Instance(glue as unknown as Glue, './slim_bg.js');
