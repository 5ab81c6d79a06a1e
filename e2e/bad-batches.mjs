//! Published lists that do not hold: each kind is told in its own words, nothing of it counts, and the mark
//! "compared up to" does not move. What an honest server then says is taken.

import assert from 'node:assert/strict';
import { eventually, gone, seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import * as published from './support/published.mjs';
import * as reporting from './support/reporting.mjs';
import { record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

const HOURS_3 = 3 * 60 * 60;
/** The key of somebody who is not the server. */
const STRANGER = Buffer.alloc(32, 7);

const isIndex = (call) => call.path.startsWith('/v1/regions/');
const isEntries = (call) => call.path.startsWith('/v1/batches/');
const onEntries = (change) => (call, answer) => (isEntries(call) ? { ...answer, body: change(answer.body) } : answer);
const onIndex = (change) => (call, answer) => {
  const full = isIndex(call) && answer.status === 200 && published.batchesIn(answer.body) > 0;
  return full ? { ...answer, body: change(answer.body) } : answer;
};
const flipped = (at) => (bytes) => {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
};

/** What somebody on the way, or the server itself, does to a list; and what a person then reads. */
function wrongs(server, page) {
  const key = server.key('signing_key');
  const resign = (changes, by = key) => onIndex((index) => published.resigned(index, by, changes));
  const outOfOrder = published.disordered(page);
  const both = (one, other) => (call, answer) => other(call, one(call, answer));
  return [
    ['an entry was changed on the way', onEntries(flipped(100)), 'check_problem.batch_changed'],
    ['a list ends too early', onEntries((file) => file.subarray(0, -84)), 'check_problem.batch_size'],
    ['a list is empty', onEntries(() => Buffer.alloc(0)), 'check_problem.batch_size'],
    ['a list has a byte after its end', onEntries((file) => Buffer.concat([file, Buffer.alloc(1)])), 'check_problem.batch_trailing'],
    ['a list has a page after its end', onEntries((file) => Buffer.concat([file, page])), 'check_problem.batch_trailing'],
    ['a list is out of order, and signed so', both(onEntries(() => outOfOrder), resign({ change: published.otherFile(page, outOfOrder) })), 'check_problem.batch_order'],
    ['the index is not signed by the server', onIndex(flipped(3)), 'check_problem.batch_signature'],
    ['the index and its headers are signed by somebody else', resign({}, STRANGER), 'check_problem.batch_signature'],
    ['the index was signed hours ago', resign({ changeIndex: published.signedEarlier(HOURS_3) }), 'check_problem.batch_stale'],
    ['a list was sealed under rules that the server does not show', resign({ change: published.otherConfig }), 'check_problem.config'],
    ['the index is no index', onIndex(() => Buffer.from('<html>')), 'check_problem.batch_signature'],
    ['the server fails', (call, answer) => (isIndex(call) ? { ...answer, status: 500, body: Buffer.alloc(0) } : answer), 'api.failed'],
    ['the rules are not signed by the server', (call, answer) => (call.path === '/v1/config' ? { ...answer, body: Buffer.concat([answer.body, Buffer.from(' ')]) } : answer), 'api.signature'],
    ['the server has other keys than before', (call, answer) => (call.path === '/v1/config' ? otherKeys(answer) : answer), 'api.key_changed'],
    ['nobody answers', () => { throw new Error('the line is cut'); }, 'api.unreachable'],
  ];
}

function otherKeys(answer) {
  const config = JSON.parse(answer.body);
  const signing_key = `${config.signing_key.startsWith('A') ? 'B' : 'A'}${config.signing_key.slice(1)}`;
  return { ...answer, body: Buffer.from(JSON.stringify({ ...config, signing_key })) };
}

/** Sends what the diary holds. */
async function keepAndReport(phone, tan) {
  await reporting.report(phone, tan);
  await seen(phone, exactly('outgoing.sent'));
}

const mark = async (phone) => (await record(phone, 'server', 'checked'))?.until;

export default {
  'lists that do not hold': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    const ben = await phone('ben');
    for (const one of [ada, ben]) await begin(one);
    await meet(ada, ben);
    await keep(ben, {});
    await reporting.report(ada, (await server.issue())[0]);
    await seen(ada, exactly('outgoing.sent'));
    const before = await step('claim_15_a_check_before_anything_was_published_moves_the_mark', async () => {
      await check(ben);
      await seen(ben, exactly('home.clear'));
      const until = await mark(ben);
      assert.ok(until > 0);
      return until;
    });
    await server.seal();
    const page = await pageOf(server);
    for (const [what, alter, key] of wrongs(server, page)) {
      await step(`${what}: told, nothing counted, and the mark stays`, async () => {
        ben.line.alter = alter;
        await check(ben);
        await seen(ben, exactly(key));
        await seen(ben, saying('check_problem.until'));
        await seen(ben, exactly('home.clear'));
        assert.equal(await mark(ben), before);
      });
    }
    await step('a check can be stopped, and then counts for nothing', async () => {
      let go;
      const waits = new Promise((resolve) => (go = resolve));
      ben.line.alter = async (call, answer) => {
        if (isEntries(call)) await waits;
        return answer;
      };
      const since = ben.line.calls.length;
      await ben.page.getByRole('button', { name: say('home.check'), exact: true }).click();
      await eventually('the list was asked for', () => ben.line.to('GET', '/v1/batches/', since).length > 0);
      await seen(ben, ben.page.getByRole('progressbar'));
      await ben.page.getByRole('button', { name: say('home.stop'), exact: true }).click();
      await seen(ben, exactly('check_problem.cancelled'));
      go();
      await gone(ben, ben.page.getByRole('progressbar'));
      assert.equal(await mark(ben), before);
      await seen(ben, exactly('home.clear'));
    });
    await step('claim_15_the_honest_list_then_counts_and_moves_the_mark', async () => {
      ben.line.alter = (_call, answer) => answer;
      await check(ben);
      await seen(ben, exactly('home.reported_one'));
      assert.ok((await mark(ben)) >= before);
    });
    const second = await step('claim_15_a_second_list_goes_on_where_the_first_ended', async () => {
      await keepAndReport(ben, (await server.issue())[0]);
      await server.seal();
      const before = await mark(ben);
      const index = await fullIndex(server);
      assert.equal(published.batchesIn(index), 2);
      return { before };
    });
    const key = server.key('signing_key');
    const broken = [
      ['claim_15_a_list_left_out_before_a_new_one_is_a_gap', (index) => published.withoutFirst(index, key)],
      ['claim_15_another_past_before_the_same_lists_is_a_fork', (index) => published.resigned(index, key, { changeIndex: published.otherPast })],
    ];
    for (const [claim, change] of broken) {
      await step(claim, async () => {
        ben.line.alter = onIndex(change);
        await check(ben);
        await seen(ben, exactly('check_problem.history'));
        await seen(ben, exactly('home.reported_one'));
        assert.equal(await mark(ben), second.before);
      });
    }
    await step('claim_15_a_server_that_takes_back_what_it_published_is_caught', async () => {
      const until = await mark(ben);
      const index = ben.line.to('GET', '/v1/regions/').at(-1);
      const empty = ben.line.to('GET', '/v1/regions/').find((call) => call.path === index.path && published.batchesIn(call.answer.body) === 0);
      ben.line.alter = (call, answer) => (call.path === index.path ? { ...answer, body: empty.answer.body } : answer);
      await check(ben);
      await seen(ben, exactly('check_problem.history'));
      await seen(ben, exactly('home.reported_one'));
      assert.equal(await mark(ben), until);
    });
  },

  'another region': async ({ phone, step }) => {
    const ada = await phone('ada');
    await begin(ada, { region: 'north' });
    const choose = async (name) => {
      await ada.go(say('nav.settings'));
      await ada.page.getByLabel(say('settings.region'), { exact: true }).selectOption(name);
      await ada.go(say('nav.back'));
    };
    await check(ada);
    await seen(ada, saying('home.compared_none'));
    const north = await mark(ada);
    await step('claim_15_a_region_never_checked_is_not_spoken_for_by_another', async () => {
      await choose('south');
      await gone(ada, saying('home.compared_none'));
      assert.equal(await mark(ada), null);
    });
    await step('claim_15_a_region_left_keeps_its_mark', async () => {
      await choose('north');
      await seen(ada, saying('home.compared_none'));
      assert.equal(await mark(ada), north);
    });
  },

  'a server with other keys': async ({ phone, server, step }) => {
    const ada = await phone('ada');
    await begin(ada);
    await check(ada);
    const known = await record(ada, 'server', 'server');
    await step('claim_10_new_keys_are_refused_and_the_known_ones_stay_pinned', async () => {
      await server.stop();
      server.forget();
      await server.start();
      await check(ada);
      await seen(ada, exactly('api.key_changed'));
      assert.deepEqual((await record(ada, 'server', 'server')).pinned, known.pinned);
    });
    await step('only the person’s own act accepts them', async () => {
      await ada.go(say('nav.settings'));
      await ada.page.getByRole('button', { name: say('settings.trust_do'), exact: true }).click();
      await eventually('the new keys are pinned', async () => {
        const now = await record(ada, 'server', 'server');
        return now && now.pinned.signing_key !== known.pinned.signing_key;
      });
      await check(ada);
      await gone(ada, exactly('api.key_changed'));
      await seen(ada, saying('home.compared_none'));
    });
  },
};

/** The root's index of the day on which it lists most. */
async function fullIndex(server) {
  const indexes = await Promise.all(days().map((day) => bytes(`${server.origin}/v1/regions/root/${day}`)));
  return indexes.sort((one, other) => published.batchesIn(other) - published.batchesIn(one))[0];
}

/** Today and yesterday: midnight may have passed since. */
const days = () => [0, 1].map((back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10));

/** The one page of the batch that was sealed. */
async function pageOf(server) {
  const indexes = await Promise.all(days().map((day) => bytes(`${server.origin}/v1/regions/root/${day}`)));
  const ids = indexes.flatMap(published.idsIn);
  assert.equal(ids.length, 1);
  return bytes(`${server.origin}/v1/batches/${ids[0]}/entries`);
}

async function bytes(address) {
  const answer = await fetch(address);
  assert.equal(answer.status, 200, address);
  return Buffer.from(await answer.arrayBuffer());
}
