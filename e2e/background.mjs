//! Checking without being asked: every page is closed, and the browser starts the app by itself. It checks, sends what
//! waits, and says on a lock screen that there is something to show, and nothing of what. What a browser does not allow,
//! or allows no more, is said.

import assert from 'node:assert/strict';
import * as background from './support/background.mjs';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { begin, check, keep, meet, welcomed } from './support/meeting.mjs';
import { kept } from './support/offline.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, record } from './support/stored.mjs';
import { exactly, say } from './support/words.mjs';

/** An app that is open checks this often, and a closed one no more often: the least that an app lets a server say. */
const EVERY_S = 60;
export const settings = `check_every_seconds = ${EVERY_S}`;

const toggle = (phone, key) => phone.page.getByRole('switch', { name: say(key) });
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Switches both on, as somebody whose browser allows both. */
async function wantBoth(phone) {
  await phone.go(say('nav.settings'));
  for (const key of ['background.checks', 'background.notify']) await toggle(phone, key).check();
  await eventually('the browser is asked for it', async () => (await background.tags(phone)).includes('check'));
}

/** Closes the app; gives what waits until its last check is so old that an open app would repeat it. */
async function close(phone) {
  const { until } = await record(phone, 'server', 'checked');
  await background.closeApp(phone);
  return () => wait(Math.max(0, (until + EVERY_S + 1) * 1000 - Date.now()));
}

/** What was asked of the server, without what names a day, a region or a batch. */
const kinds = (calls) => calls.map(({ method, path }) => `${method} ${path.replace(/\/v1\/(\w+).*/, '/v1/$1')}`).sort();

