// Permits by hand (13): what the package authorises is always right, and a server is asked what it does with what is not.

import { createHmac, randomBytes } from 'node:crypto';

import { ristretto255_oprf } from '@noble/curves/ed25519.js';

import { Failed, accepted } from './verdict.mjs';

const CLASSES = { patient: 1, staff: 2 };

/** The `twoken-permit` header; what is given takes the place of what is right. */
export class Permit {
  constructor({ t, n, class: of, week }) {
    Object.assign(this, { t, n, of, week });
  }

  mac(body) {
    return createHmac('sha256', this.n).update('twoken/v1/upload').update(body).digest();
  }

  header(body, { t = this.t, class: of = CLASSES[this.of], week = this.week, mac = this.mac(body) } = {}) {
    const head = Buffer.alloc(3);
    head.writeUInt8(of);
    head.writeUInt16BE(week, 1);
    return Buffer.concat([t, head, mac]).toString('base64url');
  }

  /** `body` authorised: { header, body }. */
  authorise(body, others) {
    return { header: this.header(body, others), body };
  }
}

/** A permit for a TAN, whose output is known here. */
export async function permitByHand(kit, { class: of = 'patient', week = kit.week() } = {}) {
  const { pin } = await kit.config();
  const info = Buffer.concat([Buffer.from('twoken/v1/permit'), Buffer.of(CLASSES[of], week >> 8, week & 255)]);
  const poprf = ristretto255_oprf.poprf(Uint8Array.from(info));
  const t = Uint8Array.from(randomBytes(32));
  const { blind, blinded, tweakedKey } = poprf.blind(t, Uint8Array.from(Buffer.from(pin.permit_key, 'base64url')));
  const tan = (await kit.tan({ class: of })).replaceAll('-', '');
  const answer = accepted(await kit.redeem({ tan, blinded: Buffer.from(blinded).toString('base64url'), class: of, week }));
  const [evaluated, proof] = ['evaluated', 'proof'].map((name) => Uint8Array.from(Buffer.from(answer.json()[name], 'base64url')));
  try {
    return new Permit({ t, n: poprf.finalize(t, blind, evaluated, blinded, proof, tweakedKey), class: of, week });
  } catch (error) {
    throw new Failed(`${answer.asked}: what was evaluated does not hold: ${error.message}`);
  }
}
