// The configuration (docs/protocol.md, 15).

import { createPublicKey, verify } from 'node:crypto';
import zlib from 'node:zlib';

import { ed25519, ristretto255 } from '@noble/curves/ed25519.js';

import { accepted, same, that } from '../src/verdict.mjs';
import { ofConfig, ranges, tree } from './cfg/form.mjs';

const LABEL = Buffer.from('twoken/v1/config');
/** SubjectPublicKeyInfo of an Ed25519 key, before its 32 bytes (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const MOST = 256 * 1024;

const get = async (kit, headers) => accepted(await kit.get('/v1/config', headers));

/** A key of the body, which has to be base64url of 32 bytes in its one form. */
function keyOf(config, name) {
  const text = config[name];
  that(typeof text === 'string' && /^[\w-]{43}$/.test(text), `${name} is no base64url of 32 bytes`);
  const bytes = Buffer.from(text, 'base64url');
  same(bytes.toString('base64url'), text, `${name} in its one form`);
  return bytes;
}

export default [
  {
    id: 'S-CFG-1',
    async holds(kit) {
      const answer = await get(kit);
      that(answer.body.length <= MOST, `GET /v1/config: ${answer.body.length} bytes`);
      ofConfig(answer.json());
    },
  },
  {
    id: 'S-CFG-2',
    async holds(kit) {
      for (const headers of [{}, { 'accept-encoding': 'gzip, deflate, br' }]) {
        const answer = await get(kit, headers);
        const coding = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync, br: zlib.brotliDecompressSync }[answer.headers['content-encoding']];
        const body = coding ? coding(answer.body) : answer.body;
        const signature = answer.headers['twoken-signature'] ?? '';
        that(/^[\w-]{86}$/.test(signature), `GET /v1/config: twoken-signature ${signature || 'is not there'}`);
        same(Buffer.from(signature, 'base64url').toString('base64url'), signature, 'twoken-signature in its one form');
        const key = createPublicKey({ key: Buffer.concat([SPKI, keyOf(JSON.parse(body), 'signing_key')]), format: 'der', type: 'spki' });
        const holds = verify(null, Buffer.concat([LABEL, body]), key, Buffer.from(signature, 'base64url'));
        that(holds, 'GET /v1/config: twoken-signature does not hold under the signing_key of the body');
        // And so says who has to.
        await kit.freshConfig();
      }
    },
  },
  {
    id: 'S-CFG-3',
    async holds(kit) {
      const config = (await get(kit)).json();
      const point = (curve, name) => {
        const bytes = keyOf(config, name);
        try {
          return curve.fromBytes(new Uint8Array(bytes));
        } catch {
          return that(false, `${name} is no point`);
        }
      };
      that(!point(ed25519.Point, 'signing_key').isSmallOrder(), 'signing_key is of small order');
      that(!point(ristretto255.Point, 'permit_key').equals(ristretto255.Point.ZERO), 'permit_key is the identity');
    },
  },
  {
    id: 'S-CFG-4',
    async holds(kit) {
      const config = (await get(kit)).json();
      ranges(config);
      tree(config.regions);
    },
  },
  {
    id: 'S-CFG-5',
    async holds(kit) {
      const first = await get(kit);
      const others = [
        {}, {}, { 'user-agent': 'somebody else' }, { 'accept-language': 'de' }, { cookie: 'a=b' }, { origin: 'https://elsewhere.example' },
        { referer: 'https://elsewhere.example/x' }, { authorization: 'Bearer x' }, { 'x-forwarded-for': '203.0.113.7' }, { dnt: '1' },
        { 'if-none-match': '*' }, { 'if-modified-since': first.headers.date },
      ];
      for (const headers of others) {
        const from = kit.elsewhere();
        const answer = accepted(await kit.ask('/v1/config', { headers, ...(from ? { from } : {}) }));
        const to = Object.keys(headers)[0] ?? 'somebody else';
        that(answer.body.equals(first.body), `GET /v1/config: other bytes for ${to}`);
        same(answer.headers['twoken-signature'], first.headers['twoken-signature'], `GET /v1/config: twoken-signature for ${to}`);
        const names = (one) => one.names.filter((name) => name !== 'date').sort();
        same(names(answer), names(first), `GET /v1/config: names of headers for ${to}`);
      }
    },
  },
  {
    id: 'S-CFG-6',
    async holds(kit) {
      const keys = async () => {
        const { signing_key: signing, permit_key: permit } = (await get(kit)).json();
        return { signing, permit };
      };
      const before = await keys();
      await kit.restart();
      same(await keys(), before, 'keys after a restart');
      await kit.change({ check_every_seconds: 1800 });
      same(await keys(), before, 'keys after the configuration was changed');
      await kit.change({ check_every_seconds: 3600 });
      same(await keys(), before, 'keys after the configuration was changed back');
    },
  },
  {
    id: 'S-CFG-7',
    async holds(kit) {
      if (kit.operator.apiKey || kit.operator.tans) {
        const [one] = kit.met();
        await kit.report(one);
        await kit.seal();
      }
      const named = async () => {
        const { config, digest } = await kit.freshConfig();
        const known = [digest, ...(config.previous_digests ?? [])];
        let batches = 0;
        for (const { id: region } of config.regions) {
          for (let back = 0; back <= config.retention_days; back += 1) {
            for (const header of await kit.headers(region, kit.day(-back))) {
              const info = header.info();
              batches += 1;
              that(known.includes(info.configDigest), `batch ${info.id} of ${region} names a configuration that this one does not`);
            }
          }
        }
        return { batches, digest };
      };
      const before = await named();
      that(before.batches > 0, 'nothing is published, though something was sealed');
      await kit.change({ check_every_seconds: 1800 });
      const after = await named();
      that(after.digest !== before.digest, 'the configuration was changed, and its digest is the same');
      await kit.change({ check_every_seconds: 3600 });
      await named();
    },
  },
  {
    id: 'S-CFG-8',
    on: ['strict'],
    async holds(kit) {
      const { min_uploads: least } = (await get(kit)).json();
      that(least >= 5, `min_uploads is ${least} in profile strict`);
    },
  },
];
