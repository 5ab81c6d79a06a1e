//! What a browser does for an app that is closed: it starts its service worker when it likes. Here the story likes.

import { eventually } from './expect.mjs';

const ALL = ['notifications', 'background-sync', 'periodic-background-sync'];

/** A page of nobody's, to talk to the browser by: what is allowed is allowed for as long as somebody listens there. */
async function session(phone) {
  phone.aside ??= await phone.context.newPage();
  phone.talk ??= await phone.context.newCDPSession(phone.aside);
  return phone.talk;
}

/** Gives the app a permission, or takes it away, whether or not it is open. */
export async function setPermission(phone, name, setting) {
  const talk = await session(phone);
  await talk.send('Browser.setPermission', { origin: phone.server.origin, permission: { name }, setting });
}

/** Lets the browser do all of it, as a person and their installed app would have it. */
export async function allow(phone) {
  for (const name of ALL) await setPermission(phone, name, 'granted');
}

/** Closes every page of the app; the browser stays. */
export async function closeApp(phone) {
  await session(phone);
  for (const page of phone.context.pages()) if (page !== phone.aside) await page.close();
  phone.page = phone.aside;
}

/** Opens the app again, in a new page. */
export async function openApp(phone) {
  phone.page = await phone.context.newPage();
  phone.listen(phone.page);
  await phone.open();
}

/** Starts the service worker as the browser does, by an event of its own. */
async function dispatch(phone, event, parameters) {
  const talk = await session(phone);
  const found = new Promise((resolve) => {
    talk.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL, isDeleted }) => !isDeleted && scopeURL.startsWith(phone.server.origin));
      if (ours) resolve(ours.registrationId);
    });
  });
  await talk.send('ServiceWorker.disable');
  await talk.send('ServiceWorker.enable');
  const registrationId = await found;
  await talk.send(`ServiceWorker.${event}`, { origin: phone.server.origin, registrationId, ...parameters });
}

export const periodicSync = (phone) => dispatch(phone, 'dispatchPeriodicSyncEvent', { tag: 'check' });
export const sync = (phone) => dispatch(phone, 'dispatchSyncEvent', { tag: 'send', lastChance: false });

/** Runs a function in the service worker itself. */
export async function inWorker(phone, work, argument) {
  const worker = await eventually(`${phone.name} has its service worker at work`, () =>
    phone.context.serviceWorkers().find((one) => one.url().startsWith(phone.server.origin)),
  );
  return worker.evaluate(work, argument);
}

/** The notifications that are shown, with everything that they say. */
export const notifications = (phone) =>
  inWorker(phone, async () =>
    (await self.registration.getNotifications()).map(({ title, body, tag, data, actions, lang }) => ({ title, body, tag, data, actions, lang })),
  );

/** Notes what is asked of the icon: nothing can read it. */
export const watchBadge = (phone) =>
  inWorker(phone, () => {
    self.storyBadges = [];
    const set = navigator.setAppBadge.bind(navigator);
    navigator.setAppBadge = (...count) => {
      self.storyBadges.push(count);
      return set(...count);
    };
  });
export const badges = (phone) => inWorker(phone, () => self.storyBadges);

/** Which of the browser's own starts are asked for. */
export const tags = (phone) =>
  phone.page.evaluate(async () => {
    const { periodicSync } = await navigator.serviceWorker.ready;
    return periodicSync.getTags();
  });
