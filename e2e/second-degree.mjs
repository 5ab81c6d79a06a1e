//! Rita meets Ben, Ben meets Cleo. Rita tests positive and reports; Ben learns of it, and tells those he met with a proof in the
//! place of a TAN; Cleo is warned one step away. Then Ben tells studies of the encounter, and takes one answer back.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { deliver, inventTan } from './support/authority.mjs';
import { count, eventually, seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, put, stringsOf32 } from './support/stored.mjs';
import { assertNothingPersonal } from './support/wire.mjs';
import { exactly, say, saying } from './support/words.mjs';

const PROVEN = 'application/vnd.twoken.proven+cbor';
const PROOF = 16_418;

const press = (phone, key) =>
  phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true }).first().click();
const follow = (phone, key) =>
  phone.page.getByRole('link', { name: say(key), exact: true }).filter({ visible: true }).first().click();
const section = (phone, key) => phone.page.getByRole('region', { name: say(key), exact: true });

/** The tags and keys of an encounter's row, as they are stored. */
async function rowsOf(phone) {
  return (await dump(phone)).filter(({ store }) => store === 'diary').map(({ bytes }) => stringsOf32(bytes));
}

/** The phone forgets that it has told: as an older copy of it would know nothing of that. */
async function forgetTold(phone) {
  for (const { store, key, bytes } of await dump(phone)) {
    if (store !== 'server' || !key.startsWith('found/')) continue;
    await put(phone, store, key, Buffer.from(JSON.stringify({ ...JSON.parse(bytes.toString('utf8')), told: null })));
  }
}

async function begins(ben) {
  await press(ben, 'telling.begin');
  await seen(ben, exactly('report.choose_statement'));
}

/** The operator opens a study; its name. */
async function openStudy(server, title) {
  const ends = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const texts = ['--title', title, '--institution', 'Institute of the stories', '--asks', `What ${title} is for.`];
  return server.command('study', 'open', ...texts, '--contact', 'office@stories.example', '--ends', ends);
}

/** Ticks the one contact that a study can be told of, and approves. */
async function approve(ben, title) {
  const study = ben.page.getByRole('region', { name: title, exact: true });
  await study.getByRole('checkbox').check();
  await study.getByRole('button', { name: say('studies.send'), exact: true }).click();
}

const answerOf = (ben, title) =>
  section(ben, 'studies.shared').getByRole('listitem').filter({ hasText: title });

