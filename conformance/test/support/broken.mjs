// Runs the kit for one requirement against a server that is broken in one way.

import { run } from '../../src/kit.mjs';
import { Proxy } from './proxy.mjs';

/**
 * What an area's file in `test/broken` has: `export const world` (as `kit.mjs` has them, `open` unless said), `export const settings` of the
 * server's configuration, and by default an array of
 *
 *   { id, name?, request?(request, proxy), answer?(answer, request, proxy), connection?(incoming), operator?(operator, proxy), world?, prepare?(operator) }
 *
 * `request` and `answer` alter as `proxy.mjs` says; `operator` returns functions in the place of the operator's own, for one who does less than he
 * says. All runs of an area share one server, but each has its own address.
 *
 * @returns {Promise<{ state: string, reason?: string }>} what the kit said of the requirement
 */
export async function broken(operator, { id, request, answer, connection, operator: other, prepare }) {
  const proxy = await Proxy.start(operator.origin);
  try {
    await prepare?.(operator);
    proxy.alters({ ...(request ? { request } : {}), ...(answer ? { answer } : {}), ...(connection ? { connection } : {}) });
    const through = Object.create(operator, { origin: { value: proxy.origin } });
    // What the operator does, he does at the server itself.
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(operator))) {
      if (name !== 'constructor' && name !== 'origin' && typeof operator[name] === 'function') through[name] = operator[name].bind(operator);
    }
    Object.assign(through, other?.(operator, proxy));
    const { results } = await run({ operator: through, only: [id] });
    if (proxy.fault) throw proxy.fault;
    return results[0];
  } finally {
    await proxy.stop();
  }
}
