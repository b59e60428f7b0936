// The ground: everything that is drawn to the scale of the map, from water up to gaps.
// Each function stops after a piece of work, so that a browser can do something else in between.

import { drawChanges } from './changes.js';
import { COLOURS, reachColours } from './colours.js';
import { drawDemand } from './demand.js';
import { drawGaps, drawUnknown } from './gaps.js';
import { interpolate } from './pens.js';
import { drawChangedReach } from './reach.js';
import { outline, traceLines, traceRings } from './trace.js';
import { drawBarriers, drawCompounds } from './walls.js';

const STREET_WIDTHS = [[10, 0.7], [12, 1.2], [13, 1.9], [14, 2.8], [15, 4.2], [16, 6], [18, 12]];

const PALER = 0.6; // of the reach below what changes

const STREET_CLASSES = [{ from: 0, times: 1 }, { from: 12, times: 0.55 }, { from: 14.2, times: 0.34 }];

// What the ground looks like rests on these choices alone.
export function groundDependsOn({ layers, quiet, gapKind, town, cutoff, bandProfile, whom, view, planPlace, after, basemapSeen, trial }) {
  return JSON.stringify([layers, quiet, basemapSeen, gapKind, town, cutoff, bandProfile, whom, view, planPlace, after, view === 'trial' ? trial.version : 0]);
}

export function* drawGround(pen, scene, state, viewport) {
  const { layers } = state;
  if (layers.backdrop) { fillShapes(pen, scene.green, COLOURS.green, viewport); yield; }
  if (layers.reach) yield* drawBands(pen, scene, state, viewport);
  if (layers.backdrop) { fillShapes(pen, scene.water, COLOURS.water, viewport); yield; }
  if (layers.streets) yield* drawStreets(pen, scene, viewport);
  if (layers.barriers) yield* drawBarriers(pen, scene, viewport);
  if (layers.compounds) { drawCompounds(pen, scene, viewport); yield; }
  if (layers.demand) { drawDemand(pen, scene, state, viewport); yield; }
  drawVeil(pen, scene, state, viewport);
  yield;
  if (layers.areas) { drawBorders(pen, scene, state, viewport); yield; }
  if (layers.unknown) yield* drawUnknown(pen, state, viewport);
  if (layers.gaps) yield* drawGaps(pen, state, viewport);
  yield* drawChanges(pen, state, viewport);
}

function fillShapes(pen, shapes, colour, viewport) {
  pen.fillStyle = colour;
  for (const shape of shapes) if (shape && shape.box.meets(viewport.box)) { outline(pen, shape, viewport); pen.fill('evenodd'); }
}

function* drawBands(pen, scene, state, viewport) {
  const colours = reachColours(scene.reach.length), walker = state.bandProfile;
  if (walker === null) return;
  for (const band of scene.bands) {
    if (band.profile && walker && band.profile !== walker) continue;
    if (!band.shape || !band.shape.box.meets(viewport.box)) continue;
    outline(pen, band.shape, viewport);
    // A scenario lies on top of the reach of today, which is drawn paler then.
    pen.globalAlpha = band.minutes > state.cutoff ? 0.3 : state.basemapSeen ? 0.55 : state.plan ? PALER : 1;
    pen.fillStyle = colours[scene.reach.indexOf(band.minutes)];
    pen.fill('evenodd');
    pen.globalAlpha = 1;
    if (band.minutes === state.cutoff && state.cutoff !== state.lastCutoff) {
      pen.strokeStyle = '#1f6f60'; pen.lineWidth = 1.4 / viewport.scale;
      pen.stroke();
    }
    yield;
  }
  if (!state.trying || !state.changed || !state.trial.reach) return;
  const bands = scene.reach.map((minutes, i) => [minutes, colours[i]]).reverse();
  drawChangedReach(pen, state.trial.reach, { bands, alpha: PALER, solid: !state.basemapSeen, paint: (over) => { if (state.layers.backdrop) fillShapes(over, scene.green, COLOURS.green, viewport); } }, viewport);
  yield;
}

function* drawStreets(pen, scene, viewport) {
  const { zoom, scale } = viewport, base = interpolate(STREET_WIDTHS, zoom), near = zoom > 14;
  pen.lineJoin = near ? 'round' : 'bevel';
  pen.lineCap = near ? 'round' : 'butt';
  const seen = [2, 1, 0].filter((rank) => scene.streets[rank] && zoom >= STREET_CLASSES[rank].from).map((rank) => {
    const path = new Path2D();
    traceLines(path, scene.streets[rank], viewport);
    return { path, width: Math.max(0.45, base * STREET_CLASSES[rank].times) };
  });
  const alphas = { casing: interpolate([[12, 0.35], [14, 1]], zoom), street: interpolate([[12, 0.6], [14, 1]], zoom) }; // from afar the reach matters, not the streets
  for (const colour of ['casing', 'street']) {
    for (const { path, width } of seen) {
      if (colour === 'casing' && width <= 0.9) continue;
      pen.globalAlpha = alphas[colour]; pen.strokeStyle = COLOURS[colour]; pen.lineWidth = (width + (colour === 'casing' ? 1 : 0)) / scale;
      pen.stroke(path);
      pen.globalAlpha = 1;
      yield;
    }
  }
  pen.lineCap = 'butt';
}

// Paler where people are not counted: outside the area, or outside the chosen town.
function drawVeil(pen, scene, state, viewport) {
  const { box } = viewport, town = scene.areas.find((area) => area.shape && state.town !== null && area.name === state.town);
  const inside = town ? town.shape : scene.whole;
  if (!inside) return;
  pen.beginPath();
  pen.rect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0);
  traceRings(pen, inside, viewport);
  pen.fillStyle = 'rgba(246,244,239,' + (town ? 0.68 : 0.55) + ')';
  pen.fill('evenodd');
}

function drawBorders(pen, scene, state, viewport) {
  const k = viewport.scale;
  pen.lineJoin = 'round';
  for (const area of scene.areas) {
    if (!area.shape || !area.shape.box.meets(viewport.box)) continue;
    const chosen = area.name === state.town;
    pen.setLineDash(chosen ? [] : [6 / k, 3 / k, 1.5 / k, 3 / k]);
    pen.strokeStyle = chosen ? COLOURS.text : COLOURS.secondary;
    pen.lineWidth = (chosen ? 2 : 1) / k;
    outline(pen, area.shape, viewport); pen.stroke();
  }
  pen.setLineDash([]);
}
