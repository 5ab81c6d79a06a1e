//! A phone: the system's Chromium with a profile, a camera and a line of its own.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { Camera } from './camera.mjs';
import { Line } from './line.mjs';

export const SMALL = { width: 390, height: 844 };
export const LARGE = { width: 1280, height: 900 };

/** How long a state may take to come: reading a first stream on a busy, slow machine is the longest. */
export const PATIENCE_MS = 45_000;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Web Bluetooth, which Chromium on Linux has behind flags; the second for `watchAdvertisements`. */
const RADIO = ['--enable-features=WebBluetooth'];
const RADIO_TOLD = ['--enable-features=WebBluetooth,WebBluetoothNewPermissionsBackend', '--enable-experimental-web-platform-features'];

/** A camera made of a file. */
const LENS = '--use-fake-device-for-media-stream';

/** What a browser says about a refusal or a broken connection that a story has brought about itself. */
const EXPECTED = /^Failed to load resource: |^TypeError: Failed to execute 'compile' on 'WebAssembly': HTTP status|^TypeError: Failed to fetch\s+at \S+\/split-/;

export class Phone {
  /**
   * Opens one. Options: `viewport`, `colorScheme`, `settings` (of the browser, for all sites: 2 forbids), `ahead`
   * (the device's clock is so many milliseconds off, and can be moved), `lens` (`false`: there is no camera; or the `width` and `height` of what it gives), `quota`
   * (bytes that the app may store), `timezone` (of the device; the machine's own otherwise), `locale` (its language), `bluetooth` (the browser has Web Bluetooth;
   * `'told'`: and says how strong a device comes in).
   */
  static async open(server, name, options = {}) {
    const phone = new Phone();
    Object.assign(phone, { server, name, options, faults: [] });
    phone.folder = fs.mkdtempSync(path.join(os.tmpdir(), `twoken-phone-${name}-`));
    phone.profile = path.join(phone.folder, 'profile');
    if (options.settings) {
      fs.mkdirSync(path.join(phone.profile, 'Default'), { recursive: true });
      const preferences = { profile: { default_content_setting_values: options.settings } };
      fs.writeFileSync(path.join(phone.profile, 'Default', 'Preferences'), JSON.stringify(preferences));
    }
    phone.camera = new Camera(path.join(phone.folder, 'camera.y4m'), options.lens || {});
    phone.line = await Line.open(server);
    await phone.start();
    return phone;
  }

  async start() {
    const { viewport = SMALL, colorScheme = 'light', lens = true, settings, ahead, timezone, bluetooth, locale = 'en-GB' } = this.options;
    const radio = bluetooth === 'told' ? RADIO_TOLD : bluetooth ? RADIO : [];
    this.context = await chromium.launchPersistentContext(this.profile, {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      headless: true,
      viewport,
      // As a phone's screen has: the other's camera sees it.
      deviceScaleFactor: 2,
      colorScheme,
      locale,
      timezoneId: timezone,
      reducedMotion: 'reduce',
      // Loopback too: nothing goes around the line.
      proxy: { server: this.line.address, bypass: '<-loopback>' },
      args: [...FLAGS, ...radio, ...(lens ? [LENS, `--use-file-for-fake-video-capture=${this.camera.file}`] : [])],
    });
    this.context.setDefaultTimeout(PATIENCE_MS);
    const allowed = ['clipboard-read', 'clipboard-write', ...(settings?.media_stream_camera ? [] : ['camera'])];
    await this.context.grantPermissions(allowed, { origin: this.server.origin });
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.listen(this.page);
    if (ahead !== undefined) await this.page.clock.install({ time: Date.now() + ahead });
    if (this.options.quota !== undefined) await this.allow(this.options.quota);
  }

  /** Notes what a page says of its own faults, breaches of its content policy among them. */
  listen(page) {
    page.on('pageerror', (error) => this.faults.push(`page error: ${error.stack ?? error}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) this.faults.push(message.text());
    });
  }

  /** Another window of the same browser: the same phone, looking at another page. */
  async window(name) {
    const page = await this.context.newPage();
    this.listen(page);
    return Object.assign(Object.create(this), { name: `${this.name}, ${name} window`, page });
  }

  /** How many bytes the app may store from now on; as many as the disk holds, when none is given. */
  async allow(quotaSize) {
    // The limit lasts as long as the session that sets it.
    this.storage ??= await this.context.newCDPSession(this.page);
    await this.storage.send('Storage.overrideQuotaForOrigin', { origin: this.server.origin, quotaSize });
  }

  /** Opens an address of the app anew. */
  async open(address = '/') {
    await this.page.goto(`${this.server.origin}${address}`);
  }

  /** Goes to a page through the app's own links: nothing is loaded anew. */
  async go(name) {
    // The link of Report also says when something waits to be sent.
    const link = this.page.getByRole('link', { name: new RegExp(`^${name}\\s*(,|$)`) });
    await link.filter({ visible: true }).first().click();
  }

  /** Closes the browser; the profile stays. */
  async close() {
    await this.context?.close();
    this.context = undefined;
    this.storage = undefined;
  }

  /** Closes the browser and opens it again, as after a restart of the phone. */
  async restart() {
    await this.close();
    await this.start();
  }

  async remove() {
    await this.close();
    await this.line.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
