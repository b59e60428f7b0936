// What is in hand: the corners of a path, or a station that is being dragged.

import { placedMark } from '../data/plans.js';
import { drawSiteRing } from './changes.js';
import { CHANGES } from './colours.js';

export function drawTrial(pen, state, viewport) {
  if (!state.trying) return;
  const { draft, dragged } = state.trial, k = viewport.scale;
  drawNumbers(pen, state, viewport);
  pen.lineJoin = 'round'; pen.lineCap = 'round';
  if (draft.length) {
    for (const { colour, wide } of [{ colour: '#ffffff', wide: 8 }, { colour: CHANGES.site, wide: 4 }]) {
      pen.beginPath();
      draft.forEach(([x, y]) => pen.lineTo(x, y));
      pen.strokeStyle = colour; pen.lineWidth = wide / k; pen.stroke();
    }
    for (const [x, y] of draft) {
      pen.beginPath(); pen.arc(x, y, 5 / k, 0, 7);
      pen.fillStyle = '#ffffff'; pen.fill();
      pen.strokeStyle = CHANGES.site; pen.lineWidth = 2.5 / k; pen.stroke();
    }
  }
  if (dragged) {
    pen.beginPath(); pen.moveTo(dragged.from.x, dragged.from.y); pen.lineTo(dragged.x, dragged.y);
    pen.strokeStyle = CHANGES.site; pen.lineWidth = 2.5 / k; pen.setLineDash([2 / k, 6 / k]); pen.stroke(); pen.setLineDash([]);
    drawSiteRing(pen, dragged.x, dragged.y, null, { lit: true, op: 'move' }, viewport);
  }
  pen.lineCap = 'butt';
}

// The edits once more, above the names of the map: they are what the reader works with.
function drawNumbers(pen, { trial, plan, after, open, layers }, viewport) {
  if (!layers.sites) return;
  pen.globalAlpha = after ? 1 : 0.55;
  for (const mark of plan.marks.filter(placedMark)) if (!trial.dragged || trial.dragged.from.id !== mark.id) drawSiteRing(pen, mark.x, mark.y, mark.number, { lit: open === 's' + mark.index, op: mark.op }, viewport);
  pen.globalAlpha = 1;
}
