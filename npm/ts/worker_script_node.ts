// What runs in a worker of Node, Deno and Bun.

import { parentPort } from 'node:worker_threads';
import { Desk, type Request } from './jobs.js';
import { init } from './node.js';

const port = parentPort;
if (port) {
  const desk = new Desk(init(), (reply) => port.postMessage(reply));
  port.on('message', (request: Request) => desk.take(request));
}
