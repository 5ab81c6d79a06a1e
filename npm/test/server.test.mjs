// The client and a whole check, against the reference server: TWOKEN_SERVER_BIN is its program (`cargo xtask npm --test` sets it).

import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import * as twoken from 'twoken';
import { Person, meet } from './support/people.mjs';

const DAY = 86_400;
const now = () => Math.floor(Date.now() / 1000);
const code = (wanted) => (error) => error instanceof twoken.TwokenError && error.code === wanted || assert.fail(`${error.code}: ${error.stack}`);
const servers = [];
let Server;

/** A server of its own; it has no app to serve. */
async function start(settings) {
  const server = await Server.start(settings);
  servers.push(server);
  return server;
}

before(async () => {
  await twoken.init();
  const web = fs.mkdtempSync(path.join(os.tmpdir(), 'twoken-web-'));
  fs.writeFileSync(path.join(web, 'index.html'), '<!doctype html><title>none</title>');
  process.env.TWOKEN_DIST = web;
  ({ Server } = await import('../../e2e/support/server.mjs'));
});
after(() => Promise.all(servers.map((server) => server.remove())));

/** Its configuration; its clock may be ahead, in seconds. */
async function signed(client, ahead = 0) {
  const { body, signature, serverTime } = await client.config();
  assert.ok(Math.abs(serverTime - now() - ahead) < 60, 'the server tells its clock');
  return twoken.SignedConfig.verify(body, signature);
}

/** What a person sends after a positive test. */
async function report(client, person, tan, region = 'root') {
  const config = await signed(client);
  const { mode } = config.config();
  const chosen = new twoken.Redaction().apply(person.diary, person.emissions);
  const body = twoken.UploadBody.build(chosen, { testDay: twoken.dayOf(now()), region, mode });
  const pending = new twoken.PendingPermit(twoken.Tan.parse(tan), 'patient', twoken.weekOf(now()));
  const permit = pending.finalize(await client.redeem(pending.request()), config.pin().permit_key);
  const sent = permit.authorise(body);
  await client.upload(sent);
  await client.upload(sent);
  return { pending, sent };
}

test('two people meet, one reports, the other checks', async () => {
  const server = await start('');
  const client = new twoken.Client(server.origin);
  const [anna, ben] = [new Person(), new Person()];
  assert.ok(meet(anna, ben, now()));

  let { state, changed } = await twoken.check({ client, diary: ben.diary, region: 'north' });
  assert.deepEqual([changed, Object.keys(state.regions)], [[], ['north', 'root']]);
  const { pending } = await report(client, anna, (await server.issue())[0], 'north');
  await server.seal();
  const seen = [];
  let foundOn;
  ({ state, changed, foundOn } = await twoken.check({ client, diary: ben.diary, region: 'north', state, onProgress: (done) => seen.push(done) }));
  assert.deepEqual([changed, foundOn.length], [[ben.diary.all()[0].id], 1]);
  assert.ok(seen.length > 0 && seen.at(-1).batches === seen.at(-1).of);
  assert.equal(ben.diary.all()[0].exposure.testDay, twoken.dayOf(now()));
  const stored = JSON.parse(JSON.stringify(state));
  ({ changed } = await twoken.check({ client, diary: ben.diary, region: 'north', state: stored }));
  assert.deepEqual(changed, []);
  await assert.rejects(twoken.check({ client, diary: ben.diary, region: 'nowhere', state }), code('wire.region'));

  // A TAN is redeemed once; the same request again has the same answer.
  await client.redeem(pending.request());
  const other = new twoken.PendingPermit(twoken.Tan.parse(pending.request().tan), 'patient', twoken.weekOf(now()));
  await assert.rejects(client.redeem(other.request()), code('server.tan-used'));
  const unknown = new twoken.PendingPermit(twoken.Tan.generate(), 'patient', twoken.weekOf(now()));
  await assert.rejects(client.redeem(unknown.request()), code('server.tan-unknown'));
  await assert.rejects(client.page('00'.repeat(16), 0), code('server.not-found'));

  // Another server at the same address.
  await server.stop();
  server.forget();
  await assert.rejects(client.config(), code('network.unreachable'));
  await server.start();
  await assert.rejects(twoken.check({ client, diary: ben.diary, region: 'north', state }), code('wire.key_changed'));
});

test('second degree: a proof in the place of a TAN', async () => {
  const server = await start('');
  const client = new twoken.Client(server.origin);
  const [anna, ben, cora] = [new Person(), new Person(), new Person()];
  meet(anna, ben, now());
  meet(ben, cora, now());
  await report(client, anna, (await server.issue())[0]);
  await server.seal();
  const { state, foundOn } = await twoken.check({ client, diary: ben.diary });
  const shared = new twoken.Redaction().applySecondDegree(ben.diary, ben.emissions, 'open');
  const body = twoken.UploadBody.buildSecondDegree(shared, twoken.dayOf(now()), 'root').toBytes();
  const proven = twoken.ProofGround.ofEncounter(ben.diary, foundOn[0]).prove({ serverKey: state.pinned.signing_key, body });
  await client.uploadProven(proven);
  await client.uploadProven(proven);
  await server.seal();
  await twoken.check({ client, diary: cora.diary });
  assert.equal(cora.diary.all()[0].exposure.degree, 2);
});

