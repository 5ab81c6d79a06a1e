//! The app's own words, read from its locale files: a story looks for what a person would read, and follows when the
//! wording changes. A key that is gone fails the story.

import fs from 'node:fs';

const GAP = /\{\{\s*(\w+)\s*\}\}/g;
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The words of one language. */
export function wordsOf(language) {
  const words = JSON.parse(fs.readFileSync(new URL(`../../www/locales/${language}.json`, import.meta.url), 'utf8'));

  const look = (key) => {
    const text = key.split('.').reduce((part, name) => part?.[name], words);
    if (typeof text !== 'string') throw new Error(`${language}.json has no text '${key}'`);
    return text;
  };

  /** The text under `key`, its gaps filled. */
  const say = (key, values = {}) =>
    look(key).replace(GAP, (_, name) => {
      if (!(name in values)) throw new Error(`'${key}' needs a value for '${name}'`);
      return values[name];
    });

  /** The text under `key` as a pattern: a gap without a value stands for anything. */
  const saying = (key, values = {}) => {
    const parts = look(key).split(GAP);
    const source = parts.map((part, i) => {
      if (i % 2 === 0) return literal(part);
      return part in values ? literal(String(values[part])) : '.+?';
    });
    return new RegExp(source.join(''));
  };

  /** As {@link saying}, for a text that has to be all there is. */
  const exactly = (key, values = {}) => new RegExp(`^\\s*${saying(key, values).source}\\s*$`);

  return { say, saying, exactly };
}

/** A story's phones speak English, where it says nothing else. */
export const { say, saying, exactly } = wordsOf('en');
