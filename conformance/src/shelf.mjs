// What the requirements of batches, indexes, private mode and retention share: reports made by hand, and what came of them.

import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { encode } from 'cborg';
import { dayText, hex, must, readIndex, readLines } from './published.mjs';
import { Failed, Skipped, accepted, refused } from './verdict.mjs';

const RETENTION_DAYS = 14;
const CLASSES = [64, 256, 1024, 2048];

/** How many batches of a server are looked into at most, the latest first: a large one may have more than anybody waits for. */
const MOST_BATCHES = 24;
/** How long a tick is waited for where nobody can bring it about, and how long its work may take, in seconds. */
const MOST_PATIENCE = 120;
const TICK_SECONDS = 15;

const { Point } = ristretto255;
const { ORDER } = Point.Fn;

/** The answer is this refusal, in its form; `what` was asked. */
export function refuses(answer, code, what) {
  try {
    return refused(answer, code);
  } catch (error) {
    throw error instanceof Failed ? new Failed(`${what}: ${error.message}`) : error;
  }
}

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));
export const scalarOf = (bytes) => (BigInt(`0x${hex(bytes)}`) % (ORDER - 1n)) + 1n;
const ascending = (lines) => [...lines].sort(Buffer.compare);

/** The line that this one becomes in a batch: itself, or in private mode its second tag (16). */
export function publishedAs({ bytes, scalar }, { mode, blindingKey }) {
  if (mode === 'open') return bytes;
  const z = Point.fromBytes(Uint8Array.from(blindingKey)).multiply(scalar).toBytes();
  return Buffer.from(Point.BASE.multiply(ristretto255_hasher.hashToScalar(z, { DST: 'twoken/v1/tag/HashToScalar' })).toBytes());
}

export class Shelf {
  constructor(kit) {
    this.kit = kit;
    this.twoken = kit.twoken;
  }

  /** Its configuration and the bytes of its signing key. */
  async config() {
    const { config } = await this.kit.config();
    return { ...config, key: Buffer.from(config.signing_key, 'base64url') };
  }

  /** The number of its day. */
  today() {
    return Math.floor(this.kit.now() / 86_400);
  }

  /** The answer of an index; `day` is a number. */
  ask = (region, day) => this.kit.get(`/v1/regions/${region}/${dayText(day)}`);

  /** An index, read. */
  async index(region, day) {
    const { key } = await this.config();
    const answer = await this.ask(region, day);
    must(answer.status === 200, `the index of ${region} and ${dayText(day)} answers ${answer.status}`);
    return readIndex(answer.body, key);
  }

  /** The indexes of all regions and days, those of a region from the oldest on. */
  async indexes(days = RETENTION_DAYS) {
    const { regions } = await this.config();
    const today = this.today();
    const found = [];
    for (const { id } of regions) {
      for (let day = today - days; day <= today; day += 1) found.push({ ...(await this.index(id, day)), asked: { region: id, day } });
    }
    return found;
  }

  /** The headers that are listed, the latest first. */
  async headers(days) {
    const all = (await this.indexes(days)).flatMap(({ headers }) => headers);
    return all.sort((one, other) => other.sealedAt - one.sealedAt);
  }

  /** A file of a batch: `entries`, `filter` or `pages/0`. */
  async file({ id }, which = 'entries') {
    const answer = await this.kit.get(`/v1/batches/${id}/${which}`);
    must(answer.status === 200, `${which} of a batch that is listed answers ${answer.status}`);
    return answer.body;
  }

  lines = async (header) => readLines(await this.file(header), header.mode);

  /** A line of a report that nobody claims: of open mode an entry, of private mode an element `e·G` with an `e` that is known here. */
  lineOf(mode) {
    if (mode === 'open') return { bytes: Buffer.concat([new this.twoken.Secret(random(32)).soleTag(), random(52)]) };
    const scalar = scalarOf(random(48));
    return { bytes: Buffer.from(Point.BASE.multiply(scalar).toBytes()), scalar };
  }

  /** A body by hand, with these lines filled up to a class. */
  async body({ region, lines = [], degree = 1 }) {
    const { mode } = await this.config();
    const id = Buffer.alloc(16);
    id.write(region);
    const size = CLASSES.find((one) => one >= lines.length);
    const all = [...lines];
    while (all.length < size) all.push(this.lineOf(mode));
    const key = mode === 'open' ? 3 : 6;
    const bytes = encode(new Map([[0, 1], [1, id], [2, degree], [key, Buffer.concat(ascending(all.map((line) => line.bytes)))]]));
    return { bytes, lines: all };
  }

  /** A report with these lines; gives all that it had. */
  async report({ region, lines } = {}) {
    const { bytes, lines: sent } = await this.body({ region: region ?? (await this.kit.root()), lines });
    const permit = await this.kit.permit();
    accepted(await this.kit.upload(permit.authorise(this.twoken.UploadBody.fromBytes(bytes))));
    return sent;
  }

  /** Seals what waits, and gives the batches that are new since `before`, of today. */
  async sealed(before) {
    await this.kit.seal();
    return this.news(before);
  }

  /** The batches that are listed and were not before, of today and so many days before it. */
  async news(before, days = 1) {
    const known = new Set(before.map(({ id }) => id));
    return (await this.headers(days)).filter(({ id }) => !known.has(id));
  }

  /** Waits until the next tick has come and gone, or `done` says that its work is. */
  async tick(done = () => false) {
    if (this.kit.operator.tick) {
      await this.kit.operator.tick();
      return this.kit.look();
    }
    const { seal_every_seconds: period } = await this.config();
    if (period > MOST_PATIENCE) throw new Skipped(`a tick at least every ${MOST_PATIENCE} seconds (B)`);
    const due = (Math.floor(this.kit.now() / period) + 1) * period;
    for (;;) {
      const now = this.kit.now();
      if (now > due + TICK_SECONDS || (now >= due && (await done()))) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  /** A report in a batch: what it had, and the batches that are new. */
  async published(options) {
    const before = await this.headers(1);
    const sent = await this.report(options);
    return { sent, headers: await this.sealed(before) };
  }
}

const kept = new WeakMap();

/** The latest batches of a server with their configuration; one is made where the kit has made none yet on this day. */
export async function someBatches(kit) {
  const shelf = new Shelf(kit);
  const today = shelf.today();
  if (kept.get(kit)?.today !== today) kept.set(kit, { today, batches: batches(shelf) });
  return kept.get(kit).batches;
}

async function batches(shelf) {
  await shelf.published();
  const config = await shelf.config();
  const headers = await shelf.headers();
  must(headers.length > 0, 'after a report was sealed no batch is listed');
  return headers.slice(0, MOST_BATCHES).map((header) => ({ shelf, header, config }));
}
