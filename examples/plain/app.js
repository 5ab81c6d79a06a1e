// The page: it draws what the device says, and asks it what the person asks.

import encodeQR from './node_modules/qr/index.js';
import { frameLoop, QRCanvas, selfieCamera } from './node_modules/qr/dom.js';
import { Device, localDay } from './device.js';
import { words } from './words.js';

const at = (id) => document.getElementById(id);
const PAGE = location.origin + location.pathname;
/** A code changes when somebody was heard, and when its ten minutes are over. */
const CODE_MS = 2000;
const QUIET = 4;

let device;
let stopCamera;

/** Says in words what is wrong, beside where it was asked for. */
async function trying(said, doing, act) {
  at(said).textContent = doing;
  try {
    at(said).textContent = (await act()) ?? '';
  } catch (error) {
    at(said).textContent = words(error);
  }
}

function drawCode() {
  if (document.hidden || at('app').hidden) return;
  const link = device.code(PAGE);
  const modules = encodeQR(link, 'raw', { border: QUIET });
  const canvas = at('code');
  canvas.width = canvas.height = modules.length;
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, modules.length, modules.length);
  context.fillStyle = '#000';
  modules.forEach((row, y) => row.forEach((dark, x) => dark && context.fillRect(x, y, 1, 1)));
}

/** Text alone, never markup: some of it is a stranger's. */
function item(text, ...children) {
  const line = document.createElement('li');
  line.append(...children, text);
  return line;
}

function draw() {
  const { things, encounters, risk } = device;
  at('loading').hidden = true;
  at('setup').hidden = Boolean(things.state);
  at('app').hidden = !things.state;
  if (!things.state) return;
  const found = encounters.filter(({ exposure }) => exposure);
  const seen = moment(things.state.checkedUntil);
  at('result').textContent = found.length > 0
    ? `${found.length} of ${counted(encounters.length, 'encounter')} ${found.length === 1 ? 'was' : 'were'} reported, as of ${seen}. Ask your health office what to do.`
    : `None of ${counted(encounters.length, 'encounter')} was reported, as of ${seen}. That does not mean that you are safe.`;
  at('days').replaceChildren(...(risk?.days ?? []).map((each) => item(graded(each))));

  const out = leftOut();
  at('diary').replaceChildren(...encounters.map(({ id, firstSeen, both, exposure }) => {
    const tick = Object.assign(document.createElement('input'), { type: 'checkbox', value: id, checked: !out.includes(id) });
    const label = document.createElement('label');
    label.className = 'tick';
    label.append(tick, `${moment(firstSeen)}: ${both ? 'both have read the other' : 'they have yet to read your code'}${exposure ? ' · reported' : ''}`);
    return item('', label);
  }));
  if (encounters.length === 0) at('diary').append(item('None yet.'));
  at('day').max = localDay(Date.now() / 1000);
}

const leftOut = () => [...at('diary').querySelectorAll('input:not(:checked)')].map(({ value }) => value);
const graded = ({ day, grade, minutes }) => `${day}: ${grade.level}${grade.atLeast ? ' at least' : ''}, ${counted(minutes, 'minute')} that count`;
const counted = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;
const moment = (seconds) => new Date(seconds * 1000).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

/** What did not come from our own camera may come from anywhere. */
async function together(text) {
  const dialog = at('together');
  dialog.returnValue = 'no';
  const closed = new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  dialog.showModal();
  await closed;
  if (dialog.returnValue !== 'yes') return 'Not taken.';
  return met(text, 'link');
}

async function met(text, how) {
  const { both } = await device.meet(text, how);
  draw();
  drawCode();
  return both ? 'Both have read the other’s code: this encounter is complete.' : 'Read. Now they read yours, and you theirs once more.';
}

/** A link that the page was opened with leaves the history before anything else happens. */
function opened() {
  const { hash } = location;
  if (!hash) return;
  history.replaceState(null, '', PAGE);
  if (device.things.state) trying('meet-said', '', () => together(hash));
}

async function useCamera() {
  const video = at('video');
  const camera = await selfieCamera(video).catch(() => {
    throw new Error('There is no camera, or this page may not use it.');
  });
  video.hidden = false;
  at('camera').setAttribute('aria-pressed', 'true');
  const canvas = new QRCanvas();
  let last;
  const stop = frameLoop(async () => {
    const text = await camera.readFrame(canvas);
    // The same code stands there for many frames.
    if (!text || text === last) return;
    last = text;
    await trying('meet-said', '', () => met(text, 'camera'));
  }, video);
  stopCamera = () => {
    stop();
    camera.stop();
    video.hidden = true;
    at('camera').setAttribute('aria-pressed', 'false');
    stopCamera = undefined;
  };
}

/** A report that was left in the middle goes on. */
function goOn() {
  if (device.things.report) trying('report-said', 'Your report is kept, and is being sent. You may close this page and come back.', sent);
}

async function sent() {
  try {
    await device.send();
  } catch (error) {
    throw device.things.report ? new Error(`${words(error)} Your report is kept: “Report” tries again.`) : error;
  }
  at('tan').value = '';
  at('agreed').checked = false;
  return 'Your report was sent.';
}

function listen() {
  at('setup').querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    trying('setup-said', 'Asking …', async () => {
      await device.connect(at('server').value);
      draw();
      drawCode();
      at('check-title').scrollIntoView();
    });
  });
  at('check').addEventListener('click', () => trying('check-said', 'Checking …', async () => {
    await device.check({ onProgress: ({ batches, of }) => (at('check-said').textContent = `${batches} of ${of}`) });
    draw();
  }));
  at('copy').addEventListener('click', () => trying('meet-said', '', async () => {
    await navigator.clipboard.writeText(device.code(PAGE));
    return 'Copied. It is good for ten minutes.';
  }));
  at('camera').addEventListener('click', () => (stopCamera ? stopCamera() : trying('meet-said', '', useCamera)));
  at('typed').addEventListener('submit', (event) => {
    event.preventDefault();
    trying('meet-said', '', async () => {
      const said = await together(at('link').value.trim());
      at('link').value = '';
      return said;
    });
  });
  at('report').addEventListener('submit', (event) => {
    event.preventDefault();
    trying('report-said', 'Kept, and being sent. You may close this page and come back.', async () => {
      // One that is kept goes first, and its TAN is in it.
      if (!device.things.report) await device.prepare({ tan: at('tan').value, testDay: at('day').value, leftOut: leftOut() });
      return sent();
    });
  });
  at('forget').addEventListener('click', async () => {
    stopCamera?.();
    await device.forget();
    location.replace(PAGE);
  });
  addEventListener('hashchange', opened);
  addEventListener('online', goOn);
  document.addEventListener('visibilitychange', () => (document.hidden ? stopCamera?.() : drawCode()));
  setInterval(drawCode, CODE_MS);
}

async function start() {
  device = await Device.start();
  at('day').value = localDay(Date.now() / 1000);
  draw();
  listen();
  drawCode();
  opened();
  goOn();
}

// Two windows would each keep what the other does not know.
navigator.locks.request('twoken-example', { ifAvailable: true }, async (lock) => {
  if (!lock) {
    at('loading').textContent = 'This is open in another window.';
    return;
  }
  await start().catch((error) => (at('loading').textContent = words(error)));
  await new Promise(() => {});
});
