//! Accessibility (WCAG 2.2, AA), in English and in Arabic: every page and what opens on it, by axe-core, with text twice as large,
//! in a narrow window, in forced colours, without motion, by touch; and the whole of a person's way by keyboard alone.

import assert from 'node:assert/strict';
import { linkOf } from './support/code.mjs';
import { closely } from './support/closer.mjs';
import { at, eventually, seen } from './support/expect.mjs';
import { enter, everyStop, tab, tabTo, toBeginning } from './support/keyboard.mjs';
import { begin, check, keep, meet, openMeet, welcomed } from './support/meeting.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { wordsOf } from './support/words.mjs';

const english = wordsOf('en');
const { exactly, say, saying } = english;

const button = (phone, words, key, values) => phone.page.getByRole('button', { name: words.say(key, values), exact: true }).filter({ visible: true });
/** The link of Report also says when something waits to be sent. */
const link = (phone, words, key) => phone.page.getByRole('link', { name: new RegExp(`^${words.say(key)}\\s*([,،]|$)`) }).filter({ visible: true });
const press = (phone, words, key, values) => button(phone, words, key, values).first().click();

/** Types a day into its field, whose parts stand in the order of the browser's own language. */
async function typeDay(phone, field, day) {
  const [year, month, date] = day.split('-');
  for (const parts of [[month, date, year], [date, month, year]]) {
    await toBeginning(phone);
    await tabTo(phone, field);
    for (const part of parts) {
      await phone.page.keyboard.press('Backspace');
      await phone.page.keyboard.type(part);
    }
    if ((await field.inputValue()) === day) return;
  }
  assert.fail(`the field holds '${await field.inputValue()}'`);
}

/** Looked at from all sides. */
async function look(phone, name) {
  await portray(phone, name);
  await closely(phone, name);
  await everyStop(phone, name);
}

/** Every page that one comes to, and what opens on it. The phone has an encounter that was reported. */
async function walk({ phone, server, step, language }) {
  const words = wordsOf(language);
  const named = (name) => `a11y-${language}-${name}`;
  const go = (key) => link(phone, words, key).first().click();
  await step(`${language}: Home with news, and the exposure`, async () => {
    await go('nav.home');
    await seen(phone, phone.page.locator('.hit a'));
    await look(phone, named('home'));
    await phone.page.locator('.hit a').first().click();
    await seen(phone, words.exactly('exposure.known'));
    await look(phone, named('exposure'));
    await go('nav.home');
  });
  await step(`${language}: Meet, and typing a code`, async () => {
    await go('nav.meet');
    await seen(phone, phone.page.getByRole('img', { name: words.say('meet.code'), exact: true }));
    await look(phone, named('meet'));
    await press(phone, words, 'meet.type_paste');
    await phone.page.locator('#typed').fill('x');
    await press(phone, words, 'meet.typed_use');
    await look(phone, named('meet-typed'));
  });
  await step(`${language}: the diary, and an encounter that is changed`, async () => {
    await go('nav.diary');
    const edit = phone.page.getByRole('button', { name: words.saying('diary.edit', { what: '' }) }).first();
    await seen(phone, edit);
    await look(phone, named('diary'));
    await edit.click();
    await look(phone, named('diary-editing'));
    await press(phone, words, 'diary.cancel');
  });
  await step(`${language}: a report, step by step`, async () => {
    const [tan] = await server.issue();
    await go('nav.report');
    await phone.page.locator('#tan').fill('ABCDE-FGHJK-0000');
    await look(phone, named('report-tan'));
    await phone.page.locator('#tan').fill(tan);
    await press(phone, words, 'report.next');
    await seen(phone, words.exactly('report.test_statement'));
    await look(phone, named('report-test'));
    await phone.page.getByLabel(words.say('report.test_day'), { exact: true }).fill(await reporting.today(phone));
    await press(phone, words, 'report.next');
    await seen(phone, words.exactly('report.choose_statement'));
    await look(phone, named('report-choose'));
    await press(phone, words, 'report.look');
    await seen(phone, words.exactly('report.look_statement'));
    await press(phone, words, 'report.exact_all');
    await look(phone, named('report-look'));
  });
  await step(`${language}: Settings, your data, studies, backup, servers`, async () => {
    await go('nav.home');
    await go('nav.settings');
    await seen(phone, phone.page.locator('#language'));
    await look(phone, named('settings'));
    await link(phone, words, 'rights.look').click();
    await seen(phone, words.exactly('rights.kept'));
    await look(phone, named('rights'));
    await go('nav.home');
    await go('nav.settings');
    await link(phone, words, 'studies.look').click();
    await seen(phone, phone.page.locator('h1'));
    await look(phone, named('studies'));
    await go('nav.home');
    await go('nav.settings');
    await link(phone, words, 'backup.look').click();
    await seen(phone, words.exactly('backup.make_text'));
    await look(phone, named('backup'));
    await go('nav.home');
    await go('nav.settings');
    await link(phone, words, 'servers.look').click();
    await seen(phone, words.exactly('servers.lead'));
    await button(phone, words, 'servers.share').click();
    await look(phone, named('servers'));
    await phone.page.getByRole('textbox', { name: words.say('servers.address'), exact: true }).fill('https://elsewhere.example');
    await button(phone, words, 'servers.next').click();
    await seen(phone, words.exactly('servers.named_text'));
    await look(phone, named('servers-named'));
    await button(phone, words, 'servers.not_now').click();
  });
}

