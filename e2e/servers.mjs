//! Several servers: one that a person adds beside the app's own, by its address, a link or a code. It is named before it is
//! asked, and asked before it is agreed to; who has not added it does not see what is reported there; and one that fails,
//! lies or has another key stops no other.

import assert from 'node:assert/strict';
import { ABROAD, abroad, address, agree, openServers, press, typed } from './support/abroad.mjs';
import { pictureOf } from './support/code.mjs';
import { eventually, gone, seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

/** Its name, to tell it from the other. */
export const settings = 'name = "Health office at home"';

/** A report with a TAN of a server, chosen by its name. */
async function reportTo(phone, server, name) {
  await phone.go(say('nav.report'));
  await phone.page.getByLabel(say('servers.report_to'), { exact: true }).selectOption({ label: name });
  await reporting.report(phone, (await server.issue())[0]);
  await seen(phone, exactly('outgoing.sent'));
}

export default {
  'one beside the home server': abroad(async ({ phone, server, other, step }) => {
    const [ada, ben, cleo, dora] = await Promise.all(['ada', 'ben', 'cleo', 'dora'].map((name) => phone(name)));
    for (const one of [ada, ben, cleo, dora]) await begin(one);
    await step('ada has met the three others', async () => {
      for (const one of [ben, cleo, dora]) {
        await meet(ada, one);
        for (const each of [ada, one]) await keep(each, {});
      }
    });
    await step('one types its address: it is named, asked when she says so, and agreed to', async () => {
      await typed(ada, `${other.origin}/`);
      await portray(ada, 'servers-named');
      await press(ada, 'servers.not_now');
      assert.deepEqual(ada.line.of(other), []);
      await typed(ada, other.origin);
      await agree(ada, other);
      await portray(ada, 'servers');
    });
    const link = await step('its link and code name it to others, and nothing else', async () => {
      await ada.page.getByRole('region', { name: ABROAD }).getByRole('button', { name: say('servers.share'), exact: true }).click();
      const shown = `${server.origin}/#s=${other.origin}`;
      await seen(ada, ada.page.getByText(shown, { exact: true }));
      return shown;
    });
    await step('another one follows the link', async () => {
      await ben.page.goto(link);
      await agree(ben, other);
    });
    await step('a third one scans the code', async () => {
      await openServers(cleo);
      await press(cleo, 'servers.scan');
      cleo.camera.see(pictureOf(link, 4));
      await agree(cleo, other);
      cleo.camera.blank();
    });
    await step('the report goes to the server chosen, and nothing of it to the other', async () => {
      const before = ada.line.calls.length;
      await reportTo(ada, other, ABROAD);
      await seen(ada, saying('servers.sent_to', { server: ABROAD }));
      const posted = (to) => ada.line.of(to, before).filter(({ method }) => method === 'POST').map(({ path }) => path);
      assert.deepEqual(posted(other), ['/v1/permits', '/v1/uploads']);
      assert.deepEqual(posted(server), []);
      await other.seal();
    });
    await step('who asks that server learns of it, with where it is from; who does not, does not', async () => {
      for (const one of [ben, cleo]) {
        await check(one);
        await seen(one, exactly('home.reported_one'));
      }
      await check(dora);
      await seen(dora, exactly('home.clear'));
      await ben.page.getByRole('link', { name: say('home.see'), exact: true }).click();
      await seen(ben, ben.page.getByRole('definition').filter({ hasText: ABROAD }));
      await portray(ben, 'exposure-abroad');
    });
    await step('both are asked by the same requests, without cookie, referrer or anything of the other', () => {
      const asked = (to) => ben.line.of(to).filter(({ path }) => path.startsWith('/v1/'));
      for (const [to, stranger] of [[other, server], [server, other]]) {
        assert.ok(asked(to).length > 0);
        for (const { headers, body, url } of asked(to)) {
          assert.equal(headers.cookie, undefined);
          assert.equal(headers.referer, undefined);
          assert.ok(!`${url}${body}`.includes(stranger.origin));
        }
      }
      assert.deepEqual([...new Set(dora.line.of(other))], []);
      assert.deepEqual(ben.line.strangers().filter(({ url }) => !url.startsWith(other.origin)), []);
    });
    await step('what is kept of it stands under its address', async () => {
      const names = (await dump(ben)).filter(({ store }) => store === 'server').map(({ key }) => key);
      for (const name of ['server', 'checked']) {
        assert.ok(names.includes(name) && names.includes(`${other.origin}|${name}`), names.join(' '));
      }
    });
    await step('removed, it is asked no more; brought back, it is as it was', async () => {
      await openServers(ben);
      const before = await record(ben, 'server', `${other.origin}|server`);
      await press(ben, 'servers.remove');
      await seen(ben, exactly('servers.remove_text'));
      await press(ben, 'servers.remove_yes');
      await seen(ben, saying('servers.removed', { server: ABROAD }));
      assert.ok(!(await dump(ben)).some(({ key }) => key.startsWith(other.origin)));
      await press(ben, 'diary.undo');
      await seen(ben, ben.page.getByRole('region', { name: ABROAD }));
      await eventually('its records are back', async () => (await record(ben, 'server', `${other.origin}|server`)) !== undefined);
      assert.deepEqual(await record(ben, 'server', `${other.origin}|server`), before);
    });
    await step('removed for good, what was found there stays in the diary, with where it is from', async () => {
      await press(ben, 'servers.remove');
      await press(ben, 'servers.remove_yes');
      await gone(ben, ben.page.getByRole('region', { name: ABROAD }));
      await ben.restart();
      await ben.open();
      const before = ben.line.calls.length;
      await check(ben);
      assert.deepEqual(ben.line.of(other, before), []);
      await seen(ben, exactly('home.reported_one'));
      await ben.page.getByRole('link', { name: say('home.see'), exact: true }).click();
      await seen(ben, ben.page.getByRole('definition').filter({ hasText: say('servers.from_removed') }));
    });
  }),

  'one in a link that comes before anything else': abroad(async ({ phone, other, step }) => {
    await step('it is named at Welcome, and after beginning it is asked about', async () => {
      const eve = await phone('eve');
      await eve.open(`/#s=${other.origin}`);
      await seen(eve, saying('welcome.waiting_server_text', { server: other.origin }));
      await eve.page.getByRole('checkbox', { name: say('welcome.keep') }).check();
      await eve.page.getByRole('button', { name: say('welcome.start'), exact: true }).click();
      await agree(eve, other);
    });
  }),

  'one that fails': abroad(async ({ phone, server, other, step }) => {
    const [ada, ben] = await Promise.all(['ada', 'ben'].map((name) => phone(name)));
    for (const one of [ada, ben]) await begin(one);
    await meet(ada, ben);
    for (const one of [ada, ben]) await keep(one, {});
    await step('what is no address, is here already, or is for something else is told, and nobody is asked', async () => {
      const before = ben.line.calls.length;
      for (const [text, key] of [
        ['http://elsewhere.example', 'servers.bad_address'],
        ['https://elsewhere.example/path', 'servers.bad_address'],
        [server.origin, 'servers.bad_home'],
        [`${server.origin}/#t=${(await server.issue())[0]}`, 'servers.bad_other'],
      ]) {
        await typed(ben, text);
        await seen(ben, saying(key));
        assert.equal(await address(ben).inputValue(), text, 'what was entered is kept');
      }
      assert.equal(ben.line.of(other, before).length, 0);
      await typed(ben, other.origin);
      await agree(ben, other);
      await typed(ben, other.origin);
      await seen(ben, saying('servers.bad_there'));
    });
    await step('it is unreachable: the home server is asked all the same, and what is missing is said', async () => {
      await check(ben);
      await other.stop();
      await reporting.report(ada, (await server.issue())[0]);
      await seen(ada, exactly('outgoing.sent'));
      await server.seal();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
      await seen(ben, exactly('servers.some', { done: '1', all: '2' }));
      await portray(ben, 'servers-missing');
      await openServers(ben);
      await seen(ben, exactly('api.unreachable'));
    });
    await step('it answers again: nothing is missing any more', async () => {
      await other.start();
      await check(ben);
      await gone(ben, saying('servers.some'));
    });
    await step('it answers nonsense', async () => {
      ben.line.alter = (call, answer) =>
        call.url.startsWith(`${other.origin}/v1/config`) ? { ...answer, body: Buffer.from('<html>moved</html>') } : answer;
      await check(ben);
      await seen(ben, exactly('servers.some', { done: '1', all: '2' }));
      ben.line.alter = (_call, answer) => answer;
    });
    await step('it has moved: nobody follows, and that is said', async () => {
      ben.line.alter = (call, answer) =>
        call.url.startsWith(`${other.origin}/`)
          ? { status: 301, headers: { ...answer.headers, location: call.url.replace(other.origin, server.origin) }, body: Buffer.alloc(0) }
          : answer;
      const before = ben.line.of(server).length;
      await check(ben);
      await seen(ben, exactly('servers.some', { done: '1', all: '2' }));
      await openServers(ben);
      await seen(ben, exactly('api.moved'));
      ben.line.alter = (_call, answer) => answer;
      const asked = ben.line.of(server).slice(before).map(({ path }) => path);
      assert.deepEqual(asked.filter((path) => path === '/v1/config').length, 1, 'it was followed');
      await check(ben);
      await gone(ben, saying('servers.some'));
    });
    await step('what waits to be sent there goes with it, and comes back with it', async () => {
      const [tan] = await other.issue();
      ben.line.cut = true;
      await ben.go(say('nav.report'));
      await ben.page.getByLabel(say('servers.report_to'), { exact: true }).selectOption({ label: ABROAD });
      await reporting.report(ben, tan);
      await seen(ben, exactly('outgoing.waiting'));
      await openServers(ben);
      await press(ben, 'servers.remove');
      await seen(ben, saying('servers.remove_waits'));
      await press(ben, 'servers.remove_yes');
      await gone(ben, ben.page.getByRole('region', { name: ABROAD }));
      await eventually('the report is gone', async () => (await record(ben, 'outgoing', 'report')) === undefined);
      await press(ben, 'diary.undo');
      await seen(ben, ben.page.getByRole('region', { name: ABROAD }));
      ben.line.cut = false;
      await ben.go(say('nav.report'));
      await seen(ben, exactly('outgoing.sent'));
      assert.deepEqual(ben.line.to('POST', '/v1/permits').filter(({ url }) => !url.startsWith(other.origin)), []);
      await press(ben, 'outgoing.dismiss');
    });
    await step('it has another key: nothing of it is used, and it is said loudly', async () => {
      await other.stop();
      other.forget();
      await other.start();
      const before = ben.line.calls.length;
      await check(ben);
      await seen(ben, saying('servers.changed', { servers: ABROAD }));
      assert.deepEqual([...new Set(ben.line.of(other, before).map(({ path }) => path))], ['/v1/config']);
      await portray(ben, 'servers-key');
    });
    await step('until the person accepts the new one', async () => {
      await openServers(ben);
      await press(ben, 'settings.trust_do');
      await gone(ben, exactly('settings.trust'));
      await check(ben);
      await gone(ben, saying('servers.changed'));
      await seen(ben, exactly('home.reported_one'));
    });
    await step('deleting everything takes all of it', async () => {
      await ben.go(say('nav.settings'));
      await press(ben, 'settings.delete');
      await press(ben, 'settings.delete_yes');
      await seen(ben, exactly('rights.erased'));
      assert.ok(!(await dump(ben)).some(({ key, bytes }) => key.includes(other.origin) || bytes.includes(other.origin)));
    });
  }),
};
