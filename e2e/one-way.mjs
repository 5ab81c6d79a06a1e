//! One-way: whoever only scans a code is warned too, if its owner allowed that; and what was not shown is not reported.

import assert from 'node:assert/strict';
import { deliver, inventTan } from './support/authority.mjs';
import { bytesOf, linkOf } from './support/code.mjs';
import { count, eventually, seen } from './support/expect.mjs';
import { begin, check, meet, openMeet, withinInterval } from './support/meeting.mjs';
import { allowOneWay, oneWay, scans } from './support/one_way.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const PAYLOAD = 78;
const EMISSION = 24;
/** A body of 64 entries, and what a cover of 64 nodes adds to it at least. */
const BODY = 5403;
const COVER = 64 * 20;
/** Seconds. */
const INTERVAL = 600;
/** Farther than two clocks may be, and within half an interval. */
const APART_MS = 200_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export default {
  'who only scanned is warned': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    const cleo = await phone('cleo');
    for (const one of [ada, ben, cleo]) await begin(one);
    ada.camera.blank();
    await openMeet(ada);
    await step('claim_20_a_code_carries_no_emission_before_the_person_allows_it', async () => {
      assert.equal(bytesOf(await linkOf(ada)).length, PAYLOAD);
      assert.equal(await oneWay(ada).isChecked(), false);
      assert.ok(!(await dump(ada)).some(({ store }) => store === 'emissions'));
    });
    await step('somebody scans it all the same: that is half a meeting', async () => {
      await scans(cleo, ada);
    });
    await step('she allows it, and reads what that means', async () => {
      await seen(ada, exactly('meet.one_way_text'));
      await oneWay(ada).check();
      await eventually('the code carries an emission', async () => bytesOf(await linkOf(ada)).length === PAYLOAD + EMISSION);
    });
    await step('what is shown is stored first', async () => {
      assert.ok((await dump(ada)).some(({ store }) => store === 'emissions'));
    });
    await step('beside the code it says, on a phone too, what that means', async () => {
      await seen(ada, exactly('meet.code_one_way'));
    });
    await step('another one scans it, and is not scanned', async () => {
      await scans(ben, ada);
      assert.equal((await dump(ada)).filter(({ store }) => store === 'diary').length, 0);
    });
    const tan = inventTan();
    await step('her report has keys for what was shown, though her diary is empty', async () => {
      await deliver(server, [tan]);
      await reporting.enterTan(ada, tan);
      await reporting.sayTested(ada, await reporting.today(ada));
      await seen(ada, ada.page.getByText(say('report.part_keys'), { exact: true }));
    });
    await step('it does not say that no time of day is in it', async () => {
      await seen(ada, exactly('report.part_not_keys'));
    });
    await step('parts of entries are explained only where there are entries', async () => {
      for (const part of ['report.part_tag', 'report.part_status']) {
        assert.equal(await count(ada.page.getByText(exactly(part))), 0);
      }
    });
    await step('claim_24_the_last_look_names_what_the_server_sees', async () => {
      await reporting.lookOver(ada);
      await seen(ada, saying('report.look_sees_keys'));
    });
    const keys = await step('the keys that will go are shown, every byte', async () => {
      const shown = await reporting.keysShown(ada);
      assert.ok(shown.length > 0 && shown.every((key) => key.length === 20));
      return shown;
    });
    await step('claim_17_it_goes_in_one_body_of_a_size_class', async () => {
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.sent'));
      const [{ body }] = ada.line.to('POST', '/v1/uploads');
      assert.ok(body.length > BODY + COVER && body.length < BODY + COVER + 24, `${body.length} bytes`);
      for (const key of keys) assert.ok(body.includes(key), 'a key was shown that did not go');
      // What was shown is all there is: then come zeros.
      const padding = Buffer.alloc(COVER - keys.length * 20);
      assert.ok(body.includes(Buffer.concat([...keys, padding])));
    });
    await step('who scanned her code while it was allowed learns of it', async () => {
      await server.seal();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
    });
    await step('who scanned it before does not', async () => {
      await check(cleo);
      assert.ok(cleo.line.to('GET', '/v1/batches/').length > 0, 'no batch was fetched');
      await seen(cleo, exactly('home.clear'));
    });
  },
  'what was deleted is not emitted again': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    for (const one of [ada, ben]) await begin(one);
    // Not at an interval's end: what comes after it may be emitted again.
    await withinInterval([ada, ben], MINUTE);
    await allowOneWay(ada);
    await meet(ada, ben);
    await step('claim_19_whoever_deletes_an_encounter_emits_no_more_in_its_intervals', async () => {
      await ada.go(say('nav.diary'));
      await ada.page.getByRole('button', { name: saying('diary.edit', { what: '' }) }).first().click();
      await ada.page.getByRole('button', { name: say('diary.delete'), exact: true }).click();
      await seen(ada, exactly('diary.deleted'));
      ada.camera.blank();
      await openMeet(ada);
      await eventually('there is a code', async () => bytesOf(await linkOf(ada)).length >= PAYLOAD);
      assert.equal(bytesOf(await linkOf(ada)).length, PAYLOAD);
    });
    await step('claim_19_nor_after_a_restart', async () => {
      await eventually('it is stored', async () => (await record(ada, 'emissions', 'withheld'))?.length > 0);
      await ada.restart();
      await ada.open();
      ada.camera.blank();
      await openMeet(ada);
      assert.equal(await oneWay(ada).isChecked(), true);
      await eventually('there is a code', async () => bytesOf(await linkOf(ada)).length >= PAYLOAD);
      // An emission comes once it is stored.
      await ada.page.waitForTimeout(1_500);
      assert.equal(bytesOf(await linkOf(ada)).length, PAYLOAD);
    });
  },
  'clocks too far apart make a warning doubtful': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    // Both in one interval, and farther apart than two clocks may be.
    await withinInterval([ada], MINUTE);
    const ahead = (Date.now() / 1000) % INTERVAL < INTERVAL / 2 ? APART_MS : -APART_MS;
    const ben = await phone('ben', { ahead });
    for (const one of [ada, ben]) await begin(one);
    await allowOneWay(ada);
    await scans(ben, ada);
    const tan = inventTan();
    await deliver(server, [tan]);
    await reporting.report(ada, tan);
    await seen(ada, exactly('outgoing.sent'));
    await server.seal();
    await step('it is headlined as doubtful, not as an exposure', async () => {
      await check(ben);
      await seen(ben, exactly('home.doubtful_one'));
      await seen(ben, exactly('home.doubtful_text'));
      assert.equal(await count(ben.page.getByText(exactly('home.reported_one'))), 0);
      assert.equal(await count(ben.page.getByText(exactly('exposure.todo'))), 0);
    });
    await step('so is its own page, which grades nothing', async () => {
      await ben.page.getByRole('link', { name: say('home.see'), exact: true }).click();
      await seen(ben, exactly('exposure.statement_doubt'));
      await seen(ben, exactly('exposure.lead_doubt'));
      assert.equal(await count(ben.page.getByText(exactly('exposure.close_text'))), 0);
      assert.equal(await count(ben.page.getByText(exactly('exposure.todo'))), 0);
    });
  },
  'what is past its time leaves a report that waits': async ({ phone, server, step }) => {
    const eva = await phone('eva', { ahead: -15 * DAY });
    await begin(eva);
    await allowOneWay(eva);
    const stored = async () => (await dump(eva)).find(({ store }) => store === 'emissions').bytes.length;
    await step('thirteen days later she emits once more, and reports both, without a network', async () => {
      const before = await stored();
      await eva.page.clock.fastForward(13 * DAY);
      await eventually('the new day is stored', async () => (await stored()) > before);
      const tan = inventTan();
      await deliver(server, [tan]);
      await reporting.enterTan(eva, tan);
      await reporting.sayTested(eva, await reporting.today(eva));
      await reporting.lookOver(eva);
      assert.equal((await reporting.keysShown(eva)).length, 2);
      eva.line.cut = true;
      await reporting.send(eva);
      await seen(eva, exactly('outgoing.waiting'));
    });
    await step('two days later the page says that keys were taken out', async () => {
      await eva.page.clock.fastForward(2 * DAY);
      await seen(eva, saying('outgoing.outdated_keys'));
    });
    await step('the server takes the rest', async () => {
      eva.line.cut = false;
      await eva.page.getByRole('button', { name: say('outgoing.try_now'), exact: true }).click();
      await seen(eva, exactly('outgoing.sent'));
      const [{ body, status }] = eva.line.to('POST', '/v1/uploads');
      assert.equal(status, 200);
      assert.ok(body.length > BODY + COVER && body.length < BODY + COVER + 24, `${body.length} bytes`);
    });
  },
  'what was shown can be left out, and the choice lasts': async ({ phone, step }) => {
    const dora = await phone('dora');
    await begin(dora);
    await allowOneWay(dora);
    await step('left out by day, nothing remains to be sent', async () => {
      await reporting.enterTan(dora, inventTan());
      await reporting.sayTested(dora, await reporting.today(dora));
      await dora.page.getByRole('switch').first().uncheck();
      await seen(dora, exactly('report.all_out'));
    });
    await step('a reload keeps that choice', async () => {
      await dora.page.reload();
      await dora.go(say('nav.report'));
      await seen(dora, exactly('report.all_out'));
      await dora.page.getByRole('switch').first().check();
      await seen(dora, dora.page.getByText(say('report.part_keys'), { exact: true }));
    });
    await step('the switch holds after a restart, and turned off the code is short again', async () => {
      await dora.restart();
      await dora.open();
      await openMeet(dora);
      assert.equal(await oneWay(dora).isChecked(), true);
      await oneWay(dora).uncheck();
      await eventually('no emission', async () => bytesOf(await linkOf(dora)).length === PAYLOAD);
    });
  },
};
