//! Filling in a report, step by step, as a person does.

import { seen } from './expect.mjs';
import { exactly, say } from './words.mjs';

const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true }).click();

export const tanField = (phone) => phone.page.getByRole('textbox', { name: say('report.tan'), exact: true });

/** Types a TAN and wants to go on. */
export async function enterTan(phone, tan) {
  await phone.go(say('nav.report'));
  await tanField(phone).fill(tan);
  await press(phone, 'report.next');
}

/** Today, by the phone's own clock. */
export const today = (phone) => phone.page.evaluate(() => new Date().toLocaleDateString('sv'));

/** Says when the test was, and goes on. */
export async function sayTested(phone, day) {
  await phone.page.getByLabel(say('report.test_day'), { exact: true }).fill(day);
  await press(phone, 'report.next');
  await seen(phone, exactly('report.choose_statement'));
}

/** Presses a label's chip: it goes, or stays out. */
export const toggleLabel = (phone, label) =>
  phone.page.getByRole('region', { name: say('report.by_label') }).getByRole('button', { name: label }).click();

const plural = (count, key) => say(`${key}_${count === 1 ? 'one' : 'other'}`);

/** Waits for the live counts to say so many to share, so many out. */
export async function counts(phone, shared, out) {
  // The parts of the page's text have nothing between them.
  const parts = [shared, plural(shared, 'report.share'), out, plural(out, 'report.stay')];
  const pattern = new RegExp(`^\\s*${parts.join('\\s*')}\\s*$`);
  await seen(phone, phone.page.getByRole('status').filter({ hasText: pattern }));
}

/** Goes to the last look. */
export async function lookOver(phone) {
  await press(phone, 'report.look');
  await seen(phone, exactly('report.look_statement'));
}

/** The entries that the page says will go, every byte that may be drawn; those that mean nothing too, when `all`. */
export async function entriesShown(phone, all = false) {
  await press(phone, 'report.exact_all');
  const lines = await phone.page.getByRole('list', { name: say('report.exact_list') }).getByRole('listitem').allInnerTexts();
  const random = (line) => line.endsWith(say('report.exact_random'));
  return lines.filter((line) => all || !random(line)).map(bytesIn);
}

/** The keys that the page says will go, every byte that may be drawn. */
export async function keysShown(phone) {
  await press(phone, 'report.exact_key_all');
  const lines = phone.page.getByRole('list', { name: say('report.exact_key_list') }).getByRole('listitem');
  return (await lines.allInnerTexts()).map(bytesIn);
}

const bytesIn = (line) => Buffer.from(line.replace(/·.*$|[^0-9a-f]/g, ''), 'hex');

export const send = (phone) => press(phone, 'report.send');

/** All of it on a server of private mode, which has no use for the day of the test. */
export async function reportPrivately(phone, tan) {
  await enterTan(phone, tan);
  await seen(phone, exactly('report.choose_statement'));
  await lookOver(phone);
  await send(phone);
}

/** All of it, with everything shared. */
export async function report(phone, tan) {
  await enterTan(phone, tan);
  await sayTested(phone, await today(phone));
  await lookOver(phone);
  await send(phone);
}
