//! Between redeeming a TAN and sending a report lies a random wait, so that nobody can tell by the time whose TAN it
//! was. What waits is shown, survives, and can be taken back.

import assert from 'node:assert/strict';
import { eventually, gone, seen } from './support/expect.mjs';
import { begin, confirm, openMeet, type } from './support/meeting.mjs';
import { linkOf } from './support/code.mjs';
import * as reporting from './support/reporting.mjs';
import { record } from './support/stored.mjs';
import { exactly, say } from './support/words.mjs';

const LEAST = 5;

/** Long enough to be seen, short enough to wait for. */
export const settings = `upload_delay_seconds = { min = ${LEAST}, max = ${LEAST + 2} }`;

const uploads = (phone) => phone.line.to('POST', '/v1/uploads');
const permits = (phone) => phone.line.to('POST', '/v1/permits');

async function prepared({ phone, server }) {
  const ada = await phone('ada');
  const ben = await phone('ben');
  for (const one of [ada, ben]) {
    await begin(one);
    await openMeet(one);
  }
  await type(ada, await linkOf(ben));
  await confirm(ada);
  await seen(ada, exactly('meet.one'));
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
};

const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).click();

/** The report that waits, once its permit is stored. */
const waiting = (phone) =>
  eventually('the redeemed permit is stored', async () => {
    const report = await record(phone, 'outgoing', 'report');
    return report?.permit ? report : undefined;
  });
