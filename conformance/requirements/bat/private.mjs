// Batches of private mode: second tags under the key of their day and scheme (docs/protocol.md, 16).

import { hex, must } from '../../src/published.mjs';
import { Shelf, publishedAs } from '../../src/shelf.mjs';

export default [
  {
    id: 'S-BAT-14',
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      const { regions } = await shelf.config();
      const before = await shelf.headers(1);
      const sent = [];
      // Two batches of one day and scheme at least.
      for (const region of [regions[0].id, regions.at(-1).id]) {
        sent.push(...(await shelf.report({ region })));
        await kit.seal();
      }
      // And one of the other scheme, of what somebody has emitted.
      const [person] = kit.met({ oneWay: true });
      await kit.report(person);
      await kit.seal();
      const sealed = await shelf.news(before);
      must(sealed.length > 0, 'nothing is published');
      const lines = new Set();
      for (const header of sealed) for (const { line } of await shelf.lines(header)) lines.add(hex(line));
      for (const line of sent) {
        must(sealed.some((header) => lines.has(hex(publishedAs(line, header)))), "an element's second tag under the header's key is not published");
      }
      const keys = new Map();
      for (const { day, scheme, mode, blindingKey } of await shelf.headers()) {
        must(mode === 'private' && blindingKey, 'a header of a server of private mode has no blinding key');
        const name = `${day}/${scheme}`;
        must((keys.get(name) ?? hex(blindingKey)) === hex(blindingKey), 'two headers of one day set name two keys');
        keys.set(name, hex(blindingKey));
      }
      must(new Set(keys.values()).size === keys.size, 'two day sets have one key');
      if (keys.size > 1 || !kit.operator.ahead) return;
      await kit.ahead(1);
      const { headers } = await shelf.published();
      must(headers.every(({ blindingKey }) => !new Set(keys.values()).has(hex(blindingKey))), 'another day has the same key');
    },
  },
];
