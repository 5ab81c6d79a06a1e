//! The app's parts: Home is there before the second, which everybody asks for once and whole, whichever page is
//! opened, and the third follows by itself; without them a page says so, and nothing else stops working.

import assert from 'node:assert/strict';
import { eventually, gone, seen } from './support/expect.mjs';
import { begin } from './support/meeting.mjs';
import { kept } from './support/offline.mjs';
import { exactly, say } from './support/words.mjs';

const isSecond = ({ path }) => /^\/split_pages-[0-9a-f]{16}\.wasm$/.test(path);
const isThird = ({ path }) => /^\/split_seldom-[0-9a-f]{16}\.wasm$/.test(path);
const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true }).click();

export default {
  'Home before the second part': async ({ phone, step }) => {
    const ada = await phone('ada');
    let broken = true;
    let go;
    const waits = new Promise((resolve) => (go = resolve));
    ada.line.alter = async (call, answer) => {
      if (!isSecond(call)) return answer;
      await waits;
      return broken ? { ...answer, status: 404, headers: {}, body: Buffer.from('gone') } : answer;
    };
    await step('Home can be used while the second part is on its way', async () => {
      await begin(ada);
      await seen(ada, exactly('home.empty'));
      await eventually('the second part is asked for', () => ada.line.calls.some(isSecond));
    });
    await step('a page that is opened meanwhile waits for it, and says when it does not come', async () => {
      await ada.go(say('nav.diary'));
      await seen(ada, exactly('app.part_coming'));
      go();
      await seen(ada, exactly('app.part_missing'));
    });
    await step('Home goes on', async () => {
      await ada.go(say('nav.home'));
      await seen(ada, exactly('home.empty'));
    });
    await step('asked for again, it comes, and the page with it', async () => {
      await ada.go(say('nav.diary'));
      await seen(ada, exactly('app.part_missing'));
      broken = false;
      await press(ada, 'storage.again');
      await seen(ada, exactly('diary.empty'));
      await gone(ada, exactly('app.part_missing'));
    });
    await step('the third follows by itself', async () => {
      await eventually('it is asked for', async () => ada.line.calls.some(isThird));
    });
    await step('opening other pages asks the server for nothing', async () => {
      const before = ada.line.calls.length;
      for (const page of ['nav.meet', 'nav.report', 'nav.diary', 'nav.home']) await ada.go(say(page));
      const files = ada.line.calls.slice(before).filter(({ path }) => path.endsWith('.wasm') || path.endsWith('.js'));
      const others = files.filter(({ path }) => !['/service-worker.js', '/background-worker.js', '/worker.js', '/worker_bg.wasm', '/worker_loader.js'].includes(path));
      assert.deepEqual(others.map(({ path }) => path), []);
    });
  },

  'pages seldom opened': async ({ phone, step }) => {
    const ada = await phone('ada');
    let broken = true;
    ada.line.alter = async (call, answer) => (broken && isThird(call) ? { ...answer, status: 404, headers: {}, body: Buffer.from('gone') } : answer);
    await step('one that is opened at once has its part fetched at once, and says when it does not come', async () => {
      await begin(ada);
      await ada.go(say('nav.report'));
      await seen(ada, exactly('app.part_missing'));
      broken = false;
      await press(ada, 'storage.again');
      await seen(ada, exactly('report.tan'));
    });
    await step('it is kept: after a start without a network it is there', async () => {
      await kept(ada);
      ada.line.cut = true;
      await ada.restart();
      await ada.open();
      await ada.go(say('nav.report'));
      await seen(ada, exactly('report.tan'));
    });
  },
};
