// How many bytes of a built app travel, as the server sends them to a browser: compressed where `compress.mjs` has made
// a smaller file. `first` is what a first visit loads until Home can be used, `kept` what is kept for a start offline,
// `rest` what is kept beyond that once the app was at rest, `console` what the medical console takes beyond the app.
import fs from 'node:fs';
import path from 'node:path';

/**
 * Home does without: the worker, which begins with the first picture or batch (`web/src/platform/worker.rs`), and any part
 * of the program beside the one that Trunk names in the page.
 */
const LATER = /^worker(_loader)?\.js$|\.wasm$/;
const PROGRAM = /^twoken-web-[0-9a-f]+_bg\.wasm$/;

/** What nobody loads but those who open the console (`xtask/precache.mjs` leaves it out). */
const CONSOLE = /^split_staff-.*\.wasm$|^staff\.css$/;

export function weigh(folder) {
  const worker = path.join(folder, 'service-worker.js');
  const listed = fs.existsSync(worker) && fs.readFileSync(worker, 'utf8').match(/^const FILES = (\[.*\]);$/m);
  if (!listed) throw new Error(`${worker} does not say which files are kept: did Trunk run xtask/precache.mjs?`);
  const names = JSON.parse(listed[1]).map((address) => (address === '/' ? 'index.html' : address.slice(1)));
  const programs = names.filter((name) => PROGRAM.test(name));
  if (programs.length !== 1) throw new Error(`the app's program is one file, not ${programs.join(', ') || 'none'}`);
  const later = names.filter((name) => LATER.test(name) && !PROGRAM.test(name));
  if (later.length < 3) throw new Error(`the worker is three files, not ${later.join(', ') || 'none'}`);
  const sum = (some) => some.reduce((bytes, name) => bytes + travels(path.join(folder, name)), 0);
  if (names.some((name) => CONSOLE.test(name))) throw new Error('the console is kept by those who never open it');
  // English is in the program; whoever reads another language loads and keeps one more file: here the largest.
  const texts = JSON.parse(fs.readFileSync(worker, 'utf8').match(/^const TEXTS = (\{.*\});$/m)[1]);
  const language = Math.max(0, ...Object.keys(texts).map((address) => travels(path.join(folder, address.slice(1)))));
  const rest = JSON.parse(fs.readFileSync(worker, 'utf8').match(/^const AT_REST = (\{.*\});$/m)[1]);
  const desk = fs.readdirSync(folder).filter((name) => CONSOLE.test(name));
  const words = Math.max(...fs.readdirSync(path.join(folder, 'texts')).filter((name) => name.endsWith('.console.txt')).map((name) => travels(path.join(folder, 'texts', name))));
  return {
    first: sum(names.filter((name) => !later.includes(name))) + language,
    kept: sum(names) + language,
    rest: sum(Object.keys(rest).map((address) => address.slice(1))),
    console: sum(desk) + words,
  };
}

function travels(file) {
  return fs.statSync(fs.existsSync(`${file}.br`) ? `${file}.br` : file).size;
}
