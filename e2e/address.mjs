//! The address never tells where one is: every page is `/`, for the server, for whoever keeps its log, and for the
//! history that browsers synchronise. Back, Forward and a reload lead where they should all the same.

import assert from 'node:assert/strict';
import { at, seen } from './support/expect.mjs';
import { begin } from './support/meeting.mjs';
import { assertNothingPersonal } from './support/wire.mjs';
import { exactly, say } from './support/words.mjs';

const ID = '07'.repeat(16);
const address = async (phone) => {
  const { href, title } = await phone.page.evaluate(() => ({ href: location.href, title: document.title }));
  return { href, title };
};
const isAlwaysTheSame = async (phone) => {
  assert.deepEqual(await address(phone), { href: `${phone.server.origin}/`, title: 'Twoken' });
};

export default {
  'every page at the same address': async ({ phone, step }) => {
    const ada = await phone('ada', { viewport: { width: 1280, height: 900 } });
    await begin(ada);
    const pages = ['nav.diary', 'nav.report', 'nav.settings', 'nav.meet'];
    for (const page of pages) {
      await step(`${page} is shown, and shown again after a reload, without being named`, async () => {
        await ada.go(say(page));
        await at(ada, page);
        await isAlwaysTheSame(ada);
        await ada.page.reload();
        await at(ada, page);
        await isAlwaysTheSame(ada);
      });
    }
    await step('Back and Forward lead through them', async () => {
      for (const page of ['nav.settings', 'nav.report', 'nav.diary', 'nav.home']) {
        await ada.page.goBack();
        await at(ada, page);
        await isAlwaysTheSame(ada);
      }
      await ada.page.goForward();
      await at(ada, 'nav.diary');
    });
    await step('a link is a link: the keyboard follows it, and a new window shows the beginning', async () => {
      const link = ada.page.getByRole('link', { name: say('nav.report'), exact: true }).filter({ visible: true });
      assert.equal(await link.getAttribute('href'), '/');
      await link.focus();
      await ada.page.keyboard.press('Enter');
      await at(ada, 'nav.report');
      const opened = ada.context.waitForEvent('page');
      await link.click({ modifiers: ['ControlOrMeta'] });
      const other = await opened;
      await other.waitForLoadState();
      assert.equal(new URL(other.url()).pathname, '/');
      await other.close();
    });
    await step('claim_11_the_page_of_an_encounter_is_reloaded_without_being_named', async () => {
      await ada.page.evaluate((id) => history.pushState(`exposure ${id}`, '', '/'), ID);
      await ada.page.reload();
      await seen(ada, exactly('exposure.gone'));
      await isAlwaysTheSame(ada);
    });
    await step('claim_11_the_only_page_ever_asked_for_is_the_first', async () => {
      const documents = ada.line.calls.filter(({ headers }) => headers['sec-fetch-dest'] === 'document');
      // Once the app's files are on the device, a reload asks nobody (see the story `offline`).
      assert.ok(documents.length > 0, 'no page was loaded');
      assert.deepEqual([...new Set(documents.map(({ path }) => path))], ['/']);
      assertNothingPersonal(ada);
    });
    await step('a path of an older version leads to the beginning, and leaves the address', async () => {
      for (const path of ['/meet', `/exposure/${ID}`, '/nowhere?since=1']) {
        await ada.open(path);
        await at(ada, 'nav.home');
        await isAlwaysTheSame(ada);
      }
    });
  },
};
