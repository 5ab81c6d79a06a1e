//! Bluetooth: a browser meets devices, whichever way they behave, through the browser's own stack and an emulated adapter.

import assert from 'node:assert/strict';
import { Adapter, Peripheral, device, press, says } from './support/bluetooth.mjs';
import { bytesOf, changed, linkOf, publicKeyOf, shifted } from './support/code.mjs';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { begin, check, openMeet, withinInterval } from './support/meeting.mjs';
import { oneWay } from './support/one_way.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { dump } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const PLAIN = 78;
const EMITTING = 102;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const INTERVAL = 10 * MINUTE;

const button = (phone) => phone.page.getByRole('button', { name: say('bluetooth.choose'), exact: true });
const diary = async (phone) => (await dump(phone)).filter(({ store }) => store === 'diary');

export default {
  'a device that stays connected': async ({ phone, server, step }) => {
    const ada = await phone('ada', { bluetooth: 'told', ahead: 0 });
    const ben = await phone('ben', { ahead: 0 });
    const wearable = new Peripheral('Wearable 7', '09:09:09:09:09:09').is(ben);
    for (const one of [ada, ben]) {
      await begin(one);
      one.camera.blank();
      await openMeet(one);
    }
    const adapter = await Adapter.of(ada, wearable);
    await step('a browser without Web Bluetooth has no button, and says why', async () => {
      await seen(ben, exactly('bluetooth.none'));
      assert.equal(await count(button(ben)), 0);
    });
    await step('a list that is closed without a choice is told, and nothing is recorded', async () => {
      await adapter.choose();
      await seen(ada, exactly('bluetooth.cancelled'));
      await ada.page.getByRole('button', { name: say('outgoing.dismiss'), exact: true }).click();
      assert.equal((await diary(ada)).length, 0);
    });
    await step('claim_05_both_directions_are_said_only_once_an_acknowledgement_was_verified', async () => {
      await withinInterval([ada, ben], MINUTE);
      let release;
      const held = new Promise((resolve) => (release = resolve));
      const taken = wearable.takes;
      wearable.takes = (bytes) => held.then(() => taken(bytes));
      await adapter.choose(wearable);
      await says(ada, wearable, exactly('bluetooth.exchanging'));
      await eventually('its beacon was read', async () => wearable.reads.length === 1);
      assert.equal(await count(device(ada, wearable.name).getByText(exactly('bluetooth.both'))), 0);
      release();
      await says(ada, wearable, exactly('bluetooth.both'));
      wearable.takes = taken;
      assert.equal(wearable.reads.length, 2);
    });
    await step('claim_20_what_is_written_has_no_emission_before_she_lets_others_hear_her_one_way', async () => {
      assert.deepEqual(wearable.writes.map(({ length }) => length), [PLAIN]);
      assert.ok(publicKeyOf(await linkOf(ada)).equals(wearable.writes[0].subarray(6, 38)), 'not her own keys');
    });
    await step('it is one encounter on either side, in the diary by Bluetooth', async () => {
      await ada.go(say('nav.diary'));
      await seen(ada, exactly('bluetooth.by'));
      for (const one of [ada, ben]) assert.equal((await diary(one)).length, 1);
      await openMeet(ada);
      await says(ada, wearable, exactly('bluetooth.both'));
    });
    await step('how strong it comes in is told, with every half minute', async () => {
      await says(ada, wearable, saying('bluetooth.away_unknown'));
      for (const rssi of [-52, -50, -90]) await adapter.hear(wearable, rssi);
      const before = wearable.reads.length;
      await ada.page.clock.fastForward(30 * SECOND);
      await eventually('it was heard again', async () => wearable.reads.length > before);
      await says(ada, wearable, saying('bluetooth.away_close'));
    });
    await step('claim_20_it_has_one_once_she_does', async () => {
      await oneWay(ada).check();
      await eventually('her code carries an emission', async () => bytesOf(await linkOf(ada)).length === EMITTING);
      await ada.page.clock.fastForward(30 * SECOND);
      await eventually('so does what is written', async () => wearable.writes.at(-1).length === EMITTING);
      await oneWay(ada).uncheck();
    });
    await portray(ada, 'meet-bluetooth');
    await step('a new interval is read and answered while it stays connected, and the encounter goes on', async () => {
      const before = wearable.writes.at(-1).subarray(6, 38);
      const link = await linkOf(ben);
      for (let passed = 0; passed < INTERVAL; passed += 2 * MINUTE) {
        const { length } = wearable.writes;
        for (const one of [ben, ada]) await one.page.clock.fastForward(2 * MINUTE);
        await eventually('it was heard and answered', async () => wearable.writes.length > length);
        await says(ada, wearable, exactly('bluetooth.both'));
      }
      await eventually('both have new keys', async () => {
        const [read, written] = [wearable.reads.at(-1), wearable.writes.at(-1)].map((bytes) => bytes.subarray(6, 38));
        return !read.equals(publicKeyOf(link)) && !written.equals(before);
      });
      await says(ada, wearable, exactly('bluetooth.both'));
      await says(ada, wearable, saying('bluetooth.so_far', { duration: '' }));
      assert.equal((await diary(ada)).length, 1);
      await ada.go(say('nav.diary'));
      await seen(ada, /^1[0-9] min$/);
    });
    await step('what is being typed into its row stays there while it grows longer', async () => {
      await ada.page.getByRole('button', { name: saying('diary.edit', { what: '' }) }).first().click();
      const note = ada.page.getByRole('textbox', { name: say('diary.note') });
      await note.fill('beside the kiosk');
      const reads = wearable.reads.length;
      await ada.page.clock.fastForward(30 * SECOND);
      await ada.page.clock.fastForward(30 * SECOND);
      await eventually('it was heard again', async () => wearable.reads.length > reads);
      assert.equal(await note.inputValue(), 'beside the kiosk');
      await ada.page.getByRole('button', { name: say('diary.save'), exact: true }).click();
      await seen(ada, 'beside the kiosk');
    });
    await step('who is let go of is off the list, and stays in the diary', async () => {
      await openMeet(ada);
      const reads = wearable.reads.length;
      await press(ada, wearable, 'bluetooth.disconnect');
      await gone(ada, device(ada, wearable.name));
      assert.ok(await button(ada).evaluate((one) => one === document.activeElement), 'the focus is lost');
      await ada.page.clock.fastForward(2 * MINUTE);
      assert.equal(wearable.reads.length, reads);
      assert.equal((await diary(ada)).length, 1);
    });
    await step('its bearer reports, and she learns of it, with duration and distance', async () => {
      await reporting.report(ben, (await server.issue())[0]);
      await seen(ben, exactly('outgoing.sent'));
      await server.seal();
      await check(ada);
      await seen(ada, exactly('home.reported_one'));
      await ada.page.getByRole('link', { name: say('home.see'), exact: true }).click();
      await seen(ada, saying('bluetooth.statement_least'));
      await seen(ada, saying('bluetooth.connected_for'));
      await seen(ada, saying('bluetooth.loss_text'));
      await portray(ada, 'exposure-bluetooth');
    });
    await step('its address, name and id are nowhere in what is stored or sent', async () => {
      const left = (await dump(ada)).map(({ bytes }) => bytes.toString('latin1'));
      const sent = ada.line.calls.map(({ url, headers, body }) => `${url}${JSON.stringify(headers)}${body.toString('latin1')}`);
      for (const text of [...left, ...sent]) assert.ok(!/Wearable|09:09:09/i.test(text), text.slice(0, 200));
    });
  },

  'devices that do not behave': async ({ phone, step }) => {
    const ada = await phone('ada', { bluetooth: true, ahead: 0 });
    const ben = await phone('ben', { ahead: 0 });
    for (const one of [ada, ben]) {
      await begin(one);
      one.camera.blank();
      await openMeet(one);
    }
    let number = 0;
    const adapter = await Adapter.of(ada);
    const another = async (change) => {
      number += 1;
      const one = new Peripheral(`Device ${number}`, `0A:0A:0A:0A:0A:${String(number).padStart(2, '0')}`);
      one.shows = async () => bytesOf(await linkOf(ben));
      change(one);
      adapter.near.push(one);
      await adapter.appear(one);
      await adapter.choose(one);
      return one;
    };
    const with_ = (change) => (one) => void (one.shows = async () => bytesOf(changed(await linkOf(ben), change)));
    const refused = async (what, change, text) =>
      step(what, async () => {
        const one = await another(change);
        await says(ada, one, text);
        await says(ada, one, exactly('bluetooth.ended'));
        assert.equal(one.writes.length, 0, 'it was answered all the same');
        await press(ada, one, 'bluetooth.remove');
        await gone(ada, device(ada, one.name));
      });
    const said = (key, values) => exactly(`bluetooth.${key}`, values);
    await withinInterval([ada, ben], 3 * MINUTE);
    await refused('of another version', (one) => void (one.info = Buffer.from([2, 0, 7, 7])), said('version', { version: '2' }));
    await refused('info cut short', (one) => void (one.info = Buffer.from([1])), said('info'));
    await refused('info far too long', (one) => void (one.info = Buffer.alloc(512, 1)), said('info'));
    await refused('louder than any radio', (one) => void (one.info = Buffer.from([1, 127])), said('info'));
    await refused('a beacon of another version', with_((bytes) => void (bytes[0] = 9)), said('version', { version: '9' }));
    await refused('a beacon cut short', with_((bytes) => bytes.subarray(0, 41)), said('truncated'));
    await refused('nothing in the place of a beacon', with_(() => Buffer.alloc(0)), said('truncated'));
    await refused('a beacon with something behind it', with_((bytes) => Buffer.concat([bytes, Buffer.alloc(400)])), said('oversized'));
    await refused('a beacon that is damaged', with_((bytes) => void bytes.fill(0xff, 38, 70)), said('malformed'));
    await refused('her own code', (one) => void (one.shows = async () => bytesOf(await linkOf(ada))), said('own'));
    await refused('no Twoken device', (one) => void (one.service = '0000180d-0000-1000-8000-00805f9b34fb'), said('not_twoken'));
    await step('nothing of them is in the diary', async () => {
      assert.equal((await diary(ada)).length, 0);
    });
    await step('a code that has run out is told, and asked for again', async () => {
      const one = await another((it) => void (it.shows = async () => bytesOf(shifted(await linkOf(ben), -3))));
      await says(ada, one, said('stale'));
      one.is(ben);
      await press(ada, one, 'bluetooth.again');
      await says(ada, one, said('both'));
      await press(ada, one, 'bluetooth.disconnect');
    });
    await step('a device that refuses her code is told, and asked again', async () => {
      const one = await another((it) => void (it.takes = async () => false));
      await says(ada, one, said('refused'));
      one.is(ben);
      await says(ada, one, said('both'));
      await press(ada, one, 'bluetooth.disconnect');
    });
    await step('a slow device is told, and met when it is quicker', async () => {
      const one = await another((it) => void (it.shows = async () => undefined));
      await says(ada, one, said('exchanging'));
      await ada.page.clock.fastForward(11 * SECOND);
      await says(ada, one, said('slow'));
      one.is(ben);
      await press(ada, one, 'bluetooth.again');
      await says(ada, one, said('both'));
      await press(ada, one, 'bluetooth.disconnect');
    });
    await step('a name in which anything stands is shown in one short line', async () => {
      const one = await another((it) => void (it.is(ben), (it.name = `\u202eevil\n\n<b>${'x'.repeat(200)}`)));
      const shown = `evil <b>${'x'.repeat(15)}…`;
      await says(ada, { name: shown }, said('both'));
      await press(ada, { name: shown }, 'bluetooth.disconnect');
    });
    const one = await another((it) => void it.is(ben));
    await step('a connection that breaks in the middle of the exchange is taken up again', async () => {
      await says(ada, one, said('both'));
      const { connections } = one;
      one.breaks = true;
      await ada.page.clock.fastForward(30 * SECOND);
      await eventually('it is connected again', async () => one.connections > connections);
      await says(ada, one, said('both'));
    });
    await step('out of reach it is tried ever later, and then given up; what was recorded stays', async () => {
      const rows = (await diary(ada)).length;
      one.away = true;
      await adapter.lose(one);
      await says(ada, one, said('lost'));
      for (let minutes = 0; minutes < 12 && (await count(device(ada, one.name).getByText(said('ended')))) === 0; minutes += 1) {
        await ada.page.clock.fastForward(MINUTE);
        await new Promise((resolve) => setTimeout(resolve, SECOND / 2));
      }
      await says(ada, one, said('ended'));
      await says(ada, one, said('kept'));
      assert.equal((await diary(ada)).length, rows);
    });
  },

  'what the browser allows': async ({ phone, step }) => {
    const ada = await phone('ada', { bluetooth: 'told' });
    const ben = await phone('ben');
    for (const one of [ada, ben]) {
      await begin(one);
      one.camera.blank();
      await openMeet(one);
    }
    const kiosk = new Peripheral('Kiosk', '0B:0B:0B:0B:0B:01').is(ben);
    const adapter = await Adapter.of(ada, kiosk);
    await step('without an adapter it is told, and codes are still there', async () => {
      await adapter.there(false);
      await button(ada).click();
      await seen(ada, exactly('bluetooth.off'));
      await linkOf(ada);
      await adapter.there(true);
    });
    await step('with one again it goes on', async () => {
      await withinInterval([ada, ben]);
      await adapter.choose(kiosk);
      await says(ada, kiosk, exactly('bluetooth.both'));
    });
    await step('what is no longer allowed ends, is told, and loses nothing', async () => {
      await adapter.forget();
      await says(ada, kiosk, exactly('bluetooth.not_allowed'));
      await says(ada, kiosk, exactly('bluetooth.kept'));
      assert.equal((await diary(ada)).length, 1);
    });
    await step('chosen once more, it is allowed again', async () => {
      await press(ada, kiosk, 'bluetooth.remove');
      await withinInterval([ada, ben]);
      await adapter.choose(kiosk);
      await says(ada, kiosk, exactly('bluetooth.both'));
    });
    await step('whoever deletes its encounter lets go of it', async () => {
      await ada.go(say('nav.diary'));
      for (let rows = (await diary(ada)).length; rows > 0; rows -= 1) {
        await ada.page.getByRole('button', { name: saying('diary.edit', { what: '' }) }).first().click();
        await ada.page.getByRole('button', { name: say('diary.delete'), exact: true }).click();
        await eventually('it is deleted', async () => (await diary(ada)).length < rows);
      }
      await openMeet(ada);
      await says(ada, kiosk, exactly('bluetooth.deleted'));
      assert.equal((await diary(ada)).length, 0);
      await press(ada, kiosk, 'bluetooth.again');
      await says(ada, kiosk, exactly('bluetooth.both'));
      assert.equal((await diary(ada)).length, 1);
    });
    const cleo = await phone('cleo', { bluetooth: true, settings: { bluetooth_guard: 2 } });
    await step('where the browser is told to forbid it, it is told, and codes are still there', async () => {
      await begin(cleo);
      cleo.camera.blank();
      await openMeet(cleo);
      await Adapter.of(cleo, new Peripheral('Kiosk', '0B:0B:0B:0B:0B:02'));
      await button(cleo).click();
      await seen(cleo, exactly('bluetooth.denied'));
      await linkOf(cleo);
    });
  },

  'several devices at once': async ({ phone, step }) => {
    const ada = await phone('ada', { bluetooth: true, ahead: 0 });
    const others = [await phone('ben', { ahead: 0 }), await phone('cleo', { ahead: 0 })];
    const devices = others.map((one, i) => new Peripheral(`Wearable ${i + 1}`, `0C:0C:0C:0C:0C:0${i + 1}`).is(one));
    for (const one of [ada, ...others]) {
      await begin(one);
      one.camera.blank();
      await openMeet(one);
    }
    const adapter = await Adapter.of(ada, ...devices);
    await withinInterval([ada, ...others], MINUTE);
    await step('each is met both ways, beside the other', async () => {
      for (const one of devices) await adapter.choose(one);
      for (const one of devices) await says(ada, one, exactly('bluetooth.both'));
      await portray(ada, 'meet-bluetooth-two');
    });
    await step('one that is lost leaves the other connected', async () => {
      const [one, other] = devices;
      one.away = true;
      await adapter.lose(one);
      await says(ada, one, exactly('bluetooth.waiting'));
      const { length } = other.writes;
      await ada.page.clock.fastForward(30 * SECOND);
      await eventually('the other is heard', async () => other.writes.length > length);
      await says(ada, other, exactly('bluetooth.both'));
    });
    await step('each is one encounter, on either side', async () => {
      assert.equal((await diary(ada)).length, 2);
      for (const one of others) assert.equal((await diary(one)).length, 1);
    });
  },
};
