// The findings: gaps, what cannot be judged, stations, and what the pointer is on.

import { drawCandidates, drawChanges, drawHovered, drawSites, drawStretches } from './changes.js';
import { COLOURS, WALLS } from './colours.js';
import { dotTile, hatchTile, interpolate, usePattern } from './pens.js';
import { drawRank, drawRanks } from './ranks.js';
import { drawFacilities, drawHalo, drawSign, signSize } from './signs.js';
import { drawTodo, drawTodoSign } from './todo.js';
import { GAP_ZOOM } from './zooms.js';
import { drawGate, drawGates, drawQuestions, gateSize } from './walls.js';

export function drawFindings(pen, scene, state, viewport) {
  if (state.layers.unknown) drawUnknown(pen, scene, state, viewport);
  if (state.layers.gaps) drawGaps(pen, scene, state, viewport);
  drawChanges(pen, scene, state, viewport);
  if (state.layers.compounds) drawQuestions(pen, scene, viewport);
  drawRoute(pen, scene, state, viewport);
  if (state.layers.gates) drawGates(pen, scene, state, viewport);
  drawCandidates(pen, scene, state, viewport);
  drawStretches(pen, scene, state, viewport);
  if (state.layers.facilities) drawFacilities(pen, scene, state, viewport);
  // One kind of numbers at a time: gaps show theirs beside a plan or a list of what to do only with their own list.
  const others = scene.plan || state.tab === 'todo';
  scene.labels = state.layers.gaps && (!others || state.tab === 'gaps' || (state.open || '')[0] === 'g') ? drawRanks(pen, scene, state, viewport) : [];
  scene.todo = drawTodo(pen, state, viewport);
  scene.marks = drawSites(pen, scene, state, viewport);
}

function drawUnknown(pen, scene, state, viewport) {
  const k = viewport.scale;
  const dots = usePattern(pen, dotTile(COLOURS.unknown), k);
  pen.setLineDash([4 / k, 3 / k]);
  scene.unknown.forEach((area, index) => {
    if (!area.shape || !area.shape.box.meets(viewport.box)) return;
    pen.globalAlpha = state.town === null || area.town === state.town ? 1 : 0.35;
    pen.fillStyle = 'rgba(226,226,230,.72)'; pen.fill(area.shape.path, 'evenodd');
    pen.fillStyle = dots; pen.fill(area.shape.path, 'evenodd');
    pen.strokeStyle = COLOURS.unknown;
    pen.lineWidth = (state.open === 'u' + index ? 2.2 : interpolate([[11.5, 0.6], [13, 1.1]], viewport.zoom)) / k;
    pen.stroke(area.shape.path);
  });
  pen.setLineDash([]); pen.globalAlpha = 1;
}

function drawGaps(pen, scene, state, viewport) {
  const k = viewport.scale, hatch = usePattern(pen, hatchTile('rgba(194,65,12,.6)', 9), k), edge = interpolate([[11.5, 0.8], [13, 1.4]], viewport.zoom);
  pen.lineJoin = 'round';
  for (const gap of scene.gaps) {
    if (!gap.shape || !gap.shape.box.meets(viewport.box)) continue;
    const lit = state.open === 'g' + gap.index;
    if (!lit && !state.isGap(gap)) continue;
    pen.globalAlpha = state.town === null || gap.town === state.town ? 1 : 0.3;
    pen.fillStyle = lit ? 'rgba(251,146,60,.46)' : 'rgba(251,146,60,.28)'; pen.fill(gap.shape.path, 'evenodd');
    // Ten stand out; the others are faint until the map is near.
    if (!lit && viewport.zoom < GAP_ZOOM && !state.isFirst(gap)) continue;
    pen.fillStyle = hatch; pen.fill(gap.shape.path, 'evenodd');
    pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = (lit ? 3 : edge) / k;
    pen.stroke(gap.shape.path);
  }
  pen.globalAlpha = 1;
}

function drawRoute(pen, scene, state, viewport) {
  // The way out of the open gap, from where most of its people are.
  const gap = state.open && state.open[0] === 'g' ? scene.gaps[Number(state.open.slice(1))] : null;
  if (!gap || !gap.route) return;
  const k = viewport.scale, { path, start } = gap.route;
  pen.lineJoin = 'round'; pen.lineCap = 'round';
  pen.strokeStyle = '#ffffff'; pen.lineWidth = 7 / k; pen.stroke(path);
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 3.5 / k;
  pen.setLineDash([7 / k, 5 / k]); pen.stroke(path); pen.setLineDash([]);
  pen.beginPath(); pen.arc(start.x, start.y, 5 / k, 0, 7);
  pen.fillStyle = '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 2.5 / k; pen.stroke();
}

export function drawPointedAt(pen, scene, state, viewport) {
  // On a canvas of its own, so that moving the pointer redraws nothing else.
  if (!state.hover) return;
  const k = viewport.scale, index = Number(state.hover.slice(1)), kind = state.hover[0];
  if (kind === 'f') {
    const sign = scene.facilities[index];
    drawHalo(pen, sign, viewport);
    drawSign(pen, sign, sign.x, sign.y, k, signSize(sign.level, viewport.zoom));
    return;
  }
  if (kind === 's' || kind === 'n' || kind === 'l') { drawHovered(pen, scene, kind, index, viewport); return; }
  const todo = 'boh'.includes(kind) && state.todoHere().find((one) => one.key === state.hover);
  if (todo) drawTodoSign(pen, todo.what, todo.of.x, todo.of.y, todo.rank, true, viewport);
  if ('boh'.includes(kind)) return;
  if (kind === 'p') { const gate = scene.gates[index]; drawGate(pen, gate, gate.x, gate.y, k, 1.5 * gateSize(viewport.zoom)); return; }
  if (kind === 'c') {
    pen.strokeStyle = WALLS.outline; pen.lineWidth = 2.4 / k; pen.stroke(scene.compounds[index].shape.path);
    return;
  }
  const row = kind === 'g' ? scene.gaps[index] : scene.unknown[index], { shape, x, y } = row;
  if (!shape) return;
  pen.lineJoin = 'round';
  pen.strokeStyle = kind === 'g' ? COLOURS.gapEdge : COLOURS.unknown; pen.lineWidth = 3 / k;
  pen.stroke(shape.path);
  const rank = kind === 'g' ? state.gapRank(row) : null;
  if (rank !== null) drawRank(pen, x, y, rank, true, viewport);
}
