// What stands on the ground in signs of a constant size, what is open, and what the pointer is on.

import { drawCandidates, drawHovered, drawSites, drawStretches } from './changes.js';
import { CHANGES, COLOURS, WALLS } from './colours.js';
import { drawCourses, drawPointedCourse } from './courses.js';
import { drawRank, drawRanks } from './ranks.js';
import { drawPointedRoute, drawRoutes } from './routes.js';
import { drawFacilities, drawHalo, drawSign, signSize } from './signs.js';
import { drawTodo, drawTodoSign } from './todo.js';
import { along, outline } from './trace.js';
import { drawGate, drawGates, drawQuestions, gateSize } from './walls.js';

// What they look like rests on these choices alone.
export const findingsDependOn = ({ figuresRestOn, layers, tab, open, other, route, lesson, lecture }) => JSON.stringify([figuresRestOn, layers, tab, open, other, route, lesson, lecture]);

// Returns what can be pointed at by its sign: sites and edits, measures, gaps with a number, stops of routes, committees and hosts of courses.
export function drawFindings(pen, scene, state, viewport) {
  drawOpen(pen, scene, state, viewport);
  if (state.layers.compounds) drawQuestions(pen, scene, viewport);
  drawRoute(pen, state, viewport);
  if (state.layers.gates) drawGates(pen, scene, state, viewport);
  drawCandidates(pen, scene, state, viewport);
  drawStretches(pen, state, viewport);
  if (state.layers.facilities) drawFacilities(pen, scene, state, viewport);
  // One kind of numbers at a time: gaps show theirs beside a plan or a list of what to do only with their own list.
  const others = (state.plan && !state.trying) || state.tab === 'todo';
  const ranked = state.layers.gaps && (!others || state.tab === 'gaps' || (state.open || '')[0] === 'g') ? drawRanks(pen, state, viewport) : [];
  const todo = drawTodo(pen, state, viewport);
  return { ranked, todo, marks: drawSites(pen, scene, state, viewport), ...drawRoutes(pen, scene, state, viewport), ...drawCourses(pen, scene, state, viewport) };
}

// The outlines of what has its card open: edge, its width, and what makes the fill below it stronger.
function openOutlines(scene, { open, layers, after, plan: shown, gaps, unknown }) {
  const kind = (open || '')[0], index = Number((open || '').slice(1)), plan = after && layers.changes ? shown : null;
  const changed = (rows, letter) => (plan ? plan.after[rows].filter((row) => (kind === letter && row.index === index) || (kind === 's' && row.site === index)) : []);
  const look = (rows, edge, width, fill = null) => rows.filter((row) => row && row.shape).map(({ shape }) => ({ shape, edge, width, fill }));
  return [
    ...look(kind === 'c' && layers.compounds ? [scene.compounds[index]] : [], WALLS.outline, 2.4),
    ...look(kind === 'u' && layers.unknown ? [unknown[index]] : [], COLOURS.unknown, 2.2),
    ...look(kind === 'g' && layers.gaps ? [gaps[index]] : [], COLOURS.gapEdge, 3, 'rgba(251,146,60,.3)'),
    ...look(changed('gained', 'n'), CHANGES.gained, 2.6),
    ...look(changed('lost', 'l'), CHANGES.lost, 2.6),
  ];
}

// On top of the ground, so that opening a card draws no ground anew.
function drawOpen(pen, scene, state, viewport) {
  pen.lineJoin = 'round';
  for (const { shape, edge, width, fill } of openOutlines(scene, state)) {
    outline(pen, shape, viewport);
    if (fill) { pen.fillStyle = fill; pen.fill('evenodd'); }
    pen.strokeStyle = edge; pen.lineWidth = width / viewport.scale; pen.stroke();
  }
}

// The way out of the open gap, from where most of its people are.
function drawRoute(pen, state, viewport) {
  const gap = state.open && state.open[0] === 'g' ? state.gaps[Number(state.open.slice(1))] : null;
  if (!gap || !gap.route) return;
  const k = viewport.scale, { start } = gap.route;
  pen.lineJoin = 'round'; pen.lineCap = 'round';
  along(pen, gap.route, viewport);
  pen.strokeStyle = '#ffffff'; pen.lineWidth = 7 / k; pen.stroke();
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 3.5 / k;
  pen.setLineDash([7 / k, 5 / k]); pen.stroke(); pen.setLineDash([]);
  pen.beginPath(); pen.arc(start.x, start.y, 5 / k, 0, 7);
  pen.fillStyle = '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 2.5 / k; pen.stroke();
}

// What the reader points at, or has searched for.
export const marksDependOn = ({ figuresRestOn, hover, place, trying, trial, open, layers, moving }) => JSON.stringify([figuresRestOn, hover, moving, place && [place.x, place.y],
  trying && [trial.draft, trial.dragged && [trial.dragged.x, trial.dragged.y], open, layers.sites]]);

// On a canvas of its own, so that moving the pointer redraws nothing else. `ranked`: where the numbers of gaps stand.
export function drawPointedAt(pen, scene, state, viewport, ranked) {
  if (!state.hover) return;
  const k = viewport.scale, index = Number(state.hover.slice(1)), kind = state.hover[0];
  if (kind === 'f') {
    const sign = scene.facilities[index];
    drawHalo(pen, sign, viewport);
    drawSign(pen, sign, sign.x, sign.y, k, signSize(sign.level, viewport.zoom), scene.choices.isShut(sign, state.when));
    return;
  }
  if (kind === 'k' || kind === 'e') { drawPointedCourse(pen, scene, state, kind, index, viewport); return; }
  if (kind === 't' || kind === 'x') { drawPointedRoute(pen, scene, state, kind, index, viewport); return; }
  if (kind === 's' || kind === 'n' || kind === 'l') { drawHovered(pen, state.plan, kind, index, viewport); return; }
  const todo = 'boh'.includes(kind) && state.todoHere().find((one) => one.key === state.hover);
  if (todo) drawTodoSign(pen, todo.what, todo.of.x, todo.of.y, todo.rank, true, viewport);
  if ('boh'.includes(kind)) return;
  if (kind === 'p') { const gate = scene.gates[index]; drawGate(pen, gate, gate.x, gate.y, k, 1.5 * gateSize(viewport.zoom)); return; }
  if (kind === 'c') {
    outline(pen, scene.compounds[index].shape, viewport);
    pen.strokeStyle = WALLS.outline; pen.lineWidth = 2.4 / k; pen.stroke();
    return;
  }
  const row = kind === 'g' ? state.gaps[index] : state.unknown[index], { shape } = row;
  if (!shape) return;
  pen.lineJoin = 'round';
  pen.strokeStyle = kind === 'g' ? COLOURS.gapEdge : COLOURS.unknown; pen.lineWidth = 3 / k;
  outline(pen, shape, viewport); pen.stroke();
  const rank = kind === 'g' ? state.gapRank(row) : null;
  if (rank === null) return;
  const spot = ranked.find((one) => one.index === index) || row; // it may stand beside its place
  drawRank(pen, spot.x, spot.y, rank, true, viewport);
}
