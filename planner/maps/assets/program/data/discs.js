// The outline of discs that overlap: the arcs of each that lie in no other, one after another.

const TURN = 2 * Math.PI, STEP = TURN / 16;

const turned = (angle) => (angle < 0 ? angle + TURN : angle);

// Which of the members lie in each cell of a grid as wide as the largest disc.
function fillCells({ x, y, r }, members) {
  let cell = 0, x0 = Infinity, y0 = Infinity, y1 = -Infinity;
  for (const i of members) {
    cell = Math.max(cell, 2 * r[i]);
    x0 = Math.min(x0, x[i]); y0 = Math.min(y0, y[i]); y1 = Math.max(y1, y[i]);
  }
  const high = Math.floor((y1 - y0) / cell) + 3, cells = new Map();
  const keyOf = (i) => (Math.floor((x[i] - x0) / cell) + 1) * high + Math.floor((y[i] - y0) / cell) + 1;
  for (const i of members) { const key = keyOf(i), list = cells.get(key); if (list) list.push(i); else cells.set(key, [i]); }
  return { cells, keyOf, around: [0, 1, -1, high - 1, high, high + 1, -high - 1, -high, -high + 1] };
}

// Discs that cut the circle of one; null for a disc inside another, which has no outline.
function findNeighbours({ x, y, r }, i, { cells, keyOf, around }) {
  const near = [], key = keyOf(i), xi = x[i], yi = y[i], ri = r[i];
  for (const step of around) {
    const list = cells.get(key + step);
    if (!list) continue;
    for (const j of list) {
      if (j === i) continue;
      const dx = x[j] - xi, dy = y[j] - yi, apart2 = dx * dx + dy * dy, both = ri + r[j], differ = r[j] - ri;
      if (apart2 >= both * both) continue;
      // Of two equal discs the first stands for both.
      if (differ > 0 ? apart2 < differ * differ : differ === 0 && apart2 === 0 && j < i) return null;
      if (apart2 > differ * differ) near.push(j);
    }
  }
  return near;
}

// The arcs of one circle that no other disc covers: from which angle to which, and the discs that cover what lies before and behind.
function findArcs({ x, y, r }, i, near) {
  const covered = near.map((j) => {
    const dx = x[j] - x[i], dy = y[j] - y[i], apart = Math.sqrt(dx * dx + dy * dy);
    const half = Math.acos(Math.max(-1, Math.min(1, (apart * apart + r[i] * r[i] - r[j] * r[j]) / (2 * apart * r[i]))));
    const from = turned(Math.atan2(dy, dx) - half);
    return { from, to: from + 2 * half, j };
  });
  if (!covered.length) return [{ i, from: 0, to: TURN, before: i, behind: i, done: false }];
  covered.sort((a, b) => a.from - b.from);
  // What is covered beyond a full turn covers the beginning as well.
  let end = { to: -1, j: -1 };
  for (const one of covered) if (one.to - TURN > end.to) end = { to: one.to - TURN, j: one.j };
  const wraps = end.j >= 0, arcs = [];
  for (const one of covered) {
    if (one.from > end.to && end.j >= 0) arcs.push({ i, from: end.to, to: one.from, before: end.j, behind: one.j, done: false });
    if (one.to > end.to) end = one;
  }
  const [first] = covered;
  if (!wraps && first.from + TURN > end.to) arcs.push({ i, from: end.to, to: first.from + TURN, before: end.j, behind: first.j, done: false });
  return arcs;
}

// Rings [x, y, x, y, ...] round the union of some of the discs {x, y, r}; holes are rings as well.
export function outlineDiscs(discs, members) {
  const { x, y, r } = discs, grid = fillCells(discs, members), count = x.length, arcs = new Map(), rings = [];
  const neighbours = new Map(members.map((i) => [i, findNeighbours(discs, i, grid)]));
  for (const [i, near] of neighbours) {
    // What lies inside another disc covers nothing that the other does not.
    if (near) for (const arc of findArcs(discs, i, near.filter((j) => neighbours.get(j)))) arcs.set(i * count + arc.before, arc);
  }
  for (const start of arcs.values()) {
    if (start.done) continue;
    const ring = [];
    // Where an arc ends on another disc, the outline goes on along that one.
    for (let arc = start; arc && !arc.done; arc = arcs.get(arc.behind * count + arc.i)) {
      arc.done = true;
      const steps = Math.max(1, Math.ceil((arc.to - arc.from) / STEP)), step = (arc.to - arc.from) / steps;
      for (let s = 0; s < steps; s++) ring.push(x[arc.i] + r[arc.i] * Math.cos(arc.from + s * step), y[arc.i] + r[arc.i] * Math.sin(arc.from + s * step));
    }
    if (ring.length >= 6) rings.push(ring);
  }
  return rings;
}
