/**
 * Long work off the main thread of Node, Deno and Bun.
 *
 * @packageDocumentation
 */

import { Worker } from 'node:worker_threads';
import type { Reply, Request } from './jobs.js';
import { Thread } from './thread.js';

export { TwokenError, type TwokenErrorCode } from './error.js';
export type { BatchFiles, Jobs, Results } from './jobs.js';
export { Thread, type WorkOptions } from './thread.js';

/** Begins a worker. It loads the program by itself, from the package's folder. */
export function startWorker(): Thread {
  const worker = new Worker(new URL('./worker_script_node.js', import.meta.url), { name: 'twoken' });
  return new Thread({
    send: (request: Request) => worker.postMessage(request),
    receive: (hear, fail) => {
      worker.on('message', (reply: Reply) => hear(reply));
      worker.on('error', fail);
      worker.on('exit', () => fail('it has ended'));
    },
    end: () => void worker.terminate(),
  });
}
