// What a person does with an example, whichever it is: both say the same words.

import assert from 'node:assert/strict';
import path from 'node:path';

import { accessible } from '../../e2e/support/accessible.mjs';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const PATIENCE_MS = 15_000;
const NOT_REACHED = /not reached/;

/** One person with a browser of their own. */
class Visitor {
  told = [];
  origins = new Set();

  static async of({ browser, app }, address = app) {
    const visitor = new Visitor();
    visitor.app = app;
    visitor.context = await browser.newContext({ viewport: PHONE, permissions: ['clipboard-read', 'clipboard-write'] });
    visitor.context.setDefaultTimeout(PATIENCE_MS);
    visitor.page = await visitor.context.newPage();
    visitor.page.on('pageerror', (error) => visitor.told.push(error.message));
    // A request that fails is told by the browser; whether the person is told is for the story to see.
    visitor.page.on('console', (message) => message.type() === 'error' && !/ERR_|status of 4/.test(message.text()) && visitor.told.push(message.text()));
    visitor.page.on('request', (request) => visitor.origins.add(new URL(request.url()).origin));
    await visitor.page.goto(address);
    return visitor;
  }

  button = (name) => this.page.getByRole('button', { name, exact: true });
  field = (name) => this.page.getByLabel(name, { exact: true });

  async sees(text) {
    await this.page.getByText(text).first().waitFor();
  }

  async begins(origin) {
    await this.field('Its address').fill(origin);
    await this.button('Begin').click();
    await this.sees(/None of 0 encounters/);
  }

  async link() {
    await this.button('Copy my link').click();
    await this.sees(/Copied/);
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async reads(link, together = true) {
    await this.field('Their link').fill(link);
    await this.button('Read it').click();
    await this.answers(together);
  }

  async answers(together) {
    await this.sees('Are you with this person now?');
    await this.button(together ? 'Yes, we are together' : 'No').click();
  }

  async checks(expected) {
    await this.button('Check now').click();
    await this.sees(expected);
  }

  async reports(tan) {
    await this.field('TAN').fill(tan);
    await this.page.getByRole('checkbox', { name: /^Send it/ }).check();
    await this.button('Report').click();
  }
}

/** Both read the other, and the first once more. */
async function meet(one, other) {
  await one.reads(await other.link());
  await one.sees(/^Read\./);
  await other.reads(await one.link());
  await other.sees(/complete/);
  await one.reads(await other.link());
  await one.sees(/complete/);
}

/** Plays all of it, and says each step that holds. */
export async function play(world, held) {
  const { server, app } = world;
  const [ana, ben] = [await Visitor.of(world), await Visitor.of(world)];
  const pictured = (name) => pictures(world.name, name, ana.page);
  const step = async (what, act) => {
    await act().catch((error) => {
      throw new Error(`${what}: ${[error.message, ...ana.told, ...ben.told].join('\n')}`, { cause: error });
    });
    held(what);
  };

  await step('an address where nothing answers is told, and stays', async () => {
    await ana.field('Its address').fill('http://127.0.0.1:9');
    await ana.button('Begin').click();
    await ana.sees(NOT_REACHED);
    assert.equal(await ana.field('Its address').inputValue(), 'http://127.0.0.1:9');
    await accessible(ana, 'the beginning');
    await pictured('begin');
  });
  await step('both begin with the server', () => Promise.all([ana, ben].map((each) => each.begins(server.origin))));
  await step('two people meet by their links', () => meet(ana, ben));
  await step('what is no code of another person is told, and stays in the field', async () => {
    for (const [text, words] of [['hello', /no Twoken code/], [await ana.link(), /your own code/]]) {
      await ana.reads(text);
      await ana.sees(words);
      assert.equal(await ana.field('Their link').inputValue(), text);
    }
  });
  await step('whoever is elsewhere is not taken', async () => {
    await ana.reads(await ben.link(), false);
    await ana.sees('Not taken.');
    await accessible(ana, 'the app');
    await pictured('app');
  });
  await step('the diary is there after loading anew, and the address bar shows nothing', async () => {
    await ana.page.reload();
    await ana.sees(/None of 1 encounter/);
    assert.equal(ana.page.url(), app);
  });
  const cleo = await Visitor.of(world);
  await step('a link that the page is opened with is asked about, and leaves the history', async () => {
    await cleo.begins(server.origin);
    await cleo.page.goto(await ana.link());
    await cleo.answers(true);
    await cleo.sees(/None of 1 encounter/);
    assert.equal(cleo.page.url(), app);
    await ana.reads(await cleo.link());
    await ana.sees(/^Read\.|complete/);
  });

  const [tan] = await server.issue();
  await step('a TAN with a wrong character is told, and stays', async () => {
    const wrong = tan.slice(0, -1) + (tan.endsWith('0') ? '1' : '0');
    await ana.reports(wrong);
    await ana.sees(/wrong or two are swapped/);
    assert.equal(await ana.field('TAN').inputValue(), wrong);
  });
  await step('a report waits for a server that is away, and goes on after loading anew', async () => {
    // Cleo stays out.
    await ana.page.getByRole('checkbox', { name: /yet to read|both have read/ }).first().uncheck();
    const settings = await ana.page.context().newCDPSession(ana.page);
    await settings.send('Network.enable');
    await settings.send('Network.setBlockedURLs', { urls: ['*/v1/permits'] });
    await ana.reports(tan.toLowerCase());
    await ana.sees(/not reached.*kept/);
    await pictured('waiting');
    await settings.send('Network.setBlockedURLs', { urls: [] });
    await ana.page.reload();
    await ana.sees('Your report was sent.');
  });
  await step('whoever was met learns of it, whoever stayed out does not', async () => {
    await server.seal();
    await ben.checks(/1 of 1 encounter was reported/);
    await accessible(ben, 'an exposure');
    await pictures(world.name, 'exposed', ben.page);
    await cleo.checks(/None of 1 encounter was reported/);
    await ben.page.reload();
    await ben.sees(/1 of 1 encounter was reported/);
  });
  await step('a second window of the same person says so', async () => {
    const second = await ben.context.newPage();
    await second.goto(app);
    await second.getByText('This is open in another window.').waitFor();
    await second.close();
  });
  await step('another key of the server ends it', async () => {
    await server.stop();
    server.forget();
    await server.start();
    await cleo.checks(/other keys than before/);
  });
  await step('everything can be deleted', async () => {
    await ben.button('Delete').click();
    await ben.field('Its address').waitFor();
    const left = await ben.page.evaluate(() => new Promise((resolve, reject) => {
      const request = indexedDB.open('twoken-example');
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const stores = [...request.result.objectStoreNames];
        const counts = stores.map((name) => request.result.transaction(name).objectStore(name).count());
        Promise.all(counts.map((count) => new Promise((done) => (count.onsuccess = () => done(count.result))))).then(resolve);
      };
    }));
    assert.deepEqual(left, [0, 0]);
  });
  await step('nothing broke down, nobody else was asked, and nothing lies where others look', async () => {
    for (const each of [ana, ben, cleo]) {
      assert.deepEqual(each.told, []);
      const expected = new Set([new URL(app).origin, server.origin, 'http://127.0.0.1:9', 'null']);
      assert.deepEqual([...each.origins].filter((origin) => !expected.has(origin)), []);
      assert.equal(await each.page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
    }
  });
}

/** A phone's and a desktop's, by day and by night. */
async function pictures(example, name, page) {
  if (!process.env.TWOKEN_SHOTS) return;
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: path.join(process.env.TWOKEN_SHOTS, `example-${example}-${name}-${size}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
}
