//! Codes that lead to no encounter: each is told in its own words, and nothing is recorded.

import assert from 'node:assert/strict';
import { changed, linkOf, linkWith, bytesOf, photograph, pictureOf, shifted } from './support/code.mjs';
import { count, eventually, seen } from './support/expect.mjs';
import { begin, confirm, isBoth, openMeet, type } from './support/meeting.mjs';
import { dump } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';
import { inventTan } from './support/authority.mjs';

/** The prime 2²⁵⁵ − 19 of X25519, little-endian: zero in another guise. */
const PRIME = Buffer.from(`ed${'ff'.repeat(30)}7f`, 'hex');
/** A point of order 8: whatever it meets, the shared secret is zero (one of those in Wycheproof's X25519 set). */
const LOW_ORDER = Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex');

const cut = (link, bytes) => linkWith(link.split('/#')[0], bytesOf(link).subarray(0, -bytes));
const set = (link, at, value) => changed(link, (bytes) => void (bytes[at] = value));

/** A link of theirs, what is done to it, and what a person then reads. */
function badCodes(link) {
  const origin = link.split('/#')[0];
  return [
    ['stale', shifted(link, -3), 'meet_problem.stale'],
    ['from the future', shifted(link, 3), 'meet_problem.future'],
    ['truncated', cut(link, 5), 'meet_problem.truncated'],
    ['oversized', linkWith(origin, Buffer.concat([bytesOf(link), Buffer.alloc(9)])), 'meet_problem.oversized'],
    ['longer than any code', `${origin}/#m=${'A'.repeat(5000)}`, 'meet_problem.oversized'],
    ['of a foreign version', set(link, 0, 2), 'meet_problem.version', { version: 2 }],
    ['with unknown flags', set(link, 1, 0x80), 'meet_problem.malformed'],
    ['not base64url', `${link.slice(0, -4)}!!!!`, 'meet_problem.malformed'],
    ['with an impossible claim key', changed(link, (bytes) => void bytes.fill(0xff, 38, 70)), 'meet_problem.malformed'],
    ['with the identity as claim key', changed(link, (bytes) => void bytes.fill(0, 38, 70)), 'meet_problem.malformed'],
    ['with an all-zero key', changed(link, (bytes) => void bytes.fill(0, 6, 38)), 'meet_problem.low_order'],
    ['with a key of low order', changed(link, (bytes) => void LOW_ORDER.copy(bytes, 6)), 'meet_problem.low_order'],
    ['with zero written as another number', changed(link, (bytes) => void PRIME.copy(bytes, 6)), 'meet_problem.malformed'],
    ['of something else', 'https://example.org/a-menu', 'meet_problem.not_twoken'],
    ['of a sentence', 'good morning', 'meet_problem.not_twoken'],
    ['that is a TAN', `${origin}/#t=${inventTan()}`, 'meet_problem.is_tan'],
    ['that names a server', `${origin}/#s=https://elsewhere.example`, 'meet_problem.is_server'],
  ];
}

const encounters = async (phone) => (await dump(phone)).filter(({ store }) => store === 'diary').length;

/** Waits for the words; a code that could only be refused later is confirmed first. */
async function refuses(phone, key) {
  const question = phone.page.getByText(exactly('meet.confirm'));
  await eventually(`${key} is told`, async () => {
    if ((await count(question)) > 0) await confirm(phone);
    return (await count(phone.page.getByText(exactly(key)))) > 0;
  });
  assert.equal(await encounters(phone), 0, 'something was recorded');
}

async function dismiss(phone) {
  await phone.page.getByRole('button', { name: say('outgoing.dismiss') }).click();
}

