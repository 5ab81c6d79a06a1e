//! The app's own words, read from its locale file: a story looks for what a person would read, and follows when the
//! wording changes. A key that is gone fails the story.

import fs from 'node:fs';

const words = JSON.parse(fs.readFileSync(new URL('../../www/locales/en.json', import.meta.url), 'utf8'));
const GAP = /\{\{\s*(\w+)\s*\}\}/g;

function look(key) {
  const text = key.split('.').reduce((part, name) => part?.[name], words);
  if (typeof text !== 'string') throw new Error(`en.json has no text '${key}'`);
  return text;
}

/** The text under `key`, its gaps filled. */
export function say(key, values = {}) {
  return look(key).replace(GAP, (_, name) => {
    if (!(name in values)) throw new Error(`'${key}' needs a value for '${name}'`);
    return values[name];
  });
}

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The text under `key` as a pattern: a gap without a value stands for anything. */
export function saying(key, values = {}) {
  const parts = look(key).split(GAP);
  const source = parts.map((part, i) => {
    if (i % 2 === 0) return literal(part);
    return part in values ? literal(String(values[part])) : '.+?';
  });
  return new RegExp(source.join(''));
}

/** As {@link saying}, for a text that has to be all there is. */
export function exactly(key, values = {}) {
  return new RegExp(`^\\s*${saying(key, values).source}\\s*$`);
}
