//! A camera's stream, and what stands before it.
//!
//! The browser plays a y4m file (640×480, I420) as its camera, over and over, and reads it anew each time. Writing
//! another picture over it is what the camera then sees: two phones held face to face, a blank wall, a photograph.

import fs from 'node:fs';
import { PNG } from 'pngjs';

const WIDTH = 640;
const HEIGHT = 480;
const RATE = 15;
/** Side of the picture shown, in pixels: some margin remains, as it does with a hand before a lens. */
const SIDE = 452;
const WALL = 190;

const HEAD = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${RATE}:1 Ip A1:1 C420jpeg\nFRAME\n`);
const GREY = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);

export class Camera {
  constructor(file) {
    this.file = file;
    this.blank();
  }

  /** Nothing but a wall. */
  blank() {
    this.write(Buffer.alloc(WIDTH * HEIGHT, WALL));
  }

  /** A picture (PNG) held in the middle of what the camera sees. */
  see(png) {
    const picture = PNG.sync.read(png);
    const luma = Buffer.alloc(WIDTH * HEIGHT, WALL);
    const scale = Math.max(picture.width, picture.height) / SIDE;
    const [width, height] = [picture.width, picture.height].map((size) => Math.floor(size / scale));
    const [left, top] = [(WIDTH - width) >> 1, (HEIGHT - height) >> 1];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        luma[(top + y) * WIDTH + left + x] = mean(picture, x * scale, y * scale, scale);
      }
    }
    this.write(luma);
  }

  write(luma) {
    const file = fs.openSync(this.file, fs.existsSync(this.file) ? 'r+' : 'w');
    fs.writeSync(file, Buffer.concat([HEAD, luma, GREY]), 0, null, 0);
    fs.closeSync(file);
  }
}

/** The mean brightness of the square that one pixel of the camera covers; never less than one pixel of the picture. */
function mean(picture, left, top, size) {
  const first = [left, top].map(Math.floor);
  const last = first.map((from) => from + Math.max(Math.ceil(size), 1));
  let sum = 0;
  let count = 0;
  for (let y = first[1]; y < last[1] && y < picture.height; y += 1) {
    for (let x = first[0]; x < last[0] && x < picture.width; x += 1) {
      const at = (y * picture.width + x) * 4;
      sum += 0.299 * picture.data[at] + 0.587 * picture.data[at + 1] + 0.114 * picture.data[at + 2];
      count += 1;
    }
  }
  // Studio range, as a camera gives it: 16 is black, 235 white.
  return 16 + Math.round(((sum / count) * 219) / 255);
}