export default {
  'what is typed or pasted': async ({ phone, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    for (const one of [ada, ben]) await begin(one);
    for (const one of [ada, ben]) await openMeet(one);
    for (const [what, text, key, values] of badCodes(await linkOf(ben))) {
      await step(`a code ${what} is told as such, and stays in the field`, async () => {
        await type(ada, text);
        await refuses(ada, key);
        if (values) await seen(ada, saying(`${key}_text`, values));
        const field = ada.page.getByRole('textbox', { name: say('meet.typed_label') });
        assert.equal(await field.inputValue(), text);
        await dismiss(ada);
      });
    }
    await step('claim_02_my_own_code_is_refused_when_typed', async () => {
      await type(ada, await linkOf(ada));
      await refuses(ada, 'meet_problem.own');
      await dismiss(ada);
    });
    await step('what is mended in the field is taken: nothing typed was lost', async () => {
      await type(ada, await linkOf(ben));
      await seen(ada, exactly('meet.confirm'));
      assert.equal(await encounters(ada), 0, 'recorded before it was confirmed');
      await confirm(ada);
      await seen(ada, exactly('meet.one'));
      await eventually('it is stored', async () => (await encounters(ada)) === 1);
    });
  },

  'what a camera or a picture shows': async ({ phone, step }) => {
    const ada = await phone('ada', { ahead: 0 });
    const ben = await phone('ben');
    for (const one of [ada, ben]) await begin(one);
    for (const one of [ada, ben]) await openMeet(one);
    await step('claim_02_my_own_code_in_a_mirror_is_refused', async () => {
      ada.camera.see(await photograph(ada));
      await refuses(ada, 'meet_problem.own');
      ada.camera.blank();
      await dismiss(ada);
    });
    await step('a menu with a code on it is no Twoken code', async () => {
      ada.camera.see(pictureOf('https://example.org/a-menu'));
      await refuses(ada, 'meet_problem.not_twoken');
      ada.camera.blank();
      await dismiss(ada);
    });
    await step('a picture without a code, and a file that is no picture, are told apart', async () => {
      const file = ada.page.locator('input[type=file]');
      await file.setInputFiles({ name: 'wall.png', mimeType: 'image/png', buffer: await ada.page.screenshot({ clip: { x: 0, y: 0, width: 40, height: 40 } }) });
      await seen(ada, exactly('camera.no_code'));
      await file.setInputFiles({ name: 'note.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
      await seen(ada, exactly('camera.not_picture'));
    });
    const photo = await photograph(ben);
    await step('a photograph of a code is read from a file', async () => {
      await ada.page.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: photo });
      await confirm(ada);
      await seen(ada, exactly('meet.one'));
    });
    await step('the same photograph a quarter of an hour later has run out', async () => {
      await ada.page.clock.fastForward(15 * 60 * 1000);
      ada.camera.see(photo);
      await seen(ada, exactly('meet_problem.stale'));
      assert.equal(await encounters(ada), 1);
    });
  },

  'without a camera': async ({ phone, step }) => {
    const ada = await phone('ada', { settings: { media_stream_camera: 2 } });
    const ben = await phone('ben', { lens: false });
    for (const one of [ada, ben]) await begin(one);
    for (const one of [ada, ben]) await openMeet(one);
    await step('a camera that is not allowed is told, with what works without it', () =>
      seen(ada, exactly('camera.denied')));
    await step('a phone without a camera is told, with what works without it', () => seen(ben, exactly('camera.none')));
    await step('the two meet all the same, by links they copy and paste', async () => {
      // Ada has Ben's code; Ben has hers, with the word that she has his; then she has that of him.
      for (const [from, to, done] of [[ben, ada, 'meet.one'], [ada, ben, 'meet.both'], [ben, ada, 'meet.both']]) {
        const copied = await copyFrom(from);
        await to.page.evaluate((text) => navigator.clipboard.writeText(text), copied);
        await pasteAndUse(to);
        await confirm(to);
        await seen(to, exactly(done));
      }
    });
  },
};

/** My code as a link: copied, or read off the screen once the meeting is done. */
async function copyFrom(phone) {
  const { page } = phone;
  if (await isBoth(phone)) return linkOf(phone);
  const copy = page.getByRole('button', { name: say('meet.copy') });
  if ((await count(copy)) === 0) await page.getByRole('button', { name: say('meet.type_paste') }).click();
  await copy.click();
  await seen(phone, exactly('meet.copied'));
  return page.evaluate(() => navigator.clipboard.readText());
}

async function pasteAndUse(phone) {
  const { page } = phone;
  const paste = page.getByRole('button', { name: say('meet.paste'), exact: true });
  if ((await count(paste)) === 0) await page.getByRole('button', { name: say('meet.type_paste') }).click();
  await paste.click();
  await page.waitForFunction((label) => document.getElementById(label)?.value.includes('#m='), 'typed');
  await page.getByRole('button', { name: say('meet.typed_use'), exact: true }).click();
}
