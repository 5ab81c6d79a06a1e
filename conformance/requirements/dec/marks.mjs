// What marks a decoy (docs/protocol.md, 14.5), and bodies that bear it.

export const TAN = 'U'.repeat(14);
export const REGION = 'U'.repeat(16);

/** A decoy's upload, as an app sends it: { header, body }. */
export async function decoy(kit, { entries = 64, nodes = 0, at = kit.now() } = {}) {
  const { config } = await kit.config();
  const { header, body } = kit.twoken.decoyUpload({ entries, nodes, mode: config.mode, now: at });
  return { header, body: Buffer.from(body) };
}

/** The same with another body: a map by the numbers of section 14. */
export function changed(kit, body, change) {
  const map = kit.cbor.decode(body, { useMaps: true });
  const other = change(map) ?? map;
  return Buffer.from(kit.cbor.encode(other));
}
