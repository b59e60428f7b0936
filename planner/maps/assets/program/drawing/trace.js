// Lays lines and outlines on a pen: only what a viewport shows, by no more points than it can show.

const LEFT = 1, RIGHT = 2, ABOVE = 4, BELOW = 8;

const sidesOf = (x, y, box) => (x < box.x0 ? LEFT : x > box.x1 ? RIGHT : 0) | (y < box.y0 ? ABOVE : y > box.y1 ? BELOW : 0);

function traceLine(pen, { xy, ends }, line, viewport) {
  const { box, step } = viewport, last = 2 * ends[line] - 2;
  let at = line ? 2 * ends[line - 1] : 0, x = xy[at], y = xy[at + 1], sides = sidesOf(x, y, box);
  pen.moveTo(x, y);
  // The point before is laid only once the next is known: a run of points on one side of the box shows nothing.
  let heldX = x, heldY = y, heldSides = sides, held = false;
  for (at += 2; at <= last; at += 2) {
    const nextX = xy[at], nextY = xy[at + 1];
    if (at < last && Math.abs(nextX - heldX) + Math.abs(nextY - heldY) < step) continue;
    const nextSides = sidesOf(nextX, nextY, box);
    if (held && !(sides & heldSides & nextSides)) { pen.lineTo(heldX, heldY); sides = heldSides; }
    heldX = nextX; heldY = nextY; heldSides = nextSides; held = true;
  }
  if (held) pen.lineTo(heldX, heldY);
}

const isSeen = (boxes, line, { box }) => boxes[4 * line] <= box.x1 && boxes[4 * line + 2] >= box.x0 && boxes[4 * line + 1] <= box.y1 && boxes[4 * line + 3] >= box.y0;

export function hasLines({ lines, first, last }, viewport) {
  for (let line = first; line < last; line++) if (isSeen(lines.boxes, line, viewport)) return true;
  return false;
}

export function traceLines(pen, { lines, first, last }, viewport) {
  for (let line = first; line < last; line++) if (isSeen(lines.boxes, line, viewport)) traceLine(pen, lines, line, viewport);
}

export function traceRings(pen, { lines, first, last }, viewport) {
  const { boxes } = lines, { step } = viewport;
  for (let line = first; line < last; line++) {
    if (!isSeen(boxes, line, viewport)) continue;
    if (boxes[4 * line + 2] - boxes[4 * line] + boxes[4 * line + 3] - boxes[4 * line + 1] < step) continue; // a speck
    traceLine(pen, lines, line, viewport);
    pen.closePath();
  }
}

// The pen's next path: the outlines of a shape, or its lines.
export function outline(pen, shape, viewport) { pen.beginPath(); traceRings(pen, shape, viewport); }
export function along(pen, shape, viewport) { pen.beginPath(); traceLines(pen, shape, viewport); }
