//! The app lock: on, nothing on the device can be read without the passphrase, by us neither; what a link brings waits; keys
//! of meetings go all the same; and whoever has forgotten the passphrase begins anew.

import assert from 'node:assert/strict';
import * as background from './support/background.mjs';
import { linkOf } from './support/code.mjs';
import { at, count, eventually, gone, seen } from './support/expect.mjs';
import { begin, confirm, keep, meet, openMeet, welcomed } from './support/meeting.mjs';
import { kept } from './support/offline.mjs';
import { portray } from './support/pictures.mjs';
import { asItLies, dump } from './support/stored.mjs';
import { exactly, say } from './support/words.mjs';

const FIRST = 'correct horse battery';
const SECOND = 'Zwölf Boxkämpfer';
/** The same, as another keyboard composes it. */
const SECOND_COMPOSED_OTHERWISE = SECOND.normalize('NFD');

const button = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true });
const press = (phone, key) => button(phone, key).click();
const field = (phone, key) => phone.page.getByLabel(say(key), { exact: true });

async function openSettings(phone) {
  await phone.go(say('nav.home'));
  await phone.go(say('nav.settings'));
}

async function turnOn(phone, passphrase) {
  await openSettings(phone);
  await press(phone, 'lock.on');
  await field(phone, 'lock.new').fill(passphrase);
  await field(phone, 'lock.again').fill(passphrase);
  await press(phone, 'lock.turn_on');
  await seen(phone, exactly('lock.is_on'));
}

async function unlock(phone, passphrase) {
  await seen(phone, exactly('lock.locked'));
  await field(phone, 'lock.passphrase').fill(passphrase);
  await press(phone, 'lock.open');
}

/** What lies in the store of the key: names, and whether a browser's key is among them. */
const vault = (phone) =>
  phone.page.evaluate(async () => {
    const finished = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
    const database = await finished(indexedDB.open('twoken'));
    const store = database.transaction('vault').objectStore('vault');
    const [names, values] = await Promise.all([finished(store.getAllKeys()), finished(store.getAll())]);
    database.close();
    return { names, handle: values.some((value) => value instanceof CryptoKey) };
  });

