// Alterations of what is published: a liar signs them, so that what is found is the alteration.

import { createHash } from 'node:crypto';

import * as cbor from 'cborg';
import * as twoken from 'twoken';

import { Liar } from './liar.mjs';

const MAPS = { useMaps: true };
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const hex = (bytes) => Buffer.from(bytes).toString('hex');

export const isConfig = ({ path }) => path === '/v1/config';
export const isIndex = ({ path }) => /^\/v1\/regions\//.test(path);
export const fileOf = ({ path }) => path.match(/^\/v1\/batches\/([0-9a-f]+)\/(.+)$/)?.slice(1);
export const dayIn = ({ path }) => path.split('/').at(-1);
const liarOf = (proxy) => (proxy.memory.liar ??= new Liar());

/** A server that signs other indexes and headers than it should: `header` and `body` as `liar.mjs` has them, with the request besides. */
export const indexes = ({ header, body }) => ({
  answer(answer, request, proxy) {
    if (answer.status !== 200) return;
    const liar = liarOf(proxy);
    if (isConfig(request)) liar.config(answer);
    if (isIndex(request)) liar.index(answer, { header, body: body && ((map) => body(map, request, proxy, liar)) });
  },
});

/** A server whose entries files are altered as `change` says, with filters and headers that fit unless `filter` alters those, too. */
export const files = (change, { filter = (bytes) => bytes } = {}) => ({
  async answer(answer, request, proxy) {
    const made = (proxy.memory.files ??= new Map());
    const liar = liarOf(proxy);
    if (isConfig(request)) liar.config(answer);
    if (isIndex(request) && answer.status === 200) {
      const idOf = (signed) => hex(cbor.decode(signed.subarray(64), MAPS).get(1));
      for (const signed of cbor.decode(answer.body.subarray(64), MAPS).get(4)) {
        const id = idOf(signed);
        if (!made.has(id)) made.set(id, await altered(proxy, request, id, change, filter));
      }
      const header = (map) => {
        const { pages, filter: bytes } = made.get(hex(map.get(1)));
        map.set(7, 256 * pages.length).set(10, sha256(bytes)).set(11, pages.map(sha256));
      };
      liar.index(answer, { header });
    }
    const [id, name] = fileOf(request) ?? [];
    const batch = made.get(id);
    if (!batch || answer.status !== 200) return;
    if (name === 'entries') answer.body = Buffer.concat(batch.pages);
    else if (name === 'filter') answer.body = batch.filter;
    else answer.body = batch.pages[Number(name.split('/')[1])] ?? answer.body;
  },
});

async function altered(proxy, request, id, change, filter) {
  const { body } = await proxy.send({ method: 'GET', path: `/v1/batches/${id}/entries`, headers: {}, body: Buffer.alloc(0), from: request.from });
  const lines = [];
  for (let start = 0; start < body.length; start += 21_504) {
    for (let at = 0; at < 256; at += 1) {
      const sealed = start + 8192 + at * 52;
      lines.push(Buffer.concat([body.subarray(start + at * 32, start + at * 32 + 32), body.subarray(sealed, sealed + 52)]));
    }
  }
  const changed = change(lines);
  const pages = [];
  for (let at = 0; at < changed.length; at += 256) {
    const page = changed.slice(at, at + 256);
    pages.push(Buffer.concat([...page.map((line) => line.subarray(0, 32)), ...page.map((line) => line.subarray(32))]));
  }
  // The package writes filters of ascending tags alone.
  const tags = changed.map((line) => line.subarray(0, 32)).sort(Buffer.compare);
  return { pages, filter: filter(Buffer.from(twoken.writeFilter(tags))) };
}

/** The refusal with another code and status. */
export function instead(answer, status, type) {
  answer.status = status;
  answer.headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', date: answer.headers.date };
  answer.body = Buffer.from(JSON.stringify({ type, title: 'No.', status }));
}

/** What an answer refuses with. */
export const codeOf = (answer) => (/problem/.test(answer.headers['content-type'] ?? '') ? JSON.parse(answer.body).type : undefined);

/** An answer of 200 with this JSON. */
export function yes(answer, value) {
  answer.status = 200;
  answer.headers = { 'content-type': 'application/json', 'cache-control': 'no-store', date: answer.headers.date };
  answer.body = Buffer.from(JSON.stringify(value));
}

/** Turns the lowest bit of the last byte. */
export function turned(bytes) {
  const other = Buffer.from(bytes);
  other[other.length - 1] ^= 1;
  return other;
}
