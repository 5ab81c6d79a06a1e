// What a proof stands on (9.4, 14.4): an encounter that was found in a batch.

import { ristretto255 } from '@noble/curves/ed25519.js';
import { decode, encode } from 'cborg';

import { held } from './context.mjs';
import { meet } from './people.mjs';
import { accepted, that } from './verdict.mjs';

/** What has the form of a proof (9.4) and does not hold: small scalars, and as nullifier the generator. The page is looked for before it. */
export function noProof(mode) {
  const scalars = Array.from({ length: 512 }, () => Buffer.concat([Buffer.alloc(31), Buffer.from([2])]));
  const nullifier = mode === 'open' ? [ristretto255.Point.BASE.toBytes()] : [];
  return Buffer.concat([Buffer.from([1, mode === 'open' ? 1 : 2]), ...nullifier, ...scalars]);
}

/** A person who can prove that they were met, or heard, by somebody who reported. */
class Ground {
  constructor(kit, person, ground) {
    Object.assign(this, { kit, person, ground, info: ground.info() });
  }

  /** The bytes that travel: a body with its proof, for a study or for the second degree. */
  async prove(body, { study } = {}) {
    const { pin } = await this.kit.config();
    return this.ground.prove({ serverKey: pin.signing_key, body: Uint8Array.from(body), ...(study ? { study } : {}) });
  }
}

/** So many people whom one met who reported; all of their entries stand in one batch. With `oneWay` they only heard. */
export async function grounds(kit, count = 1, { oneWay = false } = {}) {
  kit.need('A', 'B');
  // What others of the kit have left would make a batch that does not come whole.
  await kit.seal();
  const at = kit.now();
  const reporter = kit.person();
  const people = Array.from({ length: count }, () => kit.person());
  for (const person of people) {
    if (oneWay) person.sees(reporter.screen(at, true), at);
    // Of several at once each is heard, whoever is acknowledged first.
    else meet(reporter, person, at);
  }
  const before = new Set((await kit.headers()).map((header) => header.info().id));
  await kit.report(reporter);
  await kit.seal();
  const fresh = (await kit.batches()).filter(({ info }) => !before.has(info.id));
  return people.map((person) => {
    const matcher = kit.twoken.Matcher.fromDiary(person.diary);
    for (const { header, info, file } of fresh.filter(({ info }) => info.comesWhole && info.scheme === (oneWay ? 'tcn' : 'encounter'))) {
      const [found] = held(`batch ${info.id}`, () => {
        const batch = new kit.twoken.WholeBatch(matcher, header);
        batch.feed(file);
        const pages = batch.foundOn();
        person.diary.expose(batch.finish(kit.now()));
        return pages;
      });
      if (found) return new Ground(kit, person, kit.twoken.ProofGround.ofEncounter(person.diary, found));
    }
    that(false, 'a report was sealed, and whoever was met is in no batch of it');
    return undefined;
  });
}

export const ground = async (kit, options) => (await grounds(kit, 1, options))[0];

/** A proven body with one of its members changed: 1 the page, 2 the proof, 3 the body. */
export function reproven(bytes, key, change) {
  const map = decode(Uint8Array.from(bytes), { useMaps: true });
  return Buffer.from(encode(map.set(key, change(Buffer.from(map.get(key))))));
}

/** A page of degree 2, which this ground's proof brings about. */
export async function secondPage(kit, of, body) {
  accepted(await kit.uploadProven(await of.prove(body)));
  const before = new Set((await kit.headers()).map((header) => header.info().id));
  await kit.seal();
  const found = (await kit.headers()).map((header) => header.info()).find(({ id, degree }) => degree === 2 && !before.has(id));
  that(found, 'after a body of degree 2 was sealed there is no new batch of degree 2');
  return { info: found, page: Buffer.from(found.pageDigests[0], 'hex') };
}

/** With other settings, where the operator can change them; brought back at the end. */
export async function withSettings(kit, settings, act) {
  const before = (await kit.config()).config;
  await kit.change(settings);
  try {
    return await act();
  } finally {
    await kit.change(Object.fromEntries(Object.keys(settings).map((name) => [name, before[name] ?? undefined])));
  }
}
