//! A Twoken peripheral, and the adapter of a phone's browser that hears it: the browser's own Bluetooth stack, fed through the
//! emulation of the DevTools protocol. Written from `docs/protocol.md`, 8.9.
//!
//! A peripheral's *beacon* is what another phone shows on its screen, and what is written to its *peer beacon* reaches that
//! phone as a link: so both have the encounter, and a report of one is an exposure of the other.

import assert from 'node:assert/strict';
import { bytesOf, linkOf, linkWith } from './code.mjs';
import { eventually, seen } from './expect.mjs';
import { confirm } from './meeting.mjs';
import { say } from './words.mjs';

export const SERVICE = '68d7036a-2931-4c60-a442-a6fcb3afeaf8';
const INFO = 'b967ced9-4646-457e-b77b-cb716d761248';
const BEACON = '026f9feb-c685-4675-be82-c8f96385a734';
const PEER_BEACON = '86ffe9c3-cef6-4332-bfc0-6e142aaa648f';
const NONE = {
  broadcast: false,
  read: false,
  writeWithoutResponse: false,
  write: false,
  notify: false,
  indicate: false,
  authenticatedSignedWrites: false,
  extendedProperties: false,
};
/** Core Specification, volume 1, part F: success, and a connection that failed to be established. */
const DONE = 0;
const NOT_ESTABLISHED = 0x3e;
/** Core Specification, volume 3, part F, 3.4.1.1: an error of the application's own. */
const REFUSED = 0x80;
/** As a wearable says it: version 1, −4 dBm. */
export const TX_POWER = -4;
export const GOOD_INFO = Buffer.from([1, TX_POWER & 0xff]);

/** A device near by. What it does can be changed while a story goes on. */
export class Peripheral {
  constructor(name, address) {
    /** `reads` and `writes` are what was read of *beacon* and written to *peer beacon*. */
    Object.assign(this, { name, address, info: GOOD_INFO, service: SERVICE, reads: [], writes: [], connections: 0 });
    /** Out of reach: no connection is established. */
    this.away = false;
    /** The connection breaks as soon as its beacon was read once more. */
    this.breaks = false;
    /** What it answers when its beacon is read; when it gives nothing, the read is never answered. */
    this.shows = async () => Buffer.alloc(0);
    /** What it does with what it is shown, before it says that it has it; `false` refuses it. */
    this.takes = async () => {};
  }

  /** Its beacon is what a phone shows, and what it is shown reaches that phone. */
  is(phone) {
    this.shows = async () => bytesOf(await linkOf(phone));
    this.takes = async (bytes) => {
      const link = linkWith('', bytes);
      await phone.page.evaluate((hash) => void (location.hash = hash), link.slice(link.indexOf('#')));
      await confirm(phone);
    };
    return this;
  }
}

/** A phone's adapter, and who is near. */
export class Adapter {
  static async of(phone, ...near) {
    const adapter = Object.assign(new Adapter(), { phone, near, places: new Map(), prompts: [], faults: [] });
    adapter.radio = await phone.context.browser().newBrowserCDPSession();
    adapter.radio.on('BluetoothEmulation.gattOperationReceived', (event) => adapter.tried(() => adapter.operate(event)));
    adapter.radio.on('BluetoothEmulation.characteristicOperationReceived', (event) => adapter.tried(() => adapter.answer(event)));
    await adapter.radio.send('BluetoothEmulation.enable', { state: 'powered-on', leSupported: true });
    for (const one of near) await adapter.appear(one);
    adapter.list = await phone.context.newCDPSession(phone.page);
    // The event is told again whenever the list grows.
    adapter.list.on('DeviceAccess.deviceRequestPrompted', (event) => adapter.prompts.push(event));
    await adapter.list.send('DeviceAccess.enable');
    return adapter;
  }

  /** A page that closes in the middle of something is no fault. */
  async tried(work) {
    await work().catch((error) => this.faults.push(String(error)));
  }

  async appear(peripheral) {
    const { address, name } = peripheral;
    await this.radio.send('BluetoothEmulation.simulatePreconnectedPeripheral', {
      address,
      name,
      manufacturerData: [],
      knownServiceUuids: [SERVICE],
    });
  }

