//! Backup and move: a file under a passphrase, made on one phone, brought to a new one through Welcome and to one in use. What
//! was brought is compared like all else. Whatever is wrong with a file is told, and nothing changes.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { ABROAD, abroad, agree, typed } from './support/abroad.mjs';
import * as age from './support/age.mjs';
import { eventually, gone, seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const PASSPHRASE = 'correct horse battery';

const button = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true });
const press = (phone, key) => button(phone, key).click();
const field = (phone, key) => phone.page.getByLabel(say(key), { exact: true });

async function openBackup(phone) {
  await phone.go(say('nav.home'));
  await phone.page.getByRole('link', { name: say('nav.settings'), exact: true }).filter({ visible: true }).first().click();
  await phone.page.getByRole('link', { name: say('backup.look'), exact: true }).filter({ visible: true }).click();
  await seen(phone, exactly('backup.make_text'));
}

/** Makes one; gives its name and bytes. */
async function make(phone, passphrase = PASSPHRASE) {
  await field(phone, 'lock.passphrase').fill(passphrase);
  await field(phone, 'lock.again').fill(passphrase);
  const [download] = await Promise.all([phone.page.waitForEvent('download'), press(phone, 'backup.save')]);
  await seen(phone, exactly('backup.saved'));
  return { name: download.suggestedFilename(), file: fs.readFileSync(await download.path()) };
}

const choose = (phone, buffer, name = 'twoken.age') =>
  phone.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });

/** Chooses a file and opens it. */
async function open(phone, file, passphrase = PASSPHRASE) {
  await choose(phone, file);
  await field(phone, 'backup.its_passphrase').fill(passphrase);
  await press(phone, 'backup.open');
}

/** Brings one, and waits for what is said of it. */
async function bring(phone, file, said = 'backup.done') {
  await open(phone, file);
  await press(phone, 'backup.yes');
  await seen(phone, exactly(said));
}

/** A report with a TAN of a further server. */
async function reportTo(phone, other) {
  await phone.go(say('nav.report'));
  await phone.page.getByLabel(say('servers.report_to'), { exact: true }).selectOption({ label: ABROAD });
  await reporting.report(phone, (await other.issue())[0]);
  await seen(phone, exactly('outgoing.sent'));
}

const rows = async (phone) => (await dump(phone)).filter(({ store }) => store === 'diary');
const ids = async (phone) => (await rows(phone)).map(({ key }) => key).sort();
/** All that is stored but what a phone changes by itself: its keys, the turn, and when it is shown. */
const lasting = async (phone) =>
  (await dump(phone))
    .filter(({ store, key }) => ['diary', 'settings', 'server', 'emissions', 'outgoing'].includes(store) && !['turn', 'decoys', 'server'].includes(key))
    .map(({ store, key, bytes }) => `${store}/${key} ${bytes.toString('base64')}`);

