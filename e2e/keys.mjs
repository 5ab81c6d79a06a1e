//! The key code: a patient's screen becomes the clinician's camera, without TAN and without network.

import assert from 'node:assert/strict';
import { bytesOf, linkOf } from './support/code.mjs';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { collected, keyCodeOf } from './support/key_code.mjs';
import { begin, meet, openMeet } from './support/meeting.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, holds, record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const EMITTING = 102;
const DAY = 24 * 60 * 60_000;
/** Every other interval: each takes a key of its own. */
const APART = 20 * 60_000;
/** More than one code holds. */
const MANY = 45;

const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).click();

async function allowOneWay(phone) {
  phone.camera.blank();
  await openMeet(phone);
  await phone.page.getByRole('switch', { name: say('meet.one_way') }).check();
  await eventually('the code carries an emission', async () => bytesOf(await linkOf(phone)).length === EMITTING);
}

/** From Report to the last look before the code. */
async function lookOver(phone) {
  await phone.go(say('nav.report'));
  await press(phone, 'keys.way_go');
  await seen(phone, exactly('report.choose_statement'));
  await press(phone, 'keys.look');
  await seen(phone, exactly('keys.look_statement'));
}

const hex = (lines) => lines.map((line) => line.toString('hex')).sort();

export default {
  'a patient shows keys to staff': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    for (const one of [ada, ben]) await begin(one);
    await allowOneWay(ada);
    await meet(ada, ben);
    ada.line.cut = true;
    const since = ada.line.calls.length;
    await step('the way to it stands beside the TAN', async () => {
      await ada.go(say('nav.report'));
      await seen(ada, reporting.tanField(ada));
      await portray(ada, 'report-begin');
      await press(ada, 'keys.way_go');
      await seen(ada, exactly('report.choose_statement'));
    });
    await step('what stays out is chosen as for a report', async () => {
      await reporting.counts(ada, 1, 0);
      await ada.page.getByRole('switch').first().uncheck();
      await seen(ada, exactly('keys.all_out'));
      assert.ok(await ada.page.getByRole('button', { name: say('keys.look'), exact: true }).isDisabled());
      await ada.page.getByRole('switch').first().check();
      await reporting.counts(ada, 1, 0);
      await press(ada, 'keys.look');
    });
    await step('claim_24_before_anything_is_shown_the_page_names_what_staff_see', async () => {
      await seen(ada, exactly('keys.look_staff_text'));
      await seen(ada, exactly('keys.look_reads_text'));
      await seen(ada, exactly('keys.look_network_text'));
      assert.equal(await count(keyCodeOf(ada)), 0);
      await portray(ada, 'keys-look');
    });
    const told = await step('every byte of it is on the page', async () => ({
      encounters: await reporting.entriesShown(ada),
      nodes: await reporting.keysShown(ada),
    }));
    const first = await step('one code holds them, and nothing beside', async () => {
      await press(ada, 'keys.show');
      await seen(ada, keyCodeOf(ada));
      await seen(ada, exactly('keys.frame', { at: 1, count: 1 }));
      await eventually('the code stands in view, where the page begins', () =>
        keyCodeOf(ada).evaluate((code) => {
          const { top, bottom } = code.getBoundingClientRect();
          return top >= 0 && bottom <= window.innerHeight;
        }),
      );
      await portray(ada, 'keys-one');
      const read = await collected(ada);
      assert.equal(read.count, 1);
      assert.ok(read.encounters.length >= 1 && read.nodes.length >= 1);
      assert.deepEqual(hex(read.encounters), hex(told.encounters));
      assert.deepEqual(hex(read.nodes), hex(told.nodes));
      return read;
    });
    await step('hidden, it is shown again with the same choice', async () => {
      await press(ada, 'keys.hide');
      await gone(ada, keyCodeOf(ada));
      await press(ada, 'keys.show');
      assert.equal((await collected(ada)).transfer, first.transfer);
    });
    await step('done, the code and the choice are forgotten', async () => {
      await press(ada, 'keys.done');
      await seen(ada, exactly('keys.done_title'));
      assert.equal(await count(keyCodeOf(ada)), 0);
      await eventually('the draft is gone', async () => (await record(ada, 'draft', 'draft')) === undefined);
    });
    await step('no key of it was ever stored', async () => {
      const records = await dump(ada);
      for (const node of first.nodes) assert.ok(!holds(records, node.subarray(4)), 'a key is on the device');
      assert.ok(!holds(records, first.body));
    });
    await step('nothing of it went by network', async () => {
      assert.deepEqual(ada.line.api(since).map(({ method, path }) => `${method} ${path}`), []);
      ada.line.cut = false;
    });
  },
  'more than one code holds is shown in turn': async ({ phone, step }) => {
    const ada = await phone('ada', { ahead: -2 * DAY });
    await begin(ada);
    await allowOneWay(ada);
    await step('on two days many intervals are emitted in', async () => {
      const stored = async () => (await dump(ada)).find(({ store }) => store === 'emissions').bytes.length;
      for (let i = 1; i < MANY; i += 1) {
        const before = await stored();
        await ada.page.clock.fastForward(APART);
        await eventually('the next interval is stored', async () => (await stored()) > before);
      }
    });
    await step('the page says how many codes there will be', async () => {
      await lookOver(ada);
      await seen(ada, saying('keys.exact_codes_other', { count: 2 }));
      assert.equal((await reporting.keysShown(ada)).length, MANY);
    });
    await step('they are read one after another, wherever one begins', async () => {
      await press(ada, 'keys.show');
      const { count: frames, nodes, encounters } = await collected(ada);
      assert.deepEqual([frames, nodes.length, encounters.length], [2, MANY, 0]);
    });
    await step('they can be stopped, and turned by hand', async () => {
      await press(ada, 'keys.pause');
      const at = async () => Number((await ada.page.getByText(saying('keys.frame', { count: 2 })).innerText()).match(/\d+/)[0]);
      const before = await at();
      await press(ada, 'keys.next');
      assert.equal(await at(), (before % 2) + 1);
      await press(ada, 'keys.previous');
      assert.equal(await at(), before);
      await ada.page.waitForTimeout(2_500);
      assert.equal(await at(), before);
      await portray(ada, 'keys-many');
    });
    await step('whoever wants motion sees several a second', async () => {
      await press(ada, 'keys.hide');
      await ada.page.emulateMedia({ reducedMotion: 'no-preference' });
      await press(ada, 'keys.show');
      // Both are drawn.
      await collected(ada);
      const frame = ada.page.getByText(saying('keys.frame', { count: 2 }));
      const turns = await frame.evaluate(
        (element) =>
          new Promise((resolve) => {
            let changes = 0;
            const watch = new MutationObserver(() => (changes += 1));
            watch.observe(element, { characterData: true, childList: true, subtree: true });
            const end = performance.now() + 3_000;
            const wait = () => (performance.now() < end ? requestAnimationFrame(wait) : resolve(changes));
            wait();
          }),
      );
      assert.ok(turns > 9 && turns <= 26, `${turns} in three seconds`);
    });
  },
};
