// Many lines or rings, one after another in flat arrays: small in memory and quick to walk along.

import { Box } from './plane.js';

// `xy`: x, y of every point; `ends`: for each line the place after its last point; `boxes`: x0, y0, x1, y1 of each line.
export class Lines {
  constructor(xy, ends) {
    this.xy = xy; this.ends = ends;
    this.boxes = new Float32Array(4 * ends.length);
    for (let line = 0; line < ends.length; line++) this.measure(line);
  }

  get count() { return this.ends.length; }
  get all() { return new Shape(this, 0, this.count); }
  begin(line) { return line ? this.ends[line - 1] : 0; }

  measure(line) {
    const { xy } = this, end = 2 * this.ends[line];
    let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
    for (let at = 2 * this.begin(line); at < end; at += 2) {
      const x = xy[at], y = xy[at + 1];
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
    }
    this.boxes.set([x0, y0, x1, y1], 4 * line);
  }
}

// The lines of one feature whose box is known and whose lines take a while: they are worked out when first asked for,
// so that drawing can pause in between.
export class LaterShape {
  constructor(box, outline) { this.box = box; this.outline = outline; this.made = null; }

  get whole() {
    if (!this.made) { this.made = this.outline(); this.outline = null; }
    return this.made;
  }

  get lines() { return this.whole.lines; }
  get first() { return this.whole.first; }
  get last() { return this.whole.last; }
  has(x, y) { return this.box.has(x, y) && this.whole.has(x, y); }
}

// The lines of one feature: those from `first` up to, not including, `last`.
export class Shape {
  constructor(lines, first, last) {
    this.lines = lines; this.first = first; this.last = last;
    this.box = new Box();
    const { xy } = lines, end = last ? 2 * lines.ends[last - 1] : 0;
    for (let at = 2 * lines.begin(first); at < end; at += 2) this.box.add(xy[at], xy[at + 1]);
  }

  // The same lines, some at a time; the parts are made once.
  parts(count) {
    if (!this.divided) {
      this.divided = [];
      for (let at = this.first; at < this.last; at += count) this.divided.push(new Shape(this.lines, at, Math.min(at + count, this.last)));
    }
    return this.divided;
  }

  get start() { const at = 2 * this.lines.begin(this.first); return { x: this.lines.xy[at], y: this.lines.xy[at + 1] }; }

  // Whether a point lies inside the rings: what lies inside two of them is in a hole.
  has(x, y) {
    const { box, lines: { boxes } } = this;
    if (!(x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1)) return false;
    let inside = false;
    for (let line = this.first; line < this.last; line++) {
      if (y >= boxes[4 * line + 1] && y <= boxes[4 * line + 3] && x <= boxes[4 * line + 2] && this.crossesOften(line, x, y)) inside = !inside;
    }
    return inside;
  }

  // Whether a ray from the point to the right crosses the ring an odd number of times.
  crossesOften(line, x, y) {
    const { xy, ends } = this.lines, end = 2 * ends[line];
    let odd = false, at = 2 * this.lines.begin(line), px = xy[end - 2], py = xy[end - 1];
    for (; at < end; at += 2) {
      const nx = xy[at], ny = xy[at + 1];
      if (ny > y !== py > y && x < ((px - nx) * (y - ny)) / (py - ny) + nx) odd = !odd;
      px = nx; py = ny;
    }
    return odd;
  }
}
