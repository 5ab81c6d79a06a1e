// What becomes of a cover.

import { hex } from '../../src/published.mjs';
import { accepted, same, that } from '../../src/verdict.mjs';

const ENTRY = 84;
const TAG = 32;

export default [
  {
    id: 'S-UPL-16',
    on: ['open', 'private'],
    async holds(kit) {
      const { config } = await kit.config();
      const [one] = kit.met({ oneWay: true });
      one.emissions.emit(kit.now() - 1800);
      const body = await kit.body(one, { onset: -2 });
      const leaves = body.cover().leaves();
      that(leaves.length >= 2, 'the package made no cover of two intervals');
      const before = new Set((await kit.headers()).map((header) => header.info().id));
      accepted(await kit.upload((await kit.permit()).authorise(body)));
      await kit.seal();
      const fresh = (await kit.headers()).filter((header) => !before.has(header.info().id));
      const batches = fresh.map((header) => ({ header, info: header.info() })).filter(({ info }) => info.scheme === 'tcn');
      that(batches.length > 0, 'after a report with keys was sealed there is no new batch of scheme 2');
      // Whose second tag of private mode a line is, only a query tells (19.5); that there is one of each is seen by their number.
      if (config.mode === 'private') return;
      const entries = new Map();
      for (const { info } of batches) {
        const file = await kit.file(info.id);
        for (let page = 0; page < info.pages; page += 1) {
          const at = page * 256 * ENTRY;
          for (let line = 0; line < 256; line += 1) {
            const tag = file.subarray(at + line * TAG, at + (line + 1) * TAG);
            entries.set(hex(tag), file.subarray(at + 256 * TAG + line * 52, at + 256 * TAG + (line + 1) * 52));
          }
        }
      }
      for (const { interval, tcn, metadataKey } of leaves) {
        const secret = kit.twoken.Secret.ofTcn(tcn, interval);
        const tag = secret.soleTag();
        const sealed = entries.get(hex(tag));
        that(sealed, `interval ${interval} of a cover has no entry in a batch of scheme 2`);
        let status;
        try {
          status = secret.openStatus(Uint8Array.from(sealed), 'tcn', 1, tag);
        } catch (error) {
          that(false, `the entry of interval ${interval} does not open: ${error.code}`);
        }
        const told = [status.testDay, status.onset, hex(status.metadataKey)];
        same(told, [kit.today(), -2, hex(metadataKey)], 'test day, onset and metadata key of an entry of a cover');
      }
    },
  },
];
