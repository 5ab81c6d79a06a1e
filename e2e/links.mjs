//! A code that came as a link, from the phone's own camera app or from a message: it leaves the address and the
//! history first of all, waits in memory only, and counts only if the person says that they are together now.

import assert from 'node:assert/strict';
import { changed, linkOf, pictureOf } from './support/code.mjs';
import { at, eventually, gone, seen } from './support/expect.mjs';
import { begin, confirm, openMeet, type } from './support/meeting.mjs';
import { dump, holds } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';
import { inventTan } from './support/authority.mjs';

const fragment = (link) => `/#${link.split('#')[1]}`;
const encounters = async (phone) => (await dump(phone)).filter(({ store }) => store === 'diary').length;
const publicKey = (link) => Buffer.from(link.split('#m=')[1], 'base64url').subarray(6, 38);

/** Every address that the page has shown, from the moment at which a script of it could read it. */
async function addresses(phone) {
  return phone.page.evaluate(() => ({ href: location.href, length: history.length, seen: window.__addresses }));
}

/** Notes every change of the address, and whether the app had drawn or asked for anything before the first. */
async function watch(phone) {
  await phone.page.addInitScript(() => {
    window.__addresses = [location.href];
    window.__before = undefined;
    const replace = history.replaceState.bind(history);
    history.replaceState = (...args) => {
      const drawn = document.querySelector('main') !== null;
      const stored = performance.getEntriesByType('resource').some((entry) => entry.name.includes('/v1/'));
      window.__before ??= { drawn, stored, database: window.__opened ?? false };
      replace(...args);
      window.__addresses.push(location.href);
    };
    const open = indexedDB.open.bind(indexedDB);
    indexedDB.open = (...args) => {
      window.__opened = true;
      return open(...args);
    };
  });
}

