//! The main story. Two people meet, and one of them meets a third; she tests positive, leaves the third out of her
//! report, and the one she met learns of it: real cameras, real keys, a real server.

import assert from 'node:assert/strict';
import { deliver, inventTan } from './support/authority.mjs';
import { count, eventually, seen } from './support/expect.mjs';
import { begin, check, face, isBoth, keep, meet, openMeet, welcomed } from './support/meeting.mjs';
import * as reporting from './support/reporting.mjs';
import { dump } from './support/stored.mjs';
import { assertNothingPersonal } from './support/wire.mjs';
import { exactly, say, saying } from './support/words.mjs';
import { REGIONS } from './support/server.mjs';

const ENTRY = 84;
const CLASS = 64;
const AT_LEAST_LOW = say('risk.word_least', { level: say('risk.word_low') });

const riskPicture = (phone, told) => phone.page.getByRole('img', { name: saying('risk.picture', told) });
const daysPicture = (phone, level) => phone.page.getByRole('img', { name: saying('chart.day_risk', { level }) });
const save = (phone) => phone.page.getByRole('button', { name: say('diary.save'), exact: true }).click();

export default {
  'two meet, one tests positive, the other learns of it': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    const cleo = await phone('cleo');
    await step('before anyone agrees, nothing is asked of the server and nothing is stored', async () => {
      await ada.open();
      await welcomed(ada);
      assert.deepEqual(ada.line.api().map(({ path }) => path), []);
      assert.deepEqual(await dump(ada), []);
    });
    await step('three people read Welcome, agree, and choose their region', async () => {
      await begin(ada, { hourly: true, region: 'north' });
      await begin(ben, { region: 'north' });
      await begin(cleo, { region: 'north' });
      await seen(ada, exactly('home.empty'));
    });
    await step('claim_05_two_phones_face_to_face_see_both_directions_done', async () => {
      ada.camera.blank();
      ben.camera.blank();
      await openMeet(ada);
      await openMeet(ben);
      await seen(ada, exactly('meet.ready'));
      await face(ada, ben, async () => (await isBoth(ada)) && (await isBoth(ben)));
    });
    await step('each keeps a label and a note for themselves', async () => {
      await keep(ada, { label: 'work', note: 'lunch with Ben', minutes: 45 });
      await keep(ben, { label: 'lunch', note: 'lunch with Ada' });
      await seen(ada, ada.page.getByText('lunch with Ben'));
    });
    await step('claim_05_one_of_them_meets_a_third', async () => {
      await meet(ada, cleo);
      await keep(ada, { label: 'family' });
      await keep(cleo, {});
    });
    await step('before any report, nobody sees one', async () => {
      for (const one of [ada, ben, cleo]) {
        await check(one);
        await seen(one, exactly('home.clear'));
      }
    });

    const tan = inventTan();
    await step('the authority delivers a TAN, as a keyed hash', async () => {
      const { status, body } = await deliver(server, [tan]);
      assert.deepEqual([status, body.new, body.known], [200, 1, 0]);
    });
    await step('the TAN is taken, and not sent anywhere yet', async () => {
      const before = ada.line.calls.length;
      await reporting.enterTan(ada, tan.toLowerCase().replaceAll('-', ' '));
      await reporting.sayTested(ada, await reporting.today(ada));
      assert.equal(ada.line.to('POST', '/v1/', before).length, 0);
    });
    await step('what stays out is counted while it is chosen', async () => {
      await reporting.counts(ada, 2, 0);
      await reporting.toggleLabel(ada, 'family');
      await reporting.counts(ada, 1, 1);
      await reporting.toggleLabel(ada, 'work');
      await reporting.counts(ada, 0, 2);
      await seen(ada, exactly('report.all_out'));
      await reporting.toggleLabel(ada, 'work');
      await reporting.counts(ada, 1, 1);
    });
    const shown = await step('exactly what will be sent is shown, byte by byte', async () => {
      await reporting.lookOver(ada);
      const entries = await reporting.entriesShown(ada);
      assert.ok(entries.length >= 1 && entries.length <= 4, `${entries.length} entries`);
      for (const entry of entries) assert.equal(entry.length, ENTRY);
      await ada.page.getByRole('button', { name: say('report.exact_less'), exact: true }).click();
      return reporting.entriesShown(ada, true);
    });
    await step('the report is sent', async () => {
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.sent'));
    });
    await step('claim_09_what_was_shown_is_what_went_in_one_body_of_a_size_class', async () => {
      const uploads = ada.line.to('POST', '/v1/uploads');
      assert.equal(uploads.length, 1);
      const [{ body }] = uploads;
      const entries = body.subarray(body.length - CLASS * ENTRY);
      assert.ok(entries.equals(Buffer.concat(shown)), 'what was shown is not what went');
      const tags = Array.from({ length: CLASS }, (_, i) => entries.subarray(i * ENTRY, i * ENTRY + 32));
      assert.ok(tags.every((one, i) => i === 0 || Buffer.compare(tags[i - 1], one) < 0), 'not sorted');
      assert.ok(body.length < CLASS * ENTRY + 64, `${body.length} bytes`);
      for (const word of ['lunch', 'work', 'family', 'Ben']) assert.ok(!body.includes(word), word);
    });
    await step('nothing of the report remains to be sent: neither TAN nor permit nor body', async () => {
      const left = (await dump(ada)).filter(({ store }) => store === 'outgoing' || store === 'draft');
      const text = left.map(({ bytes }) => bytes.toString('latin1')).join();
      assert.ok(!text.includes(tan) && !text.includes(tan.replaceAll('-', '')), 'the TAN is still there');
      const permit = ada.line.to('POST', '/v1/uploads')[0].headers['twoken-permit'];
      assert.ok(permit.length > 60 && !text.includes(permit), 'the permit is still there');
    });
    await step('the server seals what waits', async () => {
      await server.seal();
    });
    await step('the one she met, whose browser was closed meanwhile, learns of it', async () => {
      await ben.restart();
      await ben.open();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
      await seen(ben, exactly('home.not_infected'));
      await seen(ben, exactly('risk.least_low'));
      await seen(ben, exactly('home.time_open'));
      await seen(ben, daysPicture(ben, AT_LEAST_LOW));
    });
    await step('and reads when, how long, how close, and what to do', async () => {
      await ben.page.getByRole('link', { name: say('home.see'), exact: true }).click();
      await seen(ben, saying('exposure.lead'));
      await seen(ben, saying('exposure.close_both'));
      await seen(ben, saying('exposure.todo_from', { source: 'Health office of the stories' }));
      await seen(ben, 'Take a test today.');
      await seen(ben, ben.page.getByText('lunch with Ada'));
    });
    await step('scanned once, nobody knows for how long: the risk is at least low, not low', async () => {
      await seen(ben, exactly('risk.least_low'));
      await seen(ben, saying('exposure.statement_least', { duration: '1 minute' }));
      assert.equal(await count(ben.page.getByText(exactly('risk.low'))), 0);
      const minutes = say('risk.least', { minutes: '1 minute' });
      await seen(ben, riskPicture(ben, { minutes, level: AT_LEAST_LOW }));
      await seen(ben, saying('risk.from', { minutes: '5 minutes', level: say('risk.word_medium') }));
      await seen(ben, saying('risk.source_default', { name: 'Health office of the stories', minutes: '15 minutes' }));
    });
    await step('he is asked how long it was, and no answer is no answer', async () => {
      await seen(ben, exactly('exposure.how_long'));
      await save(ben);
      await seen(ben, exactly('diary.minutes_bad'));
      await seen(ben, exactly('risk.least_low'));
    });
    await step('twenty minutes are high, at once, in the word, the picture and the facts', async () => {
      await ben.page.getByRole('textbox', { name: say('diary.duration_other') }).fill('20');
      await save(ben);
      await seen(ben, exactly('risk.high'));
      await seen(ben, riskPicture(ben, { minutes: '20 minutes', level: say('risk.word_high') }));
      await seen(ben, saying('risk.fewer', { minutes: '6 minutes', level: say('risk.word_medium') }));
      await seen(ben, ben.page.getByRole('definition').filter({ hasText: `${say('risk.word_high')} · ` }));
      await seen(ben, ben.page.getByText('lunch with Ada'));
      const change = ben.page.getByRole('button', { name: say('exposure.how_long_change'), exact: true });
      await eventually('the focus is where it can be changed', () => change.evaluate((one) => one === document.activeElement));
    });
    await step('four minutes are low, which is now known, and a change is kept', async () => {
      await ben.page.getByRole('button', { name: say('exposure.how_long_change'), exact: true }).click();
      await ben.page.getByRole('textbox', { name: say('diary.duration_other') }).fill('4');
      await save(ben);
      await seen(ben, exactly('risk.low'));
      await ben.page.getByRole('button', { name: say('exposure.how_long_change'), exact: true }).click();
      await ben.page.getByRole('textbox', { name: say('diary.duration_other') }).fill('20');
      await save(ben);
      await seen(ben, exactly('risk.high'));
      await ben.page.reload();
      await seen(ben, exactly('risk.high'));
    });
    await step('Home says the same, and so does the picture of the days', async () => {
      await ben.go(say('nav.home'));
      await seen(ben, exactly('risk.high'));
      assert.equal(await count(ben.page.getByText(exactly('home.time_open'))), 0);
      await seen(ben, daysPicture(ben, say('risk.word_high')));
    });
    await step('the one who was left out sees nothing', async () => {
      await check(cleo);
      assert.ok(cleo.line.to('GET', '/v1/batches/').length > 0, 'the batch was not even fetched');
      await seen(cleo, exactly('home.clear'));
    });
    await step('claim_01_who_reports_never_matches_her_own_entries', async () => {
      await check(ada);
      assert.ok(ada.line.to('GET', '/v1/batches/').length > 0, 'the batch was not even fetched');
      await seen(ada, exactly('home.clear'));
    });
    await step('who agreed to it is checked for at each start, and who did not is not', async () => {
      const starts = async (one) => {
        const since = one.line.calls.length;
        await one.restart();
        await one.open();
        await seen(one, saying(one === ada ? 'home.clear' : 'home.reported_one'));
        if (one === ben) await seen(ben, saying('home.found'));
        return () => one.line.to('GET', '/v1/regions/', since).length > 0;
      };
      const [adaAsked, benAsked] = [await starts(ada), await starts(ben)];
      await eventually('Ada’s app has checked by itself', adaAsked);
      assert.ok(!benAsked(), 'Ben’s app checked unasked');
    });
    await step('a region of somebody else: its batch is not asked for', async () => {
      const asked = [...ada.line.api(), ...ben.line.api(), ...cleo.line.api()].map((call) => call.path.split('/')[3]);
      assert.ok(asked.includes('north') && asked.includes('root') && !asked.includes('south'), `${new Set(asked)}`);
      await ada.go(say('nav.settings'));
      const region = ada.page.getByRole('combobox', { name: say('settings.region'), exact: true });
      assert.equal(await region.inputValue(), 'north');
      assert.equal(await region.locator('option:checked').innerText(), `${REGIONS.root} › ${REGIONS.north}`);
    });
    await step('a TAN that was used is refused; choices are kept', async () => {
      await reporting.report(ben, tan);
      await seen(ben, exactly('refused.tan_used'));
      assert.equal(ben.line.to('POST', '/v1/uploads').length, 0);
      assert.equal(ben.line.to('POST', '/v1/permits').at(-1).status, 409);
      await ben.page.reload();
      await ben.go(say('nav.report'));
      assert.equal(await count(ben.page.getByText(exactly('report.look_statement'))), 1);
    });
    await step('claim_11_no_cookie_no_credential_no_other_host_and_nothing_personal_in_any_address', () => {
      for (const one of [ada, ben, cleo]) assertNothingPersonal(one);
    });
  },
};