  /** Presses the button, and chooses a device in the browser's list; with none, closes the list. */
  async choose(peripheral) {
    this.prompts.length = 0;
    await this.phone.page.getByRole('button', { name: say('bluetooth.choose'), exact: true }).click();
    const found = ({ devices }) => !peripheral || devices.some(({ id }) => id === peripheral.address);
    const prompt = await eventually('the browser shows its list', async () => this.prompts.find(found));
    if (!peripheral) return this.list.send('DeviceAccess.cancelPrompt', { id: prompt.id });
    return this.list.send('DeviceAccess.selectPrompt', { id: prompt.id, deviceId: peripheral.address });
  }

  /** Connecting, and looking for services: they are there from the discovery on. */
  async operate({ address, type }) {
    const one = this.near.find((peripheral) => peripheral.address === address);
    const refused = type === 'connection' && one.away;
    if (type === 'connection' && !refused) one.connections += 1;
    if (type === 'discovery') await this.offer(one);
    const code = refused ? NOT_ESTABLISHED : DONE;
    await this.radio.send('BluetoothEmulation.simulateGATTOperationResponse', { address, type, code });
  }

  async offer(one) {
    const { address, service: serviceUuid } = one;
    const { serviceId } = await this.radio.send('BluetoothEmulation.addService', { address, serviceUuid });
    const add = async (characteristicUuid, properties) => {
      const wanted = { serviceId, characteristicUuid, properties: { ...NONE, ...properties } };
      const { characteristicId } = await this.radio.send('BluetoothEmulation.addCharacteristic', wanted);
      this.places.set(characteristicId, { one, characteristicUuid });
    };
    await add(INFO, { read: true });
    await add(BEACON, { read: true });
    await add(PEER_BEACON, { write: true });
  }

  async answer({ characteristicId, type, data }) {
    const { one, characteristicUuid } = this.places.get(characteristicId);
    const response = { characteristicId, type, code: DONE };
    if (type === 'write') {
      assert.equal(characteristicUuid, PEER_BEACON);
      const bytes = Buffer.from(data, 'base64');
      if ((await one.takes(bytes)) === false) response.code = REFUSED;
      else one.writes.push(bytes);
    } else if (characteristicUuid === INFO) {
      response.data = one.info.toString('base64');
    } else {
      const bytes = await one.shows();
      if (!bytes) return;
      one.reads.push(bytes);
      response.data = bytes.toString('base64');
    }
    const answered = this.radio.send('BluetoothEmulation.simulateCharacteristicOperationResponse', response);
    // Right behind the answer: the emulation loses count when it is told in the middle of a read.
    const lost = one.breaks && characteristicUuid === BEACON && this.lose(one);
    if (lost) one.breaks = false;
    await Promise.all([answered, lost]);
  }

  /** The connection breaks. */
  async lose({ address }) {
    await this.radio.send('BluetoothEmulation.simulateGATTDisconnection', { address });
  }

  /** It is heard advertising, so strong. */
  async hear({ address, name }, rssi) {
    // Without appearance or power the emulation breaks down instead of refusing.
    const scanRecord = { name, uuids: [SERVICE], appearance: 0, txPower: TX_POWER, manufacturerData: [] };
    await this.radio.send('BluetoothEmulation.simulateAdvertisement', { entry: { deviceAddress: address, rssi, scanRecord } });
  }

  /** The adapter is taken out, or put in again. */
  async there(is) {
    await this.radio.send('BluetoothEmulation.setSimulatedCentralState', { state: is ? 'powered-on' : 'absent' });
  }

  /** The person takes back what they allowed this site, for all devices. */
  async forget() {
    await this.phone.page.evaluate(async () => {
      for (const one of await navigator.bluetooth.getDevices()) await one.forget();
    });
  }
}

/** What the page says of one device. */
export const device = (phone, name) =>
  phone.page.getByRole('list', { name: say('bluetooth.devices') }).getByRole('listitem').filter({ hasText: name });

/** Waits until it says a text of that device. */
export const says = (phone, { name }, text) => seen(phone, device(phone, name).getByText(text));

/** Presses one of its buttons. */
export const press = (phone, { name }, key) =>
  phone.page.getByRole('button', { name: say('bluetooth.about', { action: say(key), name }), exact: true }).click();
