//! A further server, and adding it as a person does.

import assert from 'node:assert/strict';
import { gone, seen } from './expect.mjs';
import { Server } from './server.mjs';
import { exactly, say } from './words.mjs';

const OTHER = 'name = "Health office abroad"\nupload_delay_seconds = { min = 0, max = 0 }';
export const ABROAD = 'Health office abroad';

export const press = (phone, key) => phone.page.getByRole('button', { name: say(key), exact: true }).filter({ visible: true }).first().click();
export const address = (phone) => phone.page.getByRole('textbox', { name: say('servers.address'), exact: true });

export async function openServers(phone) {
  await phone.go(say('nav.home'));
  await phone.go(say('nav.settings'));
  await phone.page.getByRole('link', { name: say('servers.look'), exact: true }).click();
  await seen(phone, exactly('servers.lead'));
}

export async function typed(phone, text) {
  await openServers(phone);
  await address(phone).fill(text);
  await press(phone, 'servers.next');
}

/** What follows once it is named: it is asked, read and agreed to. */
export async function agree(phone, other) {
  await seen(phone, exactly('servers.named_text'));
  assert.deepEqual(phone.line.of(other), [], 'asked before anybody said so');
  await press(phone, 'servers.ask');
  await seen(phone, exactly('servers.compare_key'));
  assert.deepEqual(phone.line.of(other).map(({ path }) => path), ['/v1/config']);
  await press(phone, 'servers.agree');
  await gone(phone, exactly('servers.compare_key'));
}

/** Another server for a chapter, whatever becomes of it. */
export function abroad(chapter) {
  return async (scene) => {
    const other = await Server.start(OTHER);
    const phone = async (...args) => {
      const one = await scene.phone(...args);
      one.line.others.push(other);
      return one;
    };
    try {
      await chapter({ ...scene, server: scene.server, step: scene.step, phone, other });
    } finally {
      await other.remove();
    }
  };
}
