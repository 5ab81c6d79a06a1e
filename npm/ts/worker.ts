/**
 * Long work off the main thread of a browser.
 *
 * @packageDocumentation
 */

import type { Reply, Request } from './jobs.js';
import { Thread } from './thread.js';

export { TwokenError, type TwokenErrorCode } from './error.js';
export type { BatchFiles, Jobs, Results } from './jobs.js';
export { Thread, type WorkOptions } from './thread.js';

/** Begins a worker. It loads the program by itself, from beside its own file. */
export function startWorker(): Thread {
  const worker = new Worker(new URL('./worker_script.js', import.meta.url), { type: 'module', name: 'twoken' });
  return new Thread({
    send: (request: Request) => worker.postMessage(request),
    receive: (hear, fail) => {
      worker.onmessage = ({ data }: MessageEvent<Reply>) => hear(data);
      worker.onerror = (event) => fail(event.error ?? event.message);
      worker.onmessageerror = () => fail('a message was not understood');
    },
    end: () => worker.terminate(),
  });
}
