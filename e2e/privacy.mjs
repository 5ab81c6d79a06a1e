//! Privacy: every request of whole journeys, recorded and explained. What is not on the list below fails the story; the list is
//! held against the inventory (`docs/inventory.json`). Nothing goes before consent but the app's own files, nothing to anybody
//! else, nothing after everything was deleted, of which nothing remains.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { begin, check, keep, meet, welcomed } from './support/meeting.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, record, stringsOf32 } from './support/stored.mjs';
import { assertNothingPersonal } from './support/wire.mjs';
import { exactly, say, saying } from './support/words.mjs';

/** Every kind of request that a person's app makes: the inventory's name of it, its form, and why it is made. */
const KINDS = [
  ['app', 'GET', /^\/$|^\/([\w-]+\/)*[\w.-]+\.\w+$/, 'the app itself: the same files for everybody'],
  ['config', 'GET', /^\/v1\/config$/, 'the server’s signed settings: regions on Welcome when asked for, later before checks'],
  ['index', 'GET', /^\/v1\/regions\/[a-z0-9-]+\/\d{4}-\d\d-\d\d$/, 'which lists there are: a region and a public day'],
  ['batches', 'GET', /^\/v1\/batches\/[0-9a-f]{32}\/(entries|filter|pages\/\d+)$/, 'a public list, compared here'],
  ['psi', 'POST', /^\/v1\/psi$/, 'private mode’s question for a day'],
  ['permit', 'POST', /^\/v1\/permits$/, 'a TAN becomes a permit, by a report’s last button'],
  ['upload', 'POST', /^\/v1\/uploads$/, 'the bytes that were shown'],
  ['studies', 'GET', /^\/v1\/studies$/, 'the page Studies was opened'],
  ['study-report', 'POST', /^\/v1\/studies\/[0-9a-f]{64}\/reports$/, 'one approved contact'],
  ['study-withdrawal', 'POST', /^\/v1\/studies\/[0-9a-f]{64}\/withdrawals$/, 'one contact is taken back'],
];
/** Staff's own: no person's app asks for it. */
const STAFFS = ['console'];

const kindOf = ({ method, path }) => KINDS.find(([, verb, form]) => verb === method && form.test(path))?.[0];

/** The kinds of all requests since the `since`th; one that is of none fails. */
function kinds(phone, since = 0) {
  const calls = phone.line.calls.slice(since).filter(({ url }) => url.startsWith(`${phone.server.origin}/`));
  for (const call of calls) {
    assert.ok(kindOf(call), `${phone.name}: ${call.method} ${call.url} is on no list`);
    if (call.method === 'GET') assert.equal(call.body.length, 0, `${call.url} carries a body`);
  }
  return [...new Set(calls.map(kindOf))].sort();
}

const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true }).click();

async function openRights(phone) {
  await phone.go(say('nav.home'));
  await phone.page.getByRole('link', { name: say('nav.settings'), exact: true }).filter({ visible: true }).first().click();
  await phone.page.getByRole('link', { name: say('rights.look'), exact: true }).click();
  await seen(phone, exactly('rights.kept'));
}

/** The file that pressing a button saves. */
async function saved(phone, key) {
  const [download] = await Promise.all([phone.page.waitForEvent('download'), press(phone, key)]);
  return fs.readFileSync(await download.path(), 'utf8');
}

const cached = (phone) => phone.page.evaluate(() => caches.keys());
/** How many databases there are. To read one that is just being deleted would make it anew. */
const databases = (phone) => phone.page.evaluate(async () => (await indexedDB.databases()).length);
const workers = (phone) => phone.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
/** A moment as a field for date and time takes it, so many minutes from now. */
const moment = (phone, minutes) =>
  phone.page.evaluate((off) => new Date(Date.now() + off * 60_000).toLocaleString('sv').replace(' ', 'T').slice(0, 16), minutes);

