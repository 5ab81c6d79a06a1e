//! A story: chapters of steps in their order, told line by line, and at the end how many held.
//!
//! A step that fails ends its chapter, because what follows stands on it; other chapters are told all the same.
//! What the phones showed at that moment is kept as pictures.

import path from 'node:path';
import { Server } from './server.mjs';
import { Phone } from './phone.mjs';

/** No chapter takes longer unless it waits for something that does not come. */
const CHAPTER_MS = 420_000;

/** A step failed, and was told. */
class Failed extends Error {}

/** Tells the chapters of one story, with a server of their own; `settings` and `regions` are the server's. */
export async function tell(name, { default: chapters, settings = '', regions }) {
  const tally = { passed: 0, failed: 0, failures: [] };
  const say = (line) => console.log(line.replace(/^/gm, `${name}  `));
  const server = await Server.start(settings, regions);
  for (const [title, chapter] of Object.entries(chapters)) {
    say(`# ${title}`);
    // A chapter that failed may have left it stopped.
    if (!(await server.answers())) await server.start();
    const scene = new Scene(server, tally, say);
    try {
      await within(CHAPTER_MS, title, () => chapter(scene));
      await scene.settle();
    } catch (error) {
      if (!(error instanceof Failed)) await scene.fail(title, error);
    } finally {
      await scene.close();
    }
  }
  await server.remove();
  if (tally.failed > 0) say(`the server said:\n${server.said()}`);
  return tally;
}

async function within(milliseconds, what, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One chapter's server and phones. */
class Scene {
  constructor(server, tally, say) {
    Object.assign(this, { server, tally, say, phones: [] });
    // Chapters take what they need of a scene.
    for (const name of ['step', 'phone']) this[name] = this[name].bind(this);
  }

  /** One thing that has to hold. */
  async step(name, work) {
    const begun = Date.now();
    try {
      const value = await work();
      this.tally.passed += 1;
      this.say(`ok      ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
      return value;
    } catch (error) {
      await this.fail(name, error);
      throw new Failed();
    }
  }

  /** A phone with a profile of its own. */
  async phone(name, options = {}) {
    const phone = await Phone.open(this.server, name, options);
    this.phones.push(phone);
    return phone;
  }

  /** By the end, no phone has reported a fault of its own. */
  async settle() {
    await this.step('no page broke down or broke its own content policy', () => {
      const faults = this.phones.flatMap((phone) => phone.faults.map((fault) => `${phone.name}: ${fault}`));
      if (faults.length > 0) throw new Error(faults.join('\n'));
    });
  }

  /** Tells a failure, and keeps what the phones show. */
  async fail(name, error) {
    this.tally.failed += 1;
    const what = `${name}: ${error.stack ?? error}`;
    this.tally.failures.push(what);
    this.say(`FAILED  ${what}`);
    for (const phone of this.phones) {
      for (const fault of phone.faults) this.say(`        ${phone.name}: ${fault}`);
      if (!process.env.TWOKEN_RESULTS || !phone.context) continue;
      const file = `${name}-${phone.name}`.replace(/[^\w-]+/g, '_').slice(0, 100);
      const picture = path.join(process.env.TWOKEN_RESULTS, `${file}.png`);
      // The picture is an extra: the failure is told whether or not it can be taken.
      await phone.page.screenshot({ path: picture, fullPage: true }).catch((problem) => this.say(`        ${problem}`));
    }
  }

  async close() {
    for (const phone of this.phones) await phone.remove();
  }
}
