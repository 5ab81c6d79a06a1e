// The whole story in memory, by the package alone: each is a test, and what it calls is where the fuzzing begins.

import assert from 'node:assert/strict';
import { twoken } from './core.mjs';
import { DAY, MEETING, Person, Server, meet, report } from './people.mjs';

const RISK = { high_minutes: 15, medium_minutes: 5, close_attenuation_db: 55, near_attenuation_db: 63, near_percent: 50, second_degree_percent: 50 };

const refuses = (code, act) => assert.throws(act, (error) => error instanceof twoken.TwokenError && error.code === code || assert.fail(`${error.code}: ${error.message}`));

/** By what they show. */
export const stories = {
  'two people meet, one tests positive, the other learns of it'() {
    const server = new Server();
    const [anna, ben, cora] = [new Person(), new Person(), new Person()];
    assert.ok(meet(anna, ben, MEETING));
    assert.ok(meet(anna, cora, MEETING + 1800));
    assert.deepEqual([anna, ben, cora].map(({ diary }) => diary.length), [2, 1, 1]);

    const later = MEETING + 3 * DAY;
    const redaction = new twoken.Redaction();
    redaction.leaveOut(anna.diary.all()[0].id);
    assert.deepEqual(redaction.counts(anna.diary), { shared: 1, leftOut: 1 });
    report(anna, server, later, redaction);

    assert.deepEqual(ben.checks(server, later), []);
    server.seal(later + 60);
    assert.deepEqual(ben.checks(server, later + 120), [ben.diary.all()[0].id]);
    assert.deepEqual(cora.checks(server, later + 120), []);
    assert.deepEqual(anna.checks(server, later + 120), []);
    const { exposure } = ben.diary.all()[0];
    assert.equal(exposure.degree, 1);
    assert.equal(exposure.testDay, twoken.dayOf(later));
    assert.equal(exposure.onset, -1);

    const { overall, days } = twoken.assess(ben.diary, RISK);
    assert.deepEqual(overall, { level: 'low', atLeast: true });
    assert.equal(days[0].reasons[0].closeness, 'face-to-face');
    assert.equal(twoken.assess(ben.diary, RISK, () => '2026-11-20').days[0].day, '2026-11-20');

    server.headers.pop();
    refuses('batch.chain', () => ben.checks(server, later + 200));
  },

  'what a permit authorises is sent once'() {
    const server = new Server();
    const [anna, ben] = [new Person(), new Person()];
    meet(anna, ben, MEETING);
    const sent = report(anna, server, MEETING);
    const other = Uint8Array.from(sent.body);
    other[other.length - 1] ^= 1;
    refuses('permit.refused', () => server.permits.verify(sent.header, other));
  },

  'whoever only heard is warned by keys, and whoever was left out is not'() {
    const server = new Server();
    const [anna, ben] = [new Person(), new Person()];
    meet(anna, ben, MEETING, true);
    const passer = new Person();
    passer.sees(anna.screen(MEETING + 3, true), MEETING + 3);
    assert.ok(anna.emissions.isShown(twoken.intervalOf(MEETING)));
    report(anna, server, MEETING + DAY);
    server.seal(MEETING + DAY);
    passer.checks(server, MEETING + DAY + 1);
    const { exposure } = passer.diary.all()[0];
    assert.equal(exposure.doubt, undefined);
    assert.equal(exposure.seen.first, MEETING + 3);
  },

  'a large batch: the filter, and four pages'() {
    const server = new Server();
    const [anna, ben] = [new Person(), new Person()];
    meet(anna, ben, MEETING);
    report(anna, server, MEETING);
    server.seal(MEETING + 60, 12);
    const [header] = server.headers;
    const { id, comesWhole, pages, pageBytes } = header.info();
    assert.deepEqual([comesWhole, pages], [false, 12]);
    const matcher = twoken.Matcher.forNews(ben.diary, 1);
    const filter = new twoken.FilteredBatch(matcher, header);
    for (const byte of server.filters.get(id)) filter.feed(Uint8Array.of(byte));
    const asked = filter.finish();
    refuses('finished', () => filter.finish());
    assert.equal(asked.pages.length, 4);
    const again = twoken.AskedPages.resume(matcher, header, asked.pages, asked.waiting, asked.said);
    for (const page of asked.pages) {
      const bytes = server.files.get(id).subarray(page * pageBytes, (page + 1) * pageBytes);
      asked.page(page, bytes);
      again.page(page, bytes);
    }
    refuses('batch.no_page', () => asked.page(asked.pages[0], new Uint8Array(pageBytes)));
    assert.equal(asked.foundOn().length, 1);
    const { found, waiting } = asked.finish(MEETING + 120);
    assert.deepEqual([found.length, waiting], [1, []]);
    assert.deepEqual(twoken.Matches.fromBytes(found.toBytes()).all(), found.all());
    assert.deepEqual(again.finish(MEETING + 120).found.all(), found.all());
  },

  'an exposed person tells those they met, by a proof in the place of a TAN'() {
    const server = new Server();
    const [anna, ben, cora] = [new Person(), new Person(), new Person()];
    meet(anna, ben, MEETING);
    meet(ben, cora, MEETING + 1800);
    report(anna, server, MEETING + DAY);
    server.seal(MEETING + DAY);
    const now = MEETING + DAY + 60;
    ben.checks(server, now);
    const shared = new twoken.Redaction().applySecondDegree(ben.diary, ben.emissions, 'open');
    assert.equal(shared.encounters, 1, 'who reported is left out');
    const body = twoken.UploadBody.buildSecondDegree(shared, twoken.dayOf(now), server.region);
    const ground = twoken.ProofGround.ofEncounter(ben.diary, ben.foundOn[0]);
    assert.ok(ground.info().nullifier);
    const proven = ground.prove({ serverKey: server.key, body: body.toBytes() });

    const { page, nullifier, body: sent } = twoken.decodeProven(proven);
    const [header] = server.headers;
    const number = header.info().pageDigests.indexOf(page);
    const file = server.files.get(header.info().id);
    const { tags } = header.page(number, file.subarray(number * 21_504, (number + 1) * 21_504));
    const options = { tags, proofs: { depth: 2, per_page: 512 }, serverKey: server.key };
    assert.deepEqual(header.verifyProven(proven, options).nullifier, nullifier);
    refuses('batch.degree', () => header.verifyProven(proven, { ...options, proofs: { depth: 1, per_page: 512 } }));
    refuses('proof.refused', () => header.verifyProven(proven, { ...options, study: '11'.repeat(32) }));

    server.take(sent);
    server.seal(now + 60, 1, 2);
    cora.checks(server, now + 120);
    assert.equal(cora.diary.all()[0].exposure.degree, 2);
  },

  'private mode: counted, and not which'() {
    const signing = twoken.SigningKey.generate();
    const dayKey = twoken.DayKey.generate();
    const [anna, ben] = [new Person(), new Person()];
    meet(anna, ben, MEETING);
    const chosen = new twoken.Redaction().apply(anna.diary, anna.emissions);
    const body = twoken.UploadBody.build(chosen, { testDay: '2026-11-21', region: 'root', mode: 'private' });
    assert.equal(body.mode, 'private');
    refuses('upload.mode', () => twoken.decodeUpload(body.toBytes()));
    const { elements } = twoken.decodePrivateUpload(body.toBytes());
    const options = { region: 'root', scheme: 'encounter', degree: 1, sealedAt: MEETING, configDigest: '00'.repeat(32) };
    const { header, entries } = signing.sealPrivateBatch(elements, dayKey, options);
    assert.deepEqual(header.info().blindingKey, dayKey.publicKey());

    const daySet = { day: '2026-11-21', scheme: 'encounter' };
    const asked = new twoken.DaySets();
    const question = twoken.Question.fromDiary(ben.diary, RISK, daySet);
    refuses('psi.not_closed', () => asked.ask(question, '2026-11-21'));
    const query = asked.ask(question, '2026-11-22');
    refuses('psi.asked', () => asked.ask(question, '2026-11-22'));
    assert.deepEqual(twoken.decodeQuery(query.query()), { ...daySet, setSize: 64 });
    const answered = dayKey.answer(query.query());
    refuses('psi.probe', () => query.finalize(twoken.DayKey.generate().answer(query.query()), dayKey.publicKey()));
    const answer = asked.finalize(asked.resume(query.toBytes()), answered, dayKey.publicKey());
    assert.ok(asked.isDone(daySet));
    const batch = new twoken.WholePrivateBatch(new twoken.PrivateMatcher(answer), header);
    batch.feed(entries);
    const hits = batch.finish(MEETING + DAY);
    assert.deepEqual(hits.counts(), { total: 1, low: { first: 1, second: 0 }, medium: { first: 0, second: 0 }, high: { first: 0, second: 0 } });
    const kept = twoken.Hits.fromBytes(hits.toBytes());
    const ground = twoken.ProofGround.ofHit(kept, kept.tags()[0]);
    assert.equal(ground.info().nullifier, false);
    refuses('proof.no_tag', () => twoken.ProofGround.ofHit(kept, new Uint8Array(32)));
  },

  'a study is read, told of a contact, and what was told is taken back'() {
    const signing = twoken.SigningKey.generate();
    const texts = { en: 'Distances', de: 'Abstände' };
    const study = { mode: 'open', title: texts, institution: 'Institute', asked: texts, contact: 'study@twoken.example', ends: '2026-12-24' };
    const list = signing.signStudies([study], MEETING);
    const [read] = twoken.verifyStudies(list, signing.publicKey(), MEETING);
    const { id, ...rest } = read;
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, study);
    refuses('study.stale', () => twoken.verifyStudies(list, signing.publicKey(), MEETING + 3 * 3600));
    refuses('study.text', () => signing.signStudies([{ ...study, institution: '' }], MEETING));

    const [anna, ben] = [new Person(), new Person()];
    meet(anna, ben, MEETING);
    const contact = twoken.contactOf(anna.diary, anna.diary.all()[0].id, 'encounter', RISK);
    assert.deepEqual(contact, { mode: 'open', day: '2026-11-21', duration: 'under-5', closeness: 'close', scheme: 'encounter' });
    const key = twoken.WithdrawalKey.generate();
    assert.deepEqual(twoken.decodeReport(twoken.encodeReport(contact, key)), { withdrawal: key.hash(), contact });
    assert.equal(Buffer.from(key.withdrawal().key, 'base64url').length, 32);
    assert.equal(twoken.durationClass(15), '15-29');
  },

  'keys in codes, from a patient’s screen to the clinician’s camera'() {
    const server = new Server();
    const [anna, ben] = [new Person(), new Person()];
    meet(anna, ben, MEETING, true);
    const codes = new twoken.KeyCodes(new twoken.Redaction().apply(anna.diary, anna.emissions), 'open');
    const collector = new twoken.KeyCodeCollector();
    let progress;
    for (const code of codes.codes().reverse()) progress = collector.take(code);
    assert.equal(progress.kind, 'whole');
    refuses('handover.not_keys', () => collector.take('hello'));
    const { handover } = progress;
    assert.equal(handover.mode, 'open');
    assert.deepEqual(handover.cover().intervals(), [twoken.intervalOf(MEETING)]);
    const pending = new twoken.StaffPendingPermit(twoken.weekOf(MEETING));
    const permit = pending.finalize(server.permits.evaluate({ ...pending.request(), class: 'staff' }), server.permits.publicKey());
    const sent = permit.authorise(handover.uploadBody({ testDay: '2026-11-21', region: 'root' }));
    server.permits.verify(sent.header, sent.body);
    const { entries, tcnEntries } = twoken.decodeUpload(sent.body);
    assert.deepEqual([entries.length, tcnEntries.length], [64, 64]);
  },

  'storage: rows, rings, days and a backup come back as they were'() {
    const [anna, ben] = [new Person(), new Person()];
    meet(anna, ben, MEETING, true);
    const [{ id }] = anna.diary.all();
    anna.diary.setNote(id, 'in the cellar');
    anna.diary.setLabel(id, 'Choir');
    anna.diary.setMinutes(id, 90);
    const row = anna.diary.rowBytes(id);
    const other = new twoken.Diary();
    assert.deepEqual(other.insert(row), anna.diary.get(id));
    assert.equal(other.join(row), 'known');
    assert.deepEqual(other.labels(), [{ label: 'Choir', encounters: 1 }]);
    refuses('diary.note_too_long', () => other.setNote(id, 'x'.repeat(281)));
    assert.equal(other.get(id).note, 'in the cellar');
    assert.deepEqual(other.sweep(MEETING + 20 * DAY), [id]);
    refuses('diary.unknown', () => other.setNote(id, ''));

    assert.deepEqual(twoken.KeyRing.fromBytes(anna.ring.toBytes()).payload(MEETING).subarray(0, 70), anna.ring.payload(MEETING).subarray(0, 70));
    assert.deepEqual(twoken.Emissions.fromBytes(anna.emissions.toBytes()).shown(), anna.emissions.shown());
    const cover = anna.emissions.cover([twoken.intervalOf(MEETING)]);
    assert.deepEqual(twoken.Cover.fromBytes(cover.toBytes()).days(), [{ day: '2026-11-21', intervals: 1 }]);
    refuses('tcn.future', () => cover.checkTime(MEETING - DAY));

    const backup = new twoken.Backup(MEETING, 'test 1', 'https://twoken.example');
    backup.put(`encounters/${id}`, row);
    const file = backup.seal('correct horse');
    assert.equal(Buffer.from(file.subarray(0, 20)).toString(), 'age-encryption.org/v');
    refuses('backup.passphrase', () => twoken.Backup.open('wrong horse', file));
    const opened = twoken.Backup.open('correct horse', file);
    assert.deepEqual([opened.names(), opened.get(`encounters/${id}`), opened.madeAt], [[`encounters/${id}`], row, MEETING]);
  },

  'decoys are of a report’s size'() {
    const week = twoken.weekOf(MEETING);
    const pending = new twoken.PendingPermit(twoken.Tan.generate(), 'patient', week);
    const size = (request) => JSON.stringify(request).length;
    assert.equal(size(twoken.decoyRequest(week)), size(pending.request()));
    const { body } = twoken.decoyUpload({ entries: 3, nodes: 0, mode: 'open', now: MEETING });
    assert.ok(body.length > 64 * 84);
    assert.equal(twoken.decoyPause(0), undefined);
    assert.ok(twoken.decoyPause(3) > 0);
  },
};
