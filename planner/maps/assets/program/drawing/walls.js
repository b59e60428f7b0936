// Compounds, gates, barriers and openings on the map.

import { noGate } from '../data/walls.js';
import { BARRIERS, COLOURS, WALLS } from './colours.js';
import { interpolate, writeAt } from './pens.js';
import { along, outline } from './trace.js';
import { BARRIER_ZOOM, COMPOUND_ZOOM, GATE_ZOOM } from './zooms.js';

const LINES_AT_ONCE = 200; // dashes take long to draw

export function* drawBarriers(pen, scene, viewport) {
  if (viewport.zoom < BARRIER_ZOOM) return;
  const k = viewport.scale;
  pen.lineJoin = 'round'; pen.lineCap = 'butt';
  const clear = interpolate([[12.5, 0.25], [15, 0.7]], viewport.zoom);
  for (const { kind, lines } of scene.barriers) {
    const { colour, dash } = BARRIERS[kind];
    pen.globalAlpha = kind === 'wall' ? 0.6 * clear : clear;
    pen.strokeStyle = colour; pen.lineWidth = interpolate([[12.5, 0.7], [15, 1.4], [17, 2.2]], viewport.zoom) / k;
    pen.setLineDash(dash.map((length) => length / k));
    for (const some of lines.parts(LINES_AT_ONCE)) if (some.box.meets(viewport.box)) { along(pen, some, viewport); pen.stroke(); yield; }
  }
  pen.setLineDash([]); pen.globalAlpha = 1;
}

export function drawCompounds(pen, scene, viewport) {
  if (viewport.zoom < COMPOUND_ZOOM) return;
  const k = viewport.scale;
  pen.lineJoin = 'round'; pen.fillStyle = WALLS.fill;
  pen.lineWidth = interpolate([[13.5, 0.7], [16, 1.5]], viewport.zoom) / k;
  for (const one of scene.compounds) {
    if (!one.shape || !one.shape.box.meets(viewport.box)) continue;
    outline(pen, one.shape, viewport);
    pen.globalAlpha = 1; pen.fill('evenodd');
    pen.strokeStyle = noGate(one) ? COLOURS.unknown : WALLS.outline;
    pen.setLineDash(noGate(one) ? [4 / k, 3 / k] : []);
    pen.globalAlpha = 0.7; pen.stroke();
  }
  pen.setLineDash([]); pen.globalAlpha = 1;
}

// Where nobody knows a gate: a question in the middle.
export function drawQuestions(pen, scene, viewport) {
  if (viewport.zoom < GATE_ZOOM) return;
  const k = viewport.scale, { box } = viewport;
  for (const one of scene.compounds) {
    if (noGate(one) && box.has(one.x, one.y)) drawQuestion(pen, one.x, one.y, k);
  }
}

export function drawQuestion(pen, x, y, k) {
  pen.beginPath(); pen.arc(x, y, 7 / k, 0, 7);
  pen.fillStyle = '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.unknown; pen.lineWidth = 1.2 / k;
  pen.setLineDash([2 / k, 1.5 / k]); pen.stroke(); pen.setLineDash([]);
  writeAt(pen, '?', x, y, { size: 10, colour: COLOURS.unknown, scale: k });
}

export const gateSize = (zoom) => interpolate([[15, 2.8], [16, 4], [18, 5.5]], zoom);

// Mapped: a filled square. Inferred: a hollow one. Shut: crossed.
export function drawGate(pen, gate, x, y, k, r) {
  const s = r / k;
  pen.lineJoin = 'miter'; pen.lineCap = 'butt';
  pen.beginPath(); pen.rect(x - s, y - s, 2 * s, 2 * s);
  pen.strokeStyle = '#ffffff'; pen.lineWidth = (r * 0.9) / k; pen.stroke();
  const filled = gate.mapped && gate.state !== 'shut';
  pen.fillStyle = filled ? WALLS.gate : '#ffffff'; pen.fill();
  pen.strokeStyle = WALLS.gate; pen.lineWidth = Math.min(1.6, 0.4 * r) / k;
  if (!filled) pen.stroke();
  if (gate.state !== 'shut') return;
  pen.beginPath();
  pen.moveTo(x - s, y - s); pen.lineTo(x + s, y + s); pen.moveTo(x + s, y - s); pen.lineTo(x - s, y + s);
  pen.stroke();
}

export function drawGates(pen, scene, state, viewport) {
  if (viewport.zoom < GATE_ZOOM) return;
  const k = viewport.scale, { box } = viewport, r = gateSize(viewport.zoom);
  for (const gate of scene.gates) {
    if (!box.has(gate.x, gate.y)) continue;
    pen.globalAlpha = state.town === null || gate.town === state.town ? 1 : 0.35;
    drawGate(pen, gate, gate.x, gate.y, k, state.open === 'p' + gate.index ? 1.5 * r : r);
  }
  pen.globalAlpha = 1;
}