export default {
  'every page in English and in Arabic': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    const cleo = await phone('cleo');
    const nada = await phone('nada', { locale: 'ar' });
    await step('Welcome', async () => {
      await ada.open();
      await welcomed(ada);
      await look(ada, 'a11y-en-welcome');
      await nada.open();
      await seen(nada, wordsOf('ar').exactly('welcome.start'));
      assert.equal(await nada.page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`), 'ar rtl');
      await look(nada, 'a11y-ar-welcome');
      await nada.close();
    });
    await step('two have met somebody who reports', async () => {
      for (const one of [ada, ben, cleo]) await begin(one);
      for (const one of [ada, ben]) {
        await meet(one, cleo);
        await keep(one, { label: 'work', note: 'lunch', minutes: 30 });
        await keep(cleo, { note: 'lunch' });
      }
      const [tan] = await server.issue();
      await reporting.report(cleo, tan);
      await seen(cleo, exactly('outgoing.sent'));
      await server.seal();
      for (const one of [ada, ben]) {
        await check(one);
        await seen(one, exactly('home.reported_one'));
      }
      await cleo.close();
    });
    await walk({ phone: ada, server, step, language: 'en' });
    await step('the other reads Arabic', async () => {
      await ben.go(say('nav.settings'));
      await ben.page.locator('#language').selectOption('ar');
      await eventually('it is spoken', () => ben.page.evaluate(() => document.documentElement.dir === 'rtl'));
    });
    await walk({ phone: ben, server, step, language: 'ar' });
  },

  'by keyboard alone': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    const { keyboard } = ada.page;
    await begin(ben);
    await step('agreeing, and beginning', async () => {
      await ada.open();
      await welcomed(ada);
      await tabTo(ada, ada.page.getByRole('checkbox', { name: say('welcome.keep') }));
      await keyboard.press('Space');
      await enter(ada, button(ada, english, 'welcome.start'));
      await at(ada, 'nav.home');
    });
    await step('a first Tab leads past the navigation to the page', async () => {
      await toBeginning(ada);
      const first = await tab(ada);
      assert.ok(first.words.includes(say('app.skip')), first.words);
      await keyboard.press('Enter');
      assert.ok(await ada.page.evaluate(() => document.activeElement.closest('main') !== null), 'it leads elsewhere');
    });
    await step('meeting: a code is pasted, and one’s own copied', async () => {
      await enter(ada, link(ada, english, 'nav.meet'));
      await openMeet(ben);
      await enter(ada, button(ada, english, 'meet.type_paste'));
      await tabTo(ada, ada.page.locator('#typed'));
      await keyboard.type(await linkOf(ben));
      await enter(ada, button(ada, english, 'meet.typed_use'));
      await seen(ada, exactly('meet.confirm'));
      await enter(ada, button(ada, english, 'meet.confirm_yes'));
      await seen(ada, exactly('meet.one'));
      const mine = await linkOf(ada);
      await ben.open(`/#${mine.split('#')[1]}`);
      await button(ben, english, 'meet.confirm_yes').click();
      await seen(ben, exactly('meet.both'));
    });
    await step('keeping a note and a label', async () => {
      await enter(ada, button(ada, english, 'meet.enough'));
      await tabTo(ada, ada.page.getByRole('textbox', { name: say('diary.note') }));
      await keyboard.type('by keyboard');
      await enter(ada, button(ada, english, 'meet.keep'));
      await at(ada, 'nav.diary');
      await seen(ada, 'by keyboard');
    });
    await step('changing it, and undoing that it was deleted', async () => {
      await enter(ada, ada.page.getByRole('button', { name: saying('diary.edit', { what: '' }) }));
      await enter(ada, button(ada, english, 'diary.delete'));
      await seen(ada, exactly('diary.deleted'));
      await enter(ada, button(ada, english, 'diary.undo'));
      await seen(ada, 'by keyboard');
    });
    await step('reporting', async () => {
      const [tan] = await server.issue();
      await enter(ada, link(ada, english, 'nav.report'));
      await tabTo(ada, reporting.tanField(ada));
      await keyboard.type(tan);
      await enter(ada, button(ada, english, 'report.next'));
      await typeDay(ada, ada.page.getByLabel(say('report.test_day'), { exact: true }), await reporting.today(ada));
      await enter(ada, button(ada, english, 'report.next'));
      await seen(ada, exactly('report.choose_statement'));
      // What would be sent is made first: what cannot be pressed yet has no stop.
      await eventually('it can be looked over', () => button(ada, english, 'report.look').isEnabled());
      await enter(ada, button(ada, english, 'report.look'));
      await seen(ada, exactly('report.look_statement'));
      await enter(ada, button(ada, english, 'report.send'));
      await seen(ada, exactly('outgoing.sent'));
    });
    await step('checking, and looking at what was found', async () => {
      await server.seal();
      await ben.go(say('nav.home'));
      await enter(ben, button(ben, english, 'home.check'));
      await seen(ben, exactly('home.reported_one'));
      await enter(ben, ben.page.getByRole('link', { name: say('home.see'), exact: true }));
      await seen(ben, exactly('exposure.known'));
    });
    await step('language, switches and colours', async () => {
      await enter(ada, link(ada, english, 'nav.settings'));
      const sound = ada.page.getByRole('switch', { name: saying('settings.sound') });
      await tabTo(ada, sound);
      assert.ok(await sound.isChecked());
      await keyboard.press('Space');
      await eventually('it is off', async () => !(await sound.isChecked()));
      await tabTo(ada, ada.page.locator('#language'));
      await keyboard.type('Deu');
      await seen(ada, 'Einstellungen');
    });
  },
};