export default {
  'every request, from the first visit to the last': async ({ phone, server, step }) => {
    await step('what may be asked is what the inventory says', () => {
      const inventory = JSON.parse(fs.readFileSync(new URL('../docs/inventory.json', import.meta.url), 'utf8'));
      const listed = inventory.requests.map(({ id }) => id).filter((id) => !STAFFS.includes(id));
      assert.deepEqual(KINDS.map(([id]) => id).sort(), listed.sort());
      for (const { when, carries } of inventory.requests) assert.ok(when && carries);
    });
    const ada = await phone('ada');
    const ben = await phone('ben');
    await step('before consent, only the app’s own files are asked for, and nothing is stored', async () => {
      await ada.open();
      await welcomed(ada);
      assert.deepEqual(kinds(ada), ['app']);
      assert.deepEqual(await dump(ada), []);
      assert.deepEqual([await cached(ada), await workers(ada)], [[], 0]);
    });
    await step('simple words stand before consent, and nothing is asked for to read them', async () => {
      const before = ada.line.api().length;
      await press(ada, 'rights.simple');
      await seen(ada, exactly('rights.simple_found_text'));
      await portray(ada, 'welcome-simple');
      assert.equal(ada.line.api().length, before);
    });
    await step('regions are asked for when that is pressed, and nothing else', async () => {
      await press(ada, 'welcome.region_ask');
      await seen(ada, ada.page.getByLabel(say('welcome.region')));
      assert.deepEqual(kinds(ada), ['app', 'config']);
      assert.deepEqual(await dump(ada), []);
    });
    await step('after consent two meet: nothing of it goes out', async () => {
      await begin(ada, { hourly: true, region: 'north' });
      await begin(ben, { region: 'north' });
      const since = [ada, ben].map(({ line }) => line.calls.length);
      await meet(ada, ben);
      await keep(ada, { label: 'work', note: 'lunch <b>& "talk"', minutes: 30 });
      await keep(ben, { note: 'with Ada' });
      [ada, ben].forEach((one, i) => assert.ok(kinds(one, since[i]).every((kind) => ['app', 'config', 'index'].includes(kind))));
    });
    await step('a check asks for public lists, alike for everybody', async () => {
      const since = ben.line.calls.length;
      await check(ben);
      assert.ok(kinds(ben, since).every((kind) => ['app', 'config', 'index', 'batches'].includes(kind)));
    });
    await step('a report asks for a permit and carries what was shown', async () => {
      const [tan] = await server.issue();
      const since = ada.line.calls.length;
      await reporting.report(ada, tan);
      await seen(ada, exactly('outgoing.sent'));
      const asked = kinds(ada, since);
      assert.ok(asked.includes('permit') && asked.includes('upload') && !asked.includes('psi'), `${asked}`);
      const [{ body }] = ada.line.to('POST', '/v1/uploads');
      for (const word of [tan, 'lunch', 'work']) assert.ok(!body.includes(word), word);
    });
    await step('who was met learns of it by a public list', async () => {
      await server.seal();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
      assert.ok(kinds(ben).includes('batches'));
    });
    await step('your data says how much is kept, and since when what was agreed to', async () => {
      await openRights(ben);
      await seen(ben, exactly('rights.kept_diary_text'));
      await seen(ben, saying('rights.since'));
      await portray(ben, 'rights');
    });
    await step('the export says what the person wrote, explains itself, and holds no key', async () => {
      const since = ada.line.calls.length;
      await openRights(ada);
      const page = await saved(ada, 'rights.export_page');
      assert.ok(page.includes('lunch &lt;b&gt;&amp; &quot;talk&quot;') && !page.includes('<script'), page);
      const text = await saved(ada, 'rights.export_json');
      const all = JSON.parse(text);
      const diary = all.tables.find(({ name }) => name === 'diary');
      assert.equal(diary.rows[0].note, 'lunch <b>& "talk"');
      assert.deepEqual([diary.rows[0].minutes, diary.rows[0].minutes_by_you, diary.rows[0].both_ways], [30, true, true]);
      for (const { fields, rows } of all.tables) for (const row of rows) for (const name of Object.keys(row)) assert.ok(fields[name], name);
      assert.ok(all.tables.find(({ name }) => name === 'sent').rows.some(({ state }) => state === 'sent'));
      const keys = (await dump(ada)).filter(({ store }) => ['diary', 'keys'].includes(store)).flatMap(({ bytes }) => stringsOf32(bytes));
      assert.ok(keys.length > 0, 'there are no keys to look for');
      for (const key of keys) for (const form of ['hex', 'base64', 'base64url']) assert.ok(!text.includes(key.toString(form)), 'a key');
      assert.ok(ada.line.calls.slice(since).every((call) => kindOf(call) !== 'upload'), 'the export went out');
    });
    await step('each consent is withdrawn alone', async () => {
      const hourly = ada.page.getByRole('switch', { name: saying('settings.hourly') });
      await hourly.click();
      await eventually('hourly checks are off', async () => (await record(ada, 'settings', 'settings')).consent.check_hourly === false);
      await press(ada, 'rights.region_withdraw');
      await eventually('no region is chosen', async () => (await record(ada, 'settings', 'settings')).region === null);
      const { consent, since } = await record(ada, 'settings', 'settings');
      assert.ok(consent.given_at > 0);
      assert.deepEqual([since.check_hourly, since.region], [null, null]);
    });
    await step('a span of time goes at once, with its count before, and comes back', async () => {
      const diary = async () => (await dump(ada)).filter(({ store }) => store === 'diary').length;
      const fill = (key, value) => ada.page.getByLabel(say(key), { exact: true }).fill(value);
      await fill('rights.range_from', await moment(ada, -60));
      await fill('rights.range_to', await moment(ada, -50));
      await seen(ada, exactly('rights.range_none'));
      await fill('rights.range_to', await moment(ada, 1));
      await seen(ada, saying('rights.range_some'));
      const before = await diary();
      await press(ada, 'rights.range_do');
      await eventually('it is off the device', async () => (await diary()) === 0);
      await press(ada, 'diary.undo');
      await eventually('it is back', async () => (await diary()) === before);
    });
    await step('everything deleted is off the device at once, and comes back from memory', async () => {
      await press(ada, 'rights.keep_withdraw');
      await seen(ada, exactly('settings.delete_sure'));
      await press(ada, 'settings.delete_yes');
      await seen(ada, exactly('rights.erased'));
      await eventually('nothing is left', async () => (await databases(ada)) === 0 && (await cached(ada)).length === 0);
      await press(ada, 'rights.erased_undo');
      await ada.go(say('nav.diary'));
      await seen(ada, ada.page.getByText('talk'));
    });
    await step('everything deleted is off the device at once, and nothing is sent', async () => {
      await openRights(ada);
      await press(ada, 'rights.keep_withdraw');
      await press(ada, 'settings.delete_yes');
      await seen(ada, exactly('rights.erased'));
      await eventually('nothing is left', async () => (await databases(ada)) === 0 && (await cached(ada)).length === 0);
      const since = ada.line.calls.length;
      await welcomed(ada);
      assert.deepEqual(kinds(ada, since).filter((kind) => kind !== 'app'), []);
      assert.deepEqual(await dump(ada), []);
      assert.deepEqual([await cached(ada), await workers(ada)], [[], 0]);
      assert.equal(await ada.page.evaluate(() => document.cookie), '');
      await gone(ada, exactly('rights.erased'));
    });
    await step('no cookie, no credential, no other host, nothing personal in any address', () => {
      for (const one of [ada, ben]) {
        kinds(one);
        assertNothingPersonal(one);
      }
    });
  },

  'the server’s own pages name nobody else': async ({ server, step }) => {
    await step('their policies let nothing but the server itself be loaded', async () => {
      for (const path of ['/', '/staff', '/v1/docs', '/v1/openapi.json']) {
        const answer = await fetch(`${server.origin}${path}`);
        assert.equal(answer.status, 200, path);
        const policy = answer.headers.get('content-security-policy') ?? '';
        assert.match(policy, /default-src '(self|none)'/, path);
        const loads = policy.split(';').filter((part) => !/^\s*connect-src/.test(part));
        assert.ok(!/https?:|\*|data:text/.test(loads.join(';')), `${path}: ${policy}`);
        const text = await answer.text();
        if (!(answer.headers.get('content-type') ?? '').startsWith('text/html')) continue;
        const named = [...text.matchAll(/<(?:script|link|img|iframe|source|form)\b[^>]*?(?:src|href|action)="([^"]+)"/g)];
        for (const [, address] of named) assert.ok(!/^(https?:)?\/\//.test(address), `${path} loads ${address}`);
      }
    });
  },

  'a reminder of a copy': async ({ phone, step }) => {
    const ada = await phone('ada', { ahead: -3 * 86_400_000 });
    const ben = await phone('ben', { ahead: -3 * 86_400_000 });
    for (const one of [ada, ben]) await begin(one);
    await meet(ada, ben);
    await keep(ada, { note: 'three days ago' });
    await step('with something to lose, and no promise of the browser, Home reminds, once', async () => {
      ada.options.ahead = 0;
      await ada.restart();
      await ada.open();
      const promised = await ada.page.evaluate(() => navigator.storage.persisted());
      if (promised) {
        await ada.go(say('nav.home'));
        assert.equal(await count(ada.page.getByText(exactly('rights.reminder'))), 0);
        return;
      }
      await seen(ada, exactly('rights.reminder'));
      await portray(ada, 'home-reminder');
      await press(ada, 'rights.reminder_later');
      await gone(ada, exactly('rights.reminder'));
      await eventually('it is noted', async () => (await record(ada, 'settings', 'settings')).reminded_at > 0);
      await ada.restart();
      await ada.open();
      await seen(ada, exactly('home.unchecked'));
      assert.equal(await count(ada.page.getByText(exactly('rights.reminder'))), 0);
    });
  },
};
