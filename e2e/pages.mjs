//! Every page, on a phone and on a desk, by day and by night, with nine days of encounters behind it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { count, eventually, seen } from './support/expect.mjs';
import { begin, check, face, isBoth, keep, meet, openMeet, welcomed, withinInterval } from './support/meeting.mjs';
import { LARGE } from './support/phone.mjs';
import { portray, showReaders } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { exactly, say, saying } from './support/words.mjs';

const DAY = 24 * 60 * 60_000;
const HOUR = DAY / 24;

/** Days since the meeting before, and what each keeps of it. */
const MEETINGS = [
  [0, { label: 'work', note: 'canteen', minutes: 45 }],
  [2, { label: 'family', note: 'grandma’s birthday', minutes: 180 }],
  [3, { label: 'work', note: 'meeting room 2', minutes: 60 }],
  [2, { note: 'on the train', minutes: 9 }],
  [0, { note: 'on the platform', minutes: 8 }],
];
/** The hour, UTC, at which the first day begins: all of a day's meetings fall on it. */
const MORNING = 6 * HOUR;

export default {
  'every page in every size and theme': async ({ phone, server, step }) => {
    const past = MEETINGS.reduce((days, [later]) => days + later, 2) * DAY + (Date.now() % DAY) - MORNING;
    const ada = await phone('ada', { ahead: -past });
    const ben = await phone('ben', { ahead: -past });
    await step('Welcome', async () => {
      await ada.open();
      await welcomed(ada);
      await portray(ada, 'welcome');
      await begin(ada);
      await begin(ben);
      await portray(ada, 'home-empty');
    });
    await step('an empty diary', async () => {
      await ada.go(say('nav.diary'));
      await seen(ada, exactly('diary.empty'));
      await portray(ada, 'diary-empty');
    });
    for (const [later, kept] of MEETINGS) {
      await step(`a meeting ${later} days later is kept: ${kept.note}`, async () => {
        for (const one of [ada, ben]) await one.page.clock.fastForward(later * DAY + HOUR);
        await meet(ada, ben);
        for (const one of [ada, ben]) await keep(one, kept);
      });
    }
    await step('the present, with a clock that is right again', async () => {
      for (const one of [ada, ben]) {
        one.options.ahead = 0;
        await one.restart();
        await one.open();
        await check(one);
        await seen(one, exactly('home.clear'));
        assert.equal(await count(one.page.getByText(saying('api.clock_behind'))), 0);
      }
      await portray(ada, 'home');
    });
    await step('Meet: ready, one way, both ways', async () => {
      // One encounter, though its pictures take a while.
      await withinInterval([ada, ben], 90_000);
      await openMeet(ada);
      await openMeet(ben);
      await seen(ada, exactly('meet.ready'));
      await portray(ada, 'meet');
      await openHome(ben);
      await showReaders(ben, ada);
      await openMeet(ben);
      await eventually('one way', async () => {
        const code = ben.page.getByRole('img', { name: say('meet.code'), exact: true });
        ada.camera.see(await code.screenshot());
        return (await count(ada.page.getByText(exactly('meet.one')))) > 0;
      });
      await portray(ada, 'meet-one-way');
      await face(ada, ben, async () => (await isBoth(ada)) && (await isBoth(ben)));
      await portray(ada, 'meet-done');
      await keep(ada, { label: 'family', note: 'tea', minutes: 30 });
      await keep(ben, { label: 'family', note: 'tea' });
    });
    await step('Diary, and editing in it', async () => {
      await portray(ada, 'diary');
      await ada.page.getByRole('button', { name: saying('diary.edit', { what: '' }) }).first().click();
      await seen(ada, exactly('diary.delete'));
      await portray(ada, 'diary-editing');
      await ada.page.getByRole('button', { name: say('diary.cancel'), exact: true }).click();
    });
    await step('deleting can be undone', async () => {
      const rows = ada.page.getByRole('button', { name: saying('diary.edit', { what: '' }) });
      const before = await count(rows);
      await rows.first().click();
      await ada.page.getByRole('button', { name: say('diary.delete'), exact: true }).click();
      await seen(ada, exactly('diary.deleted'));
      assert.equal(await count(rows), before - 1);
      await portray(ada, 'diary-deleted');
      await ada.page.getByRole('button', { name: say('diary.undo'), exact: true }).click();
      await eventually('it is back', async () => (await count(rows)) === before);
    });
    await step('Report, step by step', async () => {
      const [tan] = await server.issue();
      await ada.go(say('nav.report'));
      await reporting.tanField(ada).fill('ABCDE-FGHJK-0000');
      await seen(ada, exactly('report.tan_check'));
      await portray(ada, 'report-tan');
      await reporting.enterTan(ada, tan);
      await seen(ada, exactly('report.test_statement'));
      await portray(ada, 'report-test');
      await reporting.sayTested(ada, await reporting.today(ada));
      await reporting.toggleLabel(ada, 'work');
      await reporting.counts(ada, 4, 2);
      await portray(ada, 'report-choose');
      await reporting.lookOver(ada);
      await reporting.entriesShown(ada);
      await portray(ada, 'report-send');
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.sent'));
      await portray(ada, 'report-sent');
    });
    await step('Home and the page of an exposure', async () => {
      await server.seal();
      await check(ben);
      await seen(ben, saying('home.reported_other', { count: 4 }));
      await portray(ben, 'home-reported');
      await ben.page.getByRole('link', { name: say('home.see'), exact: true }).first().click();
      await seen(ben, exactly('exposure.known'));
      await seen(ben, exactly('exposure.how_long'));
      await portray(ben, 'exposure-open');
      await ben.page.getByRole('textbox', { name: say('diary.duration_other') }).fill('11');
      await ben.page.getByRole('button', { name: say('diary.save'), exact: true }).click();
      await seen(ben, exactly('risk.medium'));
      await portray(ben, 'exposure');
    });
    await step('what was reported of one day is added up', async () => {
      await ben.go(say('nav.home'));
      await ben.page.getByRole('link', { name: say('home.see'), exact: true }).nth(1).click();
      await seen(ben, 'on the platform');
      await seen(ben, exactly('risk.high'));
      const sum = saying('risk.together', { encounters: '2 encounters', minutes: '17 minutes' });
      await seen(ben, ben.page.getByRole('figure').filter({ hasText: sum }));
      await seen(ben, ben.page.getByRole('definition').filter({ hasText: sum }));
      await seen(ben, saying('risk.fewer', { minutes: '3 minutes', level: say('risk.word_medium') }));
      const minutes = say('risk.with_others', { minutes: '8 minutes', others: '9 minutes' });
      await seen(ben, ben.page.getByRole('img', { name: saying('risk.picture', { minutes, level: say('risk.word_high') }) }));
      await portray(ben, 'exposure-added-up');
    });
    await step('claim_11_an_exposure_is_shown_again_after_a_reload_and_its_address_says_nothing', async () => {
      const since = ben.line.calls.length;
      await ben.page.reload();
      await seen(ben, exactly('exposure.known'));
      assert.equal(ben.page.url(), `${server.origin}/`);
      // Ben's app is kept on his phone by now: a reload asks nobody for a page.
      const documents = ben.line.calls.slice(since).filter(({ headers }) => headers['sec-fetch-dest'] === 'document');
      assert.deepEqual(documents.map(({ path }) => path), []);
    });
    await step('the same in German, whose words are longer', async () => {
      await ben.go(say('nav.home'));
      await ben.go(say('nav.settings'));
      await ben.page.getByLabel(say('settings.language'), { exact: true }).selectOption('de');
      await seen(ben, 'Einstellungen');
      await ben.page.goBack();
      await seen(ben, 'Hohes Risiko');
      await portray(ben, 'home-reported-german');
      await ben.page.locator('.hit a').first().click();
      await seen(ben, 'Mittleres Risiko');
      await portray(ben, 'exposure-german');
    });
    await step('Settings', async () => {
      await ada.go(say('nav.home'));
      await ada.go(say('nav.settings'));
      await seen(ada, saying('settings.stored', { encounters: '' }));
      await portray(ada, 'settings');
    });
  },

  'in German, and in the colours one chooses': async ({ phone, step }) => {
    const ada = await phone('ada');
    await begin(ada);
    await ada.go(say('nav.settings'));
    await step('the language changes at once and stays', async () => {
      await ada.page.getByLabel(say('settings.language'), { exact: true }).selectOption('de');
      await seen(ada, 'Einstellungen');
      await ada.page.reload();
      await seen(ada, ada.page.locator('#language'));
      await seen(ada, 'Einstellungen');
      assert.equal(await ada.page.evaluate(() => document.documentElement.lang), 'de');
      await portray(ada, 'settings-german');
    });
    await step('a language whose texts do not come is told, and spoken when there is a network again', async () => {
      const missing = JSON.parse(fs.readFileSync(new URL('../www/locales/de.json', import.meta.url), 'utf8')).settings.language_missing;
      ada.line.cut = true;
      await ada.page.locator('#language').selectOption('fr');
      await seen(ada, missing);
      assert.equal(await spoken(ada), 'de ltr');
      ada.line.cut = false;
      await ada.context.setOffline(true);
      await ada.context.setOffline(false);
      await eventually('it is spoken', async () => (await spoken(ada)) === 'fr ltr');
    });
    await step('Arabic runs from right to left, on every page', async () => {
      await ada.page.locator('#language').selectOption('ar');
      await eventually('it is spoken', async () => (await spoken(ada)) === 'ar rtl');
      await portray(ada, 'settings-arabic');
      for (const [place, name] of ['home', 'meet', 'diary', 'report'].entries()) {
        const tabs = ada.page.getByRole('navigation').getByRole('link').filter({ visible: true });
        await tabs.nth(place).click();
        // One that is seldom opened may still be on its way.
        await ada.page.locator('h1').first().waitFor({ state: 'attached' });
        await portray(ada, `${name}-arabic`);
      }
      await ada.page.setViewportSize(LARGE);
      await ada.page.getByRole('navigation').getByRole('link').filter({ visible: true }).last().click();
      await ada.page.locator('#language').selectOption('de');
      await eventually('it is German again', async () => (await spoken(ada)) === 'de ltr');
    });
    await step('the colours change at once and stay', async () => {
      const background = () => ada.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await background();
      await ada.page.locator('#theme').selectOption('dark');
      await eventually('it is dark', async () => (await background()) !== light);
      await ada.page.reload();
      await eventually('it stays dark', async () => (await background()) !== light);
    });
  },
};

/** Which language the page is in, and which way it runs. */
const spoken = (phone) => phone.page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`);

/** Home, by the way that a small screen has from every page. */
async function openHome(phone) {
  await phone.go(say('nav.home'));
  await seen(phone, exactly('home.clear'));
}