test('a large batch: the filter, four pages, stored before they are asked for', async () => {
  const server = await start('');
  const [anna, ben] = [new Person(), new Person()];
  meet(anna, ben, now());
  const client = new twoken.Client(server.origin);
  await report(client, anna, (await server.issue())[0]);
  await server.fill(4000);
  const asked = [];
  const counted = new twoken.Client(server.origin, { fetch: (address, init) => (asked.push(new URL(address).pathname), fetch(address, init)) });
  const kept = [];
  const broken = new twoken.Client(server.origin, {
    fetch: (address, init) => (address.includes('/pages/') ? Promise.reject(new TypeError('no network')) : fetch(address, init)),
  });
  const store = (chosen) => void kept.push({ at: asked.length, chosen: structuredClone(chosen) });
  await assert.rejects(twoken.check({ client: broken, diary: ben.diary, store }), code('network.unreachable'));
  assert.equal(ben.diary.all()[0].exposure, undefined);
  const [{ chosen }] = kept;
  const checked = await twoken.check({ client: counted, diary: ben.diary, chosen, store });
  assert.deepEqual(checked.changed, [ben.diary.all()[0].id]);
  const pages = asked.filter((one) => one.includes('/pages/')).map((one) => Number(one.split('/').at(-1)));
  assert.deepEqual(pages, Object.values(chosen)[0].pages, 'the same four');
  assert.ok(!asked.some((one) => one.endsWith('/filter')), 'a filter that was read is not read again');
  asked.length = 0;
  const again = await twoken.check({ client: counted, diary: ben.diary, state: checked.state, store });
  assert.equal(asked.filter((one) => one.includes('/pages/')).length, 4, 'and four of an earlier one at each check');
  assert.deepEqual(again.changed, []);

  // A second large one: of the two earlier ones, the one that was begun on is gone on with.
  await server.fill(4000);
  const both = await twoken.check({ client, diary: ben.diary, state: again.state });
  assert.equal(both.state.large.length, 2);
  for (let round = 0; round < 8; round += 1) {
    kept.length = 0;
    await assert.rejects(twoken.check({ client: broken, diary: ben.diary, state: both.state, store }), code('network.unreachable'));
    const begun = kept[0].chosen;
    asked.length = 0;
    await twoken.check({ client: counted, diary: ben.diary, state: both.state, chosen: begun });
    const [[id, { pages: four }]] = Object.entries(begun);
    assert.deepEqual(asked.filter((one) => one.includes('/pages/')), four.map((page) => `/v1/batches/${id}/pages/${page}`));
  }
});

test('private mode: counted by a query, and not which', async () => {
  const server = await start('mode = "private"');
  const client = new twoken.Client(server.origin);
  const [anna, ben] = [new Person(), new Person()];
  meet(anna, ben, now());
  await assert.rejects(twoken.check({ client, diary: ben.diary }), code('batch.mode'));
  await report(client, anna, (await server.issue())[0]);
  await server.seal();
  const today = twoken.dayOf(now());
  await server.ahead(1);
  const config = await signed(client, DAY);
  const { signing_key: key } = config.pin();
  const index = twoken.Index.verify(await client.index('root', today), key, 'root', today, now() + DAY);
  const headers = index.after().filter((header) => header.info().scheme === 'encounter');
  assert.ok(headers.length > 0);
  const sets = new twoken.DaySets();
  const daySet = { day: today, scheme: 'encounter' };
  const { risk } = config.config();
  const query = sets.ask(twoken.Question.fromDiary(ben.diary, risk, daySet), twoken.dayOf(now() + DAY));
  const answer = sets.finalize(query, await client.psi(query.query()), headers[0].info().blindingKey);
  const hits = new twoken.Hits();
  for (const header of headers) {
    const batch = new twoken.WholePrivateBatch(new twoken.PrivateMatcher(answer), header);
    const { id, pages, pageBytes } = header.info();
    for await (const part of client.entries(id, pages * pageBytes)) batch.feed(part);
    hits.join(batch.finish(now() + DAY));
  }
  assert.equal(hits.counts().total, 1);
});

test('what answers badly', async () => {
  let answer;
  const bad = http.createServer((request, response) => answer(request, response));
  await new Promise((resolve) => bad.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${bad.address().port}`;
  const client = new twoken.Client(origin, { silence: 300 });
  try {
    answer = (_, response) => response.writeHead(302, { location: 'https://elsewhere.example/' }).end();
    await assert.rejects(client.config(), code('server.moved'));
    answer = (_, response) => response.writeHead(200).end('{}');
    await assert.rejects(client.config(), code('server.answer'));
    answer = (_, response) => response.writeHead(500).end('<html>');
    await assert.rejects(client.studies(), code('server.answer'));
    answer = (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[1]');
    await assert.rejects(client.redeem({}), code('server.answer'));
    answer = (_, response) => response.writeHead(200).end(Buffer.alloc(200_000));
    await assert.rejects(client.studies(), code('server.answer'));
    answer = (_, response) => response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(Buffer.alloc(30_000));
    await assert.rejects(client.page('00'.repeat(16), 1), code('server.answer'));
    answer = () => undefined;
    await assert.rejects(client.config(), code('network.timeout'));
    const controller = new AbortController();
    const waiting = client.config(controller.signal);
    controller.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await assert.rejects(client.config(AbortSignal.abort(new Error('before'))), /before/);
    answer = (_, response) => response.writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '30' }).end('{"type":"too-many-requests","title":"Too many.","status":429}');
    await assert.rejects(client.psi(new Uint8Array(9)), (error) => code('server.too-many-requests')(error) && /30 s/.test(error.message));
  } finally {
    bad.closeAllConnections();
    bad.close();
  }
  for (const origin of ['http://server.example', 'ftp://server.example', 'https://a:b@server.example', 'nothing', '']) {
    assert.throws(() => new twoken.Client(origin), code('argument.value'));
  }
});
