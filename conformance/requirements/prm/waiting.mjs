// Whoever guesses TANs has to wait (docs/protocol.md, 13.3).

import { Failed, refused } from '../../src/verdict.mjs';

/** A request for a TAN that nobody has. */
export const unknown = (kit, options) => kit.pending(kit.twoken.Tan.generate().display(), options).request();

/** Guesses from an address until it has to wait, and answers what was said then. */
export async function untilWaiting(kit, { from, most = 64 } = {}) {
  for (let guesses = 0; guesses < most; guesses += 1) {
    const answer = await kit.redeem(unknown(kit), from ? { from } : {});
    if (answer.status === 429) return refused(answer, 'too-many-requests');
    refused(answer, 'tan-unknown');
  }
  throw new Failed(`POST /v1/permits: nobody has to wait after ${most} unknown TANs`);
}
