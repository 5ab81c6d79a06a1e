//! Two windows of the app on one phone: a phone's camera opens each link in a new tab. One of them is in use, the
//! other says so, does nothing and stores nothing; what a link brought there waits until the person goes on there.

import assert from 'node:assert/strict';
import { linkOf } from './support/code.mjs';
import { count, gone, seen } from './support/expect.mjs';
import { begin, check, confirm, openMeet } from './support/meeting.mjs';
import { dump } from './support/stored.mjs';
import { exactly, say } from './support/words.mjs';

const fragment = (link) => `/#${link.split('#')[1]}`;
const encounters = async (phone) => (await dump(phone)).filter(({ store }) => store === 'diary').length;
const here = (phone) => phone.page.getByRole('button', { name: say('elsewhere.here'), exact: true }).click();
const isElsewhere = (phone) => seen(phone, exactly('elsewhere.statement'));

/** What is on the device, but for the count of take-overs, and for keys, which come and go with the time. */
const stored = async (phone) => (await dump(phone)).filter(({ store, key }) => key !== 'turn' && store !== 'keys');

/** A browser from before 2022. */
const withoutLocks = () => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });

export default {
  'one window at a time': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    for (const one of [ada, ben]) await begin(one);
    for (const one of [ada, ben]) await openMeet(one);
    let second;
    await step('a link opens a second window, which says where the app is and keeps the link in memory', async () => {
      const before = await stored(ada);
      second = await ada.window('second');
      await second.open(fragment(await linkOf(ben)));
      await isElsewhere(second);
      await seen(second, exactly('elsewhere.brought'));
      assert.deepEqual(await stored(ada), before);
      assert.equal(await encounters(ada), 0);
      assert.equal(await count(ada.page.getByText(exactly('elsewhere.statement'))), 0);
    });
    await step('going on there takes the link along, and the first window stops', async () => {
      await here(second);
      await isElsewhere(ada);
      await confirm(second);
      await seen(second, exactly('meet.one'));
      assert.equal(await encounters(second), 1);
    });
    await step('the window that stopped asks for nothing and changes nothing', async () => {
      await second.page.getByRole('button', { name: say('meet.enough'), exact: true }).click();
      await second.go(say('nav.home'));
      const before = await stored(ada);
      const asked = ada.line.api().length;
      await ada.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      assert.equal(ada.line.api().length, asked);
      assert.deepEqual(await stored(ada), before);
    });
    await step('a reload of the window in use is no second window', async () => {
      await second.page.reload();
      await check(second);
      await seen(second, exactly('home.clear'));
    });
    await step('the first window goes on with what the second has stored', async () => {
      await here(ada);
      await gone(ada, exactly('elsewhere.statement'));
      await isElsewhere(second);
      await check(ada);
      await seen(ada, exactly('home.clear'));
      assert.equal(await encounters(ada), 1);
    });
    await step('when the other window is closed, a new one starts at once', async () => {
      await ada.page.close();
      const third = await ada.window('third');
      await third.open();
      await seen(third, exactly('home.clear'));
    });
  },

  'a browser without locks': async ({ phone, step }) => {
    const ada = await phone('ada');
    await ada.context.addInitScript(withoutLocks);
    await begin(ada);
    const second = await ada.window('second');
    await step('the newest window is the one in use', async () => {
      await second.open();
      await seen(second, exactly('home.empty'));
    });
    await step('an older one finds out before it changes anything', async () => {
      const before = await dump(ada);
      await ada.go(say('nav.settings'));
      await ada.page.locator('#theme').selectOption('dark');
      await isElsewhere(ada);
      assert.deepEqual(await dump(ada), before);
    });
  },
};
