// All requests (docs/protocol.md, 20.1).

import { that } from '../src/verdict.mjs';

export default [
  {
    id: 'S-HTTP-6',
    async holds(kit) {
      for (const path of ['/v1/config', '/v1/nothing', '/healthz']) {
        const { headers, asked } = await kit.get(path);
        that(headers.date && !Number.isNaN(Date.parse(headers.date)), `${asked}: no date`);
      }
    },
  },
];
