// What every consumer runs: two people meet, one reports, the other learns of it; long work in a worker; a refusal.

const MEETING = 1_795_271_460;
const OPTIONS = { region: 'root', scheme: 'encounter', degree: 1, sealedAt: MEETING, configDigest: '00'.repeat(32) };

/** @returns one line that is the same everywhere */
export async function story(twoken, startWorker) {
  const said = [];
  try {
    new twoken.Diary();
  } catch (error) {
    said.push(error.code);
  }
  await Promise.all([twoken.init(), twoken.init()]);
  const [anna, ben] = [0, 1].map(() => ({ ring: new twoken.KeyRing(), diary: new twoken.Diary() }));
  for (const one of [anna, ben]) one.ring.advance(MEETING);
  for (const [one, other] of [[anna, ben], [ben, anna]]) {
    const { payload } = twoken.scan(twoken.payloadLink(other.ring.payload(MEETING), 'https://twoken.example/'));
    one.diary.record(one.ring.hear(payload, MEETING, 'camera'));
  }
  const chosen = new twoken.Redaction().apply(anna.diary, new twoken.Emissions());
  const body = twoken.UploadBody.build(chosen, { testDay: '2026-11-21', region: 'root', mode: 'open' });
  const signing = twoken.SigningKey.generate();
  const { header, entries } = signing.sealBatch(twoken.decodeUpload(body.toBytes()).entries, OPTIONS);
  const matcher = twoken.Matcher.fromDiary(ben.diary);
  if (startWorker) {
    const worker = startWorker();
    const job = { matcher: matcher.toBytes(), key: signing.publicKey(), batches: [{ header: header.toBytes(), entries }], now: MEETING };
    const seen = [];
    const { matches } = await worker.match(job, { onProgress: (done) => seen.push(done) });
    said.push(`worker ${matches.length} ${seen.at(-1)}`);
    const stopped = await worker.match(job, { signal: AbortSignal.abort(new Error('enough')) }).catch((error) => error.message);
    said.push(stopped);
    worker.close();
    said.push(await worker.match(job).catch((error) => error.code));
    ben.diary.expose(twoken.Matches.fromBytes(matches[0]));
  } else {
    const batch = new twoken.WholeBatch(matcher, header);
    batch.feed(entries);
    ben.diary.expose(batch.finish(MEETING));
  }
  said.push(ben.diary.all()[0].exposure.testDay);
  try {
    twoken.Tan.parse('7M2M9-QXB4T-1HDB');
  } catch (error) {
    said.push(error instanceof twoken.TwokenError && error.code);
  }
  return said.join(', ');
}

export const EXPECTED = 'not_ready, 2026-11-21, tan.check';
export const EXPECTED_WITH_WORKER = 'not_ready, worker 1 1, enough, finished, 2026-11-21, tan.check';
