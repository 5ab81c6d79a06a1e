// Makes requirements/table.json of the document's section 28, so that no text of a requirement is written twice.

import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCUMENT = new URL('../docs/protocol.md', import.meta.url);
const TABLE = new URL('requirements/table.json', import.meta.url);
/** The document says how many there are; so does the checker that holds it against itself. */
const ROW = /^\| `(S-([A-Z]+)-\d+)` \| (.+?) \| (.+?) \| (.+) \| (MUST|SHOULD) \|$/;

/** The rows of section 28, in its order. */
export function readTable(document) {
  const section = document.slice(document.indexOf('\n## 28 '));
  const rows = [];
  let heading = '';
  for (const line of section.split('\n')) {
    heading = line.match(/^\*\*(.+)\*\*$/)?.[1] ?? heading;
    const row = line.match(ROW);
    if (!row) {
      if (line.startsWith('| `S-')) throw new Error(`no row of the table: ${line}`);
      continue;
    }
    const [, id, area, sections, needs, text, level] = row;
    rows.push({
      id,
      area,
      heading,
      sections: [...sections.matchAll(/\[([\d.]+)\]/g)].map(([, number]) => number),
      needs: needs === '–' ? [] : needs.split(' '),
      text,
      level,
    });
  }
  return rows;
}

export const made = () => `${JSON.stringify(readTable(fs.readFileSync(DOCUMENT, 'utf8')), null, 1)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) fs.writeFileSync(TABLE, made());
