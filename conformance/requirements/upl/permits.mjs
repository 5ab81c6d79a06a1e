// What permits authorise.

import { randomBytes } from 'node:crypto';

import { missing } from '../../src/operator.mjs';
import { permitByHand } from '../../src/permits.mjs';
import { hex } from '../../src/published.mjs';
import { Shelf, publishedAs } from '../../src/shelf.mjs';
import { accepted, refused, same } from '../../src/verdict.mjs';
import { STORED, bytesOf, made } from './bodies.mjs';

const body = async (kit, options) => bytesOf(await made(kit, options));
const stored = (answer, what = '') => same([answer.status, answer.text], [200, STORED], `${answer.asked}${what}`);

export default [
  {
    id: 'S-UPL-1',
    on: ['open', 'private'],
    async holds(kit) {
      for (const lines of [64, 256, 1024, 2048]) {
        const sent = (await permitByHand(kit)).authorise(await body(kit, { lines }));
        stored(await kit.upload(sent), ` with ${lines} entries`);
      }
      // What apps send, of the package: with entries alone, and with keys beside them.
      for (const oneWay of [false, true]) {
        const [one] = kit.met({ oneWay });
        stored(await kit.upload((await kit.permit()).authorise(await kit.body(one))), ` of an app${oneWay ? ', with keys' : ''}`);
      }
    },
  },
  {
    id: 'S-UPL-2',
    on: ['open', 'private'],
    async holds(kit) {
      const bytes = await body(kit);
      const right = (of, mac = randomBytes(32)) => Buffer.concat([randomBytes(32), Buffer.of(of, kit.week() >> 8, kit.week() & 255), mac]);
      refused(await kit.upload({ body: bytes }), 'permit-malformed');
      const headers = [
        '', 'x', right(0).toString('base64url'), right(3).toString('base64url'), right(255).toString('base64url'), right(1).subarray(1).toString('base64url'),
        Buffer.concat([right(1), Buffer.of(0)]).toString('base64url'), right(1).toString('hex'), `${right(1).toString('base64url')}=`,
        right(1).toString('base64').replace(/.$/, '+'),
      ];
      for (const header of headers) refused(await kit.upload({ header, body: bytes }), 'permit-malformed');
      // 67 bytes leave two bits of the last character over: they are zero.
      const text = right(1).toString('base64url');
      const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      refused(await kit.upload({ header: text.slice(0, -1) + last[last.indexOf(text.at(-1)) | 1], body: bytes }), 'permit-malformed');
    },
  },
  {
    id: 'S-UPL-3',
    on: ['open', 'private'],
    async holds(kit) {
      const bytes = await body(kit);
      const permit = await permitByHand(kit);
      const flipped = Buffer.from(permit.mac(bytes));
      flipped[31] ^= 1;
      const others = {
        'a mac of another body': { mac: permit.mac(await body(kit)) },
        'a mac with a bit changed': { mac: flipped },
        'no mac': { mac: Buffer.alloc(32) },
        'another input': { t: randomBytes(32) },
        'the other class': { class: 2 },
        'the week after': { week: permit.week + 1 },
        'the week before': { week: permit.week - 1 },
      };
      for (const other of Object.values(others)) refused(await kit.upload(permit.authorise(bytes, other)), 'permit-refused');
      stored(await kit.upload(permit.authorise(bytes)), ' after headers like it were refused');
    },
  },
  {
    id: 'S-UPL-4',
    on: ['open', 'private'],
    last: true,
    async holds(kit) {
      const [permit, bytes] = [await permitByHand(kit), await body(kit)];
      await kit.ahead(14);
      refused(await kit.upload(permit.authorise(bytes)), 'week-refused');
    },
  },
  {
    id: 'S-UPL-5',
    on: ['open', 'private'],
    last: true,
    async holds(kit) {
      const lone = missing(kit.operator, ['B']).length > 0;
      const shelf = new Shelf(kit);
      const before = lone ? [] : await shelf.headers(1);
      const { bytes, lines } = await shelf.body({ region: await kit.root() });
      const sent = (await permitByHand(kit)).authorise(bytes);
      for (let round = 0; round < 3; round += 1) stored(await kit.upload(sent), round > 0 ? ' again' : '');
      for (const answer of await Promise.all([1, 2, 3].map(() => kit.upload(sent)))) stored(answer, ' at once');
      if (!lone) {
        const found = [];
        for (const header of await shelf.sealed(before)) {
          const expected = hex(publishedAs(lines[0], header));
          found.push(...(await shelf.lines(header)).filter(({ line }) => hex(line) === expected));
        }
        same(found.length, 1, 'how often an entry stands in what was sealed');
      }
      if (missing(kit.operator, ['C']).length > 0) return;
      await kit.ahead(1);
      stored(await kit.upload(sent), ' a day later');
    },
  },
  {
    id: 'S-UPL-6',
    on: ['open', 'private'],
    async holds(kit) {
      const permit = await permitByHand(kit);
      const [one, other] = [await body(kit), await body(kit)];
      stored(await kit.upload(permit.authorise(one)));
      refused(await kit.upload(permit.authorise(other)), 'permit-used');
      refused(await kit.upload(permit.authorise(Buffer.from('no body'))), 'permit-used');
      stored(await kit.upload(permit.authorise(one)), ' again');
      for (let round = 0; round < 4; round += 1) {
        const next = await permitByHand(kit);
        const bodies = [await body(kit), await body(kit)];
        const answers = await Promise.all(bodies.map((bytes) => kit.upload(next.authorise(bytes))));
        same(answers.filter(({ status }) => status === 200).length, 1, 'bodies stored of two at once under one permit');
        for (const answer of answers) if (answer.status !== 200) refused(answer, 'permit-used');
      }
    },
  },
  {
    id: 'S-UPL-7',
    on: ['open', 'private'],
    async holds(kit) {
      const permit = await permitByHand(kit);
      const wrong = [Buffer.from('no body'), await body(kit, { degree: 2 }), await body(kit, { region: 'nowhere-at-all' }), await body(kit, { lines: 65 })];
      const codes = ['upload-malformed', 'degree-refused', 'region-unknown', 'upload-size'];
      for (const [at, bytes] of wrong.entries()) refused(await kit.upload(permit.authorise(bytes)), codes[at]);
      accepted(await kit.upload(permit.authorise(await body(kit))));
    },
  },
];
