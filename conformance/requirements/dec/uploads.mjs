// Uploads with the mark.

import { CBOR_TYPE } from '../../src/routes.mjs';
import { changed, decoy } from './marks.mjs';
import { missing } from '../../src/operator.mjs';
import { refused, same, that } from '../../src/verdict.mjs';
import { request } from './redeeming.mjs';

const STORED = '{"stored":true}';
const NODE = 20;

/** Keys of entries and nodes, and bytes of one of the former, by the mode. */
const keysOf = (mode) => (mode === 'private' ? { entries: 6, line: 32 } : { entries: 3, line: 84 });

const nodesIn = (map) => (map.has(4) ? map.get(4).get(1) : map.get(7));

function setNodes(map, nodes) {
  if (map.has(4)) map.get(4).set(1, nodes);
  else map.set(7, nodes);
}

/** A `twoken-permit` header with another week, or another class. */
function headed(header, { week, class: of }) {
  const bytes = Buffer.from(header, 'base64url');
  if (of !== undefined) bytes[32] = of;
  if (week !== undefined) bytes.writeUInt16BE(week, 33);
  return bytes.toString('base64url');
}

export default [
  {
    id: 'S-DEC-3',
    on: ['open', 'private'],
    async holds(kit) {
      const answers = [];
      for (const [entries, nodes] of [[64, 0], [64, 64], [256, 64], [256, 256], [1024, 256], [2048, 1008], [2048, 0]]) {
        const sent = await decoy(kit, { entries, nodes });
        const answer = await kit.upload(sent);
        same([answer.status, answer.text], [200, STORED], `${answer.asked} with the mark, ${entries} entries and ${nodes} nodes`);
        answers.push(answer);
        if (entries > 64) continue;
        // The same again, and another body under the same permit: nothing was kept that could tell.
        same((await kit.upload(sent)).text, STORED, `${answer.asked} with the mark, again`);
        same((await kit.upload({ header: sent.header, body: (await decoy(kit, { entries, nodes })).body })).text, STORED, `${answer.asked} with the mark, another`);
        for (const week of [-1, 1]) same((await kit.upload({ ...sent, header: headed(sent.header, { week: kit.week() + week }) })).text, STORED, `${answer.asked} with the mark`);
      }
      if (missing(kit.operator, ['A']).length > 0) return;
      const [one] = kit.met();
      const sent = (await kit.permit()).authorise(await kit.body(one));
      const report = await kit.upload(sent);
      const headers = (answer) => Object.entries(answer.headers).filter(([name]) => name !== 'date').sort();
      same([report.status, report.text], [200, STORED], report.asked);
      for (const answer of answers) same(headers(answer), headers(report), `${answer.asked}: headers of a decoy's answer, and of a report's`);
    },
  },
  {
    id: 'S-DEC-4',
    on: ['open', 'private'],
    async holds(kit) {
      const { config } = await kit.config();
      const heads = async () => {
        const found = [];
        for (const { id } of config.regions) found.push((await kit.index(id)).lastHead);
        return found;
      };
      await kit.seal();
      const before = await heads();
      for (let round = 0; round < 6; round += 1) {
        const { asked } = request(kit);
        same((await kit.redeem(asked)).status, 200, 'POST /v1/permits with the mark');
        same((await kit.upload(await decoy(kit, { entries: 64, nodes: round % 2 === 0 ? 0 : 64 }))).text, STORED, 'POST /v1/uploads with the mark');
      }
      await kit.seal();
      same(await heads(), before, 'what is published after decoys alone came and were sealed');
    },
  },
  {
    id: 'S-DEC-5',
    on: ['open', 'private'],
    async holds(kit) {
      const { config } = await kit.config();
      const { entries: key, line } = keysOf(config.mode);
      const { header, body } = await decoy(kit, { entries: 64, nodes: 64 });
      const send = (other, with_ = header) => kit.upload({ header: with_, body: other });
      const made = (change) => changed(kit, body, change);
      const lines = (map) => Array.from({ length: map.get(key).length / line }, (_, at) => Buffer.from(map.get(key).subarray(at * line, (at + 1) * line)));
      const withLines = (change) => made((map) => map.set(key, Buffer.concat(change(lines(map)))));
      const withNodes = (change) => made((map) => void setNodes(map, change(Buffer.from(nodesIn(map)))));
      const notElement = Buffer.alloc(line, 0xff);
      const faults = [
        ['permit-malformed', body, 'AAAA'],
        ['permit-malformed', body, undefined],
        ['permit-malformed', body, headed(header, { class: 3 })],
        ['week-refused', body, headed(header, { week: kit.week() + 2 })],
        ['week-refused', body, headed(header, { week: kit.week() - 2 })],
        ['upload-size', withLines((all) => all.slice(1))],
        ['upload-size', withNodes((nodes) => nodes.subarray(NODE))],
        ['upload-malformed', made((map) => map.set(9, 1))],
        ['upload-malformed', Buffer.concat([body, Buffer.alloc(1)])],
        ['upload-malformed', body.subarray(0, -1)],
        ['upload-malformed', withLines((all) => [...all].reverse())],
        ['upload-malformed', withLines((all) => [all[0], ...all.slice(0, -1)])],
        ['upload-malformed', withLines((all) => [...all.slice(0, -1), notElement])],
        ['upload-malformed', withNodes((nodes) => nodes.fill(0, 0, NODE))],
        ['upload-malformed', withNodes((nodes) => Buffer.concat([nodes.subarray(NODE, 2 * NODE), nodes.subarray(0, NODE), nodes.subarray(2 * NODE)]))],
        ['upload-malformed', withNodes((nodes) => { nodes[2] = 9; return nodes; })],
        ['degree-refused', made((map) => map.set(2, 2))],
        // Of another mode.
        ['mode-refused', kit.twoken.decoyUpload({ entries: 64, nodes: 0, mode: config.mode === 'open' ? 'private' : 'open', now: kit.now() }).body],
        // A cover under a permit of staff.
        ['entries-refused', body, headed(header, { class: 2 })],
        // Of days that are over.
        ['cover-refused', (await decoy(kit, { entries: 64, nodes: 64, at: kit.now() - 15 * 86_400 })).body],
      ];
      for (const [at, [code, other, ...permit]] of faults.entries()) {
        const answer = permit.length > 0 && permit[0] === undefined
          ? await kit.ask('/v1/uploads', { method: 'POST', body: other, type: CBOR_TYPE })
          : await send(other, permit[0] ?? header);
        answer.asked += ` with the mark and a fault (${at})`;
        refused(answer, code);
      }
      that((await send(body)).text === STORED, 'POST /v1/uploads with the mark, and without a fault');
    },
  },
  {
    id: 'S-DEC-6',
    on: ['open', 'private'],
    async holds(kit) {
      const { header, body } = await decoy(kit, { entries: 64, nodes: 64 });
      const wide = (depth) => changed(kit, body, (map) => {
        const nodes = Buffer.from(nodesIn(map));
        // The last one, with nothing behind it that it could cover twice: in the place of a leaf the node above it.
        const count = Array.from({ length: nodes.length / NODE }, (_, at) => nodes[at * NODE + 2]).filter((of) => of > 0).length;
        const last = (count - 1) * NODE;
        that(nodes[last + 2] === 8, 'the last node of a decoy is a leaf');
        nodes[last + 2] = depth;
        // An interval that lies below all of the day's others is none of the node's: the day's last are.
        nodes[last + 3] = 136 >> (8 - depth);
        setNodes(map, nodes);
      });
      for (const depth of [7, 6, 5]) refused(await kit.upload({ header, body: wide(depth) }), 'cover-refused');
      same((await kit.upload({ header, body })).text, STORED, 'POST /v1/uploads with the mark and single intervals');
    },
  },
];
