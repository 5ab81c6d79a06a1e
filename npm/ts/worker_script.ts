// What runs in a browser's worker.

import { init } from './index.js';
import { Desk, type Reply, type Request } from './jobs.js';

const scope = globalThis as unknown as { onmessage: (event: { data: Request }) => void; postMessage(reply: Reply): void };
const desk = new Desk(init(), (reply) => scope.postMessage(reply));
scope.onmessage = ({ data }) => desk.take(data);
