//! A tree of regions. Too few reports of a small region are published with the wider one; who asks for a region asks for
//! all that it belongs to, and for no more than that unless they say where else they have been. A region may also leave
//! the server's list: that is told, and nothing that was published there is missed.

import assert from 'node:assert/strict';
import { wait } from './support/ageing.mjs';
import { eventually, gone, seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import { batchesIn } from './support/published.mjs';
import * as reporting from './support/reporting.mjs';
import { record } from './support/stored.mjs';
import { exactly, say, saying } from './support/words.mjs';

/** A tick every ten seconds. A batch needs two reports; fewer wait for a day. */
export const settings = `
seal_every_seconds = 10
min_uploads = 2
max_wait_hours = 24
`;
const TICK_MS = 10_000;
/** The server looks at its clock every five seconds. */
const SOON_MS = TICK_MS + 6_000;
/** A busy machine may miss a tick. */
const TICKS_MS = 6 * TICK_MS;

const NAMES = { root: 'Everywhere', north: 'The north', village: 'The village', town: 'The town', south: 'The south', coast: 'The coast' };

export const regions = [
  { id: 'root', name: NAMES.root },
  { id: 'north', name: NAMES.north, parent: 'root' },
  { id: 'village', name: NAMES.village, parent: 'north' },
  { id: 'town', name: NAMES.town, parent: 'north' },
  { id: 'south', name: NAMES.south, parent: 'root' },
  { id: 'coast', name: NAMES.coast, parent: 'south' },
];

/** How many batches the server lists for a region, today and yesterday: midnight may have passed since. */
async function listed(server, region) {
  const days = [0, 1].map((back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10));
  const counts = days.map(async (day) => {
    const answer = await fetch(`${server.origin}/v1/regions/${region}/${day}`);
    assert.equal(answer.status, 200, `${region} ${day}`);
    return batchesIn(Buffer.from(await answer.arrayBuffer()));
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Checks, and answers which regions were asked for. */
async function regionsOf(phone) {
  const since = phone.line.calls.length;
  await check(phone);
  const asked = phone.line.to('GET', '/v1/regions/', since).map(({ path }) => path.split('/')[3]);
  return [...new Set(asked)].sort();
}

/** What a person chooses in Settings, and the way back. */
async function choose(phone, label, region) {
  await phone.go(say('nav.settings'));
  await phone.page.getByLabel(say(label), { exact: true }).selectOption(region);
  await phone.go(say('nav.back'));
}

async function met(one, other) {
  await meet(one, other);
  for (const phone of [one, other]) await keep(phone, {});
}

async function reports(phone, server) {
  await reporting.report(phone, (await server.issue())[0]);
  await seen(phone, exactly('outgoing.sent'));
}

const mark = async (phone) => (await record(phone, 'server', 'checked')).until;

export default {
  'too few are published with the wider region': async ({ phone, server, step }) => {
    const rita = await phone('rita');
    const [vera, nora, tom, sam] = await Promise.all(['vera', 'nora', 'tom', 'sam'].map((name) => phone(name)));
    await step('five people begin: two in a village, one in the wider region, one in a town of it, one far away', async () => {
      await begin(rita, { region: 'village' });
      await begin(vera, { region: 'village' });
      await begin(nora, { region: 'north' });
      await begin(tom, { region: 'town' });
      await begin(sam, { region: 'coast' });
    });
    await step('one of them meets all others', async () => {
      for (const other of [vera, nora, tom, sam]) await met(rita, other);
    });
    await step('claim_12_one_report_from_the_village_and_one_from_the_wider_region_wait_each_for_itself', async () => {
      await reports(rita, server);
      await reports(nora, server);
      // A tick sees them both.
      await new Promise((resolve) => setTimeout(resolve, SOON_MS));
      for (const { id } of regions) assert.equal(await listed(server, id), 0, id);
    });
    await step('claim_12_after_a_day_the_village’s_goes_up_and_both_are_one_batch_of_the_wider_region', async () => {
      await server.stop();
      assert.equal(await wait(server, 24), 2);
      await server.start();
      await eventually('a batch of the wider region', async () => (await listed(server, 'north')) === 1, TICKS_MS);
      for (const id of ['root', 'village', 'town', 'south', 'coast']) assert.equal(await listed(server, id), 0, id);
      assert.match(server.said(), /too few reports after max_wait_hours.*village/);
    });
    await step('who is in the village, in the wider region or in its town asks for it and learns of it', async () => {
      assert.deepEqual(await regionsOf(vera), ['north', 'root', 'village']);
      assert.deepEqual(await regionsOf(nora), ['north', 'root']);
      assert.deepEqual(await regionsOf(tom), ['north', 'root', 'town']);
      for (const one of [vera, nora, tom]) await seen(one, exactly('home.reported_one'));
    });
    await step('who is far away does not ask, and does not learn of it', async () => {
      assert.deepEqual(await regionsOf(sam), ['coast', 'root', 'south']);
      await seen(sam, exactly('home.clear'));
    });
    await step('until they say where else they have been', async () => {
      await choose(sam, 'settings.also', 'town');
      assert.deepEqual(await regionsOf(sam), ['coast', 'north', 'root', 'south', 'town']);
      await seen(sam, exactly('home.reported_one'));
    });
  },

  'a region vanishes': async ({ phone, server, step }) => {
    const [ada, ben, cleo] = await Promise.all(['ada', 'ben', 'cleo'].map((name) => phone(name)));
    const before = await step('two people of the town, and one who has been there, have compared everything', async () => {
      await begin(ada, { region: 'town' });
      await begin(ben, { region: 'town' });
      await begin(cleo, { region: 'coast' });
      await choose(cleo, 'settings.also', 'town');
      for (const other of [ben, cleo]) await met(ada, other);
      for (const one of [ben, cleo]) {
        await check(one);
        await seen(one, exactly('home.clear'));
      }
      return mark(ben);
    });
    await step('one reports, and it is published there; another’s report waits there; then the town vanishes', async () => {
      await reports(ada, server);
      await server.seal();
      assert.equal(await listed(server, 'town'), 1);
      await reports(ben, server);
      await server.stop();
      server.configure(regions.filter(({ id }) => id !== 'town'));
      await server.start();
    });
    await step('it is told in words, nothing counts, and the mark does not move', async () => {
      assert.deepEqual(await regionsOf(ben), []);
      await seen(ben, exactly('check_problem.region'));
      await seen(ben, saying('check_problem.until'));
      await seen(ben, exactly('home.clear'));
      assert.equal(await mark(ben), before);
      await ben.go(say('nav.settings'));
      await seen(ben, exactly('settings.region_gone_text'));
      await ben.go(say('nav.back'));
    });
    await step('a report made now says where it counts', async () => {
      assert.deepEqual(await regionsOf(ada), []);
      await ada.page.getByRole('button', { name: say('outgoing.dismiss'), exact: true }).click();
      await reporting.enterTan(ada, (await server.issue())[0]);
      await reporting.sayTested(ada, await reporting.today(ada));
      await reporting.lookOver(ada);
      await seen(ada, saying('report.look_region_gone', { region: NAMES.root }));
    });
    await step('what was published there before is compared once another region is chosen', async () => {
      await choose(ben, 'settings.region', 'village');
      assert.deepEqual(await regionsOf(ben), ['north', 'root', 'town', 'village']);
      await seen(ben, exactly('home.reported_one'));
      assert.ok((await mark(ben)) > before);
    });
    await step('who has only been there reads it on Home, and learns of it all the same', async () => {
      assert.deepEqual(await regionsOf(cleo), ['coast', 'north', 'root', 'south', 'town']);
      await seen(cleo, exactly('home.reported_one'));
      await seen(cleo, saying('home.also_gone', { regions: 'town' }));
    });
    await step('until they take it off their own list', async () => {
      await cleo.go(say('nav.settings'));
      const gonePath = say('settings.also_gone', { region: 'town' });
      await cleo.page.getByRole('button', { name: say('settings.also_drop', { region: gonePath }), exact: true }).click();
      await cleo.go(say('nav.back'));
      await gone(cleo, saying('home.also_gone'));
      assert.ok(!(await regionsOf(cleo)).includes('town'));
    });
    await step('the report that waited there is published with the next wider region', async () => {
      await server.seal();
      assert.match(server.said(), /not configured any more/);
      assert.equal(await listed(server, 'north'), 2);
      await choose(ada, 'settings.region', 'north');
      assert.deepEqual(await regionsOf(ada), ['north', 'root']);
      await seen(ada, exactly('home.reported_one'));
    });
  },
};
