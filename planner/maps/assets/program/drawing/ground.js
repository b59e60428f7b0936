// The ground: water, green, reach, streets, borders.

import { COLOURS, reachColours } from './colours.js';
import { drawDemand } from './demand.js';
import { interpolate, pathFor } from './pens.js';
import { drawBarriers, drawCompounds } from './walls.js';

const STREET_WIDTHS = [[10, 0.7], [12, 1.2], [13, 1.9], [14, 2.8], [15, 4.2], [16, 6], [18, 12]];

const STREET_CLASSES = [{ from: 0, times: 1 }, { from: 12, times: 0.55 }, { from: 14.2, times: 0.34 }];

export function drawGround(pen, scene, state, viewport) {
  const k = viewport.scale;
  const fill = (shapes, colour) => {
    pen.fillStyle = colour;
    for (const shape of shapes) if (shape && shape.box.meets(viewport.box)) pen.fill(pathFor(shape, viewport), 'evenodd');
  };
  if (state.layers.backdrop) fill(scene.green, COLOURS.green);
  if (state.layers.reach) drawBands(pen, scene, state, viewport);
  if (state.layers.backdrop) fill(scene.water, COLOURS.water);
  if (state.layers.streets) drawStreets(pen, scene, viewport);
  if (state.layers.barriers) drawBarriers(pen, scene, viewport);
  if (state.layers.compounds) drawCompounds(pen, scene, state, viewport);
  if (state.layers.demand) drawDemand(pen, scene, state, viewport);
  drawVeil(pen, scene, state, viewport);
  if (state.layers.areas) drawBorders(pen, scene, state, k);
}

function drawBands(pen, scene, state, viewport) {
  const colours = reachColours(scene.reach.length);
  for (const band of scene.bands) {
    if (band.profile && state.bandProfile && band.profile !== state.bandProfile) continue;
    if (!band.shape || !band.shape.box.meets(viewport.box)) continue;
    // A scenario lies on top of the reach of today, which is drawn paler then.
    pen.globalAlpha = band.minutes > state.cutoff ? 0.3 : state.basemapSeen ? 0.55 : scene.plan ? 0.6 : 1;
    pen.fillStyle = colours[scene.reach.indexOf(band.minutes)];
    pen.fill(pathFor(band.shape, viewport), 'evenodd');
    pen.globalAlpha = 1;
    if (band.minutes === state.cutoff && state.cutoff !== scene.cutoffs[scene.cutoffs.length - 1]) {
      pen.strokeStyle = '#1f6f60'; pen.lineWidth = 1.4 / viewport.scale;
      pen.stroke(band.shape.path);
    }
  }
}

function drawStreets(pen, scene, viewport) {
  const base = interpolate(STREET_WIDTHS, viewport.zoom);
  const near = viewport.zoom > 14;
  pen.lineJoin = near ? 'round' : 'bevel';
  pen.lineCap = near ? 'round' : 'butt';
  const seen = scene.streets.map((chunks, rank) => {
    const { from, times } = STREET_CLASSES[rank];
    if (viewport.zoom < from && !(rank === 2 && viewport.all)) return null;
    return { chunks: chunks.filter((chunk) => chunk.box.meets(viewport.box)), width: Math.max(0.45, base * times) };
  });
  const stroke = (entry, colour, extra) => {
    pen.strokeStyle = colour; pen.lineWidth = (entry.width + extra) / viewport.scale;
    for (const chunk of entry.chunks) pen.stroke(chunk.path);
  };
  const order = [2, 1, 0].map((rank) => seen[rank]).filter((entry) => entry);
  pen.globalAlpha = interpolate([[12, 0.35], [14, 1]], viewport.zoom); // from afar the reach matters, not the streets
  for (const entry of order) if (entry.width > 0.9) stroke(entry, COLOURS.casing, 1);
  pen.globalAlpha = interpolate([[12, 0.6], [14, 1]], viewport.zoom);
  for (const entry of order) stroke(entry, COLOURS.street, 0);
  pen.globalAlpha = 1;
}

function drawVeil(pen, scene, state, viewport) {
  // Paler where people are not counted: outside the area, or outside the chosen town.
  const shapes = scene.areas.filter((area) => area.shape && (state.town === null || area.name === state.town));
  if (!shapes.length) return;
  const cover = new Path2D(), { box } = viewport;
  cover.rect(box.x0 - 9, box.y0 - 9, box.x1 - box.x0 + 18, box.y1 - box.y0 + 18);
  const clip = (paths, alpha) => {
    pen.save();
    for (const path of paths) {
      const outside = new Path2D(cover);
      outside.addPath(path);
      pen.clip(outside, 'evenodd');
    }
    pen.fillStyle = 'rgba(246,244,239,' + alpha + ')';
    pen.fill(cover);
    pen.restore();
  };
  clip(shapes.map((area) => area.shape.path), state.town === null ? 0.55 : 0.68);
}

function drawBorders(pen, scene, state, k) {
  pen.lineJoin = 'round';
  for (const area of scene.areas) {
    if (!area.shape) continue;
    const chosen = area.name === state.town;
    pen.setLineDash(chosen ? [] : [6 / k, 3 / k, 1.5 / k, 3 / k]);
    pen.strokeStyle = chosen ? COLOURS.text : COLOURS.secondary;
    pen.lineWidth = (chosen ? 2 : 1) / k;
    pen.stroke(area.shape.path);
  }
  pen.setLineDash([]);
}
