// Facilities: small signs of a constant size.

import { COLOURS } from './colours.js';
import { interpolate } from './pens.js';

function signPath(pen, level, x, y, r) {
  pen.beginPath();
  if (level === 'district') {
    for (let i = 0; i < 10; i++) {
      const turn = (Math.PI * (i - 2.5)) / 5, reach = (i % 2 ? 0.82 : 1.9) * r;
      pen.lineTo(x + Math.cos(turn) * reach, y + Math.sin(turn) * reach);
    }
    pen.closePath();
  } else if (level === 'town') {
    const d = r * 1.42;
    pen.moveTo(x, y - d); pen.lineTo(x + d, y); pen.lineTo(x, y + d); pen.lineTo(x - d, y); pen.closePath();
  } else pen.arc(x, y, r, 0, 7);
}

export function drawSign(pen, sign, x, y, k, r, shut = false) {
  // A hollow sign is not joined to the streets, or closed; a dashed one is planned; a pale one lies
  // outside the area; one that is shut at the moment chosen is hollow and pale.
  const hollow = !sign.joined || sign.status === 'closed' || shut, planned = sign.status === 'planned';
  const colour = sign.in_ring || shut ? COLOURS.pale : COLOURS.facility;
  signPath(pen, sign.level, x, y, r / k);
  pen.lineJoin = 'round';
  if (hollow || planned) {
    pen.fillStyle = '#ffffff'; pen.fill();
    pen.strokeStyle = colour; pen.lineWidth = Math.min(1.8, 0.5 * r) / k;
    pen.setLineDash(planned ? [2.4 / k, 1.8 / k] : []);
    pen.stroke(); pen.setLineDash([]);
    if (sign.status === 'closed') {
      const c = (0.6 * r) / k;
      pen.beginPath(); pen.moveTo(x - c, y - c); pen.lineTo(x + c, y + c);
      pen.moveTo(x + c, y - c); pen.lineTo(x - c, y + c); pen.stroke();
    }
  } else {
    pen.strokeStyle = '#ffffff'; pen.lineWidth = Math.min(2.4, 0.6 * r) / k; pen.stroke();
    pen.fillStyle = colour; pen.fill();
  }
}

export function signSize(level, zoom) {
  const base = interpolate([[10, 1.4], [11.5, 2], [12.5, 3], [13.2, 4], [14, 5], [16, 6.5]], zoom);
  return base * (level === 'district' ? 1.35 : level === 'town' ? 1.1 : 1);
}

export function drawHalo(pen, sign, viewport) {
  const k = viewport.scale;
  pen.beginPath(); pen.arc(sign.x, sign.y, (signSize(sign.level, viewport.zoom) + 6) / k, 0, 7);
  pen.fillStyle = 'rgba(255,255,255,.75)'; pen.fill();
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 2 / k; pen.stroke();
}

export function drawFacilities(pen, scene, state, viewport) {
  const k = viewport.scale, { box } = viewport;
  pen.globalAlpha = state.routing && viewport.zoom < 13.5 ? 0.35 : 1; // from afar they are not what routes are about
  for (const sign of scene.facilitiesByWeight) {
    if (!box.has(sign.x, sign.y)) continue;
    const size = signSize(sign.level, viewport.zoom);
    if (state.open === 'f' + sign.index) drawHalo(pen, sign, viewport);
    drawSign(pen, sign, sign.x, sign.y, k, size, scene.choices.isShut(sign, state.when));
  }
  pen.globalAlpha = 1;
}
