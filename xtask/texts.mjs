// The app's texts as it loads them: of each language two files, a text a line. `app.txt` is what the app says, `console.txt`
// what the medical console says beside it. The first line is the edition: which texts there are, in one number, as
// `web/build.rs` has it; a program takes no other's texts.
import fs from 'node:fs';
import path from 'node:path';

const FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'];
/** The app's program has the English ones in it; the console's are fetched in every language. */
const BUILT_IN = 'en';

/** Writes all files below `folder`, and returns their names: those that the app may ask for. */
export function writeTexts(folder) {
  const source = new URL('../www/locales/', import.meta.url);
  const read = (name) => JSON.parse(fs.readFileSync(new URL(name, source), 'utf8'));
  const keys = keysOf(read('en.json'));
  const edition = fnv(keys.map(([section, stem]) => `${section}.${stem}\n`).join(''));
  const written = [];
  for (const name of fs.readdirSync(source).filter((file) => file.endsWith('.json')).sort()) {
    const language = path.basename(name, '.json');
    const all = read(name);
    for (const [table, wanted] of [['app', (section) => !isConsole(section)], ['console', isConsole]]) {
      if (table === 'app' && language === BUILT_IN) continue;
      const lines = keys.filter(([section]) => wanted(section)).map((key) => line(all, key));
      const file = `texts/${language}.${table}.txt`;
      fs.mkdirSync(path.join(folder, 'texts'), { recursive: true });
      fs.writeFileSync(path.join(folder, file), [edition, ...lines].join('\n'));
      written.push(file);
    }
  }
  return written;
}

const isConsole = (section) => section === 'desk' || section.startsWith('staff');

/** Section and stem of every text, in the order of their bytes; forms of one text are one. */
function keysOf(english) {
  const seen = new Map();
  for (const [section, texts] of Object.entries(english)) {
    for (const name of Object.keys(texts)) {
      const [, stem] = name.match(/^(.+)_(?:one|other)$/) ?? [];
      const counted = stem && `${stem}_one` in texts && `${stem}_other` in texts;
      const key = counted ? stem : name;
      seen.set(`${section}\0${key}`, [section, key, Boolean(counted)]);
    }
  }
  return [...seen.entries()].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other))).map(([, key]) => key);
}

function line(all, [section, stem, counted]) {
  const texts = all[section];
  return counted ? FORMS.map((form) => texts[`${stem}_${form}`] ?? '').join('\x1f') : texts[stem];
}

function fnv(text) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
