// Servers that keep too long, and forget too soon.

import { codeOf, dayIn, fileOf, indexes, instead, isIndex, yes } from '../support/lying.mjs';

/** What was answered once is answered for ever. */
const keeps = (which) => ({
  answer(answer, request, { memory }) {
    if (!which(request)) return;
    if (answer.status === 200) memory[request.path] = { ...answer };
    else if (memory[request.path]) Object.assign(answer, memory[request.path]);
  },
});
const isUpload = ({ path }) => path === '/v1/uploads';
const isWithdrawal = ({ path }) => path.endsWith('/withdrawals');

export default [
  { id: 'S-RET-1', name: 'files', ...keeps(fileOf) },
  { id: 'S-RET-1', name: 'an index', ...keeps(isIndex) },
  { id: 'S-RET-1', name: 'a page', answer: (answer) => void (codeOf(answer) === 'page-unknown' && instead(answer, 403, 'proof-refused')) },
  { id: 'S-RET-1', name: 'a batch goes too soon', answer: (answer, request) => void (fileOf(request) && instead(answer, 404, 'not-found')) },
  {
    id: 'S-RET-1',
    name: 'a day set',
    world: 'private',
    answer: (answer) => void (codeOf(answer) === 'day-set-expired' && instead(answer, 404, 'day-set-unknown')),
  },
  {
    id: 'S-RET-2',
    name: 'the chain begins anew',
    ...indexes({
      body(map, request, { memory }) {
        // Once batches were listed, and a day comes that none of them is of.
        if (map.get(4).length > 0) memory.last = dayIn(request);
        else if (memory.last) map.set(3, Buffer.alloc(32));
      },
    }),
  },
  {
    id: 'S-RET-3',
    name: 'it is kept',
    answer: (answer) => void (codeOf(answer) === 'study-unknown' && instead(answer, 404, 'withdrawal-unknown')),
  },
  { id: 'S-RET-3', name: 'it goes too soon', answer: (answer, request) => void (isWithdrawal(request) && instead(answer, 404, 'study-unknown')) },
  {
    id: 'S-RET-4',
    name: 'spent permits are forgotten',
    answer: (answer, request) => void (isUpload(request) && codeOf(answer) === 'permit-used' && yes(answer, { stored: true })),
  },
  {
    id: 'S-RET-4',
    name: 'what was stored is refused later',
    answer(answer, request, { memory }) {
      if (!isUpload(request)) return;
      memory.day ??= answer.headers.date.slice(0, 16);
      if (answer.status === 200 && answer.headers.date.slice(0, 16) !== memory.day) instead(answer, 409, 'permit-used');
    },
  },
];
