// Which labels have room. Boxes are {x0, y0, x1, y1} in pixels of one zoom, of the whole map: what is
// shown does not depend on which part of it is seen, so that nothing flickers while it is moved.

const CELL = 64;

class TakenRoom {
  constructor() { this.cells = new Map(); }

  *cellsOf(box) {
    for (let column = Math.floor(box.x0 / CELL); column <= Math.floor(box.x1 / CELL); column++) {
      for (let row = Math.floor(box.y0 / CELL); row <= Math.floor(box.y1 / CELL); row++) yield column * 1e7 + row;
    }
  }

  isFree(boxes) {
    for (const box of boxes) {
      for (const cell of this.cellsOf(box)) {
        for (const other of this.cells.get(cell) || []) {
          if (box.x0 < other.x1 && box.x1 > other.x0 && box.y0 < other.y1 && box.y1 > other.y0) return false;
        }
      }
    }
    return true;
  }

  occupy(boxes) {
    for (const box of boxes) {
      for (const cell of this.cellsOf(box)) {
        const here = this.cells.get(cell);
        if (here) here.push(box); else this.cells.set(cell, [box]);
      }
    }
  }
}

// Names of one text this near each other, in pixels, are one.
const NAMESAKES_APART = 200;

// Give room to candidates in the order of their class, then of their size, the largest first. Each has
// `anchors`, the places it may stand at, the best first; an anchor has `boxes`. Returns {label, anchor} pairs.
// It pauses between steps, so that a slow PC can do something else: its value is that of the last step.
export function* choosing(candidates, obstacles) {
  const room = new TakenRoom(), chosen = [], ofText = new Map();
  room.occupy(obstacles);
  const ordered = candidates.map((label, place) => ({ label, place }))
    .sort((a, b) => a.label.order - b.label.order || b.label.size - a.label.size || a.place - b.place);
  for (const [count, { label }] of ordered.entries()) {
    if (count % 100 === 99) yield;
    const same = ofText.get(label.text) || [];
    const far = (one) => same.every((other) => Math.hypot(other.x - one.x, other.y - one.y) >= NAMESAKES_APART);
    const anchor = label.anchors.find((one) => far(one) && room.isFree(one.boxes));
    if (!anchor) continue;
    room.occupy(anchor.boxes);
    same.push(anchor); ofText.set(label.text, same);
    chosen.push({ label, anchor });
  }
  return chosen;
}

export const boxAround = (x, y, wide, high) => ({ x0: x - wide / 2, y0: y - high / 2, x1: x + wide / 2, y1: y + high / 2 });

// The room of a text on a slant: a row of squares along it.
export function boxesAlong(x, y, angle, wide, high) {
  const count = Math.max(1, Math.ceil(wide / high)), step = wide / count, boxes = [];
  const side = high * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle)));
  for (let i = 0; i < count; i++) {
    const along = (i + 0.5) * step - wide / 2;
    boxes.push(boxAround(x + along * Math.cos(angle), y + along * Math.sin(angle), side, side));
  }
  return boxes;
}
