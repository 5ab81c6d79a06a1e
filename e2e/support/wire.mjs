//! What may go over a phone's line, whoever looks at it.

import assert from 'node:assert/strict';

/** Every address of the API that an app may ask for: none carries anything of a person's. */
const ADDRESSES = [
  /^\/v1\/config$/,
  /^\/v1\/permits$/,
  /^\/v1\/uploads$/,
  /^\/v1\/psi$/,
  /^\/v1\/studies$/,
  /^\/v1\/studies\/[0-9a-f]{64}\/(reports|withdrawals)$/,
  /^\/v1\/regions\/[a-z0-9-]{1,16}\/\d{4}-\d{2}-\d{2}$/,
  /^\/v1\/batches\/[0-9a-f]{32}\/(entries|filter|pages\/\d+)$/,
];
/** What is served to everybody alike: the app's one page, and its files. */
const FILES = /^\/$|^\/([\w-]+\/)*[\w.-]+\.\w+$/;
/** What changes all the time, and says so. */
const CHANGING = [/^\/v1\/config$/, /^\/v1\/regions\//];

/** Nothing went to another host; no cookie, credential or referrer anywhere; no person in any address. */
export function assertNothingPersonal(phone) {
  const { line } = phone;
  assert.deepEqual(line.strangers().map(({ url }) => url), [], `${phone.name} asked another host`);
  assert.ok(line.api().length > 0, `${phone.name} asked for nothing`);
  for (const call of line.calls.filter(({ url }) => url.startsWith(line.server.origin))) {
    const what = `${phone.name}: ${call.method} ${call.url}`;
    assert.equal(new URL(call.url).search, '', what);
    assert.ok(ADDRESSES.some((address) => address.test(call.path)) || FILES.test(call.path), what);
    if (call.headers['sec-fetch-dest'] === 'document') assert.equal(call.path, '/', `${what}: a page`);
    for (const name of ['cookie', 'authorization']) assert.equal(call.headers[name], undefined, `${what}: ${name}`);
    assert.equal(call.answer?.headers['set-cookie'], undefined, `${what}: set-cookie`);
  }
  for (const call of line.api()) {
    const what = `${phone.name}: ${call.method} ${call.path}`;
    assert.equal(call.headers.referer, undefined, `${what}: referer`);
    // What a browser sends for `cache: no-store`.
    assert.match(call.headers['cache-control'] ?? '', /no-cache|no-store/, what);
    const changes = CHANGING.some((address) => address.test(call.path));
    if (changes && call.status === 200) assert.match(call.answer.headers['cache-control'] ?? '', /no-store/, `${what}: answer`);
  }
}