export default {
  'a link before Welcome': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    await begin(ben);
    await openMeet(ben);
    const link = await linkOf(ben);
    await watch(ada);
    await step('claim_06_a_beacon_leaves_address_and_history_before_anything_else', async () => {
      await ada.open(fragment(link));
      await seen(ada, exactly('welcome.waiting_meet'));
      const { href, length } = await addresses(ada);
      assert.ok(!href.includes('#'), href);
      const before = await ada.page.evaluate(() => window.__before);
      assert.deepEqual(before, { drawn: false, stored: false, database: false });
      await ada.page.goBack();
      await ada.page.goForward();
      assert.ok(!(await addresses(ada)).href.includes('#m='));
      assert.ok(length <= 2, `${length} entries of history`);
      const secret = link.split('#m=')[1];
      assert.ok(!ada.line.calls.some(({ url }) => url.includes(secret.slice(0, 40))), 'a fragment was sent');
    });
    await step('claim_06_it_waits_through_welcome_in_memory_and_nothing_is_stored', async () => {
      await ada.open(fragment(link));
      await seen(ada, exactly('welcome.waiting_meet'));
      assert.ok(!holds(await dump(ada), publicKey(link)), 'the beacon is on the device');
      await ada.page.getByRole('checkbox', { name: say('welcome.keep') }).check();
      await ada.page.getByRole('button', { name: say('welcome.start'), exact: true }).click();
      await seen(ada, exactly('meet.confirm'));
      assert.equal(await encounters(ada), 0);
      assert.ok(!holds(await dump(ada), publicKey(link)), 'the beacon is on the device');
    });
    await step('claim_06_no_drops_it_and_nothing_of_it_is_kept', async () => {
      await confirm(ada, 'meet.confirm_no');
      await gone(ada, exactly('meet.confirm'));
      assert.equal(await encounters(ada), 0);
      assert.ok(!holds(await dump(ada), publicKey(link)));
    });
    await step('claim_06_yes_records_it', async () => {
      await ada.open(fragment(await linkOf(ben)));
      await confirm(ada);
      await seen(ada, exactly('meet.one'));
      assert.equal(await encounters(ada), 1);
    });
    await step('a link that comes while the app is open is taken out of the address, too', async () => {
      const again = await linkOf(ben);
      await ada.page.evaluate((hash) => (location.hash = hash), again.split('#')[1]);
      await seen(ada, exactly('meet.confirm'));
      assert.ok(!(await addresses(ada)).href.includes('#'));
      await confirm(ada, 'meet.confirm_no');
    });
    await step('a reload forgets an unconfirmed link: it was in memory only', async () => {
      await ada.open(fragment(await linkOf(ben)));
      await seen(ada, exactly('meet.confirm'));
      await ada.page.reload();
      await openMeet(ada);
      await gone(ada, exactly('meet.confirm'));
    });
  },

  'a link while the app is still on its way': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    await begin(ben);
    await openMeet(ben);
    const link = await linkOf(ben);
    await step('claim_06_a_beacon_leaves_address_and_history_before_the_app_has_arrived', async () => {
      let go;
      const waits = new Promise((resolve) => (go = resolve));
      ada.line.alter = async (call, answer) => {
        if (call.path.endsWith('.wasm')) await waits;
        return answer;
      };
      await ada.page.goto(`${ada.server.origin}${fragment(link)}`, { waitUntil: 'commit' });
      await eventually('the app is asked for', () => ada.line.calls.some(({ path }) => path.endsWith('.wasm')));
      const { href, length } = await addresses(ada);
      assert.equal(href, `${ada.server.origin}/`);
      assert.ok(length <= 2, `${length} entries of history`);
      go();
      await seen(ada, exactly('welcome.waiting_meet'));
    });
    await step('claim_06_it_is_not_found_in_the_page_afterwards', async () => {
      assert.equal(await ada.page.evaluate(() => window.twokenFragment), undefined);
    });
  },

  'links of other origins and other kinds': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    for (const one of [ada, ben]) await begin(one);
    for (const one of [ada, ben]) await openMeet(one);
    const elsewhere = 'https://elsewhere.example';
    const foreign = (link) => link.replace(/^[^#]*/, `${elsewhere}/app/`);
    await step('claim_06_our_own_camera_asks_nothing_whatever_the_origin', async () => {
      ada.camera.see(pictureOf(foreign(await linkOf(ben)), 4));
      await seen(ada, exactly('meet.one'));
      assert.equal(await encounters(ada), 1);
      ada.camera.blank();
    });
    await step('claim_06_a_pasted_link_of_another_origin_is_asked_about_and_its_origin_named', async () => {
      const before = await encounters(ada);
      await type(ada, foreign(await linkOf(ben)));
      await seen(ada, saying('meet.confirm_origin', { origin: elsewhere }));
      assert.equal(await encounters(ada), before);
      await confirm(ada, 'meet.confirm_no');
      assert.equal(await encounters(ada), before);
    });
    await step('a server named in a link is named to the person and not contacted', async () => {
      const before = ada.line.strangers().length;
      await ada.open(`/#s=${elsewhere}`);
      await seen(ada, exactly('servers.named_text'));
      await seen(ada, elsewhere);
      assert.equal(ada.line.strangers().length, before);
    });
    await step('a TAN in a link waits in the report, and is sent nowhere', async () => {
      const tan = inventTan();
      const before = ada.line.calls.length;
      await ada.open(`/#t=${tan}`);
      await at(ada, 'nav.report');
      assert.equal(await ada.page.getByRole('textbox', { name: say('report.tan'), exact: true }).inputValue(), tan);
      assert.equal(ada.line.to('POST', '/v1/', before).length, 0);
      assert.ok(!ada.line.calls.some(({ url }) => url.includes(tan)));
    });
    await step('a damaged link is told and recorded nowhere', async () => {
      await ada.open(fragment(changed(await linkOf(ben), (bytes) => bytes.subarray(0, 40))));
      await seen(ada, exactly('meet_problem.truncated'));
      assert.equal(await encounters(ada), 1);
    });
    await step('no other host was ever asked, not even for a tunnel', async () => {
      assert.deepEqual(ada.line.strangers().map(({ url }) => url), []);
    });
  },
};
