// What becomes of a cover (14.1).

import { ristretto255 } from '@noble/curves/ed25519.js';

import { held } from '../../src/context.mjs';
import { canonicalMap, hex } from '../../src/published.mjs';
import { Shelf, publishedAs, random, scalarOf } from '../../src/shelf.mjs';
import { accepted, same, that } from '../../src/verdict.mjs';
import { encoded } from '../psi/points.mjs';

const { Point } = ristretto255;
const SET = 64;
const TCN = 2;

/**
 * The second tags that the server makes of these elements: it is asked about all of them under one blind, among points that nobody has. The
 * answer's order is its own, so that whose is whose is not told, and what is published tells it.
 */
async function secondTags(kit, { day, scheme }, elements) {
  const blind = scalarOf(random(48));
  const others = (count) => Array.from({ length: count }, () => Buffer.from(Point.BASE.multiply(scalarOf(random(48))).toBytes()));
  const blinded = elements.map((element) => Buffer.from(Point.fromBytes(Uint8Array.from(element)).multiply(blind).toBytes()));
  const sets = [[...blinded, ...others(SET - blinded.length)], others(SET), others(SET)].map((set) => set.sort(Buffer.compare));
  const answer = accepted(await kit.ask('/v1/psi', { method: 'POST', type: 'application/cbor', body: encoded({ day, scheme, sets }) }));
  const [set] = canonicalMap(answer.body, 'an answer').get(3);
  const back = Point.Fn.inv(blind);
  return Array.from({ length: SET }, (_, at) => {
    // It is multiplied by the key already: 1 is the other factor.
    const blindingKey = Point.fromBytes(Uint8Array.from(set.subarray(at * 32, at * 32 + 32))).multiply(back).toBytes();
    return hex(publishedAs({ scalar: 1n }, { mode: 'private', blindingKey }));
  });
}

export default [
  {
    id: 'S-UPL-16',
    on: ['open', 'private'],
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      const { mode } = await shelf.config();
      const [one] = kit.met({ oneWay: true });
      for (const ago of [1800, 2400, 86_400]) one.emissions.emit(kit.now() - ago);
      const body = await kit.body(one, { onset: -2 });
      const leaves = body.cover().leaves();
      that(leaves.length >= 3, 'the package made no cover of three intervals');
      const [before, testDay] = [await shelf.headers(1), kit.today()];
      accepted(await kit.upload((await kit.permit()).authorise(body)));
      const sealed = (await shelf.sealed(before)).filter(({ scheme }) => scheme === TCN);
      that(sealed.length > 0, 'after a report with keys was sealed there is no new batch of scheme 2');
      const lines = new Map();
      for (const header of sealed) for (const { tag, sealed: status, line } of await shelf.lines(header)) lines.set(hex(mode === 'open' ? tag : line), status);
      const secrets = leaves.map((leaf) => ({ ...leaf, secret: kit.twoken.Secret.ofTcn(leaf.tcn, leaf.interval) }));
      if (mode === 'private') {
        await kit.ahead(1);
        const tags = await secondTags(kit, sealed[0], secrets.map(({ secret }) => secret.element()));
        same(tags.filter((tag) => lines.has(tag)).length, leaves.length, 'intervals of a cover whose second tags are published');
        return;
      }
      for (const { interval, metadataKey, secret } of secrets) {
        const tag = secret.soleTag();
        const status = lines.get(hex(tag));
        that(status, `interval ${interval} of a cover has no entry in a batch of scheme 2`);
        const opened = held(`the entry of interval ${interval}`, () => secret.openStatus(Uint8Array.from(status), 'tcn', 1, tag));
        same([opened.testDay, opened.onset, hex(opened.metadataKey)], [testDay, -2, hex(metadataKey)], 'test day, onset and metadata key of an entry of a cover');
      }
    },
  },
];
