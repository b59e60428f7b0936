// What can be done, numbered on the map as in its list: a ring for a new station, a rounded square for a way to open, a hexagon for longer hours.

import { COLOURS, TODO } from './colours.js';
import { numberSize, roundedBox, writeAt } from './pens.js';
import { rankSize } from './ranks.js';
import { COMPOUND_ZOOM, TODO_AFAR } from './zooms.js';

const PATHS = {
  site: (pen, x, y, r) => pen.arc(x, y, r, 0, 7),
  gain: (pen, x, y, r) => roundedBox(pen, x - r, y - r, 2 * r, 2 * r, 0.45 * r),
  longer: (pen, x, y, r) => {
    for (let i = 0; i < 6; i++) pen.lineTo(x + 1.14 * r * Math.cos((Math.PI * i) / 3), y + 1.14 * r * Math.sin((Math.PI * i) / 3));
    pen.closePath();
  },
};

export function drawTodoSign(pen, what, x, y, rank, lit, viewport) {
  const k = viewport.scale, r = rankSize(viewport), colour = what === 'longer' ? COLOURS.facility : TODO;
  pen.beginPath(); PATHS[what](pen, x, y, r);
  pen.fillStyle = lit ? colour : '#ffffff'; pen.fill();
  pen.strokeStyle = colour; pen.lineWidth = 1.8 / k; pen.stroke();
  if (rank === null) return;
  writeAt(pen, rank, x, y, { size: numberSize(rank, r * k), colour: lit ? '#ffffff' : colour, scale: k });
}

// The numbers of the list while it is in front, or of the one that is open; from afar only the first.
export function drawTodo(pen, state, viewport) {
  const placed = [], r = rankSize(viewport), { box } = viewport;
  const lit = (one) => state.open === one.key, all = state.todoHere();
  const listed = state.tab !== 'todo' ? [] : viewport.zoom < COMPOUND_ZOOM ? all.slice(0, TODO_AFAR) : all;
  for (const one of all.filter(lit).concat(listed)) {
    const { x, y } = one.of;
    if (!box.has(x, y) || placed.some((other) => Math.hypot(other.of.x - x, other.of.y - y) < 2.15 * r)) continue;
    placed.push(one);
    drawTodoSign(pen, one.what, x, y, one.rank, lit(one), viewport);
  }
  return placed;
}
