//! Between redeeming a TAN and sending a report lies a random wait, so that nobody can tell by the time whose TAN it
//! was. What waits is shown, survives, and can be taken back.

import assert from 'node:assert/strict';
import { eventually, gone, seen } from './support/expect.mjs';
import { begin, confirm, openMeet, type } from './support/meeting.mjs';
import { linkOf } from './support/code.mjs';
import * as reporting from './support/reporting.mjs';
import { record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const LEAST = 5;

/** Long enough to be seen, short enough to wait for. */
export const settings = `upload_delay_seconds = { min = ${LEAST}, max = ${LEAST + 2} }`;

const uploads = (phone) => phone.line.to('POST', '/v1/uploads');
const permits = (phone) => phone.line.to('POST', '/v1/permits');

async function prepared({ phone, server }, names = ['ben']) {
  const ada = await phone('ada');
  await begin(ada);
  await openMeet(ada);
  for (const name of names) {
    const other = await phone(name);
    await begin(other);
    await openMeet(other);
    await type(ada, await linkOf(other));
    await confirm(ada);
    await seen(ada, exactly('meet.one'));
  }
  const [tan] = await server.issue();
  return { ada, tan };
}

export default {
  'a report waits, and then goes': async (scene) => {
    const { step } = scene;
    const { ada, tan } = await prepared(scene);
    await step('claim_11_once_the_tan_is_redeemed_the_report_waits_and_says_so', async () => {
      await reporting.report(ada, tan);
      await seen(ada, exactly('outgoing.delayed'));
      assert.equal(permits(ada).length, 1);
      assert.equal(uploads(ada).length, 0);
      await ada.go(say('nav.home'));
      await seen(ada, exactly('outgoing.delayed'));
    });
    const stored = await step('claim_11_what_it_takes_to_go_on_is_on_the_device', async () => {
      const record = await waiting(ada);
      assert.ok(record.permit && record.body && record.not_before_ms > 0);
      return record;
    });
    await step('claim_11_closing_the_app_meanwhile_loses_nothing_and_hastens_nothing', async () => {
      await ada.restart();
      await ada.open();
      await ada.go(say('nav.report'));
      await seen(ada, exactly('outgoing.sent'));
      assert.equal(permits(ada).length, 1);
      const [upload] = uploads(ada);
      assert.ok(upload.body.equals(Buffer.from(stored.body, 'base64url')));
      assert.ok(upload.at >= stored.not_before_ms, 'it went too early');
      assert.ok(upload.at - permits(ada)[0].at >= LEAST * 1000, 'the wait was too short');
    });
  },

  'a report is taken back while it waits': async (scene) => {
    const { step } = scene;
    const { ada, tan } = await prepared(scene);
    await step('claim_11_what_waits_can_be_taken_back_and_nothing_is_sent', async () => {
      await reporting.report(ada, tan);
      await seen(ada, exactly('outgoing.delayed'));
      const { not_before_ms: due } = await waiting(ada);
      await press(ada, 'outgoing.cancel');
      await press(ada, 'outgoing.cancel_yes');
      await seen(ada, exactly('report.look_statement'));
      await gone(ada, exactly('outgoing.delayed'));
      await eventually('the time at which it would have gone is over', () => Date.now() > due + 1000);
      assert.equal(uploads(ada).length, 0);
    });
    await step('claim_09_the_tan_still_works_on_this_phone', async () => {
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.sent'));
      const asked = permits(ada).map(({ body }) => body.toString());
      assert.deepEqual([asked.length, new Set(asked).size], [2, 1]);
    });
  },

  'what is deleted leaves a report that waits': async (scene) => {
    const { step } = scene;
    const { ada, tan } = await prepared(scene, ['ben', 'cleo']);
    await reporting.enterTan(ada, tan);
    await reporting.sayTested(ada, await reporting.today(ada));
    await reporting.lookOver(ada);
    const entries = await reporting.entriesShown(ada);
    assert.ok(entries.length >= 2);
    await step('a report waits for the network', async () => {
      ada.line.cut = true;
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.waiting'));
    });
    await step('claim_19_deleting_one_encounter_takes_it_out_and_says_so', async () => {
      await deletesOne(ada);
      await seen(ada, exactly('diary.deleted_report'));
      await ada.go(say('nav.home'));
      await seen(ada, saying('outgoing.taken_out', { encounters: '1 encounter' }));
    });
    await step('without the other one nothing is left of it', async () => {
      await deletesOne(ada);
      await ada.go(say('nav.home'));
      await seen(ada, exactly('outgoing.emptied'));
      assert.equal(await record(ada, 'outgoing', 'report'), undefined);
    });
    await step('brought back, it waits again', async () => {
      await press(ada, 'diary.undo');
      await gone(ada, exactly('outgoing.emptied'));
      await seen(ada, saying('outgoing.taken_out', { encounters: '1 encounter' }));
    });
    await step('claim_19_what_was_deleted_is_not_sent', async () => {
      ada.line.cut = false;
      await ada.go(say('nav.report'));
      await eventually('it is sent', async () => {
        const again = ada.page.getByRole('button', { name: say('outgoing.try_now'), exact: true });
        if (await again.isVisible()) await again.click();
        return ada.page.getByText(exactly('outgoing.sent')).isVisible();
      }, 30_000);
      const [{ body }] = uploads(ada);
      const kept = entries.filter((entry) => body.includes(entry));
      const tags = entries.filter((entry) => body.includes(entry.subarray(0, 32)));
      assert.ok(kept.length > 0 && kept.length < entries.length, `${kept.length} of ${entries.length}`);
      assert.equal(tags.length, kept.length);
    });
  },

  'a report is not sent before that is stored': async (scene) => {
    const { step } = scene;
    const { ada, tan } = await prepared(scene);
    await reporting.report(ada, tan);
    await seen(ada, exactly('outgoing.delayed'));
    await waiting(ada);
    await step('claim_11_on_a_device_that_is_full_nothing_goes_and_the_person_is_told', async () => {
      await full(ada, true);
      await seen(ada, exactly('outgoing.unstored'));
      assert.equal(uploads(ada).length, 0);
      assert.equal((await record(ada, 'outgoing', 'report')).begun, false);
    });
    await step('once there is room it goes', async () => {
      await full(ada, false);
      await press(ada, 'outgoing.try_now');
      await seen(ada, exactly('outgoing.sent'));
      assert.equal(uploads(ada).length, 1);
    });
  },
};

/** The device is full, or has room again. A quota set in the midst of things does not count for what is open already. */
const full = (phone, is) =>
  phone.page.evaluate((is) => {
    IDBObjectStore.prototype.reallyPut ??= IDBObjectStore.prototype.put;
    const { reallyPut } = IDBObjectStore.prototype;
    const refuse = () => {
      throw new DOMException('the device is full', 'QuotaExceededError');
    };
    IDBObjectStore.prototype.put = is ? refuse : reallyPut;
  }, is);

/** Deletes the newest encounter in the diary. */
async function deletesOne(phone) {
  await phone.go(say('nav.diary'));
  await phone.page.getByRole('button', { name: saying('diary.edit', { what: '' }) }).first().click();
  await press(phone, 'diary.delete');
}

const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).click();

/** The report that waits, once its permit is stored. */
const waiting = (phone) =>
  eventually('the redeemed permit is stored', async () => {
    const report = await record(phone, 'outgoing', 'report');
    return report?.permit ? report : undefined;
  });
