// The core's test vectors through the package: the same files that the core, the browser and the second implementation read. What
// JavaScript cannot reach (keys and randomness that the package draws itself) stands in `INSIDE`, by name: a file in neither list fails.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { before, test } from 'node:test';
import * as twoken from 'twoken';

const FOLDER = new URL('../../core/tests/vectors/v1/', import.meta.url);
const read = (name) => JSON.parse(fs.readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')).cases;
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const text64 = (text) => Uint8Array.from(Buffer.from(text, 'base64url'));
const hex = (of) => Buffer.from(of).toString('hex');
const sha256 = (of) => createHash('sha256').update(of).digest('hex');
const key = (verifying) => Buffer.from(verifying, 'hex').toString('base64url');
const keyOf = (seed) => twoken.SigningKey.fromBytes(bytes(seed)).publicKey();
const day = (number) => new Date(number * 86_400_000).toISOString().slice(0, 10);
const SCHEMES = { 1: 'encounter', 2: 'tcn' };
const MODES = { 1: 'open', 2: 'private' };

/** What drawn keys, blinds and nonces keep inside, and the primitives themselves: the core's own tests read these. */
const INSIDE = [
  'rfc5869', 'rfc7748', 'rfc8032', 'rfc8439', 'rfc9496', 'rfc9497', 'x25519_low_order',
  'encounter', 'encounter_bad_low_order', 'encounter_bad_no_key', 'encounter_bad_own', 'encounter_bad_time',
  'status', 'status_bad_field', 'status_bad_sealed', 'status_bad_version',
  'decoy', 'decoy_bad_form', 'membership', 'membership_bad_proof', 'tag_dummy', 'tcn_bad_metadata', 'tcn_entry',
  'filter_bad_lies', 'membership_bad_form', 'filter_bad_padding', 'filter_bad_range', 'filter_bad_trailing', 'filter_bad_truncated', 'studies_bad_text', 'studies_bad_signature',
];

/** Variants that pass on another error. */
const WRAPPERS = ['Codec', 'Tag', 'Oprf', 'Time', 'Tan', 'Cover', 'Status', 'Proof', 'Filter', 'Point'];

/** `Codec(Length { … })` is `length`. */
function variant(error) {
  const [, name, rest] = /^([A-Za-z0-9]+)(?:\((.*)\))?/s.exec(error);
  if (rest && WRAPPERS.includes(name) && /^[A-Z]/.test(rest)) return variant(rest);
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, '_$&').toLowerCase();
}

function refuses(act, { error, name }) {
  assert.throws(act, (thrown) => {
    assert.ok(thrown instanceof twoken.TwokenError, `${name}: ${thrown.stack}`);
    assert.equal(thrown.code.split('.')[1], variant(error), `${name}: ${thrown.code}, where the core says ${error}`);
    return true;
  });
}

const permitKey = () => twoken.PermitKey.fromBytes(bytes(read('permit')[0].permit_key));
const signer = () => keyOf(read('batch')[0].signing_seed);
const headerOf = (header) => twoken.BatchHeader.verify(bytes(header), signer());

/** A file as it was, changed in places. */
function edited(file, edits) {
  let result = Buffer.from(file);
  for (const { at, insert, remove } of edits) {
    result = Buffer.concat([result.subarray(0, at), bytes(insert ?? ''), result.subarray(at + (remove ?? 0))]);
  }
  return Uint8Array.from(result);
}

/** The body of upload.json's first case, or what became of it. */
function sent(what) {
  const body = bytes(read('upload')[0].body);
  if (what === 'empty') return new Uint8Array();
  if (what === 'last bit turned') body[body.length - 1] ^= 1;
  else assert.equal(what, 'as sent');
  return body;
}

const indexes = ({ verifying_key, index, region, day, now }) => twoken.Index.verify(bytes(index), key(verifying_key), region, day, now);
const configs = ({ body, signature, pinned }) => twoken.SignedConfig.verify(new TextEncoder().encode(body), signature, pinned ?? undefined);
const bodyOf = ({ body }) => bytes(body);

