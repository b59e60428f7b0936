// From minutes and doubts to verdicts: covered, else unknown with a reason, else a gap.

import { COVERED, GAP, UNKNOWN } from './figures.js';
import { REASONS, reasonOf } from './grounds.js';

const HOURS = REASONS.indexOf('hours not known'), EDGE = REASONS.indexOf('edge of data');

// {verdict (n), reason (n)}: `minutes` to the nearest station that counts, `doubts` from `Doubts`; `maybe` (n): minutes to one
// that counts or may be open, null where none may be besides.
export function judge({ minutes, grounds, doubts, cutoff, maybe = null }) {
  const n = minutes.length, verdict = new Uint8Array(n), reason = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    if (minutes[i] <= cutoff) { verdict[i] = COVERED; continue; }
    reason[i] = reasonOf(grounds, i, minutes[i]) || doubts[i];
    // Nobody near a station that may be open is left out for sure; of the reasons the edge of the data comes after this one.
    if (maybe && maybe[i] <= cutoff && (reason[i] === 0 || reason[i] === EDGE)) reason[i] = HOURS;
    verdict[i] = reason[i] ? UNKNOWN : GAP;
  }
  return { verdict, reason };
}
