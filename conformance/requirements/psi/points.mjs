// Queries whose answers the kit can compute: every point is a multiple of the generator that is known here, so that with the day set's key
// `B = b·G` each point of the answer is, too (docs/protocol.md, 19.5).

import { ristretto255 } from '@noble/curves/ed25519.js';
import { encode } from 'cborg';
import { canonicalMap, hex, keysAre, must } from '../../src/published.mjs';
import { random, scalarOf } from '../../src/shelf.mjs';

const { Point } = ristretto255;
export const SCHEMES = { encounter: 1, tcn: 2 };

/** `from·P, (from + 1)·P, …` */
function run(point, from, count) {
  const found = [];
  for (let next = point.multiply(from); found.length < count; next = next.add(point)) found.push(Buffer.from(next.toBytes()));
  return found;
}

/** The bytes of a query of these sets. */
export const encoded = ({ day, scheme, sets, version = 1 }) => Buffer.from(encode(new Map([[0, version], [1, day], [2, scheme], [3, sets.map((set) => Buffer.concat(set))]])));

/** A query of three sets of `size` points: of a random run of multiples, or of `1·G, 2·G, …`. */
export function query({ day, scheme = 1, size, from = scalarOf(random(48)) }) {
  const starts = [0, 1, 2].map((set) => from + BigInt(set * size));
  const runs = starts.map((start) => run(Point.BASE, start, size));
  const sets = runs.map((points) => [...points].sort(Buffer.compare));
  return { day, scheme, size, starts, runs, sets, bytes: encoded({ day, scheme, sets }) };
}

/** The three sets of an answer, as lists of hex. */
export function setsOf(body, size) {
  const map = canonicalMap(body, 'an answer');
  must(map.get(0) === 1, 'an answer is of another version');
  keysAre(map, [0, 3], 'an answer');
  const sets = map.get(3);
  must(Array.isArray(sets) && sets.length === 3, 'an answer has not three sets');
  return sets.map((set) => {
    must(set instanceof Uint8Array && set.length === 32 * size, `a set of the answer has ${set?.length} bytes, and the query's ${32 * size}`);
    return Array.from({ length: size }, (_, at) => hex(set.subarray(at * 32, at * 32 + 32)));
  });
}

/**
 * For each set of an answer, at which place of it the point is that stands at each place of the query's set. Throws where a point is not
 * the query's times `b`. All points of a small set are computed, of one above 1,024 the first 128 of its run.
 */
export function orders(query, answer, blindingKey) {
  const base = Point.fromBytes(Uint8Array.from(blindingKey));
  const most = query.size > 1024 ? 128 : query.size;
  return setsOf(answer, query.size).map((set, number) => {
    const places = new Map(set.map((point, at) => [point, at]));
    must(places.size === query.size, 'a point stands twice in a set of the answer');
    const multiplied = new Map();
    run(base, query.starts[number], most).forEach((point, at) => multiplied.set(hex(query.runs[number][at]), hex(point)));
    return query.sets[number].map((point) => {
      const wanted = multiplied.get(hex(point));
      if (wanted === undefined) return undefined;
      must(places.has(wanted), 'a point of the query, multiplied by b, is not in the set of the answer that belongs to its set');
      return places.get(wanted);
    });
  });
}
