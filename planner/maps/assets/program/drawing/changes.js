// What a scenario changes: outlines of who gains and loses, numbered sites and edits.

import { placedMark } from '../data/plans.js';
import { CHANGES } from './colours.js';
import { crossTile, interpolate, netTile, numberSize, usePattern, writeAt } from './pens.js';
import { along, outline } from './trace.js';

export function* drawChanges(pen, state, viewport) {
  const { plan } = state;
  if (!plan || !state.after || !state.layers.changes) return;
  pen.lineJoin = 'round';
  for (const [rows, fill, edge, canvas] of [
    [plan.after.gained, CHANGES.gainedFill, CHANGES.gained, crossTile(CHANGES.crosses, 9)],
    [plan.after.lost, CHANGES.lostFill, CHANGES.lost, netTile(CHANGES.lost, 7)],
  ]) {
    const pattern = usePattern(pen, canvas, viewport.scale);
    for (const { shape } of rows) {
      if (!shape || !shape.box.meets(viewport.box)) continue;
      outline(pen, shape, viewport);
      pen.fillStyle = fill; pen.fill('evenodd');
      pen.fillStyle = pattern; pen.fill('evenodd');
      pen.strokeStyle = edge; pen.lineWidth = interpolate([[11.5, 0.9], [13, 1.5]], viewport.zoom) / viewport.scale;
      pen.stroke();
    }
    yield;
  }
}

const markSize = (viewport) => interpolate([[10.5, 9], [12, 11.5], [14, 14]], viewport.zoom) / viewport.scale;

// The street that a site may lie on, or the new path.
export function drawStretches(pen, state, viewport) {
  const { plan } = state;
  if (!plan || !state.layers.sites || viewport.zoom < 12.5) return;
  const k = viewport.scale, wide = interpolate([[12.5, 3], [15, 7], [17, 11]], viewport.zoom);
  pen.lineJoin = 'round'; pen.lineCap = 'round';
  for (const mark of plan.marks) {
    if (!mark.line || !mark.line.box.meets(viewport.box)) continue;
    along(pen, mark.line, viewport);
    pen.strokeStyle = '#ffffff'; pen.lineWidth = (wide + 3) / k; pen.globalAlpha = 0.8; pen.stroke();
    pen.strokeStyle = CHANGES.site; pen.lineWidth = wide / k; pen.globalAlpha = state.open === 's' + mark.index ? 1 : 0.75;
    if (mark.op === 'add_path' || mark.op === 'move') pen.setLineDash([2 * wide / k, 1.6 * wide / k]);
    pen.stroke(); pen.setLineDash([]);
  }
  pen.globalAlpha = 1; pen.lineCap = 'butt';
}

// A ring with a number; that of a station that closes is red, with a small crossed disc at its upper right.
export function drawSiteRing(pen, x, y, number, look, viewport) {
  const k = viewport.scale, r = markSize(viewport) * (look.small ? 0.7 : 1), closes = look.op === 'close', colour = closes ? CHANGES.lost : CHANGES.site;
  pen.beginPath(); pen.arc(x, y, r + 1.6 / k, 0, 7); pen.fillStyle = '#ffffff'; pen.fill();
  pen.beginPath(); pen.arc(x, y, r - 1.2 / k, 0, 7);
  pen.fillStyle = look.lit ? colour : '#ffffff'; pen.fill();
  pen.strokeStyle = colour; pen.lineWidth = 3.2 / k;
  pen.setLineDash(look.dashed ? [3.4 / k, 2.6 / k] : []); pen.stroke(); pen.setLineDash([]);
  if (number !== null) {
    writeAt(pen, number, x, y, { size: numberSize(number, 0.95 * r * k), colour: look.lit ? '#ffffff' : closes ? CHANGES.lost : CHANGES.siteText, scale: k });
  }
  if (!closes) return;
  const bx = x + 0.85 * r, by = y - 0.85 * r, c = 0.26 * r;
  pen.beginPath(); pen.arc(bx, by, 0.52 * r, 0, 7); pen.fillStyle = colour; pen.fill();
  pen.strokeStyle = '#ffffff'; pen.lineWidth = 1.6 / k; pen.stroke();
  pen.beginPath(); pen.moveTo(bx - c, by - c); pen.lineTo(bx + c, by + c); pen.moveTo(bx + c, by - c); pen.lineTo(bx - c, by + c); pen.stroke();
}

// Returns the marks drawn.
export function drawSites(pen, scene, state, viewport) {
  const { plan } = state;
  if (!plan || !state.layers.sites) return [];
  const other = state.other === null ? null : scene.others.rows[state.other];
  const shown = plan.marks.filter(placedMark);
  const numbered = state.tab === 'sites' || state.tab === 'changes' || state.trying; // elsewhere other things have numbers
  if (state.proposing && state.tab === 'todo') return [];
  for (const mark of [...shown].reverse()) { // the first lies on top
    const left = other && other.left.includes(mark.index);
    const away = state.town !== null && mark.town && mark.town !== state.town;
    pen.globalAlpha = left || away ? 0.35 : state.after ? 1 : 0.55;
    const open = state.open === 's' + mark.index;
    drawSiteRing(pen, mark.x, mark.y, numbered || open ? mark.number : null, { lit: open, op: mark.op, dashed: left, small: !numbered && !open }, viewport);
  }
  pen.globalAlpha = 1;
  if (!state.proposing) return shown;
  for (const sign of scene.closed) drawSiteRing(pen, sign.x, sign.y, null, { op: 'close' }, viewport);
  if (scene.asked) drawSiteRing(pen, scene.asked[0], scene.asked[1], '?', { dashed: true }, viewport);
  if (other) for (const place of other.added) drawSiteRing(pen, scene.others.xy[2 * place], scene.others.xy[2 * place + 1], null, { dashed: true }, viewport);
  return shown;
}

export function drawCandidates(pen, scene, state, viewport) {
  const xy = scene.candidates;
  if (!xy.length || !state.layers.candidates || !state.proposing) return;
  const k = viewport.scale, r = interpolate([[10.5, 0.8], [13, 1.8], [16, 3.4]], viewport.zoom) / k, { box } = viewport;
  pen.fillStyle = CHANGES.site; pen.globalAlpha = 0.6;
  for (let i = 0; i < xy.length; i += 2) {
    if (!box.has(xy[i], xy[i + 1])) continue;
    pen.fillRect(xy[i] - r, xy[i + 1] - r, 2 * r, 2 * r);
  }
  pen.globalAlpha = 1;
}

export function drawHovered(pen, plan, kind, index, viewport) {
  if (kind === 's') {
    const mark = plan.marks[index];
    pen.lineWidth = 3 / viewport.scale; pen.lineJoin = 'round';
    for (const [rows, colour] of [[plan.after.gained, CHANGES.gained], [plan.after.lost, CHANGES.lost]]) {
      pen.strokeStyle = colour;
      for (const row of rows) if (row.site === index && row.shape) { outline(pen, row.shape, viewport); pen.stroke(); }
    }
    if (placedMark(mark)) drawSiteRing(pen, mark.x, mark.y, mark.number, { lit: true, op: mark.op }, viewport);
    return;
  }
  const row = kind === 'n' ? plan.after.gained[index] : plan.after.lost[index];
  pen.strokeStyle = kind === 'n' ? CHANGES.gained : CHANGES.lost; pen.lineWidth = 3 / viewport.scale; pen.lineJoin = 'round';
  outline(pen, row.shape, viewport); pen.stroke();
}
