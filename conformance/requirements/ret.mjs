// Retention, with a clock that is put ahead.

import { dayText, equal, must } from '../src/published.mjs';
import { Shelf, random } from '../src/shelf.mjs';
import { query } from './psi/points.mjs';

const RETENTION = 14;
const STUDY_DAYS = 30;
/** What is over is deleted, which may take a moment; nobody has to wait for a tick. */
const MOMENT_MS = 10_000;

/** That `ask` is refused so, soon. */
async function soon(kit, ask, ...refusal) {
  const until = performance.now() + MOMENT_MS;
  for (;;) {
    const answer = await ask();
    if (answer.json?.type === refusal[1] || performance.now() > until) return kit.refused(answer, ...refusal);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export default [
  {
    id: 'S-RET-1',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const { mode } = await shelf.config();
      const root = await shelf.root();
      const { headers } = await shelf.published();
      const [{ id, day, scheme, pages, region }] = headers.filter((header) => header.region === root);
      const files = ['entries', 'filter', 'pages/0'].map((file) => `/v1/batches/${id}/${file}`);
      // A proof that is none: the page is looked for before it.
      const proven = () => kit.proven({ page: Buffer.from(pages[0], 'hex'), proof: random(16_418), body: shelf.body({ region: root, degree: 2 }) });
      await kit.operator.ahead(RETENTION);
      for (const file of files) must((await shelf.get(file)).status === 200, `a batch of ${RETENTION} days ago is deleted`);
      must((await shelf.index(region, day)).headers.some((header) => header.id === id), `a batch of ${RETENTION} days ago is not listed`);
      const known = await proven();
      must(known.problem?.type !== 'page-unknown', `a page of ${RETENTION} days ago is unknown`);
      await kit.operator.ahead(1);
      for (const file of files) await soon(kit, () => shelf.get(file), 404, 'not-found', 'a file of a batch of 15 days ago');
      kit.refused(await shelf.ask(region, day), 404, 'not-found', 'an index of 15 days ago');
      await soon(kit, proven, 422, 'page-unknown', 'a proof on a page of 15 days ago');
      if (mode !== 'private') return;
      const answer = await kit.server.ask('POST', '/v1/psi', { headers: { 'content-type': 'application/cbor' }, body: query({ day, scheme, size: 64 }).bytes });
      kit.refused(answer, 410, 'day-set-expired', 'a query about a day of 15 days ago');
    },
  },
  {
    id: 'S-RET-2',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const root = await shelf.root();
      await shelf.published();
      const { lastHead } = await shelf.index(root, await shelf.today());
      await kit.operator.ahead(RETENTION + 1);
      await shelf.tick();
      const today = await shelf.today();
      for (const day of [today - RETENTION, today]) {
        const index = await shelf.index(root, day);
        must(index.headers.length === 0, `nothing was sealed on ${dayText(day)}, and its index lists a batch`);
        must(equal(index.previousHead, lastHead), 'after all batches of a region are deleted its index does not go on from the last head');
      }
      await shelf.published();
      const { previousHead, headers } = await shelf.index(root, await shelf.today());
      must(headers.length > 0 && equal(previousHead, lastHead), 'the first batch after all were deleted does not go on from the last head');
    },
  },
  {
    id: 'S-RET-3',
    async holds(kit) {
      const withdrawn = (study) => {
        const body = Buffer.from(JSON.stringify({ key: Buffer.from(random(32)).toString('base64url') }));
        return kit.server.ask('POST', `/v1/studies/${study}/withdrawals`, { headers: { 'content-type': 'application/json' }, body });
      };
      const study = await kit.operator.study({ days: 1 });
      kit.refused(await withdrawn(study), 404, 'withdrawal-unknown', 'a withdrawal of nobody');
      await kit.operator.ahead(1 + STUDY_DAYS);
      kit.refused(await withdrawn(study), 404, 'withdrawal-unknown', '30 days after the last day of a study a withdrawal of nobody');
      await kit.operator.ahead(1);
      await soon(kit, () => withdrawn(study), 404, 'study-unknown', '31 days after the last day of a study a withdrawal');
    },
  },
  {
    id: 'S-RET-4',
    async holds(kit) {
      const shelf = new Shelf(kit);
      const region = await shelf.root();
      // A permit of last week is accepted until this one ends, one of this week until the next one does.
      const { sent, permit } = await kit.spend((await shelf.body({ region })).bytes);
      const other = permit.authorise(kit.twoken.UploadBody.fromBytes((await shelf.body({ region })).bytes));
      const week = kit.twoken.weekOf(await kit.now());
      const upload = ({ header, body }) => kit.server.ask('POST', '/v1/uploads', { headers: { 'content-type': 'application/cbor', 'twoken-permit': header }, body });
      const stays = async (when) => {
        const again = await upload(sent);
        must(again.status === 200 && again.json?.stored === true, `a header that was spent answers ${again.status} ${again.problem?.type ?? ''} ${when}`);
        kit.refused(await upload(other), 409, 'permit-used', `the same permit with another body ${when}`);
      };
      await stays('at once');
      for (;;) {
        await kit.operator.ahead(1);
        if (kit.twoken.weekOf(await kit.now()) > week + 1) break;
        await stays('while its week is accepted');
      }
      kit.refused(await upload(sent), 403, 'week-refused', 'a header of a week that is over');
    },
  },
];

