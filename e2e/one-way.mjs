//! One-way: whoever only scans a code is warned too, if its owner allowed that; and what was not shown is not reported.

import assert from 'node:assert/strict';
import { deliver, inventTan } from './support/authority.mjs';
import { bytesOf, linkOf, photograph } from './support/code.mjs';
import { count, eventually, seen } from './support/expect.mjs';
import { begin, check, openMeet } from './support/meeting.mjs';
import * as reporting from './support/reporting.mjs';
import { dump } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const PAYLOAD = 78;
const EMISSION = 24;
/** A body of 64 entries, and what a cover of 64 nodes adds to it at least. */
const BODY = 5403;
const COVER = 64 * 20;

const oneWay = (phone) => phone.page.getByRole('switch', { name: say('meet.one_way') });

/** Its camera sees the other's screen until the app has read it; the other sees nothing. */
async function scans(one, other) {
  one.camera.blank();
  await openMeet(one);
  await eventually(`${one.name} has scanned ${other.name}`, async () => {
    one.camera.see(await photograph(other));
    return (await count(one.page.getByText(exactly('meet.one')))) > 0;
  });
  one.camera.blank();
}

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
    await step('claim_24_the_last_look_names_what_the_server_sees', async () => {
      await reporting.lookOver(ada);
      await seen(ada, saying('report.look_sees_keys'));
    });
    await step('claim_17_it_goes_in_one_body_of_a_size_class', async () => {
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.sent'));
      const [{ body }] = ada.line.to('POST', '/v1/uploads');
      assert.ok(body.length > BODY + COVER && body.length < BODY + COVER + 24, `${body.length} bytes`);
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
  'what was shown can be left out, and the choice lasts': async ({ phone, step }) => {
    const dora = await phone('dora');
    await begin(dora);
    dora.camera.blank();
    await openMeet(dora);
    await oneWay(dora).check();
    await eventually('the code carries an emission', async () => bytesOf(await linkOf(dora)).length === PAYLOAD + EMISSION);
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
