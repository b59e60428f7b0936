// Where people are left out, and where nobody can tell.

import { COLOURS } from './colours.js';
import { dotTile, hatchTile, interpolate, usePattern } from './pens.js';
import { outline } from './trace.js';
import { GAP_ZOOM } from './zooms.js';

const AT_ONCE = 8, FAINT = 'rgba(251,146,60,.3)';

export function* drawUnknown(pen, state, viewport) {
  const k = viewport.scale, dots = usePattern(pen, dotTile(COLOURS.unknown, 'rgba(226,226,230,.72)'), k);
  pen.setLineDash([4 / k, 3 / k]);
  pen.strokeStyle = COLOURS.unknown; pen.lineWidth = interpolate([[11.5, 0.6], [13, 1.1]], viewport.zoom) / k;
  let drawn = 0;
  for (const area of state.unknown) {
    if (!area.shape || !area.shape.box.meets(viewport.box)) continue;
    pen.globalAlpha = state.town === null || area.town === null || area.town === state.town ? 1 : 0.35;
    outline(pen, area.shape, viewport);
    pen.fillStyle = dots; pen.fill('evenodd');
    pen.stroke();
    if (++drawn % AT_ONCE === 0) yield;
  }
  pen.setLineDash([]); pen.globalAlpha = 1;
  yield;
}

export function* drawGaps(pen, state, viewport) {
  const k = viewport.scale, hatch = usePattern(pen, hatchTile('rgba(194,65,12,.6)', 9, 'rgba(251,146,60,.26)'), k);
  let drawn = 0;
  pen.lineJoin = 'round';
  pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = interpolate([[11.5, 0.8], [13, 1.4]], viewport.zoom) / k;
  for (const gap of state.gaps) {
    if (!gap.shape || !state.isGap(gap) || !gap.shape.box.meets(viewport.box)) continue;
    pen.globalAlpha = state.town === null || gap.town === state.town ? 1 : 0.3;
    outline(pen, gap.shape, viewport);
    // Ten stand out; the others are faint until the map is near.
    const strong = viewport.zoom >= GAP_ZOOM || state.isFirst(gap);
    pen.fillStyle = strong ? hatch : FAINT; pen.fill('evenodd');
    if (strong) pen.stroke();
    if (++drawn % AT_ONCE === 0) yield;
  }
  pen.globalAlpha = 1;
  yield;
}
