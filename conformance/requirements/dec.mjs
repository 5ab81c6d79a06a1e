// Decoys (docs/protocol.md, 14.5).

import limits from './dec/limits.mjs';
import redeeming from './dec/redeeming.mjs';
import uploads from './dec/uploads.mjs';

export default [redeeming, uploads, limits].flat();
