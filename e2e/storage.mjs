//! What stays on the device, and for how long; and what is said when nothing can be stored, or when its clock is off.

import assert from 'node:assert/strict';
import { linkOf, publicKeyOf } from './support/code.mjs';
import { eventually, gone, seen, shown } from './support/expect.mjs';
import { begin, check, keep, meet, openMeet, welcomed, withinInterval } from './support/meeting.mjs';
import * as reporting from './support/reporting.mjs';
import { asItLies, dump, holds, privateKeyIn, record, stringsOf32 } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const encounters = async (phone) => (await dump(phone)).filter(({ store }) => store === 'diary').length;

/** The secrets in the stored key ring: every 32 bytes in it that its own code does not show to everybody. */
function secretsOf(records, links) {
  const ring = records.find(({ store }) => store === 'keys');
  assert.ok(ring, 'no key ring is stored while the code is shown');
  const open = links.map((link) => Buffer.from(link.split('#m=')[1], 'base64url'));
  return stringsOf32(ring.bytes).filter((bytes) => !open.some((payload) => payload.includes(bytes)));
}

export default {
  'keys are erased after the grace': async ({ phone, step }) => {
    const ada = await phone('ada', { ahead: 0 });
    const ben = await phone('ben', { ahead: 0 });
    for (const one of [ada, ben]) await begin(one);
    // The keys that are looked for are those of this meeting.
    await withinInterval([ada, ben], MINUTE);
    await meet(ada, ben);
    const links = [await linkOf(ada), await linkOf(ben)];
    const publicKey = publicKeyOf(links[0]);
    const secrets = await step('claim_03_within_the_grace_the_private_keys_are_stored_and_found_by_this_search', async () => {
      const records = await dump(ada);
      const found = privateKeyIn(records, publicKey);
      assert.equal(found?.store, 'keys');
      const secrets = secretsOf(records, links);
      // The X25519 key and the claim secret at least.
      assert.ok(secrets.length >= 2 && secrets.some((secret) => secret.equals(found.secret)));
      return secrets;
    });
    await step('what_lies_on_the_device_is_sealed_each_record_under_its_name', async () => {
      const [opened, lies] = [await dump(ada), await asItLies(ada)];
      const sealed = lies.filter(({ store, key }) => store !== 'web storage' && `${store}/${key}` !== 'settings/turn');
      assert.ok(sealed.length >= 3);
      for (const { store, key, bytes } of sealed) {
        const plain = opened.find((one) => one.store === store && one.key === key).bytes;
        assert.equal(bytes.length, plain.length + 29);
        assert.ok(!bytes.includes(plain), `${store}/${key} lies there plainly`);
      }
      for (const secret of secrets) assert.ok(!holds(lies, secret));
      assert.equal(privateKeyIn(lies, publicKey), undefined);
    });
    const kept = await encounters(ada);
    await step('claim_03_after_it_no_private_key_is_in_any_record_while_the_app_stays_open', async () => {
      await keep(ada, {});
      await ada.page.clock.fastForward(13 * MINUTE);
      await eventually('the key ring is erased', async () => !(await dump(ada)).some(({ store }) => store === 'keys'));
      const records = await dump(ada);
      assert.equal(privateKeyIn(records, publicKey), undefined);
      for (const secret of secrets) assert.ok(!holds(records, secret), 'a secret is still on the device');
      assert.equal(await encounters(ada), kept);
    });
    await step('claim_03_nor_when_the_app_was_closed_meanwhile', async () => {
      const publicKey = publicKeyOf(links[1]);
      const found = privateKeyIn(await dump(ben), publicKey);
      assert.ok(found, 'the search finds nothing to begin with');
      ben.options.ahead = HOUR;
      await ben.restart();
      await ben.open();
      await seen(ben, exactly('home.unchecked'));
      await eventually('the key ring is erased', async () => !holds(await dump(ben), found.secret));
      assert.equal(privateKeyIn(await dump(ben), publicKey), undefined);
      assert.equal(await encounters(ben), 1);
    });
    await step('claim_03_what_is_shown_later_has_nothing_of_the_old_keys', async () => {
      await openMeet(ada);
      const link = await linkOf(ada);
      assert.ok(!publicKeyOf(link).equals(publicKey));
      for (const secret of secrets) assert.ok(!holds(await dump(ada), secret));
    });
  },

  'what a report leaves on the device': async ({ phone, server, step }) => {
    const ada = await phone('ada', { ahead: 0 });
    const ben = await phone('ben', { ahead: 0 });
    for (const one of [ada, ben]) await begin(one);
    await meet(ada, ben);
    await keep(ada, { label: 'orchestra' });
    await keep(ben, {});
    const [tan, another] = await server.issue(2);
    await step('one that was taken back leaves the draft, and its TAN for a second try', async () => {
      ada.line.alter = (call, answer) => {
        if (call.path === '/v1/permits') throw new Error('the line is cut');
        return answer;
      };
      await reporting.report(ada, tan);
      await press(ada, 'outgoing.cancel');
      await press(ada, 'outgoing.cancel_yes');
      await eventually('it is kept', async () => (await record(ada, 'outgoing', 'held'))?.tan === tan);
      assert.equal((await record(ada, 'draft', 'draft')).tan, tan);
      assert.deepEqual((await record(ada, 'settings', 'settings')).recent_labels, ['orchestra']);
    });
    await step('one that was sent leaves a note', async () => {
      await reporting.report(ben, another);
      await seen(ben, exactly('outgoing.sent'));
      await eventually('it is kept', async () => (await record(ben, 'outgoing', 'report'))?.is === 'sent');
    });
    await step('sixteen days later all of that is gone, and the private label with its encounter', async () => {
      for (const one of [ada, ben]) {
        one.options.ahead = 16 * 24 * HOUR;
        await one.restart();
        await one.open();
        await eventually(`${one.name} has nothing of it`, async () => {
          const stores = (await dump(one)).map(({ store }) => store);
          return !['diary', 'draft', 'outgoing'].some((store) => stores.includes(store));
        });
      }
      assert.deepEqual((await record(ada, 'settings', 'settings')).recent_labels, []);
    });
  },

  'a device that is full': async ({ phone, step }) => {
    const ada = await phone('ada', { quota: 1 });
    const ben = await phone('ben');
    await step('a full device is told', async () => {
      await begin(ada);
      await seen(ada, exactly('storage.full'));
      await seen(ada, exactly('storage.full_text'));
    });
    await begin(ben);
    await step('an encounter is recorded all the same, and the person reads that it is not stored yet', async () => {
      await meet(ada, ben);
      await keep(ada, { note: 'kept in memory' });
      await seen(ada, exactly('storage.full'));
      await seen(ada, ada.page.getByText('kept in memory'));
      assert.equal(await encounters(ada), 0);
    });
    await step('once there is room, what is done next is stored', async () => {
      await ada.allow();
      await ada.page.getByRole('button', { name: saying('diary.edit', { what: '' }) }).first().click();
      await ada.page.getByRole('textbox', { name: say('diary.note') }).fill('stored now');
      await ada.page.getByRole('button', { name: say('diary.save'), exact: true }).click();
      await eventually('it is stored', async () => (await encounters(ada)) === 1);
      await gone(ada, exactly('storage.full'));
    });
  },

  'a browser that refuses to store': async ({ phone, step }) => {
    const ada = await phone('ada', { settings: { cookies: 2 } });
    await step('a browser that refuses to store is told as such, with what that means', async () => {
      await ada.open();
      await seen(ada, exactly('storage.statement'));
      await seen(ada, exactly('storage.refused'));
      await seen(ada, exactly('storage.refused_text'));
    });
    await step('trying again is offered, and deleting what is not there is not', async () => {
      await ada.page.getByRole('button', { name: say('storage.again'), exact: true }).click();
      await seen(ada, exactly('storage.refused'));
      assert.equal(await ada.page.getByRole('button', { name: say('settings.delete') }).count(), 0);
    });
  },

  'a diary of a newer app, and one that was damaged': async ({ phone, step }) => {
    const ada = await phone('ada');
    await begin(ada);
    const other = '/v1/openapi.json';
    await step('a damaged diary is told and left as it is', async () => {
      await ada.open(other);
      await put(ada, 'diary', 'x', [1, 2, 3]);
      const before = await dump(ada);
      await ada.open();
      await seen(ada, exactly('storage.damaged'));
      assert.deepEqual(await dump(ada), before);
    });
    await step('deleting it is offered, asked for twice, and begins anew', async () => {
      await ada.page.getByRole('button', { name: say('settings.delete'), exact: true }).click();
      await ada.page.getByRole('button', { name: say('settings.delete_yes'), exact: true }).click();
      await welcomed(ada);
      assert.equal((await dump(ada)).length, 0);
    });
    await step('one whose key is no key can be deleted too, though it cannot even be opened', async () => {
      await begin(ada);
      await ada.open(other);
      await ada.page.evaluate(() => new Promise((resolve) => {
        indexedDB.open('twoken').onsuccess = ({ target: { result: database } }) => {
          const change = database.transaction('vault', 'readwrite');
          change.objectStore('vault').put('no key', 'key');
          change.oncomplete = () => resolve(database.close());
        };
      }));
      await ada.open();
      await seen(ada, exactly('storage.damaged'));
      await ada.page.getByRole('button', { name: say('settings.delete'), exact: true }).click();
      await ada.page.getByRole('button', { name: say('settings.delete_yes'), exact: true }).click();
      await welcomed(ada);
      assert.equal((await dump(ada)).length, 0);
    });
    await step('a diary of a newer app is told and left as it is', async () => {
      await ada.open(other);
      await ada.page.evaluate(() => new Promise((resolve) => {
        indexedDB.open('twoken', 99).onsuccess = (event) => {
          event.target.result.close();
          resolve();
        };
      }));
      await ada.open();
      await seen(ada, exactly('storage.newer'));
    });
  },

  'clocks that are off': async ({ phone, step }) => {
    const fast = await phone('fast', { ahead: 3 * HOUR });
    const slow = await phone('slow', { ahead: -3 * HOUR });
    for (const one of [fast, slow]) await begin(one);
    await step('a clock that is hours ahead is told, by how much', async () => {
      await check(fast);
      await seen(fast, saying('api.clock_ahead', { amount: '3 hours' }));
    });
    await step('a clock that is hours behind is told, by how much', async () => {
      await check(slow);
      await seen(slow, saying('api.clock_behind', { amount: '3 hours' }));
    });
    await step('two phones whose clocks do not agree are told that, and record nothing', async () => {
      await openMeet(fast);
      await openMeet(slow);
      slow.camera.see(await fast.page.getByRole('img', { name: say('meet.code'), exact: true }).screenshot());
      await seen(slow, exactly('meet_problem.future'));
      fast.camera.see(await slow.page.getByRole('img', { name: say('meet.code'), exact: true }).screenshot());
      await seen(fast, exactly('meet_problem.stale'));
      for (const one of [fast, slow]) assert.equal(await encounters(one), 0, await shown(one));
    });
  },
};

const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).click();

/** Writes bytes into the app's database behind its back. */
async function put(phone, store, key, bytes) {
  await phone.page.evaluate(
    ([store, key, bytes]) =>
      new Promise((resolve, reject) => {
        indexedDB.open('twoken').onsuccess = (event) => {
          const database = event.target.result;
          const change = database.transaction(store, 'readwrite');
          change.objectStore(store).put(new Uint8Array(bytes), key);
          change.oncomplete = () => {
            database.close();
            resolve();
          };
          change.onabort = () => reject(change.error);
        };
      }),
    [store, key, bytes],
  );
}
