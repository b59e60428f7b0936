// The places where people are counted, by verdict.

import { COVERED, GAP, UNKNOWN } from '../data/values.js';
import { VERDICT_COLOURS } from './colours.js';

// The verdicts of an older result at a moment: covered where `only_at` names it; a unit that cannot be judged stays so.
function verdictsAt({ demand }, state) {
  const { only, only_at: onlyAt } = demand, { verdict } = state, { moment } = state.whom;
  if (state.gapsFit || !moment || !onlyAt) return verdict;
  const open = only.map((names) => names.split(';').includes(moment));
  return verdict.map((code, i) => (open[onlyAt[i]] ? COVERED : code === UNKNOWN ? UNKNOWN : GAP));
}

export function drawDemand(pen, scene, state, viewport) {
  const { xy, people } = scene.demand, { scale: k, zoom, box } = viewport;
  const verdict = verdictsAt(scene, state);
  const grow = Math.max(0.45, Math.min(2, (zoom - 10.5) / 3));
  pen.lineWidth = 1 / k;
  for (let i = 0; i < verdict.length; i++) {
    const x = xy[2 * i], y = xy[2 * i + 1];
    if (!box.has(x, y) || verdict[i] < 0) continue;
    const r = (grow * (1 + Math.min(2.4, Math.sqrt(people[i] || 0) / 12))) / k;
    if (verdict[i] === GAP) { pen.fillStyle = VERDICT_COLOURS[GAP]; pen.fillRect(x - r, y - r, 2 * r, 2 * r); continue; }
    pen.beginPath(); pen.arc(x, y, r, 0, 7);
    if (verdict[i] === COVERED) { pen.fillStyle = VERDICT_COLOURS[COVERED]; pen.fill(); }
    else { pen.strokeStyle = VERDICT_COLOURS[UNKNOWN]; pen.stroke(); }
  }
}
