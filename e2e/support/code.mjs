//! Codes as another phone would read them off a screen, taken apart and put together again. Written from
//! `docs/protocol.md`: `1 | flags u8 | interval u32 | X25519 32 | claim key 32`, then an acknowledgement of 8 bytes.

import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { encode } from 'uqr';
import { say } from './words.mjs';

const read = jsqr.default ?? jsqr;

/** My code on a phone's screen. */
export const codeOf = (phone) => phone.page.getByRole('img', { name: say('meet.code'), exact: true });

/** A camera that is busy for so long, in milliseconds, is asked again: the code is drawn anew each second. */
const STILL_MS = 5_000;
const TRIES = 4;

/** A picture of it, as another's camera would take it. */
export async function photograph(phone, tries = TRIES) {
  try {
    return await codeOf(phone).screenshot({ timeout: STILL_MS });
  } catch (error) {
    if (tries <= 1) throw error;
    return photograph(phone, tries - 1);
  }
}

/** The text in a picture of a code. */
export function textIn(png) {
  const { data, width, height } = PNG.sync.read(png);
  const found = read(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' });
  if (!found) throw new Error('there is no code in the picture');
  return found.data;
}

/** The link that a phone shows, read by a reader that is not ours. */
export async function linkOf(phone) {
  return textIn(await photograph(phone));
}

/** The payload's bytes of a link. */
export const bytesOf = (link) => Buffer.from(link.split('#m=')[1], 'base64url');

/** A link with these bytes. */
export const linkWith = (origin, bytes) => `${origin}/#m=${Buffer.from(bytes).toString('base64url')}`;

/** The same link with its bytes changed. */
export function changed(link, change) {
  const bytes = Buffer.from(bytesOf(link));
  const result = change(bytes) ?? bytes;
  return linkWith(link.split('/#')[0], result);
}

/** The same beacon, said to be of so many intervals later (or earlier). */
export const shifted = (link, intervals) =>
  changed(link, (bytes) => void bytes.writeUInt32BE(bytes.readUInt32BE(2) + intervals, 2));

export const publicKeyOf = (link) => bytesOf(link).subarray(6, 38);

/** A picture (PNG) of a code that carries `text`. */
export function pictureOf(text, scale = 6) {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  const png = new PNG({ width: size * scale, height: size * scale });
  for (let y = 0; y < png.height; y += 1) {
    for (let x = 0; x < png.width; x += 1) {
      const dark = data[Math.floor(y / scale)][Math.floor(x / scale)];
      png.data.fill(dark ? 0 : 255, (y * png.width + x) * 4, (y * png.width + x) * 4 + 3);
      png.data[(y * png.width + x) * 4 + 3] = 255;
    }
  }
  return PNG.sync.write(png);
}