export default {
  'a diary moves to a new phone, which learns of a report': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    const fresh = await phone('fresh');
    await begin(ada);
    await begin(ben);
    await meet(ada, ben);
    await keep(ada, { label: 'work', note: 'lunch with Ben' });
    await keep(ben, {});
    const made = await step('a backup is made, and its name is the day', async () => {
      await openBackup(ada);
      await press(ada, 'backup.save');
      await seen(ada, exactly('backup.short'));
      await field(ada, 'lock.passphrase').fill(PASSPHRASE);
      await press(ada, 'backup.save');
      await seen(ada, exactly('lock.differ'));
      assert.equal(await field(ada, 'lock.passphrase').getAttribute('type'), 'password');
      await ada.page.getByRole('button', { name: say('app.show_typed'), exact: true }).first().click();
      assert.equal(await field(ada, 'lock.passphrase').getAttribute('type'), 'text');
      const { name, file } = await make(ada);
      assert.match(name, /^twoken-\d{4}-\d\d-\d\d\.age$/);
      await portray(ada, 'backup-made');
      return file;
    });
    await step('anybody’s age opens it: there is what lasts, and nothing of these minutes', async () => {
      const backup = JSON.parse(age.open(PASSPHRASE, made));
      assert.deepEqual([backup.format, backup.version, backup.origin], ['twoken-backup', 1, server.origin]);
      const names = Object.keys(backup.records);
      assert.deepEqual(names.filter((name) => name.startsWith('diary/')).map((name) => name.slice(6)), await ids(ada));
      assert.ok(names.includes('settings/settings') && names.includes('server/server'), `${names}`);
      assert.ok(!names.some((name) => /^(keys|draft)\/|decoys|report|held|checked|turn/.test(name)), `${names}`);
      assert.ok(!made.includes('lunch') && !made.includes('diary'));
    });
    await step('through Welcome, after consent, it comes to a new phone', async () => {
      await fresh.open();
      await press(fresh, 'backup.bring');
      await seen(fresh, exactly('welcome.keep_missing'));
      await fresh.page.getByRole('checkbox', { name: say('welcome.keep') }).check();
      await press(fresh, 'backup.bring');
      await seen(fresh, exactly('backup.make_text'));
      await open(fresh, made);
      await seen(fresh, saying('backup.offered_text', { all: say('amount.encounters_one', { count: 1 }), new: say('amount.encounters_one', { count: 1 }) }));
      assert.deepEqual(await ids(fresh), [], 'nothing has come before it is agreed to');
      await portray(fresh, 'backup-offered');
      await press(fresh, 'backup.yes');
      await seen(fresh, exactly('backup.done'));
      assert.deepEqual(await ids(fresh), await ids(ada));
      const [theirs, mine] = await Promise.all([ada, fresh].map((one) => record(one, 'settings', 'settings')));
      assert.deepEqual(mine.consent, theirs.consent);
      await fresh.go(say('nav.diary'));
      await seen(fresh, fresh.page.getByText('lunch with Ben'));
    });
    await step('a second time nothing changes', async () => {
      await openBackup(fresh);
      const before = await lasting(fresh);
      await bring(fresh, made, 'backup.nothing_new');
      assert.deepEqual(await lasting(fresh), before);
    });
    await step('a report of the one met is found on the new phone', async () => {
      const [tan] = await server.issue();
      await reporting.report(ben, tan);
      await seen(ben, exactly('outgoing.sent'));
      await server.seal();
      await check(fresh);
      await seen(fresh, exactly('home.reported_one'));
    });
  },
  'what is brought joins what is there, and whatever is wrong with a file is told': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    const cleo = await phone('cleo');
    for (const one of [ada, ben, cleo]) await begin(one);
    await meet(ada, cleo);
    await keep(ada, { note: 'with Cleo' });
    await keep(cleo, {});
    await openBackup(ada);
    const { file } = await make(ada);
    await meet(ben, cleo);
    await keep(ben, { note: 'mine' });
    await keep(cleo, {});
    await check(ben);
    await openBackup(ben);
    const before = await lasting(ben);
    const refused = (what, bytes, said, passphrase = PASSPHRASE) =>
      step(`refused: ${what}`, async () => {
        await open(ben, bytes, passphrase);
        await seen(ben, exactly('backup.not_brought'));
        await seen(ben, typeof said === 'string' ? exactly(said) : said);
        assert.deepEqual(await lasting(ben), before);
        await press(ben, 'backup.other_file');
        await gone(ben, exactly('backup.not_brought'));
      });
    const damaged = Buffer.from(file);
    damaged[damaged.length - 40] ^= 1;
    const plain = JSON.parse(age.open(PASSPHRASE, file));
    const other = (change) => age.seal(PASSPHRASE, Buffer.from(JSON.stringify({ ...plain, ...change })));
    await refused('another passphrase', file, 'backup.wrong_passphrase', 'correct horse batter');
    await portray(ben, 'backup');
    await refused('a damaged file', damaged, 'backup.damaged');
    await refused('a file cut off', file.subarray(0, -9), 'backup.damaged');
    const chunks = age.seal(PASSPHRASE, Buffer.alloc(2 * 65_536));
    await refused('a file without its last part', chunks.subarray(0, -(65_536 + 16)), 'backup.cut_off');
    await refused('no such file', Buffer.from('Dear Ben'), 'backup.no_backup');
    await refused('something else under a passphrase', age.seal(PASSPHRASE, Buffer.from('Dear Ben')), 'backup.no_backup');
    await refused('another version', other({ version: 2 }), 'backup.other_version');
    await refused('a member too many', other({ more: 1 }), 'backup.damaged');
    await refused('a row that cannot be read', other({ records: { ...plain.records, 'diary/00': 'AQ' } }), 'backup.damaged');
    await refused('a record that is nothing of a backup', other({ records: { ...plain.records, 'keys/ring': 'AA' } }), 'backup.damaged');
    await refused('too much work', age.seal(PASSPHRASE, Buffer.from('x'), { claimed: 22 }), 'backup.too_much_work');
    await refused('a file that is too large', Buffer.alloc(34 * 1024 * 1024, 'age'), 'backup.too_large');
    const met = JSON.parse(plain.records['server/server']);
    const key = Buffer.alloc(32, 7).toString('base64url');
    const forged = JSON.stringify({ ...met, pinned: { ...met.pinned, signing_key: key } });
    await refused('another key of this server', other({ records: { ...plain.records, 'server/server': forged } }), saying('backup.other_key', { origin: server.origin }));
    await step('refused: the Twoken of somebody else', async () => {
      const elsewhere = 'https://elsewhere.example';
      await open(ben, other({ origin: elsewhere, records: { ...plain.records, 'server/server': forged } }));
      await seen(ben, saying('backup.other_server', { origin: elsewhere }));
      assert.deepEqual(await lasting(ben), before);
      await press(ben, 'backup.other_file');
    });
    await step('the right one joins what is there, and all of it is compared anew', async () => {
      const mine = await ids(ben);
      await bring(ben, file);
      await portray(ben, 'backup-done');
      const theirs = await ids(ada);
      assert.deepEqual(await ids(ben), [...new Set([...mine, ...theirs])].sort());
      assert.deepEqual((await record(ben, 'server', 'checked')).regions, {});
      const since = ben.line.calls.length;
      await check(ben);
      const days = ben.line.to('GET', '/v1/regions/', since).length;
      assert.ok(days >= 15, `${days} indexes`);
    });
    await step('one’s own words stay', async () => {
      await ben.go(say('nav.diary'));
      for (const words of ['mine', 'with Cleo']) await seen(ben, ben.page.getByText(words));
    });
    await step('who has moved may delete what stays behind, and has ten seconds to think again', async () => {
      await openBackup(ada);
      await make(ada);
      await press(ada, 'settings.delete');
      await press(ada, 'settings.delete_yes');
      await eventually('it is gone', async () => (await ada.page.evaluate(async () => (await indexedDB.databases()).length)) === 0);
    });
  },
  'further servers come along': abroad(async ({ phone, other, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    const fresh = await phone('fresh');
    const third = await phone('third');
    for (const one of [ada, ben, fresh, third]) await begin(one);
    await meet(ada, ben);
    for (const one of [ada, ben]) await keep(one, {});
    for (const one of [ada, ben]) {
      await typed(one, other.origin);
      await agree(one, other);
    }
    await reportTo(ben, other);
    await other.seal();
    await check(ada);
    await seen(ada, exactly('home.reported_one'));
    await openBackup(ada);
    const { file } = await make(ada);
    await step('they are named before, and nothing is asked of them', async () => {
      await openBackup(fresh);
      await open(fresh, file);
      await seen(fresh, saying('backup.offered_servers', { servers: other.origin }));
      await portray(fresh, 'backup-servers');
      assert.deepEqual(fresh.line.of(other), []);
    });
    await step('then each is here by the key that was known, and the exposure is from there', async () => {
      await press(fresh, 'backup.yes');
      await seen(fresh, exactly('backup.done'));
      const pins = await Promise.all([ada, fresh].map((one) => record(one, 'server', `${other.origin}|server`)));
      assert.deepEqual(pins[1].pinned, pins[0].pinned);
      await fresh.restart();
      await fresh.open();
      await seen(fresh, exactly('home.reported_one'));
      await fresh.page.getByRole('link', { name: say('home.see'), exact: true }).click();
      await seen(fresh, fresh.page.getByRole('definition').filter({ hasText: ABROAD }));
      await check(fresh);
      assert.ok(fresh.line.of(other).some(({ path }) => path.startsWith('/v1/regions/')));
    });
    await step('another key of one of them is refused, and nothing changes', async () => {
      await typed(third, other.origin);
      await agree(third, other);
      const plain = JSON.parse(age.open(PASSPHRASE, file));
      const name = `server/${other.origin}|server`;
      const met = JSON.parse(plain.records[name]);
      const pinned = { ...met.pinned, signing_key: Buffer.alloc(32, 7).toString('base64url') };
      const forged = { ...plain.records, [name]: JSON.stringify({ ...met, pinned }) };
      await openBackup(third);
      const before = await lasting(third);
      await open(third, age.seal(PASSPHRASE, Buffer.from(JSON.stringify({ ...plain, records: forged }))));
      await seen(third, saying('backup.other_key', { origin: other.origin }));
      assert.deepEqual(await lasting(third), before);
      await press(third, 'backup.other_file');
    });
    await step('a server that is none is refused', async () => {
      const plain = JSON.parse(age.open(PASSPHRASE, file));
      const listed = JSON.stringify([{ origin: 'https://elsewhere.example/path', since: 1, region: null, also: [] }]);
      await open(third, age.seal(PASSPHRASE, Buffer.from(JSON.stringify({ ...plain, records: { ...plain.records, 'settings/servers': listed } }))));
      await seen(third, exactly('backup.damaged'));
      await press(third, 'backup.other_file');
    });
  }),
};
