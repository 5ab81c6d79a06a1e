//! Private mode on the wire, written from `docs/protocol.md`: three sets of points of 32 bytes, in a CBOR map.

const POINT = 32;

/** The points of a query's or a response's three sets: byte strings of 256 bytes and more, in an array at the end. */
export function setsIn(body) {
  // 83 is an array of three, 59 a byte string with a length of two bytes, 5a one of four.
  const begins = [...body.keys()].find((at) => body[at] === 0x83 && (body[at + 1] === 0x59 || body[at + 1] === 0x5a));
  const sets = [];
  for (let at = begins + 1; at < body.length; ) {
    const width = body[at] === 0x59 ? 2 : 4;
    const length = body.readUIntBE(at + 1, width);
    const bytes = body.subarray(at + 1 + width, at + 1 + width + length);
    sets.push(Array.from({ length: length / POINT }, (_, i) => bytes.subarray(i * POINT, (i + 1) * POINT)));
    at += 1 + width + length;
  }
  return sets;
}

/** The response with these sets, each of 65,535 bytes at most. */
export function response(sets) {
  const parts = sets.map((set) => {
    const bytes = Buffer.concat(set);
    const head = Buffer.from([0x59, 0, 0]);
    head.writeUInt16BE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  });
  return Buffer.concat([Buffer.from([0xa2, 0x00, 0x01, 0x03, 0x83]), ...parts]);
}

/** The points of an upload's elements: its last byte string, as it has no keys of one-way codes. */
export const elementsIn = (body, count) => body.subarray(body.length - count * POINT);
