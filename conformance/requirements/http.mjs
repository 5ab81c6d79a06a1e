// All requests (docs/protocol.md, 20.1 to 20.4).

import answers from './http/answers.mjs';
import bodies from './http/bodies.mjs';
import headers from './http/headers.mjs';
import methods from './http/methods.mjs';
import refusals from './http/refusals.mjs';

export default [headers, methods, bodies, refusals, answers].flat();
