//! A health authority of its own: makes TANs from the server's exported TAN key and delivers them as keyed hashes
//! over the API. Written from `docs/protocol.md`, not from the server's code.

import { createHmac, randomInt } from 'node:crypto';
import { API_KEY } from './server.mjs';

/** Crockford's base32. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LABEL = 'twoken/v1/tan';

/** α·value in GF(32) with x⁵ + x² + 1. */
const timesAlpha = (value) => (value << 1 & 31) ^ (value & 16 ? 5 : 0);

/** Σ αⁱ·sᵢ, i = 1…13. */
function check(symbols) {
  // Horner's rule from the right: α·(s₁ + α·(s₂ + …)).
  return symbols.reduceRight((sum, symbol) => timesAlpha(sum ^ symbol), 0);
}

const shown = (values) => values.map((value) => ALPHABET[value]).join('').replace(/^(.{5})(.{5})/, '$1-$2-');

/** A TAN that checks and that nobody has delivered. */
export function inventTan() {
  const symbols = Array.from({ length: 13 }, () => randomInt(32));
  return shown([...symbols, check(symbols)]);
}

const valuesOf = (tan) => [...tan.replaceAll('-', '')].map((symbol) => ALPHABET.indexOf(symbol));

/** The same TAN with one symbol wrong. */
export function mistype(tan) {
  const values = valuesOf(tan);
  values[4] = (values[4] + 1) % 32;
  return shown(values);
}

/** The same TAN with two neighbours swapped. */
export function swap(tan) {
  const values = valuesOf(tan);
  const at = values.findIndex((value, i) => i < 12 && value !== values[i + 1]);
  [values[at], values[at + 1]] = [values[at + 1], values[at]];
  return shown(values);
}

/** Delivers TANs as a health authority does. */
export async function deliver(server, tans, hours = 24) {
  const key = Buffer.from(await server.command('tan', 'key', 'export'), 'hex');
  const hashes = tans.map((tan) => {
    const symbols = tan.replaceAll('-', '').slice(0, 13);
    return createHmac('sha256', key).update(LABEL).update(symbols).digest('hex');
  });
  const answer = await fetch(`${server.origin}/v1/authority/tans`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ class: 'patient', hashes, expires_in_hours: hours }),
  });
  return { status: answer.status, body: await answer.json() };
}