const GOOD = {
  beacon({ interval, x25519_key, claim_key, emission, acknowledgement, payload, app, link }) {
    const shown = { interval, publicKey: bytes(x25519_key), claimKey: bytes(claim_key), ...(emission && { emission: bytes(emission) }), acknowledgement: bytes(acknowledgement) };
    assert.deepEqual(twoken.decodePayload(bytes(payload)), shown);
    assert.equal(hex(twoken.encodePayload(shown)), payload);
    assert.equal(twoken.payloadLink(bytes(payload), app), link);
  },
  scanned({ text, origin, kind, content }) {
    const scanned = twoken.scan(text);
    assert.equal(scanned.kind, kind);
    assert.equal(scanned.origin, origin ?? undefined);
    if (kind === 'meet') assert.equal(hex(scanned.payload), content);
    if (kind === 'server') assert.equal(scanned.server, content);
    if (kind === 'tan') assert.equal(scanned.tan.display().replaceAll('-', ''), content.replaceAll('-', ''));
  },
  info({ service, info_characteristic, beacon_characteristic, peer_beacon_characteristic, tx_power, info }) {
    assert.deepEqual(twoken.GATT, { service, info: info_characteristic, beacon: beacon_characteristic, peerBeacon: peer_beacon_characteristic });
    const said = twoken.decodeInfo(bytes(info));
    assert.equal(said.txPower ?? -128, tx_power);
    assert.equal(hex(twoken.encodeInfo(said)), info);
  },
  tag({ secret, claim_key, tag, element }) {
    const shared = new twoken.Secret(bytes(secret));
    assert.equal(hex(shared.tag(bytes(claim_key))), tag);
    assert.equal(hex(shared.element()), element);
  },
  private_tag({ secret, element, b, blinding_key }) {
    assert.equal(hex(new twoken.Secret(bytes(secret)).element()), element);
    assert.equal(hex(twoken.DayKey.fromBytes(bytes(b)).publicKey()), blinding_key);
  },
  tan({ display, typed, tan_key, hash }) {
    for (const text of typed) {
      const tan = twoken.Tan.parse(text);
      assert.equal(tan.display(), display);
      assert.equal(twoken.TanKey.fromHex(tan_key).hash(tan), hash);
    }
  },
  tcn({ tcn, interval, tag, element }) {
    const heard = twoken.Secret.ofTcn(bytes(tcn), interval);
    assert.equal(hex(heard.soleTag()), tag);
    assert.equal(hex(heard.element()), element);
  },
  tcn_cover({ nodes, intervals, tcns }) {
    const cover = twoken.Cover.fromBytes(bytes(nodes));
    assert.deepEqual(cover.intervals(), intervals);
    assert.deepEqual(cover.leaves().map(({ tcn }) => hex(tcn)), tcns);
    assert.equal(hex(cover.toBytes()), nodes);
  },
  permit({ permit_key, permit_public_key, class: of, week, request, t, header }) {
    const permits = twoken.PermitKey.fromBytes(bytes(permit_key));
    assert.equal(permits.publicKey(), key(permit_public_key));
    const { class: said } = request;
    assert.equal(said ?? 'staff', { 1: 'patient', 2: 'staff' }[of]);
    permits.evaluate({ blinded: request.blinded, class: said ?? 'staff', week });
    const decoded = twoken.decodePermitHeader(header);
    assert.deepEqual([hex(decoded.t), decoded.week, decoded.class], [t, week, said ?? 'staff']);
    if (week === read('permit')[0].week) permits.verify(header, bytes(read('upload')[0].body));
  },
  upload({ region, degree, count, body, first_entry, sha256: digest }) {
    if (!body) return;
    assert.equal(sha256(bytes(body)), digest);
    const upload = twoken.decodeUpload(bytes(body));
    assert.deepEqual([upload.region, upload.degree, upload.entries.length], [region, degree, count]);
    assert.equal(hex(upload.entries[0]), first_entry);
    assert.equal(hex(twoken.UploadBody.fromBytes(bytes(body)).toBytes()), body);
  },
  upload_one_way({ body, count, tcn_count, nodes, intervals, test_day, onset }) {
    if (!body) return;
    const upload = twoken.decodeUpload(bytes(body));
    assert.equal(upload.entries.length, count);
    assert.equal(upload.tcnEntries?.length, tcn_count);
    if (!nodes) return;
    assert.deepEqual([upload.cover.testDay, upload.cover.onset], [day(test_day), onset ?? undefined]);
    assert.equal(hex(upload.cover.cover.toBytes()), nodes);
    assert.deepEqual(upload.cover.cover.intervals(), intervals);
  },
  private_upload({ body, region, degree, count, first_element, tcn_count }) {
    if (!body) return;
    const upload = twoken.decodePrivateUpload(bytes(body));
    assert.deepEqual([upload.region, upload.degree, upload.elements.length, upload.tcnElements?.length], [region, degree, count, tcn_count]);
    assert.equal(hex(upload.elements[0]), first_element);
  },
  config({ body, signature, pinned, digest, signing_seed }) {
    const config = configs({ body, signature });
    assert.deepEqual([config.digest, config.pin()], [digest, pinned]);
    assert.equal(configs({ body, signature, pinned }).config().signing_key, keyOf(signing_seed));
  },
  batch({ signing_seed, header, id, region, scheme, mode, degree, sealed_at, config_digest, page_digests, filter_digest, entries_file }) {
    const signed = twoken.BatchHeader.verify(bytes(header), keyOf(signing_seed));
    const { pages, pageBytes, entries, comesWhole, ...said } = signed.info();
    assert.deepEqual(said, { id, region, scheme: SCHEMES[scheme], mode: MODES[mode], degree, sealedAt: sealed_at, configDigest: config_digest, pageDigests: page_digests, filterDigest: filter_digest });
    assert.equal(hex(signed.toBytes()), header);
    if (!entries_file) return;
    const file = text64(entries_file);
    const all = twoken.readEntries(signed, file);
    assert.equal(all.length, entries);
    assert.deepEqual(signed.page(0, file.subarray(0, pageBytes)).entries, all.slice(0, 256));
    assert.equal(sha256(twoken.writeFilter(all.map((entry) => entry.subarray(0, 32)))), filter_digest);
  },
  private_batch({ signing_seed, header, b, entries_file, id }) {
    const signed = twoken.BatchHeader.verify(bytes(header), keyOf(signing_seed));
    assert.deepEqual([signed.info().id, hex(signed.info().blindingKey)], [id, hex(twoken.DayKey.fromBytes(bytes(b)).publicKey())]);
    assert.deepEqual(twoken.readEntries(signed, text64(entries_file)), twoken.splitTags(text64(entries_file)));
  },
  filter({ tags, filter }) {
    assert.equal(hex(twoken.writeFilter(tags.map(bytes))), filter);
  },
  index({ signing_seed, region, day, previous, headers, signed_at, now, index, last_head }) {
    const signed = twoken.Index.verify(bytes(index), keyOf(signing_seed), region, day, now);
    assert.deepEqual([signed.previousHead, signed.lastHead, signed.signedAt], [previous, last_head, signed_at]);
    assert.deepEqual(signed.after(previous).map((header) => hex(header.toBytes())), headers);
    const signing = twoken.SigningKey.fromBytes(bytes(signing_seed));
    assert.equal(hex(signing.signIndex({ region, day, previousHead: previous, headers: headers.map(bytes), signedAt: signed_at })), index);
  },
  handover({ codes, nodes, encounters }) {
    const collector = new twoken.KeyCodeCollector();
    const { kind, handover } = codes.map((code) => collector.take(code)).at(-1);
    assert.equal(kind, 'whole');
    assert.deepEqual([hex(handover.cover().toBytes()), handover.encounters, handover.mode], [nodes, encounters, 'open']);
  },
  private_handover({ codes, nodes, elements }) {
    const collector = new twoken.KeyCodeCollector();
    const { handover } = codes.map((code) => collector.take(code)).at(-1);
    assert.deepEqual([hex(handover.cover().toBytes()), handover.encounters, handover.mode], [nodes, elements.length, 'private']);
  },
  proven({ page, before_the_proof, after_the_proof, sha256: digest }) {
    const { proof, nullifier } = read('membership')[0];
    const whole = bytes(before_the_proof + proof + after_the_proof);
    assert.equal(sha256(whole), digest);
    const proven = twoken.decodeProven(whole);
    assert.deepEqual([proven.page, hex(proven.nullifier)], [page, nullifier]);
    assert.ok(after_the_proof.endsWith(hex(proven.body)));
  },
  psi({ day: on, scheme, b, blinding_key, query, response, second_tags }) {
    const dayKey = twoken.DayKey.fromBytes(bytes(b));
    assert.equal(hex(dayKey.publicKey()), blinding_key);
    if (!query) return;
    const { setSize, ...daySet } = twoken.decodeQuery(bytes(query));
    assert.deepEqual(daySet, { day: day(on), scheme: SCHEMES[scheme] });
    // Another shuffle, the same points.
    if (!response) return;
    const points = (answer) => answer.map((set) => [...set].sort());
    const sets = (of) => [0, 1, 2].map((set) => twoken.splitTags(bytes(of).subarray(8).subarray(set * (setSize * 32 + 3), set * (setSize * 32 + 3) + setSize * 32)).map(hex));
    assert.deepEqual(points(sets(hex(dayKey.answer(bytes(query))))), points(sets(response)));
    assert.equal(second_tags.length, 3);
  },
  report({ withdrawal_key, withdrawal_hash, report, mode, withdrawal }) {
    const own = twoken.WithdrawalKey.fromBytes(bytes(withdrawal_key));
    const decoded = twoken.decodeReport(bytes(report));
    assert.deepEqual([decoded.withdrawal, decoded.contact.mode, own.hash()], [withdrawal_hash, MODES[mode], withdrawal_hash]);
    assert.equal(hex(twoken.encodeReport(decoded.contact, own)), report);
    assert.deepEqual(own.withdrawal(), withdrawal);
  },
  studies({ signing_seed, studies, list, now, signed_at }) {
    const signing = twoken.SigningKey.fromBytes(bytes(signing_seed));
    const all = twoken.verifyStudies(bytes(list), signing.publicKey(), now);
    assert.equal(all.length, studies.length);
    assert.equal(hex(signing.signStudies(all.map(({ id, ...study }) => study), signed_at)), list);
  },
};

