// A report, for people.

const WIDTH = 112;
const MARKS = { held: 'held', failed: 'FAILED', warned: 'warning', skipped: 'skipped' };

/** A result as one line, or more where something is to be said of it. */
export function line(result) {
  const { id, level, sections, text, state, reason } = result;
  const mark = MARKS[state === 'failed' && level === 'SHOULD' ? 'warned' : state];
  const lines = wrapped(`${level} · ${sections.join(', ')} · ${text}`);
  if (reason) lines.push(...wrapped(`→ ${reason}`));
  return lines.map((each, at) => `${(at === 0 ? mark : '').padEnd(8)} ${(at === 0 ? id : '').padEnd(9)} ${each}`).join('\n');
}

/** The last line. */
export function sum({ counts: { held, failed, warnings, skipped } }) {
  const parts = [`${held} held`, `${failed} failed`];
  if (warnings > 0) parts.push(`${warnings} ${warnings === 1 ? 'warning' : 'warnings'} (SHOULD)`);
  parts.push(`${skipped} skipped`);
  return parts.join(', ');
}

/** 0: every MUST that was tried holds; 1: one does not; 2: nothing could be tried. */
export function exitCode({ counts, results }) {
  if (counts.failed > 0) return 1;
  return results.some(({ state }) => state !== 'skipped') ? 0 : 2;
}

function wrapped(text) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    if (lines.at(-1).length + word.length >= WIDTH) lines.push('');
    lines.push(`${lines.pop()}${word} `);
  }
  return lines.map((each) => each.trimEnd());
}
