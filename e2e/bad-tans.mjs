//! Reports that do not go as planned: a TAN mistyped, unknown, run out; a server that is down. Each has its own
//! words, and nothing that was entered is lost.

import assert from 'node:assert/strict';
import { expire } from './support/ageing.mjs';
import { inventTan, mistype, swap } from './support/authority.mjs';
import { eventually, seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import * as reporting from './support/reporting.mjs';
import { record } from './support/stored.mjs';
import { assertNothingPersonal } from './support/wire.mjs';
import { exactly, say, saying } from './support/words.mjs';
import { pictureOf } from './support/code.mjs';

const posts = (phone) => phone.line.to('POST', '/v1/').length;

async function twoWhoMet({ phone }) {
  const ada = await phone('ada');
  const ben = await phone('ben');
  for (const one of [ada, ben]) await begin(one);
  await meet(ada, ben);
  await keep(ada, { label: 'work' });
  await keep(ben, {});
  return { ada, ben };
}

export default {
  'a TAN that is none is told before any request': async (scene) => {
    const { step } = scene;
    const ada = await scene.phone('ada');
    await begin(ada);
    const tan = inventTan();
    const wrong = [
      ['with one symbol off', mistype(tan), exactly('report.tan_check')],
      ['with two symbols swapped', swap(tan), exactly('report.tan_check')],
      ['cut short', tan.slice(0, -2), saying('report.tan_length', { expected: 14, got: 12 })],
      ['too long', `${tan}7`, saying('report.tan_length', { expected: 14, got: 15 })],
      ['with a symbol that no TAN has', `U${tan.slice(1)}`, saying('report.tan_symbol', { position: 1 })],
      ['that is a meeting code', `${ada.server.origin}/#m=AQAA`, exactly('report.tan_not')],
      ['that is a web address', 'https://example.org/#menu', exactly('report.tan_not')],
    ];
    for (const [what, text, told] of wrong) {
      await step(`a TAN ${what}: told, kept in the field, and nothing sent`, async () => {
        await reporting.enterTan(ada, text);
        await seen(ada, told);
        assert.equal(await reporting.tanField(ada).inputValue(), text);
        assert.equal(posts(ada), 0);
      });
    }
    await step('letters that look like digits, any case, spaces and dashes do not matter', async () => {
      const typed = tan.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('-', ' ');
      await reporting.enterTan(ada, typed);
      await seen(ada, exactly('report.test_statement'));
      assert.equal(posts(ada), 0);
    });
    await step('a TAN is pasted, and scanned from the letter', async () => {
      await ada.page.getByRole('button', { name: say('report.back'), exact: true }).click();
      await ada.page.evaluate((text) => navigator.clipboard.writeText(text), ` ${tan}\n`);
      await reporting.tanField(ada).fill('');
      await ada.page.getByRole('button', { name: say('report.tan_paste'), exact: true }).click();
      await seen(ada, exactly('report.tan_good'));
      await reporting.tanField(ada).fill('');
      ada.camera.see(pictureOf(`${ada.server.origin}/#t=${tan}`));
      await ada.page.getByRole('button', { name: say('report.tan_scan'), exact: true }).click();
      await seen(ada, exactly('report.tan_good'));
      assert.equal(await reporting.tanField(ada).inputValue(), tan);
      assert.equal(posts(ada), 0);
    });
    await step('a day of the test that cannot be is told', async () => {
      await ada.page.getByRole('button', { name: say('report.next'), exact: true }).click();
      const day = ada.page.getByLabel(say('report.test_day'), { exact: true });
      for (const [value, key] of [['', 'day_missing'], ['2099-01-01', 'day_future'], ['2020-01-01', 'day_old']]) {
        await day.fill(value);
        await ada.page.getByRole('button', { name: say('report.next'), exact: true }).click();
        await seen(ada, exactly(`report.${key}`));
      }
    });
    await step('with an empty diary there is nothing to share', async () => {
      await ada.page.getByLabel(say('report.test_day'), { exact: true }).fill(await reporting.today(ada));
      await ada.page.getByRole('button', { name: say('report.next'), exact: true }).click();
      await seen(ada, exactly('report.nothing_text'));
      assert.equal(posts(ada), 0);
    });
  },

  'a TAN that the server refuses': async (scene) => {
    const { server, step } = scene;
    const { ada } = await twoWhoMet(scene);
    await step('one that nobody issued is unknown; choices are kept', async () => {
      await reporting.report(ada, inventTan());
      await seen(ada, exactly('refused.tan_unknown'));
      await seen(ada, saying('refused.tan_unknown_text'));
      assert.equal(ada.line.to('POST', '/v1/uploads').length, 0);
    });
    const [old] = await server.issue(1, '--hours', '1');
    await step('one whose hours are over has run out', async () => {
      await server.stop();
      await expire(server);
      await server.start();
      await again(ada, old);
      await seen(ada, exactly('refused.tan_expired'));
      assert.equal(ada.line.to('POST', '/v1/uploads').length, 0);
    });
    await step('a good one then sends what was chosen before', async () => {
      const [tan] = await server.issue();
      await again(ada, tan);
      await seen(ada, exactly('outgoing.sent'));
    });
  },

  'the server is down at sending': async (scene) => {
    const { server, step } = scene;
    const { ada, ben } = await twoWhoMet(scene);
    const [tan] = await server.issue();
    await step('what waits to be sent is told, with the reason, and can still be taken back', async () => {
      await reporting.enterTan(ada, tan);
      await reporting.sayTested(ada, await reporting.today(ada));
      await reporting.lookOver(ada);
      await server.stop();
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.waiting'));
      await seen(ada, saying('outgoing.waiting_text', { why: say('api.why_unreachable') }));
      await ada.page.getByRole('button', { name: say('outgoing.cancel'), exact: true }).click();
      await ada.page.getByRole('button', { name: say('outgoing.cancel_yes'), exact: true }).click();
      await seen(ada, exactly('report.look_statement'));
    });
    await step('claim_09_tan_blind_and_body_are_on_the_device_before_anything_is_sent', async () => {
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.waiting'));
      const stored = await record(ada, 'outgoing', 'report');
      assert.equal(stored.is, 'waiting');
      assert.ok(stored.pending.tan && stored.pending.pending && stored.body && stored.pinned.permit_key);
    });
    const stored = await record(ada, 'outgoing', 'report');
    await step('closing the app meanwhile loses nothing', async () => {
      await ada.restart();
      const offline = ada.server;
      await offline.start();
      // It goes by itself once the server answers, as it stood.
      ada.line.alter = (call, answer) => (call.path === '/v1/uploads' ? { ...answer, status: 503, body: Buffer.alloc(0) } : answer);
      await ada.open();
      await eventually('the report was tried', () => ada.line.to('POST', '/v1/uploads').length > 0);
      await seen(ada, exactly('outgoing.waiting'));
    });
    await step('claim_09_an_answer_that_got_lost_is_asked_for_again_with_the_same_bytes', async () => {
      await ada.restart();
      ada.line.alter = (_call, answer) => answer;
      await ada.open();
      await seen(ada, exactly('outgoing.sent'));
      const uploads = ada.line.to('POST', '/v1/uploads');
      assert.ok(uploads.length >= 2);
      for (const { body, headers } of uploads) {
        assert.ok(body.equals(Buffer.from(stored.body, 'base64url')), 'another body went');
        assert.equal(headers['twoken-permit'], uploads[0].headers['twoken-permit']);
      }
      assert.equal(uploads.at(-1).status, 200);
    });
    await step('claim_09_it_counts_once_and_whole', async () => {
      await server.seal();
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
    });
    await step('claim_09_the_same_tan_was_redeemed_with_the_same_blinded_element', () => {
      const asked = ada.line.to('POST', '/v1/permits').map(({ body }) => body.toString());
      assert.ok(asked.length >= 1);
      assert.equal(new Set(asked).size, 1);
    });
    await step('claim_11_nothing_personal_went_over_the_line', () => {
      for (const one of [ada, ben]) assertNothingPersonal(one);
    });
  },

  'the server answers wrongly at sending': async (scene) => {
    const { server, step } = scene;
    const { ada } = await twoWhoMet(scene);
    const [tan] = await server.issue();
    await step('claim_10_a_permit_under_another_key_is_refused_and_nothing_is_uploaded', async () => {
      ada.line.alter = (call, answer) => {
        if (call.path !== '/v1/permits') return answer;
        const said = JSON.parse(answer.body);
        const proof = Buffer.from(said.proof, 'base64url');
        proof[40] ^= 1;
        return { ...answer, body: Buffer.from(JSON.stringify({ ...said, proof: proof.toString('base64url') })) };
      };
      await reporting.report(ada, tan);
      await seen(ada, exactly('api.signature'));
      assert.equal(ada.line.to('POST', '/v1/uploads').length, 0);
    });
    await step('claim_09_the_same_tan_still_works_afterwards', async () => {
      ada.line.alter = (_call, answer) => answer;
      await again(ada, tan);
      await seen(ada, exactly('outgoing.sent'));
    });
  },
};

/** Types another TAN after a refusal; everything else is as it was. */
async function again(phone, tan) {
  await phone.page.getByRole('button', { name: say('refused.type_again'), exact: true }).click();
  while (!(await reporting.tanField(phone).isVisible())) {
    await phone.page.getByRole('button', { name: say('report.back'), exact: true }).click();
  }
  await reporting.tanField(phone).fill(tan);
  await phone.page.getByRole('button', { name: say('report.next'), exact: true }).click();
  await phone.page.getByRole('button', { name: say('report.next'), exact: true }).click();
  await reporting.counts(phone, 1, 0);
  await reporting.lookOver(phone);
  await reporting.send(phone);
}