const BAD = {
  beacon_bad_time: ({ payload, now }) => twoken.checkPayloadTime(bytes(payload), now),
  beacon_bad: ({ payload }) => twoken.decodePayload(bytes(payload)),
  scanned_bad: ({ text }) => twoken.scan(text),
  info_bad: ({ info }) => twoken.decodeInfo(bytes(info)),
  tag_bad: ({ entry }) => twoken.decodeEntry(bytes(entry)),
  tan_bad: ({ typed }) => twoken.Tan.parse(typed),
  tcn_bad_cover: ({ nodes }) => twoken.Cover.fromBytes(bytes(nodes)),
  tcn_bad_time: ({ nodes, now }) => twoken.Cover.fromBytes(bytes(nodes)).checkTime(now),
  permit_bad_header: ({ header }) => twoken.decodePermitHeader(header),
  permit_bad_mac: ({ header, body }) => permitKey().verify(header, sent(body.case)),
  permit_bad_request: ({ blinded }) => permitKey().evaluate({ blinded, class: 'patient', week: 2968 }),
  permit_bad_response({ response }) {
    const pending = new twoken.PendingPermit(twoken.Tan.generate(), 'patient', 2968);
    return pending.finalize(response, permitKey().publicKey());
  },
  upload_bad: (of) => twoken.decodeUpload(bodyOf(of)),
  private_upload_bad: (of) => twoken.decodePrivateUpload(bodyOf(of)),
  config_bad: configs,
  batch_bad_order: ({ header, edits }) => twoken.readEntries(headerOf(header), edited(text64(read('batch')[0].entries_file), edits)),
  batch_bad_page: ({ header, edits }) => twoken.readEntries(headerOf(header), edited(text64(read('batch')[0].entries_file), edits)),
  batch_bad_size: ({ header, edits }) => twoken.readEntries(headerOf(header), edited(text64(read('batch')[0].entries_file), edits)),
  batch_bad: ({ header, verifying_key }) => twoken.BatchHeader.verify(bytes(header), key(verifying_key)),
  private_batch_bad: ({ header, entries_file }) => twoken.readEntries(headerOf(header), text64(entries_file)),
  filter_bad_digest({ header, filter }) {
    const batch = new twoken.FilteredBatch(twoken.Matcher.fromDiary(new twoken.Diary()), headerOf(header));
    batch.feed(text64(filter));
    batch.finish();
  },
  index_bad_chain: ({ index, known_head }) => twoken.Index.verify(bytes(index), signer(), 'root', '2026-11-21', read('index')[0].now).after(known_head),
  index_bad: indexes,
  handover_bad({ code }) {
    const taken = new twoken.KeyCodeCollector().take(code);
    if (taken.kind === 'refused') throw new twoken.TwokenError(taken.code, taken.message);
  },
  private_handover_bad: (of) => twoken.Handover.fromBytes(bodyOf(of)),
  proven_bad_form({ first_50_bytes, length }) {
    const { before_the_proof, after_the_proof } = read('proven')[0];
    const body = new Uint8Array(length);
    body.set(bytes(before_the_proof + read('membership')[0].proof + after_the_proof).subarray(0, length));
    body.set(bytes(first_50_bytes));
    twoken.decodeProven(body);
  },
  psi_bad_answer: ({ stored, response, blinding_key }) => twoken.PendingQuery.fromBytes(bytes(stored)).finalize(bytes(response), bytes(blinding_key)),
  psi_bad_query: ({ query }) => twoken.DayKey.generate().answer(bytes(query)),
  psi_bad_response: ({ response }) => twoken.PendingQuery.fromBytes(bytes(read('psi_bad_answer')[0].stored)).finalize(bytes(response), bytes(read('psi_bad_answer')[0].blinding_key)),
  report_bad: ({ report }) => twoken.decodeReport(bytes(report)),
  studies_bad_list: ({ list, now }) => twoken.verifyStudies(bytes(list), keyOf(read('studies')[0].signing_seed), now),
  studies_bad_time: ({ list, now }) => twoken.verifyStudies(bytes(list), keyOf(read('studies')[0].signing_seed), now),
};
/** Read by what is longest: `batch_bad_order` before `batch_bad`. */
const refusal = (name) => Object.keys(BAD).filter((bad) => name.startsWith(bad)).sort((a, b) => b.length - a.length)[0];

before(() => twoken.init());

const all = fs.readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));

for (const name of all.filter((name) => !INSIDE.includes(name))) {
  test(name, (context) => {
    const cases = read(name);
    assert.ok(cases.length > 0);
    const bad = BAD[refusal(name)];
    const good = GOOD[name];
    assert.ok(bad ?? good, 'nobody reads this file: say how, or why it cannot be');
    // Bodies of thousands of drawn dummies stand there by their digests alone.
    assert.ok(!('body' in cases[0]) || cases.some(({ body }) => body !== undefined && body !== null));
    cases.forEach((each, at) => {
      context.diagnostic(each.name);
      if (good) good(each, at);
      else refuses(() => bad(each, at), each);
    });
  });
}

test('what is said to be out of reach is there', () => {
  assert.deepEqual(INSIDE.filter((name) => !all.includes(name)), []);
});
