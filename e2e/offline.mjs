//! Without a network: the app starts, two people meet, the diary is there, a report waits and goes when the network is
//! back; a newer app waits until it is wanted.

import assert from 'node:assert/strict';
import path from 'node:path';
import { gone, seen } from './support/expect.mjs';
import { begin, check, keep, meet, welcomed } from './support/meeting.mjs';
import { isLooking, kept, keptAddresses, newerBuild } from './support/offline.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, record } from './support/stored.mjs';
import { exactly, say } from './support/words.mjs';

const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true }).click();
const build = (phone) => phone.page.evaluate(() => document.body.dataset.build ?? 'first');
const cut = (phones, whether) => phones.forEach(({ line }) => (line.cut = whether));

export default {
  'a night without a network': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    await step('before anyone agrees, no file of the app is kept either', async () => {
      await ada.open();
      await welcomed(ada);
      assert.deepEqual(await keptAddresses(ada), []);
    });
    for (const one of [ada, ben]) {
      await begin(one);
      await kept(one);
    }
    await step('nothing that the server answers is kept', async () => {
      await check(ada);
      const addresses = await keptAddresses(ada);
      assert.ok(addresses.includes('/'), addresses.join());
      assert.deepEqual(addresses.filter((address) => address.startsWith('/v1')), []);
    });
    cut([ada, ben], true);
    await step('the app starts at any address, and asks nobody for it', async () => {
      for (const address of ['/', '/diary', '/whatever/there/was']) {
        await ada.restart();
        const before = ada.line.calls.length;
        await ada.open(address);
        await seen(ada, exactly('home.empty'));
        const asked = ada.line.calls.slice(before).filter(({ url }) => url.startsWith(server.origin));
        // The browser itself may look for a newer one.
        assert.deepEqual(asked.map((call) => call.path).filter((one) => !isLooking(one)), []);
      }
    });
    await step('two people meet, and the diary knows it after a restart', async () => {
      await ben.restart();
      await ben.open();
      await meet(ada, ben);
      await keep(ada, { note: 'in the cellar' });
      await ada.restart();
      await ada.open();
      await ada.go(say('nav.diary'));
      await seen(ada, 'in the cellar');
    });
    await step('a check says that nobody answers; the mark stays', async () => {
      const mark = (await record(ada, 'server', 'checked'))?.until;
      assert.ok(mark > 0);
      await ada.go(say('nav.home'));
      await press(ada, 'home.check');
      await seen(ada, exactly('api.unreachable'));
      assert.equal((await record(ada, 'server', 'checked')).until, mark);
    });
    await step('a report waits, over a restart too', async () => {
      await reporting.report(ada, (await server.issue())[0]);
      await seen(ada, exactly('outgoing.waiting'));
      await ada.restart();
      await ada.open();
      await seen(ada, exactly('outgoing.waiting'));
    });
    await step('it goes when the network is back', async () => {
      cut([ada, ben], false);
      await ada.page.evaluate(() => dispatchEvent(new Event('online')));
      await seen(ada, exactly('outgoing.sent'));
      await server.seal();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
    });
  },

  'a newer app': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    await begin(ada);
    await kept(ada);
    const first = server.web;
    await server.stop();
    server.web = path.join(server.folder, 'newer');
    await newerBuild(first, server.web, 'second');
    await server.start();
    try {
      await step('while something is being entered, nothing is said of it', async () => {
        await ada.page.reload();
        assert.equal(await build(ada), 'first');
        await ada.go(say('nav.report'));
        await reporting.tanField(ada).fill('7K2M9');
        await ada.page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
        await ada.page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()).waiting);
        await gone(ada, exactly('newer.title'));
        assert.equal(await build(ada), 'first');
      });
      await step('Home offers it, and it comes when it is wanted', async () => {
        await ada.go(say('nav.home'));
        await seen(ada, exactly('newer.title'));
        await Promise.all([ada.page.waitForNavigation(), press(ada, 'newer.go')]);
        await seen(ada, exactly('home.empty'));
        assert.equal(await build(ada), 'second');
        await gone(ada, exactly('newer.title'));
      });
      await step('nothing that was entered is lost', async () => {
        await ada.go(say('nav.report'));
        assert.equal(await reporting.tanField(ada).inputValue(), '7K2M9');
      });
      await step('deleting everything deletes the kept files as well', async () => {
        await ada.go(say('nav.settings'));
        await press(ada, 'settings.delete');
        await Promise.all([ada.page.waitForNavigation(), press(ada, 'settings.delete_yes')]);
        await welcomed(ada);
        assert.deepEqual(await keptAddresses(ada), []);
        assert.deepEqual(await dump(ada), []);
      });
    } finally {
      await server.stop();
      server.web = first;
      await server.start();
    }
  },

  'a browser that keeps no files': async ({ phone, step }) => {
    const ada = await phone('ada');
    await ada.context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined }));
    await step('the app works as ever', async () => {
      await begin(ada);
      await check(ada);
      await seen(ada, exactly('home.empty'));
    });
  },
};
