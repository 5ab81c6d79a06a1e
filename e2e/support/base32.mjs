//! RFC 4648 §6: base32, written, and read strictly.

import assert from 'node:assert/strict';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of symbols without padding. */
export function bytesOfBase32(symbols) {
  const bytes = [];
  let bits = 0;
  let value = 0;
  for (const symbol of symbols) {
    const digit = ALPHABET.indexOf(symbol);
    assert.ok(digit >= 0, `${symbol} is no symbol of base32`);
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  assert.equal(value & ((1 << bits) - 1), 0, 'the last symbol says more than whole bytes');
  return Buffer.from(bytes);
}

/** The symbols of bytes, without padding. */
export function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}
