//! One-way: allowing it, and scanning somebody who does not scan back.

import { bytesOf, linkOf, photograph } from './code.mjs';
import { count, eventually } from './expect.mjs';
import { openMeet, withinInterval } from './meeting.mjs';
import { exactly, say } from './words.mjs';

/** Bytes of a code that carries an emission. */
export const EMITTING = 102;

export const oneWay = (phone) => phone.page.getByRole('switch', { name: say('meet.one_way') });

/** Turns it on, or off again, and waits for the code that follows from it. */
export async function allowOneWay(phone, allowed = true) {
  phone.camera.blank();
  await openMeet(phone);
  await oneWay(phone).setChecked(allowed);
  await eventually('the code is of the right kind', async () => (bytesOf(await linkOf(phone)).length === EMITTING) === allowed);
}

/** Its camera sees the other's screen until the app has read it; the other sees nothing. */
export async function scans(one, other) {
  one.camera.blank();
  await openMeet(one);
  await withinInterval([one, other]);
  await eventually(`${one.name} has scanned ${other.name}`, async () => {
    one.camera.see(await photograph(other));
    return (await count(one.page.getByText(exactly('meet.one')))) > 0;
  });
  one.camera.blank();
}
