// Two people's devices and a server, made of nothing but the package: no network, no storage, every moment stated.

import { twoken } from './core.mjs';

/** 21 November 2026, 14:31 UTC. */
export const MEETING = 1_795_271_460;
export const DAY = 86_400;
const APP = 'https://twoken.example/';

export class Person {
  ring = new twoken.KeyRing();
  diary = new twoken.Diary();
  emissions = new twoken.Emissions();
  head = undefined;
  foundOn = [];

  /** The link in the code on the screen. */
  screen(now, oneWay = false) {
    this.ring.advance(now);
    const emission = oneWay ? this.emissions.emit(now) : undefined;
    return twoken.payloadLink(this.ring.payload(now, emission), APP);
  }

  /** What the camera reads; true once both directions are done. */
  sees(screen, now) {
    this.ring.advance(now);
    const scanned = twoken.scan(screen);
    if (scanned.kind !== 'meet') throw new Error(scanned.kind);
    return this.diary.record(this.ring.hear(scanned.payload, now, 'camera')).both;
  }

  /** Reads the index of today and compares its new batches; nothing counts unless everything verifies. */
  checks(server, now) {
    const index = twoken.Index.verify(server.index(now), server.key, server.region, twoken.dayOf(now), now);
    const matcher = twoken.Matcher.fromDiary(this.diary);
    const found = [];
    for (const header of index.after(this.head)) {
      const batch = new twoken.WholeBatch(matcher, header);
      batch.feed(server.files.get(header.info().id));
      this.foundOn.push(...batch.foundOn());
      found.push(batch.finish(now));
    }
    this.head = index.lastHead;
    return found.flatMap((matches) => this.diary.expose(matches));
  }
}

/** Two people hold their devices face to face. */
export function meet(one, other, now, oneWay = false) {
  other.sees(one.screen(now, oneWay), now);
  one.sees(other.screen(now + 1, oneWay), now + 1);
  other.sees(one.screen(now + 2, oneWay), now + 2);
  return one.diary.all()[0].both && other.diary.all()[0].both;
}

export class Server {
  region = 'root';
  signing = twoken.SigningKey.generate();
  permits = twoken.PermitKey.generate();
  tanKey = twoken.TanKey.generate();
  tans = new Map();
  used = new Map();
  pools = { encounter: [], tcn: [] };
  headers = [];
  files = new Map();
  filters = new Map();

  get key() {
    return this.signing.publicKey();
  }

  /** The authority's word. */
  issue() {
    const tan = twoken.Tan.generate();
    this.tans.set(this.tanKey.hash(tan), undefined);
    return tan.display();
  }

  redeem({ tan, blinded, class: of, week }) {
    const hash = this.tanKey.hash(twoken.Tan.parse(tan));
    if (!this.tans.has(hash)) throw new Error('tan-unknown');
    if ((this.tans.get(hash) ?? blinded) !== blinded) throw new Error('tan-used');
    this.tans.set(hash, blinded);
    return this.permits.evaluate({ blinded, class: of, week });
  }

  upload({ header, body }) {
    this.permits.verify(header, body);
    const { t, mac } = twoken.decodePermitHeader(header);
    const [name, bound] = [t, mac].map((bytes) => Buffer.from(bytes).toString('hex'));
    if ((this.used.get(name) ?? bound) !== bound) throw new Error('permit-used');
    this.used.set(name, bound);
    this.take(body);
  }

  /** Into the pools, as the server does it. */
  take(body) {
    const { entries, cover } = twoken.decodeUpload(body);
    this.pools.encounter.push(...entries);
    if (!cover) return;
    for (const { interval, tcn, metadataKey } of cover.cover.leaves()) {
      const heard = twoken.Secret.ofTcn(tcn, interval);
      const tag = heard.soleTag();
      const status = { testDay: cover.testDay, metadataKey, ...(cover.onset === undefined ? {} : { onset: cover.onset }) };
      this.pools.tcn.push(Buffer.concat([tag, heard.sealStatus(status, 'tcn', 1, tag)]));
    }
  }

  seal(now, minPages = 1, degree = 1) {
    for (const [scheme, entries] of Object.entries(this.pools)) {
      if (entries.length === 0) continue;
      const options = { region: this.region, scheme, degree, sealedAt: now, configDigest: '00'.repeat(32), minPages };
      const { header, entries: file, filter } = this.signing.sealBatch(entries.splice(0), options);
      this.headers.push(header);
      this.files.set(header.info().id, file);
      this.filters.set(header.info().id, filter);
    }
  }

  index(now) {
    const headers = this.headers.map((header) => header.toBytes());
    return this.signing.signIndex({ region: this.region, day: twoken.dayOf(now), headers, signedAt: now });
  }
}

/** What a person sends, with an answer lost on the way. */
export function report(person, server, now, redaction = new twoken.Redaction()) {
  const tan = twoken.Tan.parse(server.issue().toLowerCase());
  const pending = new twoken.PendingPermit(tan, 'patient', twoken.weekOf(now));
  server.redeem(pending.request());
  const stored = twoken.PendingPermit.fromBytes(pending.toBytes());
  const permit = stored.finalize(server.redeem(stored.request()), server.permits.publicKey());
  const chosen = redaction.apply(person.diary, person.emissions);
  const body = twoken.UploadBody.build(chosen, { testDay: twoken.dayOf(now), onset: -1, region: server.region, mode: 'open' });
  const sent = permit.authorise(body);
  server.upload(sent);
  server.upload(sent);
  return sent;
}
