// The main thread of a page, as Chromium traces it.

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
const TASKS = new Set(['RunTask', 'ThreadControllerImpl::RunTask']);
/** Fewer tasks than this are no trace of a page that does something. */
const FEWEST = 100;

/**
 * Milliseconds of the longest task that the page's main thread has while `work` is done: `own`, how long the thread itself
 * ran, and `wall`, with the turns of other programs in between, which on a busy machine are most of it.
 */
export async function longestTask(phone, work) {
  const devtools = await phone.context.newCDPSession(phone.page);
  const events = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES, excludedCategories: ['*'] },
  });
  await work();
  await devtools.send('Tracing.end');
  await complete;
  await devtools.detach();
  return longestIn(events);
}

/** Of the main threads that a browser has, the page's is the busiest. */
function longestIn(events) {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const tasks = mains.map(({ pid, tid }) =>
    events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && TASKS.has(event.name)),
  );
  const busiest = tasks.sort((one, other) => other.length - one.length)[0] ?? [];
  if (busiest.length < FEWEST) throw new Error(`the trace has ${busiest.length} tasks of the main thread`);
  const longest = (field) => Math.max(...busiest.map((task) => task[field] ?? 0)) / 1000;
  const [own, wall] = [longest('tdur'), longest('dur')];
  if (own === 0) throw new Error('the trace does not tell how long the thread itself ran');
  return { own, wall };
}
