// What answers 200 are: their type, how long they may be kept, and their coding.

import zlib from 'node:zlib';

import { decoy } from '../dec/marks.mjs';
import { optionalRoutes } from '../../src/routes.mjs';
import { accepted, same, that } from '../../src/verdict.mjs';
import { missing } from '../../src/operator.mjs';

const FOREVER = 'public, max-age=1209600, immutable';
const CODINGS = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync, br: zlib.brotliDecompressSync };
/** Directives in any order, which means the same. */
const directives = (value = '') => value.toLowerCase().split(',').map((one) => one.trim()).sort();

/** Headers of batches that are there: of a report made for it where the kit has TANs. */
async function published(kit) {
  if (missing(kit.operator, ['A', 'B']).length === 0) {
    const [one] = kit.met();
    await kit.report(one);
    await kit.seal();
  }
  const headers = await kit.headers();
  return headers.map((header) => header.info());
}

export default [
  {
    id: 'S-HTTP-19',
    async holds(kit) {
      const root = await kit.root();
      const week = kit.week();
      const answers = [
        ['application/json', 'no-store', await kit.get('/v1/config')],
        ['application/json', 'no-store', await kit.redeem(kit.twoken.decoyRequest(week))],
        ['application/json', 'no-store', await kit.upload(await decoy(kit))],
        ['application/cbor', 'no-store', await kit.get('/v1/studies')],
      ];
      if (kit.operator.apiKey) answers.push(['application/json', 'no-store', await kit.deliver({ class: 'patient', hashes: [] })]);
      const batches = await published(kit);
      answers.push(['application/cbor', 'no-store', await kit.get(`/v1/regions/${root}/${kit.today()}`)]);
      for (const { id } of batches.slice(-2)) {
        for (const file of ['entries', 'filter', 'pages/0']) answers.push(['application/octet-stream', FOREVER, await kit.get(`/v1/batches/${id}/${file}`)]);
      }
      for (const { path } of await optionalRoutes(kit, ['/healthz', '/readyz', '/v1/openapi.json'])) {
        const answer = await kit.get(path);
        if (answer.status === 200) answers.push(['application/json', path === '/readyz' ? 'no-store' : undefined, answer]);
      }
      for (const [type, cache, answer] of answers) {
        accepted(answer);
        same(answer.type, type, `${answer.asked}: content-type`);
        if (cache) same(directives(answer.headers['cache-control']), directives(cache), `${answer.asked}: cache-control`);
      }
      const { status, text, asked } = answers[2][2];
      same([status, text], [200, '{"stored":true}'], asked);
    },
  },
  {
    id: 'S-HTTP-20',
    async holds(kit) {
      const plain = accepted(await kit.get('/v1/config'));
      const wishes = ['gzip', 'deflate', 'br', 'gzip, deflate, br, zstd', 'br;q=0.5, gzip;q=1.0', '*'];
      const refusals = ['identity', 'gzip;q=0', 'gzip;q=0, br;q=0, deflate;q=0, zstd;q=0', '*;q=0', 'x-nothing', ''];
      that(!('content-encoding' in plain.headers), `${plain.asked}: a content coding that nobody allowed`);
      for (const wish of refusals) {
        const answer = await kit.get('/v1/config', { 'accept-encoding': wish });
        const coding = answer.headers['content-encoding'];
        // What `gzip;q=0` leaves open is not asked for either.
        that(coding === undefined, `${answer.asked} with accept-encoding "${wish}": content-encoding ${coding}`);
      }
      for (const wish of wishes) {
        const answer = accepted(await kit.get('/v1/config', { 'accept-encoding': wish }));
        const coding = answer.headers['content-encoding'];
        if (coding === undefined) {
          same(answer.body, plain.body, `${answer.asked} with accept-encoding "${wish}"`);
          continue;
        }
        that(wish === '*' || wish.includes(coding), `${answer.asked} with accept-encoding "${wish}": content-encoding ${coding}`);
        const vary = directives(answer.headers.vary);
        that(vary.includes('accept-encoding'), `${answer.asked}: ${coding}, and vary is ${answer.headers.vary}`);
        if (CODINGS[coding]) same(CODINGS[coding](answer.body), plain.body, `${answer.asked}: what is in ${coding}`);
        same(answer.headers['twoken-signature'], plain.headers['twoken-signature'], `${answer.asked} in ${coding}: twoken-signature`);
      }
      const root = await kit.root();
      const binary = [`/v1/regions/${root}/${kit.today()}`, '/v1/studies'];
      for (const { id } of (await published(kit)).slice(-1)) for (const file of ['entries', 'filter', 'pages/0']) binary.push(`/v1/batches/${id}/${file}`);
      for (const path of binary) {
        const answer = accepted(await kit.get(path, { 'accept-encoding': 'gzip, deflate, br, zstd' }));
        that(!('content-encoding' in answer.headers), `${answer.asked}: ${answer.headers['content-encoding']}, and it is no JSON`);
      }
    },
  },
];
