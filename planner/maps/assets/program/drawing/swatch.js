// The sign of one line of the legend, drawn as it is on the map.

import { COVERED, GAP } from '../data/values.js';
import { drawSiteRing } from './changes.js';
import { BARRIERS, CHANGES, COLOURS, VERDICT_COLOURS, WALLS } from './colours.js';
import { crossTile, dotTile, hatchTile, netTile, roundedBox, usePattern } from './pens.js';
import { WAYS, drawHome, drawHost, drawUnmet } from './courses.js';
import { drawLeftOut, drawRest, drawStop } from './routes.js';
import { drawSign } from './signs.js';
import { drawTodoSign } from './todo.js';
import { drawGate, drawQuestion } from './walls.js';

export function legendSwatch(what) {
  const canvas = document.createElement('canvas');
  const wide = 24, high = 16;
  canvas.width = wide * 2; canvas.height = high * 2;
  canvas.className = 'swatch'; canvas.setAttribute('aria-hidden', 'true');
  const pen = canvas.getContext('2d');
  pen.scale(2, 2);
  const box = new Path2D();
  roundedBox(box, 1.5, 1.5, wide - 3, high - 3, 3);
  if (what.band) {
    pen.fillStyle = what.band; pen.fill(box);
    pen.strokeStyle = 'rgba(28,36,48,.18)'; pen.lineWidth = 0.8; pen.stroke(box);
  } else if (what.gap) {
    pen.fillStyle = 'rgba(251,146,60,.5)'; pen.fill(box);
    pen.fillStyle = usePattern(pen, hatchTile(COLOURS.gapEdge, 6), 1); pen.fill(box);
    pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.4; pen.stroke(box);
  } else if (what.unknown) {
    pen.fillStyle = '#e6e6ea'; pen.fill(box);
    pen.fillStyle = usePattern(pen, dotTile(COLOURS.unknown), 1); pen.fill(box);
    pen.setLineDash([3, 2]); pen.strokeStyle = COLOURS.unknown; pen.lineWidth = 1.1; pen.stroke(box);
  } else if (what.sign) drawSign(pen, what.sign, wide / 2, high / 2, 1, what.sign.level === 'district' ? 4.6 : 5, what.sign.shut);
  else if (what.compound) {
    pen.fillStyle = 'rgba(138,127,109,.16)'; pen.fill(box);
    pen.strokeStyle = WALLS.outline; pen.lineWidth = 1.3; pen.stroke(box);
  } else if (what.question) drawQuestion(pen, wide / 2, high / 2, 1);
  else if (what.gate) drawGate(pen, what.gate, wide / 2, high / 2, 1, 4);
  else if (what.todo) drawTodoSign(pen, what.todo, wide / 2, high / 2, null, false, { scale: 1.35, zoom: 12 });
  else if (what.barriers) {
    what.barriers.forEach((kind, i) => {
      const y = high / 2 + (i - (what.barriers.length - 1) / 2) * 3.6;
      pen.strokeStyle = BARRIERS[kind].colour; pen.lineWidth = 1.6; pen.setLineDash(BARRIERS[kind].dash);
      pen.beginPath(); pen.moveTo(2, y); pen.lineTo(wide - 2, y); pen.stroke();
    });
  } else if (what.gained || what.lost || what.ring || what.stretch || what.candidate) changeSwatch(pen, what, box, wide, high);
  else if (what.way !== undefined || what.home !== undefined || what.host || what.unmet) courseSwatch(pen, what, wide, high);
  else if (what.route || what.stop || what.left || what.rest) routeSwatch(pen, what, wide, high);
  else if (what.verdict !== undefined) {
    pen.fillStyle = pen.strokeStyle = VERDICT_COLOURS[what.verdict];
    if (what.verdict === GAP) pen.fillRect(8.5, 4.5, 7, 7);
    else {
      pen.beginPath(); pen.arc(12, 8, 3.6, 0, 7);
      if (what.verdict === COVERED) pen.fill(); else pen.stroke();
    }
  }
  return canvas;
}

function routeSwatch(pen, what, wide, high) {
  const at = { scale: 1, zoom: 14 }, x = wide / 2, y = high / 2;
  if (what.stop) drawStop(pen, x, y, 1, COLOURS.text, {}, { scale: 1.45, zoom: 12.5 });
  else if (what.left) drawLeftOut(pen, x, y, false, at);
  else if (what.rest) drawRest(pen, x, y, what.rest, { scale: 1.05 });
  else {
    pen.strokeStyle = what.route.colour; pen.lineWidth = 4; pen.lineCap = 'round';
    if (what.route.dashed) pen.setLineDash([5, 6]);
    pen.beginPath(); pen.moveTo(3, y); pen.lineTo(wide - 3, y); pen.stroke(); pen.setLineDash([]);
  }
}

function courseSwatch(pen, what, wide, high) {
  const at = { scale: 1, zoom: 13 }, x = wide / 2, y = high / 2;
  if (what.host) { drawHost(pen, { x, y, people: 0, sessions: '' }, { number: null, lit: false }, { ...at, scale: 0.8 }); return; }
  if (what.home !== undefined) { drawHome(pen, x, y, what.home, { lit: false, chosen: true }, at); return; }
  if (what.unmet) { drawUnmet(pen, x, y, { lit: false }, at); return; }
  const { colour, dash } = WAYS[what.way];
  pen.strokeStyle = colour; pen.lineWidth = 2.6; pen.lineCap = 'round'; pen.setLineDash(dash);
  pen.beginPath(); pen.moveTo(2, y); pen.lineTo(wide - 2, y); pen.stroke(); pen.setLineDash([]);
}

function changeSwatch(pen, what, box, wide, high) {
  if (what.gained || what.lost) {
    pen.fillStyle = what.gained ? CHANGES.gainedFill : CHANGES.lostFill; pen.fill(box);
    pen.fillStyle = usePattern(pen, what.gained ? crossTile(CHANGES.crosses, 6) : netTile(CHANGES.lost, 5), 1); pen.fill(box);
    pen.strokeStyle = what.gained ? CHANGES.gained : CHANGES.lost; pen.lineWidth = 1.4; pen.stroke(box);
  } else if (what.ring) drawSiteRing(pen, wide / 2, high / 2 + (what.ring.op === 'close' ? 1 : 0), what.ring.number, what.ring, { scale: 1.45, zoom: 10 });
  else if (what.stretch) {
    pen.strokeStyle = CHANGES.site; pen.lineWidth = 4; pen.lineCap = 'round'; pen.setLineDash(what.stretch.dash || []);
    pen.beginPath(); pen.moveTo(4, high - 5); pen.lineTo(wide - 4, 5); pen.stroke(); pen.setLineDash([]);
  } else { pen.fillStyle = CHANGES.site; pen.fillRect(wide / 2 - 2, high / 2 - 2, 4, 4); }
}
