// Retention, with a clock that is put ahead.

import { noProof } from '../src/grounds.mjs';
import { dayText, equal, must } from '../src/published.mjs';
import { Shelf, random, refuses } from '../src/shelf.mjs';
import { accepted } from '../src/verdict.mjs';
import { query } from './psi/points.mjs';

const RETENTION = 14;
const STUDY_DAYS = 30;
/** What is over is deleted, which may take a moment; nobody has to wait for a tick. */
const MOMENT_MS = 5000;

/** That `ask` is refused so, soon. */
async function soon(ask, code, what) {
  const until = performance.now() + MOMENT_MS;
  for (;;) {
    const answer = await ask();
    const told = answer.type === 'application/problem+json' ? answer.problem().type : undefined;
    if (told === code || performance.now() > until) {
      must(told === code, `${what}: ${answer.said()}, and not ${code}`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export default [
  {
    id: 'S-RET-1',
    on: ['open', 'private'],
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      const { mode } = await shelf.config();
      const root = await kit.root();
      const { headers } = await shelf.published();
      const [{ id, day, scheme, pages, region }] = headers.filter((header) => header.region === root);
      const files = ['entries', 'filter', 'pages/0'].map((file) => `/v1/batches/${id}/${file}`);
      const { bytes } = await shelf.body({ region: root, degree: 2 });
      const body = kit.cbor.encode(new Map([[0, 1], [1, Buffer.from(pages[0], 'hex')], [2, noProof(mode)], [3, bytes]]));
      const proven = () => kit.uploadProven(body);
      await kit.ahead(RETENTION);
      for (const file of files) must((await kit.get(file)).status === 200, `a batch of ${RETENTION} days ago is deleted`);
      must((await shelf.index(region, day)).headers.some((header) => header.id === id), `a batch of ${RETENTION} days ago is not listed`);
      const known = await proven();
      refuses(known, 'proof-refused', `a proof that does not hold on a page of ${RETENTION} days ago`);
      await kit.ahead(1);
      for (const file of files) await soon(() => kit.get(file), 'not-found', 'a file of a batch of 15 days ago');
      refuses(await shelf.ask(region, day), 'not-found', 'an index of 15 days ago');
      await soon(proven, 'page-unknown', 'a proof on a page of 15 days ago');
      if (mode !== 'private') return;
      const answer = await kit.ask('/v1/psi', { method: 'POST', type: 'application/cbor', body: query({ day, scheme, size: 64 }).bytes });
      refuses(answer, 'day-set-expired', 'a query about a day of 15 days ago');
    },
  },
  {
    id: 'S-RET-2',
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      const root = await kit.root();
      await shelf.published();
      const { lastHead } = await shelf.index(root, shelf.today());
      await kit.ahead(RETENTION + 1);
      await shelf.tick();
      const today = shelf.today();
      for (const day of [today - RETENTION, today]) {
        const index = await shelf.index(root, day);
        must(index.headers.length === 0, `nothing was sealed on ${dayText(day)}, and its index lists a batch`);
        must(equal(index.previousHead, lastHead), 'after all batches of a region are deleted its index does not go on from the last head');
      }
      await shelf.published();
      const { previousHead, headers } = await shelf.index(root, shelf.today());
      must(headers.length > 0 && equal(previousHead, lastHead), 'the first batch after all were deleted does not go on from the last head');
    },
  },
  {
    id: 'S-RET-3',
    last: true,
    async holds(kit) {
      const withdrawn = (study) => {
        const body = { key: Buffer.from(random(32)).toString('base64url') };
        return kit.ask(`/v1/studies/${study}/withdrawals`, { method: 'POST', body });
      };
      const study = await kit.operator.study({ ends: kit.day(1) });
      refuses(await withdrawn(study), 'withdrawal-unknown', 'a withdrawal of nobody');
      await kit.ahead(1 + STUDY_DAYS);
      refuses(await withdrawn(study), 'withdrawal-unknown', '30 days after the last day of a study a withdrawal of nobody');
      await kit.ahead(1);
      await soon(() => withdrawn(study), 'study-unknown', '31 days after the last day of a study a withdrawal');
    },
  },
  {
    id: 'S-RET-4',
    last: true,
    async holds(kit) {
      const shelf = new Shelf(kit);
      const region = await kit.root();
      const { UploadBody, PendingPermit } = kit.twoken;
      const stored = kit.pending(await kit.tan()).toBytes();
      const pending = () => PendingPermit.fromBytes(stored);
      const answer = accepted(await kit.redeem(pending().request())).json();
      const { permit_key: key } = (await kit.config()).config;
      // One permit, and two bodies under it.
      const under = async () => pending().finalize(answer, key).authorise(UploadBody.fromBytes((await shelf.body({ region })).bytes));
      const [sent, other] = [await under(), await under()];
      accepted(await kit.upload(sent));
      const week = kit.twoken.weekOf(kit.now());
      const stays = async (when) => {
        const again = await kit.upload(sent);
        must(again.status === 200 && again.json().stored === true, `a header that was spent gets another answer ${when}: ${again.said()}`);
        refuses(await kit.upload(other), 'permit-used', `the same permit with another body ${when}`);
      };
      while (kit.twoken.weekOf(kit.now()) <= week + 1) {
        await stays('while its week is accepted');
        const before = kit.today();
        await kit.ahead(1);
        must(kit.today() > before, 'the clock was put ahead by a day, and the server says the same day');
      }
      refuses(await kit.upload(sent), 'week-refused', 'a header of a week that is over');
    },
  },
];

