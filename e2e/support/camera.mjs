//! A camera's stream, and what stands before it.
//!
//! The browser plays a y4m file (640×480 unless told otherwise, I420) as its camera, over and over, and reads it anew each time. Writing
//! another picture over it is what the camera then sees: two phones held face to face, a blank wall, a photograph.

import fs from 'node:fs';
import { PNG } from 'pngjs';

const RATE = 15;
/** How much of the height a picture takes: some margin remains, as it does with a hand before a lens. */
const SHARE = 452 / 480;
const WALL = 190;

export class Camera {
  constructor(file, { width = 640, height = 480 } = {}) {
    Object.assign(this, { file, width, height });
    this.head = Buffer.from(`YUV4MPEG2 W${width} H${height} F${RATE}:1 Ip A1:1 C420jpeg\nFRAME\n`);
    this.grey = Buffer.alloc((width * height) / 2, 128);
    this.blank();
  }

  /** Nothing but a wall. */
  blank() {
    this.write(Buffer.alloc(this.width * this.height, WALL));
  }

  /** A picture (PNG) held in the middle of what the camera sees. */
  see(png) {
    const picture = PNG.sync.read(png);
    const luma = Buffer.alloc(this.width * this.height, WALL);
    const scale = Math.max(picture.width, picture.height) / (this.height * SHARE);
    const [width, height] = [picture.width, picture.height].map((size) => Math.floor(size / scale));
    const [left, top] = [(this.width - width) >> 1, (this.height - height) >> 1];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        luma[(top + y) * this.width + left + x] = mean(picture, x * scale, y * scale, scale);
      }
    }
    this.write(luma);
  }

  write(luma) {
    const file = fs.openSync(this.file, fs.existsSync(this.file) ? 'r+' : 'w');
    fs.writeSync(file, Buffer.concat([this.head, luma, this.grey]), 0, null, 0);
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
