//! Cover messages: what the line shows of one is what it shows of a report, and nothing else comes of it.

import assert from 'node:assert/strict';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { linkOf } from './support/code.mjs';
import { begin, confirm, openMeet, type, welcomed } from './support/meeting.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { amend, record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const LEAST = 1;

/** One a week: none comes by itself while a story is told. */
export const settings = `decoys_per_week = 1\nupload_delay_seconds = { min = ${LEAST}, max = ${LEAST + 2} }`;

/** So soon the next one comes, when a story wants it: the app has to open first. */
const SOON_MS = 12_000;

/** What reporting sends, and nothing else does. */
const sent = (phone) => phone.line.api().filter(({ method, path }) => method === 'POST' && /^\/v1\/(permits|uploads)/.test(path));
const kept = (phone) => record(phone, 'outgoing', 'decoys');

/** Has the next one begin now, and waits until so many requests in all were answered. */
async function next(phone, calls) {
  await eventually('the next one was drawn', async () => (await kept(phone))?.next_ms);
  await amend(phone, 'outgoing', 'decoys', { next_ms: Date.now() + SOON_MS });
  await phone.open();
  await eventually(`${calls} requests were answered`, () => sent(phone).filter(({ status }) => status).length === calls);
}

/** A call as whoever watches the line sees it: all but the bytes themselves and the time. */
function outside({ method, path, headers, body, status, answer }) {
  // Of what differs from call to call the length is seen.
  const lengths = (headers) =>
    Object.entries(headers).map(([name, value]) => [name, ['twoken-permit', 'date'].includes(name) ? value.length : value]);
  return [method, path, lengths(headers), body.length, status, lengths(answer.headers), answer.body.length];
}

async function met({ phone }) {
  const [ada, ben] = [await phone('ada'), await phone('ben')];
  for (const one of [ada, ben]) {
    await begin(one);
    await openMeet(one);
  }
  await type(ada, await linkOf(ben));
  await confirm(ada);
  await seen(ada, exactly('meet.one'));
  return ada;
}

export default {
  'a cover message is a report to whoever watches': async (scene) => {
    const { step, server } = scene;
    const ada = await met(scene);
    await step('claim_34_when_the_next_one_goes_is_drawn_and_kept', async () => {
      const { next_ms, per_week } = await eventually('it is kept', () => kept(ada));
      assert.ok(next_ms > Date.now() && per_week === 1);
      assert.equal(sent(ada).length, 0);
    });
    await step('claim_34_one_goes_by_itself_and_nothing_of_it_is_shown', async () => {
      await next(ada, 2);
      assert.equal((await ada.page.locator('body').innerText()).includes(say('outgoing.sent')), false);
      assert.equal(await record(ada, 'outgoing', 'report'), undefined);
      const after = await eventually('nothing is left of it', async () => {
        const decoys = await kept(ada);
        return decoys.under_way.length === 0 && decoys;
      });
      assert.ok(after.next_ms > Date.now(), 'another one is drawn');
    });
    const decoy = sent(ada);
    await step('claim_34_a_report_looks_the_same_on_the_line_but_for_when', async () => {
      const [tan] = await server.issue();
      await reporting.report(ada, tan);
      await seen(ada, exactly('outgoing.sent'));
      const report = sent(ada).slice(2);
      assert.deepEqual(decoy.map(outside), report.map(outside));
      for (const [permit, upload] of [decoy, report]) {
        assert.ok(upload.at - permit.at >= LEAST * 1000, 'the wait was too short');
      }
    });
    await step('claim_34_inside_the_body_they_are_told_apart_and_nowhere_else', async () => {
      const [[asked, uploaded], [really, report]] = [decoy, sent(ada).slice(2)];
      assert.equal(JSON.parse(asked.body).tan, 'U'.repeat(14));
      assert.deepEqual(Object.keys(JSON.parse(asked.body)), Object.keys(JSON.parse(really.body)));
      assert.equal(uploaded.body.subarray(5, 21).toString(), 'U'.repeat(16));
      assert.notEqual(report.body.subarray(5, 21).toString(), 'U'.repeat(16));
      assert.ok(!ada.line.calls.some(({ url, headers }) => /UUUU/.test(url + JSON.stringify(headers))));
    });
  },

  'without network one waits as a report does': async (scene) => {
    const { step } = scene;
    const ada = await met(scene);
    await step('claim_34_what_does_not_get_through_is_tried_again_unseen', async () => {
      ada.line.alter = (call, answer) => (call.path === '/v1/permits' ? Promise.reject(new Error('cut')) : answer);
      await eventually('the next one was drawn', async () => (await kept(ada))?.next_ms);
      await amend(ada, 'outgoing', 'decoys', { next_ms: Date.now() + SOON_MS });
      await ada.open();
      await eventually('it was tried twice', () => sent(ada).length === 2);
      assert.deepEqual(new Set(sent(ada).map(({ path }) => path)), new Set(['/v1/permits']));
      assert.equal(await count(ada.page.getByText(exactly('outgoing.waiting'))), 0);
      ada.line.alter = (_call, answer) => answer;
      await eventually('it arrives', () => sent(ada).some(({ path, status }) => path === '/v1/uploads' && status === 200));
    });
  },

  'cover messages are the person’s choice': async ({ phone, step }) => {
    const ada = await phone('ada');
    await step('claim_34_nothing_goes_before_the_person_agreed', async () => {
      await ada.open();
      await welcomed(ada);
      await seen(ada, exactly('decoys.welcome'));
      assert.equal(await kept(ada), undefined);
      assert.equal(sent(ada).length, 0);
    });
    await begin(ada);
    const choice = () => ada.page.getByRole('switch', { name: new RegExp(`^${say('decoys.send')}`) });
    await step('claim_34_what_they_hide_and_what_not_stands_beside_the_switch', async () => {
      await ada.go(say('nav.settings'));
      await seen(ada, saying('decoys.how_many_one'));
      await seen(ada, exactly('decoys.not_hidden'));
      assert.equal(await choice().isChecked(), true);
      await portray(ada, 'settings-decoys');
    });
    await step('claim_34_switched_off_none_goes_and_nothing_of_them_is_kept', async () => {
      await eventually('the next one was drawn', () => kept(ada));
      await choice().click();
      await eventually('it is gone', async () => (await kept(ada)) === undefined);
      await ada.restart();
      await ada.open();
      await ada.go(say('nav.settings'));
      assert.equal(await choice().isChecked(), false);
      assert.equal(await kept(ada), undefined);
      assert.equal(sent(ada).length, 0);
    });
    await step('switched on again, the next one is drawn anew', async () => {
      await choice().click();
      await eventually('it is kept', () => kept(ada));
      await gone(ada, exactly('decoys.none'));
    });
  },
};
