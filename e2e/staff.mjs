//! The medical console: a patient's screen becomes the clinician's camera, and those met are warned.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { inventTan } from './support/authority.mjs';
import { base32 } from './support/base32.mjs';
import { pictureOf } from './support/code.mjs';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { collected, keyCodeOf } from './support/key_code.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import { allowOneWay, scans } from './support/one_way.mjs';
import { LARGE } from './support/phone.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { DESKS, account, enterPassword, field, press, signIn } from './support/staff.mjs';
import { exactly, say, saying } from './support/words.mjs';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Far enough from an encounter that is left out: its neighbouring intervals stay out with it (ADR 28). */
const EARLIER = 40 * MINUTE;
const CODE_MS = 60_000;
/** Whoever bears it stays out. */
const LEFT_OUT = 'neighbours';

/** From Report to the code on the screen; `choose` may leave something out. */
async function showKeys(phone, choose = async () => {}) {
  await phone.go(say('nav.report'));
  await press(phone, 'keys.way_go');
  await seen(phone, exactly('report.choose_statement'));
  await choose();
  await press(phone, 'keys.look');
  await seen(phone, exactly('keys.look_statement'));
  await press(phone, 'keys.show');
  await seen(phone, keyCodeOf(phone));
}

/** A desk where somebody has signed in. */
async function desk(phone, server, name, role = 'clinician') {
  const one = await phone(name, { viewport: LARGE });
  one.account = await account(server, name, role, '--lasting');
  await one.open('/staff');
  await signIn(one, one.account);
  return one;
}

async function startCamera(one) {
  one.camera.blank();
  await press(one, 'camera.start');
}

/** The clinician's camera sees the patient's screen until all codes are read. */
async function scanKeys(one, patient) {
  await startCamera(one);
  await eventually('all codes are read', async () => {
    const picture = await keyCodeOf(patient).screenshot({ animations: 'allow', timeout: 5_000 }).catch(() => undefined);
    if (picture) one.camera.see(picture);
    return (await count(one.page.getByText(exactly('desk.ready')))) > 0;
  }, CODE_MS);
  one.camera.blank();
}

const upload = (one) => one.page.getByRole('button', { name: saying('desk.upload') }).click();

const entriesOf = (count) => say(`amount.entries_${count === 1 ? 'one' : 'other'}`, { count });

