//! A server of private mode: what is reported is published so that nobody can test a code alone, and a phone learns how many of
//! its encounters were reported and how intense they were, never which. It asks once for each day, when the day is over.

import assert from 'node:assert/strict';
import { count, eventually, gone, seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import { portray } from './support/pictures.mjs';
import { elementsIn, response, setsIn } from './support/private.mjs';
import * as published from './support/published.mjs';
import * as reporting from './support/reporting.mjs';
import { dump, record, stringsOf32 } from './support/stored.mjs';
import { assertNothingPersonal } from './support/wire.mjs';
import { exactly, say, saying } from './support/words.mjs';

export const settings = 'mode = "private"\n';

const DAY = 86_400_000;
const MINUTE = 60_000;
const CLASS = 64;
const POINT = 32;
const PAGE = 256 * POINT;

const isQuery = (call) => call.path === '/v1/psi';
const queries = (phone) => phone.line.to('POST', '/v1/psi');
const calmly = (_call, answer) => answer;

/** What somebody on the line sees of a check: which kind of request, and how much of it. */
function trace(phone, since) {
  const size = (call) => [call.method, call.path, call.body.length, call.answer?.body.length];
  return phone.line.api(since).map(size);
}

/** Puts both clocks ahead, the server's and those of these phones, by so many days from today. */
async function goAhead(server, phones, days) {
  await server.ahead(days);
  for (const one of phones) {
    one.options.ahead = days * DAY;
    await one.restart();
    await one.open();
    await seen(one, one.page.getByRole('navigation', { name: say('nav.main') }));
  }
}

/** The entries files of all that a region's day lists. */
async function filesOf(server, ahead) {
  const day = new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);
  const get = async (path) => Buffer.from(await (await fetch(`${server.origin}${path}`)).arrayBuffer());
  const ids = published.idsIn(await get(`/v1/regions/root/${day}`));
  return Promise.all(ids.map((id) => get(`/v1/batches/${id}/entries`)));
}

/** On that day from today Ada reports once more, and it is sealed. */
async function reportAgain(ada, server, days) {
  await goAhead(server, [ada], days);
  await ada.go(say('nav.report'));
  await ada.page.getByRole('button', { name: say('outgoing.dismiss'), exact: true }).click();
  await reporting.reportPrivately(ada, (await server.issue())[0]);
  await seen(ada, exactly('outgoing.sent'));
  await server.seal();
}

/** An answer that refuses, as the server's are. */
const refusal = (type, status, headers = {}) => {
  const body = Buffer.from(JSON.stringify({ type, title: type, status }));
  return { status, headers: { 'content-type': 'application/problem+json', ...headers }, body };
};

/** The midnight with which the day begins that is so many days from today, in seconds. */
const midnight = (days) => (Date.now() - (Date.now() % DAY) + days * DAY) / 1000;

const press = (phone, key) =>
  phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true }).first().click();
const follow = (phone, key) =>
  phone.page.getByRole('link', { name: say(key), exact: true }).filter({ visible: true }).first().click();

const stored = async (phone, kind) => (await dump(phone)).map(({ key }) => key).filter((key) => key.startsWith(kind));
const answers = (phone) => stored(phone, 'answer/');
const mark = async (phone) => (await record(phone, 'server', 'checked'))?.until;
const line = (phone, kind) => phone.page.locator('dl.facts > div').filter({ hasText: say(kind) });