export default {
  'one who was exposed tells those he met, and a study': async ({ phone, server, step }) => {
    const [rita, ben, cleo] = [await phone('rita'), await phone('ben'), await phone('cleo')];
    await step('three people begin; Rita meets Ben, and Ben meets Cleo', async () => {
      for (const one of [rita, ben, cleo]) await begin(one, { region: 'north' });
      await meet(rita, ben);
      await keep(rita, {});
      await keep(ben, { note: 'Rita', minutes: 20 });
      await meet(ben, cleo);
      await keep(ben, { note: 'Cleo', minutes: 20 });
      await keep(cleo, { note: 'Ben', minutes: 20 });
    });
    await step('Rita reports, and Ben learns of it', async () => {
      const tan = inventTan();
      await deliver(server, [tan]);
      await reporting.report(rita, tan);
      await seen(rita, exactly('outgoing.sent'));
      await server.seal();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
      await seen(ben, exactly('risk.high'));
    });
    await step('he reads what telling means, who learns what, and that nobody has to', async () => {
      await follow(ben, 'home.see');
      await seen(ben, exactly('telling.lead'));
      for (const key of ['telling.they_text', 'telling.reporter_text', 'telling.server_text', 'telling.voluntary']) {
        await seen(ben, exactly(key));
      }
      await portray(ben, 'second-degree-exposure');
    });
    await step('Rita stays out whatever he chooses; one encounter is to be shared', async () => {
      await begins(ben);
      await seen(ben, saying('telling.choose'));
      await reporting.counts(ben, 1, 1);
      await ben.page.getByRole('button', { name: /1 of 2|2 of 2/ }).first().click();
      const locked = ben.page.getByRole('checkbox', { disabled: true }).filter({ visible: true });
      assert.equal(await count(locked), 1);
      await seen(ben, exactly('telling.stays_out'));
      await portray(ben, 'second-degree-choose');
      await press(ben, 'telling.not_now');
      await seen(ben, exactly('telling.lead'));
      assert.equal(ben.line.to('POST', '/v1/').length, 0, 'looking has sent something');
      await begins(ben);
    });
    const shown = await step('exactly what will be sent is shown', async () => {
      await reporting.lookOver(ben);
      for (const key of ['telling.proof_text', 'telling.proof_once']) await seen(ben, saying(key));
      await portray(ben, 'second-degree-look');
      const entries = await reporting.entriesShown(ben);
      assert.ok(entries.length >= 1, 'no entry');
      return entries;
    });
    await step('no page is asked for again: the proof is made of what was kept', async () => {
      const before = ben.line.calls.length;
      // The server gets the first one, and its answer is lost on the way.
      let lost = 0;
      ben.line.alter = (call, answer) => {
        if (call.method === 'POST' && call.path === '/v1/uploads' && lost === 0) {
          lost += 1;
          throw new Error('lost');
        }
        return answer;
      };
      await reporting.send(ben);
      // It goes again by itself.
      await seen(ben, exactly('outgoing.sent'));
      ben.line.alter = (_call, answer) => answer;
      assert.deepEqual([...new Set(ben.line.api(before).map(({ path }) => path))], ['/v1/uploads']);
    });
    const proven = await step('the retry sent the same bytes, with a proof and without a permit', async () => {
      const uploads = ben.line.to('POST', '/v1/uploads');
      assert.equal(uploads.length, 2);
      const [first, again] = uploads;
      assert.ok(first.body.equals(again.body), 'the retry is another');
      assert.equal(first.headers['content-type'], PROVEN);
      assert.equal(first.headers['twoken-permit'], undefined);
      assert.ok(first.body.length > PROOF);
      for (const entry of shown) assert.ok(first.body.includes(entry), 'what was shown is not what went');
      for (const word of ['Rita', 'Cleo']) assert.ok(!first.body.includes(word), word);
      return first.body;
    });
    await step('Rita’s encounter is not in it', async () => {
      const [ritas] = await rowsOf(rita);
      // Whatever 32 bytes Rita keeps of Ben: her tags and his.
      for (const known of ritas) assert.ok(!proven.includes(known), 'something of Rita’s went');
    });
    await step('a stranger’s proof is refused: a copy with another body, and one with another nullifier', async () => {
      const send = (body) =>
        fetch(`${server.origin}/v1/uploads`, { method: 'POST', headers: { 'content-type': PROVEN }, body });
      const refused = async (altered, status, type) => {
        const answer = await send(altered);
        assert.deepEqual([answer.status, (await answer.json()).type], [status, type]);
      };
      const altered = Buffer.from(proven);
      altered[altered.length - 1] ^= 1;
      // Its nullifier was used: it is not even looked at.
      await refused(altered, 409, 'proof-used');
      // The group’s generator in the nullifier’s place, behind the proof’s length, version and kind.
      const at = proven.indexOf(Buffer.from([0x59, 0x40, 0x22, 1, 1])) + 5;
      assert.ok(at > 5);
      altered.write('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76', at, 'hex');
      await refused(altered, 403, 'proof-refused');
      const repeated = await send(proven);
      assert.equal(repeated.status, 200, 'the same again counts once, and gets the same answer');
    });
    await step('Cleo is warned: one step away, with lower risk', async () => {
      await server.seal();
      await check(cleo);
      await seen(cleo, exactly('home.second_one'));
      await seen(cleo, exactly('home.second_text'));
      await seen(cleo, exactly('risk.medium'));
      await portray(cleo, 'second-degree-home');
      await follow(cleo, 'home.see');
      await seen(cleo, exactly('exposure.statement_second'));
      await seen(cleo, exactly('exposure.lead_second'));
      await seen(cleo, saying('exposure.link_second_text'));
      await portray(cleo, 'second-degree-received');
    });
    await step('claim_31_she_is_not_offered_to_go_on', async () => {
      assert.equal(await count(cleo.page.getByText(exactly('telling.title'))), 0);
      assert.equal(await count(cleo.page.getByRole('button', { name: say('telling.begin') })), 0);
      await cleo.go(say('nav.diary'));
      await seen(cleo, exactly('diary.reported_second'));
    });
    await step('Rita is told of nothing', async () => {
      await check(rita);
      await seen(rita, exactly('home.clear'));
    });
    await step('Ben has told: he is not asked again', async () => {
      await press(ben, 'outgoing.dismiss');
      await ben.go(say('nav.home'));
      await follow(ben, 'home.see');
      await seen(ben, saying('telling.done'));
    });
    await step('claim_25_an_older_copy_of_his_phone_is_refused_in_words', async () => {
      await forgetTold(ben);
      await ben.open();
      await begins(ben);
      await reporting.lookOver(ben);
      await reporting.send(ben);
      await seen(ben, exactly('refused.proof_used'));
      await press(ben, 'outgoing.dismiss');
    });

    const [kept, back, over, late] = ['The week at a glance', 'Close or not', 'Too late', 'Still on its way'];
    const names = await step('the operator opens four studies; no phone asks before somebody opens the page', async () => {
      const names = [];
      for (const title of [kept, back, over, late]) names.push(await openStudy(server, title));
      assert.equal(ben.line.to('GET', '/v1/studies').length, 0);
      await ben.go(say('nav.settings'));
      await follow(ben, 'studies.look');
      for (const title of [kept, back, over, late]) await seen(ben, ben.page.getByRole('heading', { name: title, exact: true }));
      assert.equal(ben.line.to('GET', '/v1/studies').length, 1);
      await seen(ben, ben.page.getByText(names[0].slice(0, 12)));
      return names;
    });
    await step('exactly what would be told stands below the encounter', async () => {
      const study = ben.page.getByRole('region', { name: kept, exact: true });
      await seen(ben, study.getByText(say('studies.from_15')));
      await seen(ben, study.getByText(say('studies.close')));
      assert.equal(ben.line.to('POST', '/v1/studies/').length, 0);
      await portray(ben, 'second-degree-studies');
    });
    await step('claim_33_two_studies_are_told_in_a_request_each', async () => {
      await approve(ben, kept);
      await approve(ben, back);
      for (const title of [kept, back]) await seen(ben, answerOf(ben, title).getByText(say('studies.sent')));
      const [one, other] = ben.line.to('POST', '/v1/studies/');
      assert.equal(ben.line.to('POST', '/v1/studies/').length, 2);
      const common = stringsOf32(one.body).filter((bytes) => other.body.includes(bytes));
      assert.equal(common.length, 1, 'they have more in common than the page');
      assert.ok(!one.body.includes('Rita'));
    });
    await step('one is taken back, with its own key, which was on this phone alone', async () => {
      await answerOf(ben, back).getByRole('button', { name: say('studies.withdraw') }).click();
      await seen(ben, answerOf(ben, back).getByText(say('studies.withdrawn')));
      const [withdrawal] = ben.line.to('POST', '/v1/studies/').slice(-1);
      assert.ok(withdrawal.path.endsWith('/withdrawals'));
      const key = Buffer.from(JSON.parse(withdrawal.body.toString()).key, 'base64url');
      assert.equal(key.length, 32);
      for (const { body } of ben.line.to('POST', '/v1/studies/').slice(0, 2)) assert.ok(!body.includes(key));
    });
    await step('a study that ended meanwhile says so', async () => {
      await server.command('study', 'close', names[2]);
      await approve(ben, over);
      await seen(ben, answerOf(ben, over).getByText(say('studies.ended')));
    });
    await step('what is taken back while it may be on its way is asked for until it is found', async () => {
      const reports = () => ben.line.to('POST', '/v1/studies/').filter(({ path }) => path.endsWith('/reports'));
      const before = reports().length;
      ben.line.cut = true;
      await approve(ben, late);
      await eventually('it was sent into nothing', async () => reports().length > before);
      await answerOf(ben, late).getByRole('button', { name: say('studies.withdraw') }).click();
      // The browser itself may have sent it a second time, over another connection; from now on nobody does.
      const gone = reports().length;
      ben.line.cut = false;
      // The server does not know it: nobody is told that it was taken back.
      await seen(ben, answerOf(ben, late).getByText(/It may still be on its way/));
      await portray(ben, 'second-degree-withdrawing');
      // Only now it arrives.
      const { path, headers, body } = reports().at(-1);
      const type = headers['content-type'];
      const answer = await fetch(`${server.origin}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
      assert.equal(answer.status, 200);
      const withdrawn = answerOf(ben, late).getByText(say('studies.withdrawn'));
      await eventually('it was found and taken back', async () => (await count(withdrawn)) > 0, 90_000);
      assert.equal(reports().length, gone, 'it was sent again');
    });
    await step('a table of so few is not made: nothing of one contact leaves the server', async () => {
      await server.command('study', 'close', names[0]);
      const refused = await server.command('study', 'export', names[0], '--to', server.folder).catch((error) => error);
      assert.match(String(refused.stderr), /10 reports: nothing was exported/);
      assert.deepEqual(fs.readdirSync(server.folder).filter((file) => file.endsWith('.csv')), []);
      await portray(ben, 'second-degree-told');
    });
    await step('until there are results, the other one can be taken back, though the study is closed', async () => {
      await answerOf(ben, kept).getByRole('button', { name: say('studies.withdraw') }).click();
      await seen(ben, answerOf(ben, kept).getByText(say('studies.withdrawn')));
    });
    await step('a later report of his own works as ever: Cleo learns it in the first degree', async () => {
      const tan = inventTan();
      await deliver(server, [tan]);
      await reporting.report(ben, tan);
      await seen(ben, exactly('outgoing.sent'));
      await server.seal();
      await check(cleo);
      await seen(cleo, exactly('home.reported_one'));
    });
    await step('no request carries anything of a person’s', () => {
      for (const one of [rita, ben, cleo]) assertNothingPersonal(one);
    });
  },
};
