//! A story: steps in their order, told line by line, and at the end how many held.
//!
//! A step that fails ends its chapter, because what follows stands on it; other chapters are told all the same.
//! What the phones showed at that moment is kept as pictures.

import path from 'node:path';
import { Server } from './server.mjs';
import { Phone } from './phone.mjs';

/** No chapter takes longer unless it waits for something that does not come. */
const CHAPTER_MS = 150_000;

class Failed extends Error {}

/** Runs the chapters of a story one after the other; ends the process. */
export async function story(settings, chapters) {
  const tally = { passed: 0, failed: 0 };
  const server = await Server.start(settings);
  for (const [title, chapter] of Object.entries(chapters)) {
    console.log(`# ${title}`);
    const scene = new Scene(server, tally);
    try {
      await within(CHAPTER_MS, title, () => chapter(scene));
      await scene.settle();
    } catch (error) {
      if (!(error instanceof Failed)) {
        tally.failed += 1;
        console.log(`FAILED ${title}: ${error.stack ?? error}`);
        await scene.picture(title);
      }
    } finally {
      await scene.close();
    }
  }
  await server.remove();
  if (tally.failed > 0) console.log(server.said());
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
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
  constructor(server, tally) {
    this.server = server;
    this.tally = tally;
    this.phones = [];
  }

  /** One thing that has to hold. */
  async step(name, work) {
    const begun = Date.now();
    try {
      const value = await work();
      this.tally.passed += 1;
      console.log(`ok ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
      return value;
    } catch (error) {
      this.tally.failed += 1;
      console.log(`FAILED ${name}: ${error.stack ?? error}`);
      await this.picture(name);
      throw new Failed();
    }
  }

  /** A phone with a profile of its own. */
  async phone(name, options = {}) {
    const phone = await Phone.open(this.server, name, options);
    this.phones.push(phone);
    return phone;
  }

  /** No phone has reported a fault of its own by the end. */
  async settle() {
    await this.step('no page broke down or broke its own content policy', async () => {
      const faults = this.phones.flatMap((phone) => phone.faults.map((fault) => `${phone.name}: ${fault}`));
      if (faults.length > 0) throw new Error(faults.join('\n'));
    });
  }

  async picture(name) {
    const results = process.env.TWOKEN_RESULTS;
    for (const phone of this.phones) {
      for (const fault of phone.faults) console.log(`  ${phone.name}: ${fault}`);
      if (!results) continue;
      const file = `${name}-${phone.name}`.replace(/[^\w-]+/g, '_').slice(0, 100);
      await phone.page.screenshot({ path: path.join(results, `${file}.png`), fullPage: true }).catch(() => {});
    }
  }

  async close() {
    for (const phone of this.phones) await phone.remove();
  }
}
