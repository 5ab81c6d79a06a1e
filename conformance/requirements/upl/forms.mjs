// What is no body of an upload, and what is one that is not taken.

import { permitByHand } from '../../src/permits.mjs';
import { Shelf, refuses } from '../../src/shelf.mjs';
import { accepted, refused } from '../../src/verdict.mjs';
import { KEYS, NODE, but, bytesOf, emitted, idOf, made, otherEncodings, otherLines, setCover, withCover, withOneWay } from './bodies.mjs';

const MODES = ['open', 'private'];

/** Bodies by what they are, all under one permit, each of which gets the code; then a right one is stored. */
async function allRefused(kit, code, bodies, { class: of } = {}) {
  const permit = await permitByHand(kit, { class: of });
  for (const [what, bytes] of Object.entries(bodies)) refuses(await kit.upload(permit.authorise(bytes)), code, `an upload with ${what}`);
  return permit;
}

async function keys(kit) {
  const { mode } = (await kit.config()).config;
  return { mode, ...KEYS[mode] };
}

const nodesOf = (map) => (map.has(4) ? map.get(4).get(1) : map.get(7));

export default [
  {
    id: 'S-UPL-8',
    on: MODES,
    async holds(kit) {
      const permit = await allRefused(kit, 'upload-malformed', otherEncodings(await made(kit)));
      accepted(await kit.upload(permit.authorise(bytesOf(await made(kit)))));
    },
  },
  {
    id: 'S-UPL-9',
    on: MODES,
    async holds(kit) {
      const { lines, oneWay } = await keys(kit);
      const map = await made(kit);
      const bodies = {};
      for (const count of [0, 1, 63, 65, 128, 255, 1023]) bodies[`${count} entries`] = bytesOf(await made(kit, { lines: count }));
      bodies['part of an entry'] = bytesOf(but(map, lines, (bytes) => bytes.subarray(0, -1)));
      for (const count of [0, 1, 63, 65, 255]) bodies[`${count} nodes`] = bytesOf(await withCover(kit, { nodes: emitted(kit, [0]).nodes, count }));
      const staff = { [`65 one-way entries`]: bytesOf(await withOneWay(kit, 65)), 'no one-way entries': bytesOf(but(map, oneWay, Buffer.alloc(0))) };
      await allRefused(kit, 'upload-size', bodies);
      await allRefused(kit, 'upload-size', staff, kit.operator.apiKey ? { class: 'staff' } : {});
    },
  },
  {
    id: 'S-UPL-10',
    on: MODES,
    async holds(kit) {
      const { lines, line } = await keys(kit);
      const map = await made(kit);
      const bodies = Object.fromEntries(Object.entries(otherLines(map.get(lines), line)).map(([what, bytes]) => [what, bytesOf(but(map, lines, bytes))]));
      const nodes = emitted(kit, [0, 2]).nodes;
      const [first, second] = [nodes.subarray(0, NODE), nodes.subarray(NODE)];
      const covers = {
        'no node at all': Buffer.alloc(0),
        'nodes in another order': Buffer.concat([second, first]),
        'a node twice': Buffer.concat([first, first]),
        'a node behind the fill': Buffer.concat([first, Buffer.alloc(NODE), second]),
        'a place that no tree has': Buffer.concat([Buffer.alloc(4, 0xff), first.subarray(4)]),
      };
      for (const [what, cover] of Object.entries(covers)) bodies[what] = bytesOf(await setCover(kit, await made(kit), { nodes: cover, count: 64 }));
      await allRefused(kit, 'upload-malformed', bodies);
      const right = await permitByHand(kit);
      accepted(await kit.upload(right.authorise(bytesOf(await withCover(kit, { nodes })))));
    },
  },
  {
    id: 'S-UPL-11',
    on: MODES,
    async holds(kit) {
      await allRefused(kit, 'degree-refused', { 'degree 2': bytesOf(await made(kit, { degree: 2 })) });
    },
  },
  {
    id: 'S-UPL-12',
    on: MODES,
    async holds(kit) {
      await allRefused(kit, 'region-unknown', { 'an unknown region': bytesOf(await made(kit, { region: 'nowhere-at-all' })) });
      const map = await made(kit);
      const parted = Buffer.concat([idOf('root').subarray(0, 5), idOf('x').subarray(0, 11)]);
      const ids = { 'no id': Buffer.alloc(16), capitals: idOf('ROOT'), 'a blank': idOf('no where'), 'zeros inside': parted };
      const bodies = Object.fromEntries(Object.entries(ids).map(([what, id]) => [`a region of ${what}`, bytesOf(but(map, 1, id))]));
      bodies['a region of 15 bytes'] = bytesOf(but(map, 1, Buffer.from('a'.repeat(15))));
      await allRefused(kit, 'upload-malformed', bodies);
    },
  },
  {
    id: 'S-UPL-13',
    on: MODES,
    async holds(kit) {
      const { mode, lines } = await keys(kit);
      const other = mode === 'open' ? 'private' : 'open';
      const shelf = new Shelf(kit);
      const theirs = Buffer.concat(Array.from({ length: 64 }, () => shelf.lineOf(other).bytes).sort(Buffer.compare));
      const map = await made(kit);
      map.delete(lines);
      await allRefused(kit, 'mode-refused', { [`entries of ${other} mode`]: bytesOf(map.set(KEYS[other].lines, theirs)) });
    },
  },
  {
    id: 'S-UPL-14',
    on: MODES,
    async holds(kit) {
      const oneWay = await withOneWay(kit);
      const cover = await withCover(kit);
      await allRefused(kit, 'entries-refused', { 'one-way entries under a permit of class 1': bytesOf(oneWay) });
      await allRefused(kit, 'entries-refused', { 'keys under a permit of class 2': bytesOf(cover) }, { class: 'staff' });
      const both = new Map([...cover, ...oneWay].sort(([one], [other]) => one - other));
      for (const of of ['patient', 'staff']) await allRefused(kit, 'upload-malformed', { 'keys and one-way entries': bytesOf(both) }, { class: of });
      accepted(await kit.upload((await permitByHand(kit, { class: 'staff' })).authorise(bytesOf(oneWay))));
      accepted(await kit.upload((await permitByHand(kit)).authorise(bytesOf(cover))));
    },
  },
  {
    id: 'S-UPL-15',
    on: MODES,
    async holds(kit) {
      const { mode } = await keys(kit);
      const of = async (ago, others) => bytesOf(await withCover(kit, { nodes: emitted(kit, ago).nodes, ...others }));
      const bodies = { 'an interval that is to come': await of([-2]), 'an interval of yesterday’s fifteenth day': await of([15 * 144]) };
      if (mode === 'open') bodies['a test of the day after tomorrow'] = await of([0], { testDays: 2 });
      await allRefused(kit, 'cover-refused', bodies);
      const taken = [[[0], {}], [[14 * 144 - 6], {}], ...(mode === 'open' ? [[[0], { testDays: 1 }]] : [])];
      for (const [ago, others] of taken) accepted(await kit.upload((await permitByHand(kit)).authorise(await of(ago, others))));
    },
  },
  {
    id: 'S-UPL-17',
    on: MODES,
    async holds(kit) {
      const [right, permit] = [bytesOf(await made(kit)), await permitByHand(kit)];
      const future = emitted(kit, [-2]).nodes;
      const both = async (map) => bytesOf(await setCover(kit, map, { nodes: future }));
      refuses(await kit.upload({ header: 'x', body: Buffer.from('no body') }), 'permit-malformed', 'a header and a body that are none');
      refuses(await kit.upload(permit.authorise(right, { week: 0 })), 'permit-refused', 'a header of another week and body');
      refuses(await kit.upload(permit.authorise(Buffer.from('no body'), { t: Buffer.alloc(32) })), 'permit-refused', 'a permit of nobody, for no body');
      refuses(await kit.upload(permit.authorise(bytesOf(await made(kit, { lines: 65, degree: 2 })))), 'upload-size', 'a size and a degree');
      refuses(await kit.upload(permit.authorise(bytesOf(await made(kit, { degree: 2, region: 'nowhere-at-all' })))), 'degree-refused', 'a degree and a region');
      refuses(await kit.upload(permit.authorise(await both(await made(kit, { region: 'nowhere-at-all' })))), 'region-unknown', 'a region and a cover');
      if (kit.operator.apiKey) {
        const staff = await permitByHand(kit, { class: 'staff' });
        refuses(await kit.upload(staff.authorise(await both(await made(kit)))), 'entries-refused', 'a class and a cover');
      }
      accepted(await kit.upload(permit.authorise(right)));
      refused(await kit.upload(permit.authorise(Buffer.from('no body'))), 'permit-used');
    },
  },
];
