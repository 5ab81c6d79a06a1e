// Makes the app start without a network: keeps its own files, and only those.
//
// `xtask/precache.mjs` writes the lines below after each build: a version made of the files' content, the files of
// the app, and the SHA-256 of each (of the texts in other languages than English by their names: the one that is read here is kept;
// and of what the app fetches when it is at rest): a page of one build and a program of another are never kept together. What is asked of the server (`/v1/…`) never comes here: no answer of it is kept or looked up.
//
// A page of the app is always answered from what is kept, without asking anybody: a reload does not say which page it is.
// That the app was started can be seen all the same: the browser itself looks for a newer version of this file (ADR 25).
// The medical console is not kept: it is nothing without the server, and comes from there whole, page, program and worker
// of one version. The worker's files bear no hash: those that the console asks for are never answered from here.
// A new version is fetched whole beside the old one, waits, and takes over when the person asks for it, or when no
// window is open any more.

const VERSION = '';
const FILES = [];
const SUMS = [];
const TEXTS = {};
const AT_REST = {};

/** What is fetched when it is first asked for, and kept from then on. */
const LATER = { ...TEXTS, ...AT_REST };

const PREFIX = 'twoken-app-';
const KEPT = `${PREFIX}${VERSION}`;
/** The app's one page. */
const PAGE = '/';
/** What the console asks for its worker with, so that the worker is known by its address (`platform/worker.rs`). */
const CONSOLE = '?console';

self.addEventListener('install', (event) => {
  event.waitUntil(keep());
  // Chromium would ask the network for a page while this worker is being started; a reload is to tell nobody anything
  // (Service Workers, § 4.4.1: a route that knows only this worker's answer).
  event.addRoutes?.({ condition: { urlPattern: new URLPattern({}) }, source: 'fetch-event' });
});
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') self.skipWaiting();
  // Whatever cannot be fetched now is kept when the app next asks for it.
  if (event.data === 'keep-rest') event.waitUntil(Promise.allSettled(Object.keys(AT_REST).map(keepLater)));
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (isPage(pathname)) event.respondWith(kept(PAGE, request));
  } else if (pathname in LATER) {
    event.respondWith(laterFor(pathname, event));
  } else if (FILES.includes(pathname) && search !== CONSOLE) {
    event.respondWith(isHashed(pathname) ? kept(pathname, request) : keptForApp(pathname, event));
  }
});

/** As the server has it: whatever is no file and no route of the API shows the app; but for the medical console's page. */
function isPage(path) {
  const last = path.slice(path.lastIndexOf('/') + 1);
  return !last.includes('.') && !isConsole(path) && path !== '/v1' && !path.startsWith('/v1/') && !/^\/(healthz|readyz|metrics)$/.test(path);
}

const isConsole = (path) => /^\/staff\/?$/.test(path);

/** Fetches every file, or fails as a whole: then the version before stays. Names with a hash may be there already. */
async function keep() {
  const cache = await caches.open(KEPT);
  try {
    const later = [...(await textsWanted()), ...(await restWanted())];
    await Promise.all([
      ...FILES.map((path, place) => keepFile(cache, path, SUMS[place])),
      ...later.map((path) => keepFile(cache, path, LATER[path])),
    ]);
  } catch (error) {
    await caches.delete(KEPT);
    throw error;
  }
}

async function keepFile(cache, path, integrity) {
  const before = isHashed(path) && (await caches.match(path));
  if (before) return cache.put(path, before);
  const answer = await fetch(path, { cache: 'no-cache', credentials: 'omit', integrity, referrerPolicy: 'no-referrer' });
  if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
  return cache.put(path, answer);
}

/** The texts that were read here before, and those of the browser's language: they are there without a network. */
async function textsWanted() {
  const before = await Promise.all(Object.keys(TEXTS).map((path) => caches.match(path)));
  const language = self.navigator.language?.split('-')[0].toLowerCase();
  return Object.keys(TEXTS).filter((path, place) => before[place] || path === `/texts/${language}.app.txt`);
}

/** All of the app, where it was used before: a newer version is as whole without a network as the one that it takes the place of. */
async function restWanted() {
  const names = await caches.keys();
  return names.some((name) => name.startsWith(PREFIX) && name !== KEPT) ? Object.keys(AT_REST) : [];
}

/** Texts of another language, and what the app fetches when it is at rest. */
async function laterFor(path, { clientId, request }) {
  const client = clientId && (await self.clients.get(clientId));
  if (client && isConsole(new URL(client.url).pathname)) return fetch(request);
  try {
    return await keepLater(path);
  } catch {
    // No network; or the server has another version, which the page refuses.
    return fetch(request);
  }
}

async function keepLater(path) {
  const cache = await caches.open(KEPT);
  if (!(await cache.match(path))) await keepFile(cache, path, LATER[path]);
  return cache.match(path);
}

const isHashed = (path) => /-[0-9a-f]{12,}[._]/.test(path);

/** From here on this version answers, and what others have kept goes. */
async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** From this version's files; where a browser has cleared them, from the network. */
async function kept(path, request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(path)) ?? fetch(request);
}

/** A file of the app, for its program where that runs here (`background-worker.js`). */
self.twokenFile = (address) => {
  const { pathname } = new URL(address, self.location.origin);
  return kept(pathname, pathname);
};

/** Names without a hash hold other things in each version: the console, and the worker that it has started, get the server's. */
async function keptForApp(path, { clientId, request }) {
  const client = clientId && (await self.clients.get(clientId));
  const { pathname, search } = new URL(client?.url ?? PAGE, self.location.origin);
  return isConsole(pathname) || search === CONSOLE ? fetch(request) : kept(path, request);
}
