// Routes: their ways in the colour of the theme, stops in order, what is on the way, sites left out.

import { COLOURS } from './colours.js';
import { interpolate, roundedBox, writeAt } from './pens.js';
import { freeSpot } from './ranks.js';
import { along } from './trace.js';
import { placeOn } from '../data/routes.js';

// From here on all stops have their numbers; from afar those of the route chosen alone.
export const STOP_ZOOM = 12.5;
const BESIDE_ZOOM = 14.5;
const PALE = 0.22; // of the routes beside the one that is chosen

const stopPixels = (zoom) => interpolate([[10.5, 8], [12.5, 9.5], [14, 11.5]], zoom);

// Returns what can be pointed at by its sign.
export function drawRoutes(pen, scene, state, viewport) {
  if (!state.routing || !state.layers.routes) return { stops: [], left: [] };
  const here = state.routesHere(), lit = state.routesLit(), placed = state.leftHere().filter((site) => !Number.isNaN(site.x));
  for (const site of placed) drawLeftOut(pen, site.x, site.y, state.open === 'x' + site.index, viewport);
  for (const route of here) if (!lit.includes(route)) drawWay(pen, route, PALE, viewport);
  for (const route of lit) drawWay(pen, route, 1, viewport);
  if (state.route !== null || viewport.zoom >= BESIDE_ZOOM) for (const route of lit) drawBeside(pen, route, viewport);
  const stops = lit.flatMap((route) => route.stops.map((stop) => ({ ...stop, colour: route.colour })));
  const numbered = state.route !== null || viewport.zoom >= STOP_ZOOM;
  for (const stop of [...stops].reverse()) drawStop(pen, stop.x, stop.y, numbered ? stop.order : null, stop.colour, { lit: state.open === 't' + stop.index }, viewport);
  drawFlags(pen, lit, viewport);
  return { stops, left: placed };
}

function drawWay(pen, route, alpha, viewport) {
  const k = viewport.scale, wide = interpolate([[10.5, 3], [13, 4.5], [16, 6.5]], viewport.zoom);
  pen.lineJoin = 'round'; pen.lineCap = 'round';
  pen.globalAlpha = alpha;
  for (const [colour, more] of [['#ffffff', 3.2], [route.colour, 0]]) {
    for (const { line, by } of route.legs) {
      if (!line || !line.box.meets(viewport.box)) continue;
      along(pen, line, viewport);
      // A ride is dashed.
      if (by === 'coach' && !more) pen.setLineDash([1.5 * wide / k, 2 * wide / k]);
      pen.strokeStyle = colour; pen.lineWidth = (wide + more) / k; pen.stroke();
      pen.setLineDash([]);
    }
  }
  pen.globalAlpha = 1; pen.lineCap = 'butt';
}

export function drawStop(pen, x, y, number, colour, { lit = false }, viewport) {
  const k = viewport.scale, r = (number === null ? 5.5 : stopPixels(viewport.zoom)) / k;
  pen.beginPath(); pen.arc(x, y, r + 1.5 / k, 0, 7); pen.fillStyle = '#ffffff'; pen.fill();
  pen.beginPath(); pen.arc(x, y, r - 1 / k, 0, 7);
  pen.fillStyle = lit ? '#ffffff' : colour; pen.fill();
  pen.strokeStyle = colour; pen.lineWidth = 2.4 / k; pen.stroke();
  if (number !== null) writeAt(pen, number, x, y, { size: Math.round((number > 9 ? 1.05 : 1.2) * r * k), colour: lit ? colour : '#ffffff', scale: k });
}

// The number of a route in a square, where it begins.
export function drawFlag(pen, x, y, number, colour, viewport) {
  const k = viewport.scale, half = 9.5 / k;
  pen.beginPath(); roundedBox(pen, x - half, y - half, 2 * half, 2 * half, 4 / k);
  pen.fillStyle = '#ffffff'; pen.fill();
  pen.strokeStyle = colour; pen.lineWidth = 2.6 / k; pen.stroke();
  writeAt(pen, number, x, y, { size: number > 9 ? 11 : 12.5, colour, scale: k });
}

