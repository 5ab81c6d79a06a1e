//! A country's batches: too large for a phone to take whole. Each phone reads the filter, and asks for four pages, hit or
//! not; what it asks for tells nobody how many of its encounters were reported.

import assert from 'node:assert/strict';
import { seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import { memoryOf, watchMemory } from './support/memory.mjs';
import * as published from './support/published.mjs';
import * as reporting from './support/reporting.mjs';
import { record } from './support/stored.mjs';
import { exactly, saying } from './support/words.mjs';

const HOUR = 3_600_000;
const MEETINGS = 5;
/** More than one batch can hold. */
const MILLION = 1_000_000;
/** One batch of 1,024 pages, less what is reported beside them. */
const ONE_BATCH = 262_000;
/** What a comparison may take, whatever the batch. */
const MOST_MEMORY = 32 * 1024 * 1024;

/** What a phone asked for since: kind and size, without names, and which pages. */
function asked(phone, since) {
  const calls = phone.line.api(since);
  const trace = calls.map(({ method, path, answer }) => {
    const kind = path.replace(/[0-9a-f]{32}/, 'ID').replace(/pages\/\d+$/, 'pages/N');
    return `${method} ${kind} ${answer?.body.length}`;
  });
  const pages = calls.map(({ path }) => path.match(/batches\/([0-9a-f]{32})\/pages\/(\d+)$/)).filter(Boolean);
  return { trace, pages: pages.map(([, batch, page]) => `${batch} ${page}`) };
}

async function checks(phone) {
  const since = phone.line.calls.length;
  await check(phone);
  return asked(phone, since);
}

const waitingIn = async (phone) =>
  Object.values(await record(phone, 'server', 'large')).reduce((sum, { waiting }) => sum + waiting.length, 0);

/** Rita meets Ben once and Cleo five times, hours apart; Zoe meets nobody. All is reported. */
async function people({ phone, server }) {
  const ahead = -(MEETINGS + 1) * HOUR;
  const rita = await phone('rita', { ahead });
  const ben = await phone('ben', { ahead });
  const cleo = await phone('cleo', { ahead });
  const zoe = await phone('zoe');
  [zoe, ben, cleo].forEach(watchMemory);
  for (const one of [rita, ben, cleo, zoe]) await begin(one);
  for (let meeting = 0; meeting < MEETINGS; meeting += 1) {
    for (const other of meeting === 0 ? [ben, cleo] : [cleo]) {
      await meet(rita, other);
      for (const one of [rita, other]) await keep(one, {});
    }
    for (const one of [rita, ben, cleo]) await one.page.clock.fastForward(HOUR);
  }
  for (const one of [rita, ben, cleo]) {
    one.options.ahead = 0;
    await one.restart();
    await one.open();
  }
  await reporting.report(rita, (await server.issue())[0]);
  await seen(rita, exactly('outgoing.sent'));
  return { zoe, ben, cleo };
}

export default {
  'more hits than pages': async (scene) => {
    const { step, server } = scene;
    const { zoe, ben, cleo } = await people(scene);
    await step('one batch has everything', async () => {
      assert.equal((await server.fill(ONE_BATCH)).length, 1);
    });
    await step('a check that breaks off is repeated with the same pages', async () => {
      for (const one of [zoe, cleo]) {
        const alter = one.line.alter;
        let left = 2;
        one.line.alter = (call, answer) => {
          if (!/\/pages\/\d+$/.test(call.path) || (left -= 1) >= 0) return alter(call, answer);
          return { ...answer, status: 503, body: Buffer.alloc(0) };
        };
        const before = await record(one, 'server', 'checked');
        const first = await checks(one);
        await seen(one, exactly('api.failed'));
        assert.deepEqual(await record(one, 'server', 'checked'), before);
        one.line.alter = alter;
        const second = await checks(one);
        assert.deepEqual(second.pages.slice(0, first.pages.length), first.pages);
        assert.ok(second.trace.every((line) => !line.includes('/filter')), second.trace.join('\n'));
        one.lastTrace = second.trace;
      }
      assert.deepEqual(cleo.lastTrace, zoe.lastTrace);
      await check(ben);
    });
    await step('a phone that cannot store which pages it asks for asks for none, and says so until there is room', async () => {
      const dan = await scene.phone('dan', { quota: 1 });
      await begin(dan);
      const without = await checks(dan);
      await seen(dan, exactly('check_problem.unstored'));
      assert.deepEqual(without.pages, []);
      await dan.allow();
      const within = await checks(dan);
      await seen(dan, exactly('home.empty'));
      assert.equal(within.pages.length, 4);
    });
    await step('the fifth waits for the next check, which asks like everybody', async () => {
      assert.equal(await waitingIn(zoe), 0);
      await seen(cleo, saying('home.reported_other', { count: MEETINGS - (await waitingIn(cleo)) }));
      const [none, one, five] = [await checks(zoe), await checks(ben), await checks(cleo)];
      assert.deepEqual(one.trace, none.trace);
      assert.deepEqual(five.trace, none.trace);
      assert.equal(none.pages.length, 4);
      assert.equal(await waitingIn(cleo), 0);
      await seen(cleo, saying('home.reported_other', { count: MEETINGS }));
    });
    const index = zoe.line.to('GET', '/v1/regions/').findLast((call) => published.batchesIn(call.answer.body) > 0);
    const [id] = published.idsIn(index.answer.body);
    const ask = async (what) => Buffer.from(await (await fetch(`${server.origin}/v1/batches/${id}/${what}`)).arrayBuffer());
    const honest = await ask('filter');
    const lie = published.shifted(honest);
    const wrong = {
      'the filter is not the one that was signed': {
        alter: (call, answer) => (call.path.endsWith('/filter') ? { ...answer, body: lie } : answer),
        words: 'check_problem.batch_filter',
      },
      'the filter was signed, and lies': {
        alter: (call, answer) => {
          if (call.path === index.path) {
            return { ...answer, body: published.resigned(answer.body, server.key('signing_key'), { change: published.otherFile(honest, lie) }) };
          }
          return call.path.endsWith('/filter') ? { ...answer, body: lie } : answer;
        },
        words: 'check_problem.batch_filter',
      },
      'the pages are not those that were asked for': {
        alter: async (call, answer) => {
          const [, page] = call.path.match(/\/pages\/(\d+)$/) ?? [];
          return page ? { ...answer, body: await ask(`pages/${page === '0' ? 1 : page - 1}`) } : answer;
        },
        words: 'check_problem.batch_changed',
      },
    };
    for (const [what, { alter, words }] of Object.entries(wrong)) {
      await step(`claim_15_it_is_told_every_time_and_no_mark_moves_when_${what.replaceAll(/[ ,]+/g, '_')}`, async () => {
        const eve = await scene.phone(`eve${what.length}`);
        await begin(eve);
        eve.line.alter = alter;
        for (let time = 0; time < 2; time += 1) {
          await check(eve);
          await seen(eve, exactly(words));
          assert.equal((await record(eve, 'server', 'checked'))?.until ?? 0, 0);
        }
      });
    }
  },

  'a million entries': async (scene) => {
    const { step, server } = scene;
    const { zoe, ben, cleo } = await people(scene);
    const batches = await step('the server seals a million in batches of up to 1,024 pages', async () => {
      const sealed = await server.fill(MILLION);
      assert.equal(sealed.length, 4);
      assert.ok(sealed.every(({ pages }) => pages > 900 && pages <= 1024), JSON.stringify(sealed));
      return sealed;
    });
    const traces = await step('claim_16_the_same_is_asked_for_with_no_hit_one_and_five', async () => {
      const [none, one, five] = [await checks(zoe), await checks(ben), await checks(cleo)];
      assert.deepEqual(one.trace, none.trace);
      assert.deepEqual(five.trace, none.trace);
      for (const { pages } of [none, one, five]) {
        // The batch of the chapter before is still kept.
        assert.equal(pages.length, 4 * (batches.length + 1));
        assert.equal(new Set(pages).size, pages.length);
      }
      return none.trace;
    });
    await step('no batch came whole', () => {
      assert.ok(traces.every((line) => !line.includes('/entries')), traces.join('\n'));
      assert.equal(traces.filter((line) => line.includes('/filter')).length, batches.length + 1);
    });
    await step('each learns what concerns them', async () => {
      await seen(zoe, exactly('home.empty'));
      await seen(ben, exactly('home.reported_one'));
      await seen(cleo, saying('home.reported_other', { count: MEETINGS }));
    });
    await step('comparing takes little memory', async () => {
      for (const one of [zoe, ben, cleo]) {
        const bytes = await memoryOf(one);
        assert.ok(bytes <= MOST_MEMORY, `${one.name}: ${bytes} bytes`);
      }
    });
  },
};
