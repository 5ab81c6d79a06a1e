// What a request has to be, and in which order it is looked at.

import { unknown } from './waiting.mjs';
import { accepted, refused } from '../../src/verdict.mjs';

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The order of ristretto255's field, little-endian: no canonical element, nor is anything above it. */
const FIELD = Buffer.from(`ed${'ff'.repeat(30)}7f`, 'hex');

/** The TAN with another symbol at a place. */
function mistyped(tan, at) {
  const plain = tan.replaceAll('-', '');
  const other = SYMBOLS[(SYMBOLS.indexOf(plain[at]) + 7) % 32];
  return plain.slice(0, at) + other + plain.slice(at + 1);
}

/** What is no canonical base64url of a canonical element that is not the identity. */
function elements(right) {
  const bytes = Buffer.from(right, 'base64url');
  const of = (change) => {
    const copy = Buffer.from(bytes);
    change(copy);
    return copy.toString('base64url');
  };
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return {
    nothing: '',
    'the identity': 'A'.repeat(43),
    padded: `${right}=`,
    'in another alphabet': `${'+/'.repeat(21)}A`,
    'with bits at its end': right.slice(0, -1) + last[last.indexOf(right.at(-1)) | 1],
    'with white space': ` ${right}`,
    'of 31 bytes': bytes.subarray(1).toString('base64url'),
    'of 33 bytes': Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url'),
    // The field's order is another way to write zero; an odd number is negative, which no element is.
    'of a field element that is not reduced': FIELD.toString('base64url'),
    negative: of((copy) => { copy[0] |= 1; }),
    'above the field': of((copy) => { copy[31] |= 0x80; }),
    'not on the curve': Buffer.concat([Buffer.from([2]), Buffer.alloc(31)]).toString('base64url'),
    'in hexadecimal': bytes.toString('hex'),
  };
}

export default [
  {
    id: 'S-PRM-4',
    async holds(kit) {
      const right = unknown(kit);
      const plain = right.tan.replaceAll('-', '');
      const swapped = plain[2] === plain[3] ? mistyped(plain, 3) : plain.slice(0, 2) + plain[3] + plain[2] + plain.slice(4);
      const wrong = [
        '', ' ', '0', plain.slice(1), plain.slice(0, -1), `${plain}0`, `0${plain}`, swapped, mistyped(plain, 0), mistyped(plain, 6), mistyped(plain, 13),
        `U${plain.slice(1)}`, `${plain.slice(0, 5)}.${plain.slice(5)}`, `${plain.slice(0, 13)}ß`, plain.replace(/.$/, '０'), '00000000000001',
      ];
      for (const tan of wrong) refused(await kit.redeem({ ...right, tan }), 'tan-malformed');
    },
  },
  {
    id: 'S-PRM-5',
    async holds(kit) {
      refused(await kit.redeem(unknown(kit)), 'tan-unknown');
      refused(await kit.redeem(unknown(kit, { class: 'staff' })), 'tan-unknown');
    },
  },
  {
    id: 'S-PRM-8',
    async holds(kit) {
      const week = kit.week();
      const tans = await kit.tans(3);
      const right = kit.pending(tans[0]).request();
      for (const other of [week - 2, week + 2, week - 100, week + 100, 0, 65_535]) refused(await kit.redeem({ ...right, week: other }), 'week-refused');
      for (const [at, other] of [week, week - 1, week + 1].entries()) accepted(await kit.redeem(kit.pending(tans[at], { week: other }).request()));
    },
  },
  {
    id: 'S-PRM-9',
    async holds(kit) {
      const pending = kit.pending(await kit.tan());
      const right = pending.request();
      for (const [what, blinded] of Object.entries(elements(right.blinded))) {
        const answer = await kit.redeem({ ...right, blinded });
        answer.asked += ` with an element that is ${what}`;
        refused(answer, 'permit-malformed');
      }
      accepted(await kit.redeem(right));
    },
  },
  {
    id: 'S-PRM-10',
    async holds(kit) {
      const used = await kit.tan();
      accepted(await kit.redeem(kit.pending(used).request()));
      const valid = await kit.tan();
      const bad = { week: kit.week() + 2, blinded: 'A'.repeat(43) };
      const { blinded } = bad;
      const nobodys = unknown(kit);
      const told = [
        ['body-malformed', { ...nobodys, tan: '0', ...bad, other: 1 }],
        ['tan-malformed', { ...nobodys, tan: '0', ...bad, class: 'staff' }],
        ['week-refused', { ...nobodys, ...bad, class: 'staff' }],
        ['week-refused', { ...kit.pending(used).request(), ...bad, class: 'staff' }],
        ['permit-malformed', { ...nobodys, blinded, class: 'staff' }],
        ['permit-malformed', { ...kit.pending(used).request(), blinded }],
        ['permit-malformed', { ...kit.pending(valid).request(), blinded, class: 'staff' }],
        ['tan-unknown', { ...nobodys, class: 'staff' }],
        ['tan-used', { ...kit.pending(used).request(), class: 'staff' }],
        ['class-refused', { ...kit.pending(valid).request(), class: 'staff' }],
      ];
      for (const [code, request] of told) refused(await kit.redeem(request), code);
    },
  },
];
