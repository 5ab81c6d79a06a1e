// Redeeming (docs/protocol.md, 13).

import forms from './prm/forms.mjs';
import limits from './prm/limits.mjs';
import states from './prm/states.mjs';

export default [states, forms, limits].flat();