export default {
  'a closed app finds an exposure': async ({ phone, server, step }) => {
    const [ada, ben] = [await phone('ada'), await phone('ben')];
    await begin(ada);
    await begin(ben, { hourly: true });
    await background.allow(ben);
    for (const one of [ada, ben]) await kept(one);
    await step('Home says what this browser does, before and after it is wanted', async () => {
      await seen(ben, exactly('background.home_unwanted'));
      await wantBoth(ben);
      await portray(ben, 'while-closed');
      await ben.go(say('nav.home'));
      await seen(ben, exactly('background.home_granted'));
    });
    await meet(ada, ben);
    await keep(ben, { note: 'under the clock', label: 'Choir' });
    const before = ben.line.calls.length;
    await check(ben);
    const asked = kinds(ben.line.api(before));
    const due = await close(ben);
    await reporting.report(ada, (await server.issue())[0]);
    await seen(ada, exactly('outgoing.sent'));
    await server.seal();
    await due();
    await background.watchBadge(ben);
    const mark = ben.line.calls.length;
    await step('the browser starts it, and it says that there is something to show, and nothing else', async () => {
      await background.periodicSync(ben);
      const shown = await eventually('a notification is shown', async () => {
        const all = await background.notifications(ben);
        return all.length > 0 && all;
      });
      assert.deepEqual(shown, [{ title: 'Twoken', body: 'Twoken has something to show.', tag: 'twoken', data: null, actions: [], lang: 'en' }]);
      // A bare mark: no number.
      assert.deepEqual(await background.badges(ben), [[]]);
    });
    await step('what it asked is what an open app asks, and the one new batch', async () => {
      const closed = ben.line.api(mark);
      assert.deepEqual([...new Set(kinds(closed))].filter((kind) => !kind.includes('/v1/batches')), [...new Set(asked)]);
      for (const { headers } of closed) assert.ok(!headers.cookie && !headers.authorization && !headers.referer);
      assert.deepEqual(ben.line.strangers(), []);
    });
    await step('opened, it shows the exposure without asking again, and the notification goes', async () => {
      ben.line.cut = true;
      await background.openApp(ben);
      await seen(ben, exactly('home.reported_one'));
      await eventually('the notification is gone', async () => (await background.notifications(ben)).length === 0);
      ben.line.cut = false;
    });
    await step('the next start finds nothing new, and says nothing', async () => {
      await check(ben);
      await (await close(ben))();
      const before = ben.line.calls.length;
      await background.periodicSync(ben);
      await eventually('it has asked', () => ben.line.to('GET', '/v1/config', before).length > 0);
      await background.openApp(ben);
      await seen(ben, exactly('home.reported_one'));
      assert.deepEqual(await background.notifications(ben), []);
    });
  },

  'a report goes while the app is closed': async ({ phone, server, step }) => {
    const [ada, ben] = [await phone('ada'), await phone('ben')];
    for (const one of [ada, ben]) await begin(one);
    await background.allow(ada);
    await kept(ada);
    await meet(ada, ben);
    await keep(ada, {});
    const [tan] = await server.issue();
    let stored;
    await step('without a network it waits', async () => {
      ada.line.cut = true;
      await reporting.report(ada, tan);
      await seen(ada, exactly('outgoing.waiting'));
      stored = await record(ada, 'outgoing', 'report');
      assert.ok(stored.body);
      await background.closeApp(ada);
    });
    await step('once there is one, it goes without a page, byte for byte as it was stored', async () => {
      ada.line.cut = false;
      // Closed, the page has left the report to the browser, whose own first try may still be at work. It repeats it.
      const [upload] = await eventually('it went', async () => {
        await background.sync(ada);
        await wait(1_000);
        const sent = ada.line.to('POST', '/v1/uploads').filter(({ status }) => status);
        return sent.length > 0 && sent;
      });
      assert.ok(upload.body.equals(Buffer.from(stored.body, 'base64url')));
    });
    await step('opened, it says so, and sends nothing twice', async () => {
      await background.openApp(ada);
      await seen(ada, exactly('outgoing.sent'));
      assert.equal(ada.line.to('POST', '/v1/uploads').filter(({ status }) => status).length, 1);
      await server.seal();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
    });
  },

  'whoever opens the app during an errand has it at once': async ({ phone, step }) => {
    const ada = await phone('ada');
    await begin(ada, { hourly: true });
    await background.allow(ada);
    await kept(ada);
    await wantBoth(ada);
    await seen(ada, exactly('background.title'));
    await ada.go(say('nav.home'));
    await check(ada);
    await (await close(ada))();
    await step('the page takes over, and what the errand was about to store does not count', async () => {
      let answer;
      const held = new Promise((resolve) => (answer = resolve));
      let waits = false;
      ada.line.alter = async (call, given) => {
        if (call.path === '/v1/config' && !waits) {
          waits = true;
          await held;
        }
        return given;
      };
      await background.periodicSync(ada);
      await eventually('the errand waits for its answer', () => waits);
      await background.openApp(ada);
      await seen(ada, exactly('home.empty'));
      assert.equal(await count(ada.page.getByText(exactly('elsewhere.statement'))), 0);
      const turn = (await dump(ada)).find(({ key }) => key === 'turn');
      assert.ok(turn && turn.bytes.some((byte) => byte > 0), 'nobody has taken over');
      answer();
      await ada.go(say('nav.settings'));
      await ada.page.locator('#theme').selectOption('dark');
      await eventually('the page stores', async () => (await record(ada, 'settings', 'settings')).theme === 'dark');
      await gone(ada, exactly('elsewhere.statement'));
    });
  },

  'what is not wanted is not done': async ({ phone, step }) => {
    const ada = await phone('ada');
    await background.allow(ada);
    /** Starts it, and waits until it has looked at what is stored, which nobody outside sees: then a page has the lock. */
    const started = async () => {
      const before = ada.line.api().length;
      await background.periodicSync(ada);
      await wait(3_000);
      return ada.line.api().length - before;
    };
    await begin(ada);
    await kept(ada);
    await step('who checks by hand is told so, and nothing is asked', async () => {
      await ada.go(say('nav.settings'));
      await toggle(ada, 'background.checks').check();
      await seen(ada, say('background.checks_manual'));
      assert.deepEqual(await background.tags(ada), []);
      await background.closeApp(ada);
      assert.equal(await started(), 0);
    });
    await step('nor is anything once the records cannot be read, and they stay as they are', async () => {
      await background.openApp(ada);
      await seen(ada, exactly('home.checks_manual_text'));
      await ada.page.evaluate(async () => {
        const open = indexedDB.open('twoken');
        await new Promise((resolve) => (open.onsuccess = resolve));
        const writing = open.result.transaction('settings', 'readwrite');
        writing.objectStore('settings').put(new TextEncoder().encode('{"consent": 7'), 'settings');
        await new Promise((resolve) => (writing.oncomplete = resolve));
        open.result.close();
      });
      const before = await dump(ada);
      // A page of the server's own without the app: it can look at what is stored.
      await ada.page.goto(`${ada.server.origin}/manifest.webmanifest`);
      assert.equal(await started(), 0);
      assert.deepEqual(await dump(ada), before);
    });
    await step('what the browser has cleared is told, nothing is asked, and one begins anew', async () => {
      await ada.page.evaluate(
        () => new Promise((resolve, reject) => Object.assign(indexedDB.deleteDatabase('twoken'), { onsuccess: resolve, onerror: reject })),
      );
      assert.equal(await started(), 0);
      await ada.open();
      await welcomed(ada);
      await seen(ada, say('background.lost'));
      await begin(ada);
      await seen(ada, exactly('home.empty'));
    });
  },

  'what the browser does not allow is said': async ({ phone, step }) => {
    const ada = await phone('ada', { settings: { notifications: 2 } });
    await begin(ada, { hourly: true });
    await kept(ada);
    await step('notifications that are blocked', async () => {
      await ada.go(say('nav.settings'));
      await seen(ada, say('background.notify_denied'));
      await toggle(ada, 'background.notify').check();
      await ada.go(say('nav.home'));
      await seen(ada, exactly('background.home_muted'));
    });
    await step('a browser that starts no closed app, or not this one', async () => {
      await background.setPermission(ada, 'periodic-background-sync', 'denied');
      await ada.go(say('nav.settings'));
      await toggle(ada, 'background.checks').check();
      await seen(ada, say('background.checks_refused'));
      await portray(ada, 'while-closed-refused');
      await ada.go(say('nav.home'));
      await seen(ada, exactly('background.home_refused'));
    });
    await step('what is allowed later is noticed, and so is what is taken back', async () => {
      const shown = () => ada.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await background.setPermission(ada, 'periodic-background-sync', 'granted');
      await shown();
      await seen(ada, exactly('background.home_granted'));
      await eventually('the browser is asked for it', async () => (await background.tags(ada)).includes('check'));
      await background.setPermission(ada, 'periodic-background-sync', 'denied');
      await shown();
      await seen(ada, exactly('background.home_refused'));
    });
    await step('a browser that knows nothing of it', async () => {
      const old = await phone('old');
      await old.context.addInitScript(() => {
        delete ServiceWorkerRegistration.prototype.periodicSync;
        delete ServiceWorkerRegistration.prototype.sync;
        delete window.Notification;
      });
      await begin(old, { hourly: true });
      await kept(old);
      await seen(old, exactly('background.home_never'));
      await old.go(say('nav.settings'));
      await seen(old, exactly('background.checks_absent'));
      await seen(old, exactly('background.notify_absent'));
    });
  },
};
