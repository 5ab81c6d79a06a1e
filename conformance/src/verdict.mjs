// How a requirement says what it found.

import { isDeepStrictEqual } from 'node:util';

/** The server does not hold to it. */
export class Failed extends Error {}

/** It cannot be tried with what the kit was given; the message says what is missing. */
export class Skipped extends Error {}

/** What the operator was to do was not done: that is not the server's fault. */
export class NotDone extends Error {}

/** @param {unknown} holds @param {string} otherwise what is told when it does not */
export function that(holds, otherwise) {
  if (!holds) throw new Failed(otherwise);
}

export function same(actual, expected, what) {
  if (!isDeepStrictEqual(actual, expected)) throw new Failed(`${what}: ${shown(actual)} in the place of ${shown(expected)}`);
}

/** The answer is this refusal, in its form. */
export function refused(answer, ...codes) {
  const { type } = answer.problem();
  that(codes.includes(type), `${answer.asked}: ${answer.status} ${type} in the place of ${codes.join(' or ')}`);
  return answer;
}

/** The answer is a 200. */
export function accepted(answer) {
  that(answer.status === 200, `${answer.asked}: ${answer.said()} in the place of 200`);
  return answer;
}

/** Short enough for a line. */
export function shown(value) {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** Asks `look` again until it answers something, for at most so long. */
export async function until(look, { seconds = 20, every = 100, what }) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Failed(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
