// Servers that redeem what they should not, or tell what they should not.

import * as twoken from 'twoken';

import { json, refusal } from '../support/proxy.mjs';

const isPermits = ({ path }) => path === '/v1/permits';
const codeOf = (answer) => (answer.status < 400 ? undefined : JSON.parse(answer.body).type);
/** Refuses with another code. */
const instead = (from, status, to) => (answer, request) => {
  if (isPermits(request) && codeOf(answer) === from) Object.assign(answer, { status, body: refusal(status, to).body });
};
/** What is asked for, or something like it, under a key of nobody. */
function evaluated(request) {
  const { class: of, week, blinded } = JSON.parse(request.body);
  const key = twoken.PermitKey.generate();
  try {
    return key.evaluate({ blinded, class: of, week });
  } catch {
    return key.evaluate({ blinded: new twoken.PendingPermit(twoken.Tan.generate(), 'patient', week).request().blinded, class: of, week });
  }
}
/** Whatever is refused so is granted, under a key of nobody. */
const grants = (...codes) => (answer, request) => {
  if (!isPermits(request) || !codes.includes(codeOf(answer))) return;
  answer.body = Buffer.from(JSON.stringify(evaluated(request)));
  Object.assign(answer, { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', date: answer.headers.date } });
};
/** The request that the server should have had. */
const asked = (change) => (request) => {
  if (!isPermits(request)) return;
  try {
    const value = JSON.parse(request.body);
    request.body = Buffer.from(JSON.stringify(change(value) ?? value));
  } catch {
    // What is no JSON goes on as it is.
  }
};

export default [
  {
    id: 'S-PRM-1',
    name: 'another key',
    answer(answer, request) {
      if (isPermits(request) && answer.status === 200) json(answer, () => evaluated(request));
    },
  },
  { id: 'S-PRM-1', name: 'one week', request: asked((value) => ({ ...value, week: twoken.weekOf(new Date()) })) },
  {
    id: 'S-PRM-2',
    answer(answer, request, { memory }) {
      if (!isPermits(request) || answer.status !== 200) return;
      const key = request.body.toString();
      if (memory[key]) Object.assign(answer, { status: 409, body: refusal(409, 'tan-used').body, headers: refusal(409, 'tan-used').headers });
      memory[key] = true;
    },
  },
  { id: 'S-PRM-3', name: 'redeemed for ever', answer: grants('tan-used') },
  {
    id: 'S-PRM-3',
    name: 'both of two at once',
    request(request, { memory }) {
      if (!isPermits(request)) return;
      const { tan } = JSON.parse(request.body);
      memory[tan] = (memory[tan] ?? 0) + 1;
      request.beside = memory[tan] > 1;
    },
    answer: (() => {
      const grant = grants('tan-used');
      return (answer, request, { memory }) => {
        if (!isPermits(request)) return;
        const { tan } = JSON.parse(request.body);
        if (request.beside || memory[tan] > 1) grant(answer, request);
        memory[tan] -= 1;
      };
    })(),
  },
  { id: 'S-PRM-4', answer: instead('tan-malformed', 404, 'tan-unknown') },
  { id: 'S-PRM-5', answer: instead('tan-unknown', 410, 'tan-expired') },
  { id: 'S-PRM-5', name: 'granted', answer: grants('tan-unknown') },
  { id: 'S-PRM-6', name: 'for ever', answer: grants('tan-expired') },
  {
    id: 'S-PRM-6',
    name: 'nothing again after its end',
    answer(answer, request, { memory }) {
      if (!isPermits(request) || answer.status !== 200) return;
      const key = request.body.toString();
      if (memory[key]) Object.assign(answer, refusal(410, 'tan-expired'));
      memory[key] = true;
    },
  },
  { id: 'S-PRM-7', name: 'revoked', answer: grants('tan-revoked') },
  { id: 'S-PRM-7', name: 'the other class', answer: grants('class-refused') },
  {
    id: 'S-PRM-7',
    name: 'revoked though redeemed',
    answer(answer, request) {
      if (request.path === '/v1/staff/tans/revocation') json(answer, (state) => ({ ...state, state: 'revoked' }));
    },
  },
  { id: 'S-PRM-8', name: 'any week', answer: grants('week-refused') },
  {
    id: 'S-PRM-8',
    name: 'this week alone',
    request(request) {
      if (isPermits(request) && JSON.parse(request.body).week === twoken.weekOf(new Date()) + 1) return refusal(403, 'week-refused');
      return undefined;
    },
  },
  { id: 'S-PRM-9', answer: grants('permit-malformed') },
  {
    id: 'S-PRM-9',
    name: 'padding is passed over',
    request: asked(({ blinded, ...others }) => ({ ...others, blinded: blinded.replace(/=+$/, '').trim() })),
  },
  {
    id: 'S-PRM-10',
    name: 'the class before the state',
    request(request) {
      if (isPermits(request) && request.body.includes('"class":"staff"')) return refusal(403, 'class-refused');
      return undefined;
    },
  },
  {
    id: 'S-PRM-11',
    name: 'redeemed by what was refused',
    async answer(answer, request, proxy) {
      if (!isPermits(request) || codeOf(answer) !== 'week-refused') return;
      const value = { ...JSON.parse(request.body), week: twoken.weekOf(new Date()) };
      await proxy.send({ ...request, body: Buffer.from(JSON.stringify(value)) });
    },
  },
  {
    id: 'S-PRM-12',
    name: 'nobody waits',
    request(request, { memory }) {
      memory.from = (memory.from ?? 0) + 1;
      request.from = `127.100.${memory.from >> 8}.${1 + (memory.from & 127)}`;
    },
  },
  {
    id: 'S-PRM-12',
    name: 'mistyped ones count',
    request(request, { memory }) {
      if (!isPermits(request)) return undefined;
      memory.count = (memory.count ?? 0) + 1;
      return memory.count > 10 ? refusal(429, 'too-many-requests', { 'retry-after': '30' }) : undefined;
    },
  },
  {
    id: 'S-PRM-13',
    async request(request, { memory }) {
      if (!isPermits(request) || !memory.waits) return undefined;
      const { tan } = JSON.parse(request.body);
      return tan === '0' ? refusal(400, 'tan-malformed') : undefined;
    },
    answer(answer, request, { memory }) {
      memory.waits ||= codeOf(answer) === 'too-many-requests';
    },
  },
];