export default {
  'a clinician uploads for a patient': async ({ phone, server, step }) => {
    const [ada, dan] = [await phone('ada', { ahead: -EARLIER }), await phone('dan', { ahead: -EARLIER })];
    const [ben, cleo] = [await phone('ben'), await phone('cleo')];
    for (const one of [ada, ben, cleo, dan]) await begin(one);
    await step('she has met one whom she leaves out, both ways and one-way', async () => {
      await allowOneWay(ada);
      await meet(ada, dan);
      await keep(ada, { label: LEFT_OUT });
    });
    await step('then one by mutual codes alone, and one who has only scanned hers', async () => {
      for (const one of [ada, dan]) await one.page.clock.fastForward(EARLIER);
      await allowOneWay(ada, false);
      await meet(ada, ben);
      await keep(ada, {});
      await allowOneWay(ada);
      await scans(cleo, ada);
    });
    const clinician = await phone('clinician-04', { viewport: LARGE });
    clinician.account = await account(server, 'clinician-04', 'clinician', '--lasting');
    await step('who opens the console meets a form, and nothing of the app', async () => {
      await clinician.open('/staff');
      await seen(clinician, exactly('staff.sign_in'));
      await portray(clinician, 'staff-sign-in', DESKS);
      assert.equal(new URL(clinician.page.url()).pathname, '/staff');
      const databases = await clinician.page.evaluate(() => indexedDB.databases());
      assert.deepEqual(databases, [], 'the console makes no diary');
    });
    await step('a wrong password lets nobody in, and says so', async () => {
      await enterPassword(clinician, { ...clinician.account, password: 'not the password' });
      await seen(clinician, exactly('staff_refused.sign_in'));
    });
    await step('password and code let the clinician in', async () => {
      await signIn(clinician, clinician.account);
      await seen(clinician, exactly('desk.waiting'));
      await portray(clinician, 'staff-patient', DESKS);
    });
    await step('the patient shows her keys, without a network', async () => {
      ada.line.cut = true;
      await showKeys(ada, async () => {
        await reporting.counts(ada, 2, 0);
        await reporting.toggleLabel(ada, LEFT_OUT);
        await reporting.counts(ada, 1, 1);
      });
    });
    const keys = await collected(ada);
    await step('the camera takes them off the screen', async () => {
      await scanKeys(clinician, ada);
    });
    await step('counts and days are all that is told', async () => {
      const figures = await clinician.page.locator('.figures dd').allInnerTexts();
      const intervals = figures[2];
      assert.deepEqual(figures, [String(keys.encounters.length + Number(intervals)), String(keys.encounters.length), intervals]);
      const page = await clinician.page.locator('body').innerText();
      for (const line of keys.encounters) assert.ok(!page.includes(line.subarray(0, 32).toString('hex')));
      assert.equal(await clinician.page.locator('.day-bars tr').count(), new Set(keys.nodes.map((node) => node.readUInt16BE(0))).size);
      await portray(clinician, 'staff-ready', DESKS);
    });
    await step('a day that cannot be the test\'s is refused, and nothing goes', async () => {
      const before = clinician.line.calls.length;
      await field(clinician, 'report.test_day').fill('2020-01-01');
      await upload(clinician);
      await seen(clinician, exactly('report.day_old'));
      assert.deepEqual(clinician.line.to('POST', '/v1/', before), []);
      await field(clinician, 'report.test_day').fill(await reporting.today(clinician));
    });
    await step('claim_23_it_goes_under_a_permit_and_without_the_session', async () => {
      const before = clinician.line.calls.length;
      await upload(clinician);
      await seen(clinician, saying('desk.done'));
      const [permit] = clinician.line.to('POST', '/v1/staff/permits', before);
      const [sent] = clinician.line.to('POST', '/v1/uploads', before);
      assert.ok(permit.headers.cookie, 'the permit is asked for under the session');
      assert.equal(sent.status, 200);
      assert.equal(sent.headers.cookie, undefined);
      assert.equal(sent.headers['x-twoken-csrf'], undefined);
      // No key of the patient's is in it.
      for (const node of keys.nodes) assert.ok(!sent.body.includes(node.subarray(4)), 'a key went by network');
      for (const line of keys.encounters) {
        assert.ok(sent.body.includes(line.subarray(0, 32)), 'an encounter is missing');
        assert.ok(!sent.body.includes(line.subarray(32)), 'a status key went by network');
      }
    });
    await step('it says how many, when they are sealed, and that the keys are gone', async () => {
      await seen(clinician, saying('desk.done_text'));
      await seen(clinician, exactly('desk.done_wiped'));
      await portray(clinician, 'staff-done', DESKS);
    });
    await step('a repeated scan is recognised, and nothing is uploaded', async () => {
      await press(clinician, 'desk.another');
      const before = clinician.line.calls.length;
      // The camera, used once, begins by itself.
      await eventually('it is recognised', async () => {
        clinician.camera.see(await keyCodeOf(ada).screenshot());
        return (await count(clinician.page.getByText(saying('desk.repeated')))) > 0;
      }, CODE_MS);
      assert.deepEqual(clinician.line.to('POST', '/v1/', before), []);
    });
    await step('who had met her by mutual codes alone is warned', async () => {
      await server.seal();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
    });
    await step('who had only scanned her code is warned', async () => {
      await check(cleo);
      await seen(cleo, exactly('home.reported_one'));
    });
    await step('claim_19_whom_she_left_out_is_warned_by_neither_scheme', async () => {
      await check(dan);
      assert.ok(dan.line.to('GET', '/v1/batches/').length > 1, 'both schemes\' batches were fetched');
      await seen(dan, exactly('home.clear'));
    });
  },
  'what is no key code uploads nothing': async ({ phone, server, step }) => {
    const one = await desk(phone, server, 'clinician-05');
    const shown = async (text, title) => {
      await eventually(`it says ${title}`, async () => {
        one.camera.see(pictureOf(text));
        return (await count(one.page.getByText(exactly(title)))) > 0;
      });
    };
    await startCamera(one);
    await step('a TAN', async () => shown(`${server.origin}/#t=${inventTan()}`, 'desk.tan'));
    await step('any other code', async () => shown('https://example.org/', 'desk.not_keys'));
    await step('another version', async () => shown(`TWOKEN-KEYS-${base32(Buffer.from([2, ...Array(20).fill(7)]))}`, 'desk.version'));
    await step('a damaged one', async () => shown('TWOKEN-KEYS-AB', 'desk.damaged'));
    await step('half of the codes: it waits, and says how many it has', async () => {
      const frame = Buffer.concat([Buffer.from([1, 1, 2, 3, 4, 5, 6, 7, 8, 0, 2]), Buffer.alloc(40, 9)]);
      one.camera.see(pictureOf(`TWOKEN-KEYS-${base32(frame)}`));
      await seen(one, exactly('desk.codes', { read: 1, count: 2 }));
      await portray(one, 'staff-half', DESKS);
    });
    await step('the other half, of another whole: refused', async () => {
      const frame = Buffer.concat([Buffer.from([1, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2]), Buffer.alloc(40, 9)]);
      await shown(`TWOKEN-KEYS-${base32(frame)}`, 'desk.damaged');
    });
    for (const [name, ahead, title] of [['old', -20 * DAY, 'desk.past'], ['early', DAY, 'desk.future']]) {
      await step(`keys of another time: ${name}`, async () => {
        const patient = await phone(name, { ahead });
        await begin(patient);
        await allowOneWay(patient);
        await showKeys(patient);
        await eventually(`it says ${title}`, async () => {
          one.camera.see(await keyCodeOf(patient).screenshot());
          return (await count(one.page.getByText(exactly(title)))) > 0;
        }, CODE_MS);
        await patient.close();
      });
    }
    await step('a code of several keeps its words while it goes round', async () => {
      const head = (index) => Buffer.from([1, 8, 8, 8, 8, 8, 8, 8, 8, index, 3]);
      const texts = [0, 1, 2].map((index) => `TWOKEN-KEYS-${base32(Buffer.concat([head(index), Buffer.alloc(40, index)]))}`);
      for (const [at, text] of texts.entries()) {
        one.camera.see(pictureOf(text));
        if (at < 2) await seen(one, exactly('desk.codes', { read: at + 1, count: 3 }));
      }
      await seen(one, exactly('desk.damaged'));
      one.camera.see(pictureOf(texts[0]));
      await seen(one, exactly('desk.codes', { read: 1, count: 3 }));
      assert.equal(await count(one.page.getByText(exactly('desk.damaged'))), 1, 'it still says so');
    });
    await step('what was half read can be discarded', async () => {
      one.camera.blank();
      await press(one, 'desk.discard_half');
      await gone(one, exactly('desk.codes', { read: 1, count: 3 }));
      await gone(one, exactly('desk.damaged'));
    });
    await step('nothing of it went anywhere', async () => {
      assert.deepEqual(one.line.to('POST', '/v1/uploads'), []);
      assert.deepEqual(one.line.to('POST', '/v1/staff/permits'), []);
    });
  },
  'a scan outlives the session': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    await begin(ada);
    await allowOneWay(ada);
    await showKeys(ada);
    const keys = await collected(ada);
    const one = await desk(phone, server, 'clinician-06');
    await step('a hardware scanner types the codes into a field', async () => {
      await press(one, 'desk.scanner');
      const text = `TWOKEN-KEYS-${base32(Buffer.concat([Buffer.from([1]), Buffer.from(keys.transfer, 'hex'), Buffer.from([0, 1]), keys.body]))}`;
      await field(one, 'desk.scanner_label').fill(`${text}\n`);
      await seen(one, exactly('desk.ready'));
    });
    await step('a lock hides it, and the password shows it again', async () => {
      await press(one, 'staff.lock');
      await seen(one, exactly('staff.locked', { name: one.account.name }));
      await gone(one, exactly('desk.ready'));
      await portray(one, 'staff-locked', DESKS);
      await field(one, 'staff.password').fill(one.account.password);
      await press(one, 'staff.unlock');
      await seen(one, exactly('desk.ready'));
    });
    await step('the session ends before the upload: sign in again', async () => {
      // Ended from elsewhere, as by another password.
      await one.context.clearCookies();
      await upload(one);
      await seen(one, exactly('staff.ended'));
      await seen(one, saying('staff.ended_held'));
      assert.deepEqual(one.line.to('POST', '/v1/uploads'), []);
      await portray(one, 'staff-ended', DESKS);
      await signIn(one, one.account);
      await seen(one, exactly('desk.ready'));
      assert.equal(await count(one.page.getByText(exactly('staff_refused.session'))), 0, 'whoever is signed in is not asked to sign in');
    });
    await step('the answer to the upload is lost: the very same goes again', async () => {
      one.line.alter = (call, answer) => (call.path === '/v1/uploads' ? { ...answer, status: 503, body: Buffer.from('') } : answer);
      await upload(one);
      await seen(one, saying('desk.waits_text'));
      await portray(one, 'staff-waits', DESKS);
      await press(one, 'desk.discard');
      await seen(one, exactly('desk.discard_text'));
      await press(one, 'staff_accounts.leave');
      one.line.alter = (_call, answer) => answer;
      await press(one, 'desk.go_on');
      await seen(one, saying('desk.done', { entries: entriesOf(1) }));
      const sent = one.line.to('POST', '/v1/uploads');
      assert.equal(sent.length, 2);
      assert.ok(sent[0].body.equals(sent[1].body));
      assert.equal(sent[0].headers['twoken-permit'], sent[1].headers['twoken-permit']);
    });
  },
  'a session warns before it ends': async ({ phone, server, step }) => {
    const one = await phone('clinician-10', { viewport: LARGE, ahead: 0 });
    one.account = await account(server, 'clinician-10', 'clinician', '--lasting');
    await one.open('/staff');
    await signIn(one, one.account);
    await step('two minutes before, it asks whether one stays', async () => {
      assert.equal(await count(one.page.getByText(exactly('staff.ends'))), 0);
      await one.page.clock.fastForward(13.5 * MINUTE);
      await seen(one, exactly('staff.ends'));
      await portray(one, 'staff-ends', DESKS);
    });
    await step('who stays, stays', async () => {
      await press(one, 'staff.stay');
      await gone(one, exactly('staff.ends'));
    });
    await step('who does not is signed out, and told', async () => {
      // The server would say that there is time: its clock was not turned on.
      await one.context.clearCookies();
      await one.page.clock.fastForward(16 * MINUTE);
      await seen(one, exactly('staff.ended'));
      await seen(one, exactly('staff.ended_text'));
    });
  },
  'locks and ends hold in every window, and without a network': async ({ phone, server, step }) => {
    const one = await desk(phone, server, 'clinician-11');
    const unlock = async (window) => {
      await field(window, 'staff.password').fill(one.account.password);
      await press(window, 'staff.unlock');
      await seen(window, exactly('desk.title'));
    };
    await step('a lock hides the page at once, though nobody is reached', async () => {
      one.line.cut = true;
      await press(one, 'staff.lock');
      await seen(one, exactly('staff.locked', { name: one.account.name }));
      one.line.cut = false;
      await unlock(one);
    });
    const other = await one.window('second');
    await step('another window has the same session', async () => {
      await other.open('/staff');
      await seen(other, exactly('desk.title'));
    });
    await step('locked in one, both are; unlocked in one, both are', async () => {
      await press(other, 'staff.lock');
      await seen(one, exactly('staff.locked', { name: one.account.name }));
      await unlock(one);
      await seen(other, exactly('desk.title'));
    });
    await step('who signs out without a network is told that the server has not heard', async () => {
      one.line.cut = true;
      await press(one, 'staff.sign_out');
      await seen(one, exactly('staff.untold'));
      await field(one, 'staff.name').fill('half typed');
    });
    await step('it hears as soon as it can be reached, and what was typed stays', async () => {
      one.line.cut = false;
      await seen(one, exactly('staff.signed_out'));
      assert.equal(await field(one, 'staff.name').inputValue(), 'half typed');
      await seen(other, exactly('staff.ended'));
      await one.page.reload();
      await seen(one, exactly('staff.sign_in'));
    });
  },
  'a scan waits a quarter of an hour': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    await begin(ada);
    await allowOneWay(ada);
    await showKeys(ada);
    const buffer = await keyCodeOf(ada).screenshot();
    const one = await phone('clinician-21', { viewport: LARGE, ahead: 0 });
    one.account = await account(server, 'clinician-21', 'clinician', '--lasting');
    await one.open('/staff');
    await signIn(one, one.account);
    await one.page.locator('input[type=file]').first().setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
    await seen(one, exactly('desk.ready'));
    await step('it is kept when the session ends, and the page says until when', async () => {
      // The page asks before it ends a session; the server's clock has not gone on.
      await one.context.clearCookies();
      await one.page.clock.fastForward(16 * MINUTE);
      await seen(one, saying('staff.ended_held'));
    });
    await step('the scan is gone a quarter of an hour after the session', async () => {
      await one.page.clock.fastForward(16 * MINUTE);
      await seen(one, exactly('staff.ended_text'));
      await gone(one, saying('staff.ended_held'));
    });
  },
  'a scan is its reader\'s alone': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    await begin(ada);
    await allowOneWay(ada);
    await showKeys(ada);
    const one = await desk(phone, server, 'clinician-07');
    await scanKeys(one, ada);
    await step('the keys are gone when somebody else signs in', async () => {
      await one.context.clearCookies();
      await upload(one);
      await seen(one, saying('staff.ended_held'));
      await signIn(one, await account(server, 'clinician-08', 'clinician', '--lasting'));
      await seen(one, exactly('desk.waiting'));
      assert.equal(await count(one.page.getByText(exactly('desk.ready'))), 0);
    });
    await step('and with signing out', async () => {
      const buffer = await keyCodeOf(ada).screenshot();
      // A picture will do, where there is no camera.
      await one.page.locator('input[type=file]').first().setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
      await seen(one, exactly('desk.ready'));
      await press(one, 'staff.sign_out');
      await seen(one, exactly('staff.signed_out_text'));
      await signIn(one, await account(server, 'clinician-09', 'clinician', '--lasting'));
      await seen(one, exactly('desk.waiting'));
    });
    await step('a foreign server key stops the upload before a permit is asked for', async () => {
      await one.page.evaluate(() => {
        const pinned = JSON.parse(localStorage.getItem('twoken-staff-server'));
        const other = [...pinned.permit_key].reverse().join('');
        localStorage.setItem('twoken-staff-server', JSON.stringify({ ...pinned, permit_key: other }));
      });
      await one.page.reload();
      await seen(one, exactly('staff.keys_changed'));
      const before = one.line.calls.length;
      await scanKeys(one, ada);
      await upload(one);
      await seen(one, exactly('staff.keys_changed'));
      assert.deepEqual(one.line.to('POST', '/v1/', before), []);
      await press(one, 'staff.keys_trust');
      await gone(one, exactly('staff.keys_changed'));
      await upload(one);
      await seen(one, saying('desk.done'));
    });
  },
  'the console comes to those who open it': async ({ phone, server, step }) => {
    const eve = await phone('eve');
    await begin(eve);
    await step('whoever uses the app never loads it', async () => {
      await eve.go(say('nav.report'));
      await eventually('the app is kept', () => eve.page.evaluate(async () => (await caches.keys()).length > 0));
      const kept = await eve.page.evaluate(async () => {
        const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
        return (await Promise.all(caches_.map((cache) => cache.keys()))).flat().map(({ url }) => new URL(url).pathname);
      });
      const loaded = [...kept, ...eve.line.calls.map(({ path }) => path)];
      assert.ok(loaded.some((path) => /worker/.test(path)));
      assert.deepEqual(loaded.filter((path) => /staff/.test(path)), []);
      // Where the app comes in parts, the console is one, under this name: else nothing above would show anything.
      const parts = fs.readdirSync(server.web).filter((name) => /^split_.*\.wasm$/.test(name));
      if (parts.length > 0) assert.equal(parts.filter((name) => /^split_staff-[0-9a-f]{16}\.wasm$/.test(name)).length, 1, parts.join());
    });
    await step('to who has the app, the console\'s program and worker still come from the server, of one version', async () => {
      await eve.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      const before = eve.line.calls.length;
      await eve.open('/staff');
      await signIn(eve, await account(server, 'clinician-12', 'clinician', '--lasting'));
      assert.ok(await eve.page.evaluate(() => Boolean(navigator.serviceWorker.controller)), 'the app\'s service worker stands in between');
      const buffer = pictureOf('https://example.org/');
      await eve.page.locator('input[type=file]').first().setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
      await seen(eve, exactly('desk.not_keys'));
      const paths = eve.line.calls.slice(before).map(({ path }) => path);
      for (const file of ['/staff', '/worker_loader.js', '/worker.js', '/worker_bg.wasm']) assert.ok(paths.includes(file), `${file} came from what is kept`);
      if (fs.readdirSync(server.web).some((name) => /^split_/.test(name))) assert.ok(paths.some((path) => /^\/split_staff-/.test(path)), 'its part is asked for now');
    });
    await step('foreign pages get nothing of its routes', async () => {
      const refused = await fetch(`${server.origin}/v1/staff/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
        body: '{"name":"x","password":"y"}',
      });
      assert.equal(refused.status, 403);
      assert.equal((await refused.json()).type, 'origin-refused');
    });
  },
};
