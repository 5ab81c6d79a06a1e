// Sealing and batches.

import files from './bat/files.mjs';
import inPrivate from './bat/private.mjs';
import sealing from './bat/sealing.mjs';

export default [...sealing, ...files, ...inPrivate];
