// The service worker of browsers that run one while the app is closed: the same as elsewhere (`service-worker.js`), and
// beside it the app's own program, without a page (`web/src/background.rs`), which checks and sends. A module, because
// the program is one: nothing of it is kept twice (ADR 50). The build writes the version and the program's name
// (`xtask/precache.mjs`).
//
// version ''
import init from './program.js';
import './worker.js';
import './service-worker.js';

/** What the program understands, by the tag of the event (`web/src/platform/background.rs`). */
const CHECK = 'check';
const SEND = 'send';

// Begun for what there is to do alone: whoever only answers pages does without it.
let program;
function begun() {
  program ??= init({ module_or_path: self.twokenFile('/program_bg.wasm') });
  return program.catch((error) => {
    program = undefined;
    throw error;
  });
}

/** The program's end of a line to the worker's program, which runs here too: a service worker starts no workers. */
self.twokenWorker = () => {
  const { port1, port2 } = new MessageChannel();
  self.twokenPort = port2;
  // What fails is told by silence; whoever asked gives up after a while.
  self.wasm_bindgen({ module_or_path: self.twokenFile('/worker_bg.wasm') }).catch(() => port1.close());
  return port1;
};

/** Rejected where there is something left to do that the browser may try again. */
async function errand(what) {
  await begun();
  if (!(await self.twokenErrand(what))) throw new Error(`${what} is not done`);
}

self.addEventListener('periodicsync', (event) => {
  // The next turn comes in any case.
  if (event.tag === CHECK) event.waitUntil(errand(CHECK).catch(() => {}));
});
self.addEventListener('sync', (event) => {
  if (event.tag === SEND) event.waitUntil(errand(SEND));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show());
});

/** The app's window in front, or a new one. */
async function show() {
  const all = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const window = all.find(({ url }) => !new URL(url).pathname.startsWith('/staff'));
  if (!window) return self.clients.openWindow('/');
  await window.focus();
  window.postMessage('show');
}
