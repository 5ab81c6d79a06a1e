//! The console's other pages: TANs one by one and from a list, the audit, the sums, and who may sign in.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { inventTan } from './support/authority.mjs';
import { textIn } from './support/code.mjs';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { LARGE } from './support/phone.mjs';
import { portray } from './support/pictures.mjs';
import { Authenticator, DESKS, account, enterPassword, field, press, signIn } from './support/staff.mjs';
import { exactly, say, saying } from './support/words.mjs';

const TAN = /[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{4}/;
const PASSWORD = 'four words nobody guesses';

const visible = (desk, selector) => desk.page.locator(selector).filter({ visible: true });
const tab = (desk, key) =>
  desk.page.getByRole('navigation', { name: say('staff.pages') }).getByRole('button', { name: say(key), exact: true }).click();

/** A desk where somebody of a role has signed in. It notes what is printed instead of opening a dialogue. */
async function desk(phone, server, name, role) {
  const one = await phone(name, { viewport: LARGE });
  one.account = await account(server, name, role, '--lasting');
  await one.page.addInitScript(() => {
    window.printed = 0;
    window.print = () => (window.printed += 1);
  });
  await one.open('/staff');
  await signIn(one, one.account);
  return one;
}

const region = (one, key) => one.page.getByRole('region', { name: say(key), exact: true });

/** The letters as paper shows them: the text of each page, when nothing else of the page can be seen. */
async function onPaper(one) {
  await one.page.emulateMedia({ media: 'print' });
  const pages = await one.page.locator('.letter').allInnerTexts();
  const other = await count(one.page.locator('.desk-top, .desk > :not(.letters)'));
  const sheets = (await one.page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g).length;
  await one.page.emulateMedia({ media: null });
  assert.equal(other, 0, 'nothing but letters is printed');
  return { pages, sheets };
}

async function chooseFile(one, text, name = 'list.csv') {
  const buffer = Buffer.isBuffer(text) ? text : Buffer.from(text);
  await one.page.locator('input[type=file][accept*=csv]').setInputFiles({ name, mimeType: 'text/csv', buffer });
}

const tansSent = (one) => one.line.to('POST', '/v1/staff/tans').filter(({ path }) => path === '/v1/staff/tans');

async function lookUp(one, tan) {
  await field(one, 'report.tan').fill(tan);
  await press(one, 'staff_tans.look_up_do');
}

export default {
  'one TAN, from the draw to the letter': async ({ phone, server, step }) => {
    const dora = await desk(phone, server, 'dora', 'clinician');
    await tab(dora, 'staff.tans');
    const tan = await step('it is drawn in the browser, made valid, and shown', async () => {
      await portray(dora, 'staff-tans', DESKS);
      await press(dora, 'staff_tans.issue');
      await seen(dora, visible(dora, '.panel .tan'));
      const shown = await visible(dora, '.panel .tan').innerText();
      assert.match(shown, TAN);
      const [{ body }] = tansSent(dora);
      assert.deepEqual(JSON.parse(body), { tans: [shown] });
      await seen(dora, saying('staff_tans.valid'));
      await portray(dora, 'staff-tan', DESKS);
      return shown;
    });
    await step('the code and the link open the app with it', async () => {
      const link = `${server.origin}/#t=${tan}`;
      assert.equal(textIn(await visible(dora, '.issued .q').screenshot()), link);
      await press(dora, 'staff_tans.copy');
      await seen(dora, exactly('staff_tans.copied'));
      assert.equal(await dora.page.evaluate(() => navigator.clipboard.readText()), link);
    });
    await step('the letter is one page in two languages, and nothing else is printed', async () => {
      await press(dora, 'staff_tans.print');
      await eventually('it is printed', () => dora.page.evaluate(() => window.printed === 1));
      const { pages, sheets } = await onPaper(dora);
      assert.equal(pages.length, 1);
      assert.equal(sheets, 1, 'a letter has one page');
      assert.ok(pages[0].includes(tan) && pages[0].includes(say('staff_letter.text')));
      assert.deepEqual(await dora.page.locator('.letter section').evaluateAll((all) => all.map((one) => one.lang)), ['de', 'en']);
      await dora.page.getByLabel(say('staff_tans.language')).first().selectOption('en');
      assert.equal(await dora.page.locator('.letter section').count(), 1);
    });
    await step('who leaves the page hides it, and can show it again', async () => {
      await tab(dora, 'staff.patient');
      await tab(dora, 'staff.tans');
      await seen(dora, exactly('staff_tans.hidden'));
      assert.equal(await dora.page.locator('.tan, .letter').count(), 0);
      await press(dora, 'staff_tans.show');
      assert.equal(await visible(dora, '.panel .tan').innerText(), tan);
    });
    await step('one that nobody knows, and one that is mistyped, are told', async () => {
      await lookUp(dora, inventTan());
      await seen(dora, exactly('staff_tans.unknown_means'));
      const asked = dora.line.to('POST', '/v1/staff/tans/state').length;
      await lookUp(dora, `${tan}7`);
      await seen(dora, saying('report.tan_length', { expected: 14, got: 15 }));
      assert.equal(dora.line.to('POST', '/v1/staff/tans/state').length, asked);
    });
    await step('it is looked up and revoked, and must not be handed out any more', async () => {
      await lookUp(dora, tan);
      await seen(dora, exactly('staff_tans.valid_means'));
      await press(dora, 'staff_tans.revoke');
      await seen(dora, exactly('staff_tans.revoke_text'));
      await press(dora, 'staff_tans.revoke');
      await seen(dora, exactly('staff_tans.revoked_means'));
      await seen(dora, exactly('staff_tans.void'));
      assert.equal(await dora.page.locator('.tan, .letter').count(), 0);
    });
    await step('signing out wipes it', async () => {
      await press(dora, 'staff_tans.issue_another');
      await seen(dora, visible(dora, '.panel .tan'));
      await press(dora, 'staff.sign_out');
      await seen(dora, exactly('staff.signed_out'));
      await signIn(dora, dora.account);
      await tab(dora, 'staff.tans');
      await seen(dora, exactly('staff_tans.issue'));
      assert.equal(await dora.page.locator('.tan, .letter').count(), 0);
      assert.equal(await count(dora.page.getByText(exactly('staff_tans.hidden'))), 0);
    });
  },

  'many TANs from a list': async ({ phone, server, step }) => {
    const emil = await desk(phone, server, 'emil', 'clinician');
    await tab(emil, 'staff.tans');
    await step('what is no such list is told, and nothing is sent', async () => {
      const wrong = [
        ['', 'nothing'],
        [Buffer.from('M\u00fcller;1', 'latin1'), 'encoding'],
        ['a;"b\n', 'quote'],
        [`${'x'.repeat(600)}\n`, 'long_cell'],
        ['1\n'.repeat(2_002), 'too_many_rows'],
        ['1\n'.repeat(600_000), 'too_large'],
      ];
      for (const [text, key] of wrong) {
        await chooseFile(emil, text);
        await seen(emil, saying(`staff_tans.${key}`));
      }
      assert.equal(tansSent(emil).length, 0);
    });
    await step('one of three rows repeats another: it is told and left out', async () => {
      await chooseFile(emil, 'Case;Day\n=Case-4711;2026-11-20\nCase-4712;2026-11-20\n=Case-4711;2026-11-21\n');
      await seen(emil, saying('staff_tans.left_repeated_one', { count: 1, which: '=Case-4711' }));
      await seen(emil, exactly('staff_tans.letters_other', { count: 2 }));
      await portray(emil, 'staff-list', DESKS);
    });
    await step('the session ends in the middle; nothing of the list is lost', async () => {
      await emil.context.clearCookies();
      await emil.page.getByRole('button', { name: say('staff_tans.issue_many_other', { count: 2 }) }).click();
      await seen(emil, exactly('staff.ended'));
      await signIn(emil, emil.account);
      await seen(emil, saying('staff_tans.progress_other', { stand: 0, count: 2 }));
      await press(emil, 'desk.go_on');
      await seen(emil, exactly('staff_tans.done_other', { count: 2 }));
      await portray(emil, 'staff-list-done', DESKS);
    });
    await step('it went on with the very same TANs, and no reference went with them', async () => {
      const sent = tansSent(emil).map(({ body }) => JSON.parse(body).tans);
      assert.equal(sent.length, 2);
      assert.equal(sent[0].length, 2);
      assert.deepEqual(sent[0], sent[1]);
      for (const call of emil.line.calls) assert.ok(!`${call.url}${call.body}`.includes('Case-'), 'a reference was sent');
    });
    const saved = await step('letters, one page each, and a file that no spreadsheet computes', async () => {
      await press(emil, 'staff_tans.print_many');
      await eventually('they are printed', () => emil.page.evaluate(() => window.printed === 1));
      const { pages, sheets } = await onPaper(emil);
      assert.deepEqual([pages.length, sheets], [2, 2]);
      assert.ok(pages[0].includes('=Case-4711') && pages[1].includes('Case-4712'));
      const [download] = await Promise.all([emil.page.waitForEvent('download'), press(emil, 'staff_tans.save')]);
      const text = fs.readFileSync(await download.path(), 'utf8');
      assert.ok(text.startsWith('\ufeff"') && text.includes(`\r\n"'=Case-4711";"`));
      return text.match(new RegExp(TAN, 'g'));
    });
    await step('a TAN of the list that is revoked gets no letter', async () => {
      await lookUp(emil, saved[0]);
      await press(emil, 'staff_tans.revoke');
      await press(emil, 'staff_tans.revoke');
      await seen(emil, exactly('staff_tans.done_one', { count: 1 }));
      await press(emil, 'staff_tans.discard');
      await seen(emil, exactly('staff_tans.choose_file'));
      assert.equal(await emil.page.locator('.letter').count(), 0);
    });
  },

  'audit, sums and accounts': async ({ phone, server, step }) => {
    const fay = await desk(phone, server, 'fay', 'administrator');
    await step('the audit tells who did what, with nothing on a patient', async () => {
      await tab(fay, 'staff.audit');
      const row = (...parts) => fay.page.getByRole('row').filter({ hasText: new RegExp(parts.join('.*')) });
      await seen(fay, row('emil', say('staff_audit.tans_issued'), say('staff_audit.tans_other', { count: 2 })));
      await seen(fay, row('dora', say('staff_audit.tan_revoked')));
      await seen(fay, row(say('staff_audit.operator'), say('staff_audit.added'), 'fay'));
      await seen(fay, saying('staff_audit.text', { days: 180 }));
      assert.ok(!TAN.test(await fay.page.locator('table').innerText()));
      await portray(fay, 'staff-audit', DESKS);
    });
    await step('the sums count what was issued and revoked', async () => {
      await tab(fay, 'staff.overview');
      const of = async (key) =>
        (await fay.page.getByRole('row').filter({ hasText: say(key) }).first().getByRole('cell').allInnerTexts()).map(Number);
      await eventually('four TANs were issued', async () => (await of('staff_overview.issued'))[0] === 4);
      assert.deepEqual(await of('staff_overview.revoked'), [2, 2, 2]);
      await seen(fay, fay.page.getByRole('img', { name: saying('staff_overview.sentence', { issued: 4, revoked: 2 }) }));
      await portray(fay, 'staff-overview', DESKS);
    });
    const gus = await phone('gus', { viewport: LARGE });
    await step('an invitation is a link, shown once; who has it joins with a second factor', async () => {
      await tab(fay, 'staff.accounts');
      await fay.page.locator('#invite-role').selectOption('supervisor');
      await press(fay, 'staff_accounts.invite_do');
      await seen(fay, exactly('staff_accounts.link_once'));
      const link = textIn(await visible(fay, '.made .q').screenshot());
      assert.ok(link.startsWith(`${server.origin}/staff#i=`));
      await portray(fay, 'staff-accounts', DESKS);
      await tab(fay, 'staff.audit');
      await tab(fay, 'staff.accounts');
      await seen(fay, saying('staff_accounts.open_text', { name: 'fay' }));
      assert.equal(await fay.page.locator('.made').count(), 0);
      await gus.page.goto(link);
      await field(gus, 'staff.name').fill('gus');
      await field(gus, 'staff.password').fill(PASSWORD);
      await press(gus, 'staff.next');
      await seen(gus, exactly('staff.factor_title'));
      const authenticator = new Authenticator(textIn(await visible(gus, '.qr .q').screenshot()));
      await field(gus, 'staff.code').fill(await authenticator.code());
      await press(gus, 'staff.factor_done');
      await seen(gus, exactly('staff.joined', { name: 'gus' }));
      gus.account = { name: 'gus', password: PASSWORD, authenticator };
      await signIn(gus, gus.account);
      await seen(gus, gus.page.getByRole('button', { name: say('staff.overview'), exact: true }));
      assert.equal(await count(gus.page.getByRole('button', { name: say('staff.accounts'), exact: true })), 0);
    });
    await step('an open invitation is withdrawn: its link is void', async () => {
      await press(fay, 'staff_accounts.invite_do');
      await seen(fay, exactly('staff_accounts.link_once'));
      const link = textIn(await visible(fay, '.made .q').screenshot());
      await region(fay, 'staff_accounts.open').getByRole('button', { name: say('staff_accounts.withdraw') }).first().click();
      await region(fay, 'staff_accounts.open').getByRole('group').getByRole('button', { name: say('staff_accounts.withdraw') }).click();
      await seen(fay, exactly('staff_accounts.withdrawn'));
      const hal = await phone('hal', { viewport: LARGE });
      await hal.page.goto(link);
      await seen(hal, exactly('staff_refused.invitation'));
    });
    await step('who is disabled is out at once', async () => {
      const row = fay.page.getByRole('listitem').filter({ hasText: 'gus' });
      await row.getByRole('button', { name: say('staff_accounts.disable') }).click();
      await row.getByRole('group').getByRole('button', { name: say('staff_accounts.disable') }).click();
      await seen(fay, exactly('staff_accounts.changed', { name: 'gus' }));
      await seen(fay, row.getByText(exactly('staff_accounts.disabled')));
      await tab(gus, 'staff.audit');
      await seen(gus, exactly('staff.ended'));
      await enterPassword(gus, gus.account);
      await seen(gus, exactly('staff_refused.sign_in'));
      await gone(fay, fay.page.getByRole('group'));
    });
  },
};