export default {
  'counted, never named': async ({ phone, server, step }) => {
    const [ada, ben, cleo] = [await phone('ada'), await phone('ben'), await phone('cleo')];
    for (const one of [ada, ben, cleo]) await begin(one);
    await step('Ada meets Ben for long, and Ben meets Cleo', async () => {
      await meet(ada, ben);
      for (const one of [ada, ben]) await keep(one, { note: 'a long lunch', minutes: 25 });
      await meet(ben, cleo);
      for (const one of [ben, cleo]) await keep(one, { note: 'on the stairs' });
    });
    await step('Settings says how this server works, and what that does not promise', async () => {
      await ben.go(say('nav.settings'));
      await seen(ben, exactly('settings.way_private'));
      await seen(ben, exactly('settings.way_private_text'));
    });
    const shown = await step('Ada reports: she is not asked when the test was, and sees every byte', async () => {
      await reporting.enterTan(ada, (await server.issue())[0]);
      await seen(ada, exactly('report.choose_statement'));
      assert.equal(await count(ada.page.getByText(say('report.step_test'), { exact: true })), 0);
      await reporting.lookOver(ada);
      await seen(ada, saying('report.part_not_test'));
      const entries = await reporting.entriesShown(ada);
      assert.ok(entries.length >= 1 && entries.length <= 3, `${entries.length} entries`);
      await portray(ada, 'private-report');
      await ada.page.getByRole('button', { name: say('report.exact_less'), exact: true }).click();
      const all = await reporting.entriesShown(ada, true);
      assert.ok(all.every((entry) => entry.length === POINT));
      await reporting.send(ada);
      await seen(ada, exactly('outgoing.sent'));
      return all;
    });
    await step('what was shown is what went: elements of one size class, and nothing of the test', async () => {
      const [{ body }] = ada.line.to('POST', '/v1/uploads');
      assert.ok(elementsIn(body, CLASS).equals(Buffer.concat(shown)), 'what was shown is not what went');
      // Version, region, degree, elements, and their heads.
      assert.ok(body.length <= CLASS * POINT + 32, `${body.length} bytes`);
    });
    await server.seal();
    const files = await step('what is published tests no code: no status, and no number that a phone has', async () => {
      const files = await filesOf(server, 0);
      assert.ok(files.length > 0 && files.every((file) => file.length % PAGE === 0), 'pages of tags alone');
      const known = [];
      for (const one of [ada, ben]) {
        for (const { bytes } of await dump(one)) known.push(...stringsOf32(bytes));
      }
      known.push(...shown);
      assert.ok(known.length > 10);
      for (const file of files) assert.ok(known.every((bytes) => !file.includes(bytes)), 'a known number is published');
      return files;
    });
    await step('before the day is over nobody asks about it', async () => {
      await check(cleo);
      const since = ben.line.calls.length;
      await check(ben);
      await seen(ben, exactly('home.clear'));
      const today = new Date().toISOString().slice(0, 10);
      const asked = ben.line.to('GET', '/v1/regions/', since).map(({ path }) => path.slice(-10));
      assert.ok(asked.length > 0 && asked.every((day) => day < today), asked.join());
      assert.equal(queries(ben).length, 0);
      assert.ok((await mark(ben)) * 1000 <= Date.now() - (Date.now() % DAY), 'compared up to the last midnight');
    });
    await goAhead(server, [ben, cleo], 1);
    await step('claim_29_the_next_day_each_asks_once_and_nobody_sees_who_was_hit', async () => {
      const traces = [];
      for (const one of [ben, cleo]) {
        const since = one.line.calls.length;
        await check(one);
        traces.push(trace(one, since));
        assert.equal(queries(one).length, 1);
      }
      assert.deepEqual(traces[0], traces[1]);
      assert.deepEqual((await filesOf(server, 0)).length, files.length);
      await seen(cleo, exactly('home.clear'));
    });
    await step('Ben learns how many and how intense, and what to do; not which', async () => {
      await seen(ben, saying('home.not_infected'));
      await seen(ben, ben.page.getByRole('heading', { level: 1 }).filter({ hasText: /encounters? w(as|ere) reported/ }));
      await seen(ben, exactly('risk.high'));
      await seen(ben, line(ben, 'counts.high').filter({ hasText: /[123]/ }));
      await seen(ben, line(ben, 'counts.low').filter({ hasText: '0' }));
      await seen(ben, 'Take a test today.');
      await portray(ben, 'private-home');
      await ben.page.getByRole('link', { name: say('home.see'), exact: true }).click();
      await seen(ben, saying('counts.lead'));
      await seen(ben, exactly('counts.alone'));
      await portray(ben, 'private-counts');
    });
    await step('the diary marks nothing', async () => {
      await ben.go(say('nav.diary'));
      await seen(ben, 'a long lunch');
      assert.equal(await count(ben.page.getByText(say('diary.reported'))), 0);
    });
    await step('after a reload it is still there, and a second check asks nothing again', async () => {
      await ben.open();
      await ben.go(say('nav.home'));
      await seen(ben, exactly('risk.high'));
      await check(ben);
      await seen(ben, exactly('risk.high'));
      assert.equal(queries(ben).length, 1);
    });
    await step('no request carries anything of a person’s', () => {
      for (const one of [ada, ben, cleo]) assertNothingPersonal(one);
    });
    await step('deleting everything deletes what was asked and found', async () => {
      const kinds = async () => (await dump(ben)).map(({ key }) => key.split('/')[0]);
      for (const kind of ['answer', 'hits', 'day-sets']) assert.ok((await kinds()).includes(kind), kind);
      await ben.go(say('nav.settings'));
      await ben.page.getByRole('button', { name: say('settings.delete'), exact: true }).click();
      const yes = ben.page.getByRole('button', { name: say('settings.delete_yes'), exact: true });
      await Promise.all([ben.page.waitForNavigation(), yes.click()]);
      await seen(ben, ben.page.getByRole('checkbox', { name: say('welcome.keep') }));
      for (const kind of ['answer', 'hits', 'day-sets']) assert.ok(!(await kinds()).includes(kind), kind);
    });
  },

  'answers that are not as they should be': async ({ phone, server, step }) => {
    // The chapter before has left the server a day ahead.
    await server.ahead(1);
    const [ada, ben] = [await phone('ada', { ahead: DAY }), await phone('ben', { ahead: DAY })];
    for (const one of [ada, ben]) await begin(one);
    await meet(ada, ben);
    await keep(ada, {});
    await keep(ben, { minutes: 7 });
    await check(ben);
    // Of the chapter before there may be a batch that nobody of these was in.
    const [before, kept, since] = [await mark(ben), await answers(ben), queries(ben).length];
    await reporting.reportPrivately(ada, (await server.issue())[0]);
    await seen(ada, exactly('outgoing.sent'));
    await server.seal();
    await goAhead(server, [ben], 2);
    const wrongly = (change) => (call, answer) => (isQuery(call) ? { ...answer, body: change(setsIn(answer.body), call) } : answer);
    const last = (sets, change) => sets.map((set, i) => (i < 2 ? set : change(set)));
    // The server answers the same query nine times, and the browser itself may send once more where a line breaks.
    const wrongs = [
      ['the line breaks before the answer', (call, answer) => { if (isQuery(call)) throw new Error('cut'); return answer; }, 'api.unreachable'],
      ['a point is missing', wrongly((sets) => response(sets.map((set) => set.slice(1)))), 'check_problem.answer_number'],
      ['a point stands there twice', wrongly((sets) => response(last(sets, (set) => [set[1], ...set.slice(1)]))), 'check_problem.answer_repeated'],
      ['it multiplied with another key: by one', wrongly((_, call) => response(setsIn(call.body))), 'check_problem.answer_probe'],
    ];
    const asked = () => queries(ben).slice(since).map(({ body }) => body);
    for (const [what, alter, key] of wrongs) {
      await step(`${what}: told, nothing counted, and the mark stays`, async () => {
        ben.line.alter = alter;
        await check(ben);
        await seen(ben, exactly(key));
        await seen(ben, exactly('home.clear'));
        assert.equal(await mark(ben), before);
        assert.deepEqual(await answers(ben), kept, 'an answer is kept');
      });
    }
    await step('claim_29_the_very_same_bytes_go_each_time_also_after_a_reload', async () => {
      await ben.open();
      ben.line.alter = wrongly(() => Buffer.from('<html>'));
      await check(ben);
      await seen(ben, exactly('check_problem.answer_form'));
      assert.ok(asked().length > wrongs.length);
      assert.ok(asked().every((body) => body.equals(asked()[0])), 'another query went');
    });
    await step('a server that asks to wait is asked nothing before, also by hand', async () => {
      const busy = { status: 429, headers: { 'retry-after': '600' }, body: Buffer.alloc(0) };
      ben.line.alter = (call, answer) => (isQuery(call) ? busy : answer);
      await check(ben);
      await seen(ben, exactly('check_problem.wait'));
      const times = asked().length;
      ben.line.alter = calmly;
      await check(ben);
      await seen(ben, exactly('check_problem.wait'));
      assert.equal(asked().length, times);
      assert.equal(await mark(ben), before);
    });
    await step('when the time is over the very same is asked, and now it counts', async () => {
      await ben.page.clock.fastForward(11 * MINUTE);
      await check(ben);
      await seen(ben, exactly('risk.least_medium'));
      await gone(ben, exactly('check_problem.wait'));
      assert.ok(asked().every((body) => body.equals(asked()[0])), 'another query went');
      assert.ok((await mark(ben)) > before);
      await eventually('the answer is kept', async () => (await answers(ben)).length > kept.length);
    });
    await step('claim_29_a_day_that_cannot_be_asked_about_stops_no_other', async () => {
      await reportAgain(ada, server, 2);
      await reportAgain(ada, server, 3);
      await goAhead(server, [ben], 4);
      const [asks, hits, marked] = [queries(ben).length, await stored(ben, 'hits/'), await mark(ben)];
      // The server has had enough questions about the first of the two days.
      const enough = refusal('query-limit', 429, { 'retry-after': '600' });
      ben.line.alter = (call, answer) => (isQuery(call) && call === queries(ben)[asks] ? enough : answer);
      await check(ben);
      await seen(ben, exactly('check_problem.wait'));
      await seen(ben, saying('check_problem.unasked'));
      assert.equal(queries(ben).length, asks + 2, 'the other day was not asked about');
      assert.equal((await stored(ben, 'hits/')).length, hits.length + 1, 'the other day was not counted');
      assert.deepEqual([marked, await mark(ben)], [midnight(2), midnight(2)], 'the mark moved past it');
      // By hand: it waits, and the other one is not asked about again.
      await check(ben);
      await seen(ben, exactly('check_problem.wait'));
      assert.equal(queries(ben).length, asks + 2);
      await ben.page.clock.fastForward(11 * MINUTE);
      await check(ben);
      await gone(ben, exactly('check_problem.wait'));
      const [first, , again] = queries(ben).slice(asks);
      assert.equal(queries(ben).length, asks + 3);
      assert.ok(again.body.equals(first.body), 'another query went');
      assert.equal((await stored(ben, 'hits/')).length, hits.length + 2);
      assert.equal(await mark(ben), midnight(4));
    });
    await step('a day that the server can answer about no more is given up, and told', async () => {
      await reportAgain(ada, server, 4);
      await goAhead(server, [ben], 5);
      const asks = queries(ben).length;
      const unknown = refusal('day-set-unknown', 404);
      ben.line.alter = (call, answer) => (isQuery(call) ? unknown : answer);
      for (const _ of [1, 2]) {
        await check(ben);
        await seen(ben, saying('home.uncounted'));
        await gone(ben, saying('check_problem.unasked'));
        assert.equal(queries(ben).length, asks + 1, 'it is asked about again');
      }
      assert.equal(await mark(ben), midnight(5));
      ben.line.alter = calmly;
    });
    await step('a server that publishes from now on is told, and what was found before stays', async () => {
      // Ours refuses to change while anything is published; another may.
      const key = server.key('signing_key');
      const open = (answer) => published.reconfigured(answer, key, { mode: 'open' });
      ben.line.alter = (call, answer) => (call.path === '/v1/config' ? open(answer) : answer);
      await check(ben);
      await seen(ben, saying('home.mode_open'));
      await seen(ben, exactly('risk.least_medium'));
      await ben.go(say('nav.settings'));
      await seen(ben, exactly('settings.way_open'));
    });
  },

  'who was counted tells those they met, and a study': async ({ phone, server, step }) => {
    // The chapters before have left the server five days ahead.
    await server.ahead(5);
    const names = ['ada', 'ben', 'cleo'];
    const [ada, ben, cleo] = await Promise.all(names.map((name) => phone(name, { ahead: 5 * DAY })));
    for (const one of [ada, ben, cleo]) await begin(one);
    await step('Ada meets Ben, Ben meets Cleo; Ada reports, and the next day Ben counts it', async () => {
      await meet(ada, ben);
      for (const one of [ada, ben]) await keep(one, { minutes: 20 });
      await meet(ben, cleo);
      for (const one of [ben, cleo]) await keep(one, { minutes: 20 });
      await reporting.reportPrivately(ada, (await server.issue())[0]);
      await seen(ada, exactly('outgoing.sent'));
      await server.seal();
      await goAhead(server, [ben, cleo], 6);
      await check(cleo);
      await seen(cleo, exactly('home.clear'));
      await check(ben);
      await seen(ben, exactly('risk.high'));
    });
    await step('he reads what telling means, and that nobody can be left out by itself', async () => {
      await follow(ben, 'home.see');
      for (const key of ['lead', 'they_private', 'reporter_private', 'server_text', 'voluntary_private']) {
        await seen(ben, exactly(`telling.${key}`));
      }
      await seen(ben, exactly('studies.counted'));
      await portray(ben, 'private-telling');
      await press(ben, 'telling.begin');
      await seen(ben, saying('telling.choose_private'));
      await reporting.counts(ben, 2, 0);
      await portray(ben, 'private-telling-choose');
      await press(ben, 'telling.not_now');
      await seen(ben, exactly('telling.lead'));
      assert.equal(ben.line.to('POST', '/v1/uploads').length, 0, 'looking has sent something');
    });
    await step('what he sends is what he saw: elements, and a proof in the place of a TAN', async () => {
      await press(ben, 'telling.begin');
      await reporting.lookOver(ben);
      await seen(ben, saying('telling.proof_text'));
      assert.equal(await count(ben.page.getByText(saying('telling.proof_once'))), 0);
      await portray(ben, 'private-telling-look');
      const shown = await reporting.entriesShown(ben);
      const since = ben.line.calls.length;
      await reporting.send(ben);
      await seen(ben, exactly('outgoing.sent'));
      assert.deepEqual(ben.line.api(since).map(({ path }) => path), ['/v1/uploads'], 'something was asked for again');
      const [{ body, headers }] = ben.line.to('POST', '/v1/uploads');
      assert.equal(headers['content-type'], 'application/vnd.twoken.proven+cbor');
      assert.equal(headers['twoken-permit'], undefined);
      for (const entry of shown) assert.ok(body.includes(entry), 'what was shown is not what went');
      assertNothingPersonal(ben);
    });
    await step('he is not asked again about what he has told of', async () => {
      await press(ben, 'outgoing.dismiss');
      await ben.go(say('nav.home'));
      await follow(ben, 'home.see');
      await seen(ben, saying('telling.done_private'));
      await ben.open();
      await ben.go(say('nav.home'));
      await follow(ben, 'home.see');
      await seen(ben, saying('telling.done_private'));
    });
    await server.seal();
    await goAhead(server, [ada, ben, cleo], 7);
    await step('Cleo counts it one step away, and is not offered to go on; so does Ada, as Ben was told', async () => {
      for (const one of [cleo, ada]) {
        await check(one);
        await seen(one, one.page.getByRole('heading', { level: 1 }).filter({ hasText: /one step away/ }));
        await follow(one, 'home.see');
        await seen(one, saying('counts.lead_second'));
        assert.equal(await count(one.page.getByText(exactly('telling.title'))), 0);
      }
      await seen(cleo, exactly('risk.least_medium'));
      await portray(cleo, 'private-second-degree');
    });
    const title = 'How intense';
    await step('a study is told of it by day, intensity and scheme, and has to let it go', async () => {
      const ends = new Date(Date.now() + 14 * DAY).toISOString().slice(0, 10);
      const texts = ['--title', title, '--institution', 'Institute of the stories', '--asks', 'How intense they were.'];
      await server.command('study', 'open', ...texts, '--contact', 'office@stories.example', '--ends', ends);
      await ben.go(say('nav.settings'));
      await follow(ben, 'studies.look');
      const study = ben.page.getByRole('region', { name: title, exact: true });
      await seen(ben, study.getByText(say('studies.exactly_private'), { exact: true }));
      await seen(ben, study.getByText(new RegExp(`${say('risk.word_high')} · ${say('studies.scheme_encounter')}`)).first());
      await portray(ben, 'private-study');
      await study.getByRole('checkbox').first().check();
      await study.getByRole('button', { name: say('studies.send'), exact: true }).click();
      const answer = ben.page.getByRole('region', { name: say('studies.shared'), exact: true }).getByRole('listitem');
      await seen(ben, answer.getByText(say('studies.sent')));
      const [{ body }] = ben.line.to('POST', '/v1/studies/');
      assert.ok(body.length > PAGE / 2, `${body.length} bytes`);
      await answer.getByRole('button', { name: say('studies.withdraw') }).click();
      await seen(ben, answer.getByText(say('studies.withdrawn')));
      assertNothingPersonal(ben);
    });
  },
};
