//! The key code: a patient's screen becomes the clinician's camera, without TAN and without network.

import assert from 'node:assert/strict';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { collected, keyCodeOf } from './support/key_code.mjs';
import { begin, meet } from './support/meeting.mjs';
import { kept } from './support/offline.mjs';
import { allowOneWay } from './support/one_way.mjs';
import { portray } from './support/pictures.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, holds, record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const DAY = 24 * 60 * 60_000;
/** Every other interval: each takes a key of its own. */
const APART = 20 * 60_000;
/** More than one code holds. */
const MANY = 45;
const MINUTE = 60_000;
/** A tag, and a key's place; and what is drawn of a key. */
const TAG = 32;
const PLACE = 4;
const DRAWN = 2;

const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).click();

/** From Report to the last look before the code. */
async function lookOver(phone) {
  await phone.go(say('nav.report'));
  await press(phone, 'keys.way_go');
  await seen(phone, exactly('report.choose_statement'));
  await press(phone, 'keys.look');
  await seen(phone, exactly('keys.look_statement'));
}

/** The page leaves the screen, or comes back: the browser says so in this way. */
const leaves = (phone, state) =>
  phone.page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

const hex = (lines) => lines.map((line) => line.toString('hex')).sort();

export default {
  'a patient shows keys to staff': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    for (const one of [ada, ben]) await begin(one);
    await allowOneWay(ada);
    await meet(ada, ben);
    await kept(ada);
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
    const told = await step('all of it is on the page, of keys the beginning', async () => ({
      encounters: await reporting.entriesShown(ada),
      nodes: await reporting.keysShown(ada),
    }));
    const page = (await ada.page.content()).replace(/[^0-9a-f]/g, '');
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
      const drawn = (lines, open) => hex(lines.map((line) => line.subarray(0, open + DRAWN)));
      assert.deepEqual(drawn(read.encounters, TAG), hex(told.encounters));
      assert.deepEqual(drawn(read.nodes, PLACE), hex(told.nodes));
      return read;
    });
    await step('claim_24_no_key_was_on_the_page_before_it_was_asked_for', async () => {
      const keys = [...first.encounters.map((line) => line.subarray(TAG)), ...first.nodes.map((line) => line.subarray(PLACE))];
      for (const key of keys) assert.ok(!page.includes(key.subarray(0, 8).toString('hex')), 'a key was on the page');
      assert.ok(page.includes(first.encounters[0].subarray(0, TAG).toString('hex')), 'the search finds no tag');
    });
    await step('whoever leaves the app closes it, so that no picture of it stays behind', async () => {
      await leaves(ada, 'hidden');
      await gone(ada, keyCodeOf(ada));
      await leaves(ada, 'visible');
      await seen(ada, exactly('keys.away'));
      await portray(ada, 'keys-away');
      await press(ada, 'keys.again');
      assert.equal((await collected(ada)).transfer, first.transfer);
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
    await step('it stays while somebody touches the screen', async () => {
      for (let i = 0; i < 2; i += 1) {
        await ada.page.clock.fastForward(4 * MINUTE);
        await press(ada, 'keys.next');
      }
      assert.equal(await count(keyCodeOf(ada)), 1);
    });
    await step('five minutes without a touch close it, and it is easily shown again', async () => {
      await ada.page.clock.fastForward(5 * MINUTE);
      await seen(ada, exactly('keys.untouched'));
      assert.equal(await count(keyCodeOf(ada)), 0);
      await press(ada, 'keys.again');
      await seen(ada, keyCodeOf(ada));
    });
  },
  'what has changed since it was looked over is not shown': async ({ phone, step }) => {
    const ada = await phone('ada', { ahead: -15 * DAY });
    await begin(ada);
    await allowOneWay(ada);
    const stored = async () => (await dump(ada)).find(({ store }) => store === 'emissions').bytes.length;
    const before = await stored();
    await ada.page.clock.fastForward(13 * DAY);
    await eventually('the new day is stored', async () => (await stored()) > before);
    await lookOver(ada);
    await step('a day runs out on the page of the last look: what would be shown is told anew', async () => {
      assert.equal((await reporting.keysShown(ada)).length, 2);
      await ada.page.clock.fastForward(DAY);
      await eventually('its keys are erased', async () => (await stored()) <= before);
      await press(ada, 'keys.show');
      await seen(ada, exactly('keys.changed'));
      assert.equal(await count(keyCodeOf(ada)), 0);
    });
    await step('looked over once more, it is shown', async () => {
      await press(ada, 'keys.show');
      const { nodes, encounters } = await collected(ada);
      assert.deepEqual([nodes.length, encounters.length], [1, 0]);
    });
  },
};