export default {
  'a diary behind a passphrase': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    await begin(ada, { hourly: true });
    await begin(ben);
    await meet(ada, ben);
    await keep(ada, { note: 'under the clock', label: 'Choir' });
    await step('off, it says who can read the diary; what is too short or typed wrongly is told before anything happens', async () => {
      await openSettings(ada);
      await seen(ada, exactly('lock.is_off'));
      await press(ada, 'lock.on');
      await portray(ada, 'lock-on');
      await field(ada, 'lock.new').fill('short');
      await press(ada, 'lock.turn_on');
      await seen(ada, exactly('lock.short'));
      await field(ada, 'lock.new').fill(FIRST);
      await field(ada, 'lock.again').fill(`${FIRST}s`);
      await press(ada, 'lock.turn_on');
      await seen(ada, exactly('lock.differ'));
      assert.deepEqual(await vault(ada), { names: ['key'], handle: true });
    });
    await step('on, every record is sealed anew, and no key lies beside them', async () => {
      const before = (await asItLies(ada)).filter(({ store, key }) => store !== 'web storage' && key !== 'turn');
      await field(ada, 'lock.again').fill(FIRST);
      await press(ada, 'lock.turn_on');
      await seen(ada, exactly('lock.is_on'));
      await portray(ada, 'lock-is-on');
      const after = await asItLies(ada);
      for (const { store, key, bytes } of before) {
        const now = after.find((one) => one.store === store && one.key === key);
        assert.ok(now && !now.bytes.equals(bytes), `${store}/${key} is as it was`);
      }
      const { names, handle } = await vault(ada);
      assert.ok(names.includes('lock') && !names.includes('key') && !handle, names.join());
    });
    await step('open, everything goes on', async () => {
      await ada.go(say('nav.diary'));
      await seen(ada, 'under the clock');
    });
    await step('after a reload it is locked, and asks the server for nothing', async () => {
      const since = ada.line.calls.length;
      await ada.page.reload();
      await seen(ada, exactly('lock.locked'));
      await portray(ada, 'locked');
      assert.equal(await count(ada.page.getByText('under the clock')), 0);
      assert.deepEqual(ada.line.api(since), []);
    });
    await step('a wrong passphrase opens nothing, and stays to be mended', async () => {
      await unlock(ada, `${FIRST}s`);
      await seen(ada, exactly('lock.wrong'));
      assert.equal(await field(ada, 'lock.passphrase').inputValue(), `${FIRST}s`);
      await unlock(ada, 'x');
      await seen(ada, exactly('lock.wrong'));
      await portray(ada, 'locked-wrong');
    });
    await step('the right one opens it, on the page where one was', async () => {
      await unlock(ada, FIRST);
      await at(ada, 'nav.diary');
      await seen(ada, 'under the clock');
    });
    await step('it is locked by hand, and a link that comes meanwhile waits', async () => {
      await openSettings(ada);
      await press(ada, 'lock.now');
      await seen(ada, exactly('lock.locked'));
      await openMeet(ben);
      const link = await linkOf(ben);
      await ada.open(`/#${link.split('#')[1]}`);
      await seen(ada, exactly('lock.brought'));
      await unlock(ada, FIRST);
      await confirm(ada);
      await gone(ada, exactly('meet.confirm'));
      await ada.go(say('nav.diary'));
      await seen(ada, 'under the clock');
    });
    await step('another passphrase opens it, however a keyboard composes its letters; the old one does not', async () => {
      await openSettings(ada);
      await press(ada, 'lock.another');
      await field(ada, 'lock.passphrase').fill('not that one');
      await field(ada, 'lock.new').fill(SECOND);
      await field(ada, 'lock.again').fill(SECOND);
      await press(ada, 'lock.change');
      await seen(ada, exactly('lock.wrong'));
      await field(ada, 'lock.passphrase').fill(FIRST);
      await press(ada, 'lock.change');
      await gone(ada, exactly('lock.again'));
      await ada.page.reload();
      await unlock(ada, FIRST);
      await seen(ada, exactly('lock.wrong'));
      await unlock(ada, SECOND_COMPOSED_OTHERWISE);
      await seen(ada, exactly('lock.is_on'));
    });
    await step('another window has a lock of its own', async () => {
      const other = await ada.window('other');
      await other.open();
      await press(other, 'elsewhere.here');
      await seen(other, exactly('lock.locked'));
      await seen(ada, exactly('elsewhere.statement'));
      await unlock(other, SECOND);
      await at(other, 'nav.home');
      await other.page.close();
      await press(ada, 'elsewhere.here');
      await unlock(ada, SECOND);
    });
    await step('deleting everything and bringing it back keeps the lock', async () => {
      await openSettings(ada);
      await press(ada, 'settings.delete');
      await press(ada, 'settings.delete_yes');
      await press(ada, 'rights.erased_undo');
      await unlock(ada, SECOND);
      await ada.go(say('nav.diary'));
      await seen(ada, 'under the clock');
    });
    await step('off again, it opens by itself', async () => {
      await openSettings(ada);
      await press(ada, 'lock.off');
      await field(ada, 'lock.passphrase').fill(SECOND);
      await press(ada, 'lock.off');
      await seen(ada, exactly('lock.is_off'));
      assert.deepEqual(await vault(ada), { names: ['key'], handle: true });
      await ada.page.reload();
      await ada.go(say('nav.diary'));
      await seen(ada, 'under the clock');
    });
    await step('who has forgotten it deletes everything, and begins anew', async () => {
      await turnOn(ada, FIRST);
      await ada.page.reload();
      await press(ada, 'lock.forgotten');
      await seen(ada, exactly('lock.forgotten_text'));
      await portray(ada, 'lock-forgotten');
      await press(ada, 'settings.delete_yes');
      await welcomed(ada);
      assert.deepEqual((await dump(ada)).filter(({ store }) => store !== 'web storage'), []);
    });
  },

  'nobody looks': async ({ phone, step }) => {
    const ada = await phone('ada', { ahead: 0 });
    await begin(ada);
    await openMeet(ada);
    await linkOf(ada);
    await turnOn(ada, FIRST);
    const away = () =>
      ada.page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
        document.dispatchEvent(new Event('visibilitychange'));
      });
    await step('it locks after as long as was chosen, and not before', async () => {
      await ada.page.locator('#lock-after').selectOption('1');
      await away();
      await ada.page.clock.fastForward(50_000);
      assert.equal(await count(ada.page.getByText(exactly('lock.locked'))), 0);
      await ada.page.clock.fastForward(15_000);
      await seen(ada, exactly('lock.locked'));
    });
    await step('the keys of a meeting go though nobody opens it', async () => {
      const keys = async () => (await asItLies(ada)).filter(({ store }) => store === 'keys').length;
      assert.ok((await vault(ada)).names.includes('keys-until'));
      assert.ok((await keys()) > 0, 'there were none');
      await ada.page.clock.fastForward(15 * 60_000);
      await eventually('they are gone', async () => (await keys()) === 0);
      assert.deepEqual((await vault(ada)).names, ['lock']);
    });
    await step('the rest is there', async () => {
      await unlock(ada, FIRST);
      await seen(ada, exactly('lock.is_on'));
    });
  },

  'a closed app': async ({ phone, step }) => {
    const ada = await phone('ada');
    await begin(ada, { hourly: true });
    await background.allow(ada);
    await step('with the lock on it says that nothing is checked while it is closed, and asks the browser for nothing', async () => {
      await ada.go(say('nav.settings'));
      await ada.page.getByRole('switch', { name: say('background.checks') }).check();
      await eventually('the browser is asked for it', async () => (await background.tags(ada)).includes('check'));
      await turnOn(ada, FIRST);
      await eventually('it is asked for it no more', async () => !(await background.tags(ada)).includes('check'));
      await seen(ada, exactly('lock.is_on_short'));
      await ada.go(say('nav.home'));
      await seen(ada, exactly('background.home_locked'));
    });
    await step('a browser that starts it all the same has it do nothing', async () => {
      await kept(ada);
      await background.closeApp(ada);
      const since = ada.line.calls.length;
      await background.periodicSync(ada);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      assert.deepEqual(ada.line.api(since), []);
      await background.openApp(ada);
      await unlock(ada, FIRST);
    });
  },
};