// Where the flag of each route stands: beside its beginning, on no other flag.
export function flagsOf(routes, k) {
  const placed = [], begun = routes.map((route) => ({ route, begin: beginOf(route) })).filter(({ begin }) => begin);
  return begun.map(({ route, begin }) => {
    const spot = freeSpot({ x: begin.x - 17 / k, y: begin.y - 17 / k }, placed, 11 / k);
    placed.push(spot);
    return { route, spot };
  });
}

function drawFlags(pen, routes, viewport) {
  for (const { route, spot } of flagsOf(routes, viewport.scale)) drawFlag(pen, spot.x, spot.y, route.number, route.colour, viewport);
}

export function beginOf(route) {
  const [first] = route.legs;
  if (first && first.line && first.order === 1) return first.line.start;
  return route.stops[0] || null;
}

export function drawLeftOut(pen, x, y, lit, viewport) {
  const k = viewport.scale, r = interpolate([[10.5, 3], [14, 5]], viewport.zoom) / k, c = 0.55 * r;
  pen.beginPath(); pen.arc(x, y, r, 0, 7);
  pen.fillStyle = lit ? COLOURS.secondary : '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.secondary; pen.lineWidth = 1.5 / k; pen.stroke();
  pen.beginPath(); pen.moveTo(x - c, y + c); pen.lineTo(x + c, y - c);
  pen.strokeStyle = lit ? '#ffffff' : COLOURS.secondary; pen.stroke();
}

function drawBeside(pen, route, viewport) {
  for (const { x, y, kind } of route.beside) if (viewport.box.has(x, y)) drawRest(pen, x, y, kind, viewport);
}

// Toilets have letters that everybody knows, a place to sit a bench, water a drop.
export function drawRest(pen, x, y, kind, viewport) {
  const k = viewport.scale, half = 7.5 / k, tone = '#0f4c81';
  pen.beginPath(); roundedBox(pen, x - half, y - half, 2 * half, 2 * half, 3 / k);
  pen.fillStyle = '#ffffff'; pen.fill();
  pen.strokeStyle = tone; pen.lineWidth = 1.2 / k; pen.stroke();
  if (kind === 'toilets') { writeAt(pen, 'WC', x, y, { size: 8, colour: tone, scale: k }); return; }
  pen.beginPath();
  if (kind === 'drinking_water') {
    pen.moveTo(x, y - 4.5 / k); pen.quadraticCurveTo(x + 6.5 / k, y + 4.5 / k, x, y + 4.5 / k); pen.quadraticCurveTo(x - 6.5 / k, y + 4.5 / k, x, y - 4.5 / k);
    pen.fillStyle = tone; pen.fill();
    return;
  }
  for (const [x0, y0, x1, y1] of [[-4.5, 0, 4.5, 0], [-4.5, -3.5, 4.5, -3.5], [-3.5, 0, -3.5, 4], [3.5, 0, 3.5, 4]]) { pen.moveTo(x + x0 / k, y + y0 / k); pen.lineTo(x + x1 / k, y + y1 / k); }
  pen.stroke();
}

// Where a group is while a route is played.
export function drawMoving(pen, scene, { moving }, viewport) {
  if (!moving) return;
  const route = scene.walks.routes[moving.route], at = route && placeOn(route, moving.minutes);
  if (!at) return;
  const k = viewport.scale;
  pen.beginPath(); pen.arc(at.x, at.y, 13 / k, 0, 7); pen.fillStyle = 'rgba(255,255,255,.7)'; pen.fill();
  pen.beginPath(); pen.arc(at.x, at.y, 8 / k, 0, 7); pen.fillStyle = COLOURS.text; pen.fill();
  pen.strokeStyle = '#ffb000'; pen.lineWidth = 3.5 / k; pen.stroke();
}

// What the pointer is on.
export function drawPointedRoute(pen, scene, state, kind, index, viewport) {
  const { routes, stops, leftOut } = scene.walks;
  if (kind === 'x') { const site = leftOut[index]; drawLeftOut(pen, site.x, site.y, true, viewport); return; }
  const stop = stops[index], route = routes[stop.route];
  drawStop(pen, stop.x, stop.y, stop.order, route.colour, { lit: true }, viewport);
}
