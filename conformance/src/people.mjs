// People's devices, made of nothing but the package.

import * as twoken from 'twoken';

/** The app that links name; nobody asks it. */
const APP = 'https://twoken.example/';

export class Person {
  ring = new twoken.KeyRing();
  diary = new twoken.Diary();
  emissions = new twoken.Emissions();

  /** The link in the code on the screen. */
  screen(now, oneWay = false) {
    this.ring.advance(now);
    const emission = oneWay ? this.emissions.emit(now) : undefined;
    return twoken.payloadLink(this.ring.payload(now, emission), APP);
  }

  /** What the camera reads; true once both directions are done. */
  sees(screen, now) {
    this.ring.advance(now);
    const { payload } = twoken.scan(screen);
    return this.diary.record(this.ring.hear(payload, now, 'camera')).both;
  }
}

/** Two people hold their devices face to face. */
export function meet(one, other, now, oneWay = false) {
  other.sees(one.screen(now, oneWay), now);
  one.sees(other.screen(now + 1, oneWay), now + 1);
  return other.sees(one.screen(now + 2, oneWay), now + 2);
}
