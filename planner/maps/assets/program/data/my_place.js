// What is known of a place: the homes there, their walks, the stations they reach. Nothing is worked out that a run did not.

// People further from a click than this are not the people of that place, metres.
export const NEAR_M = 100;

// The unit nearest to a point within some reach of the plane, -1 where there is none.
export function nearestUnit(demand, x, y, reach) {
  const { xy, verdict } = demand;
  let best = -1, least = reach;
  for (let i = 0; i < verdict.length; i++) {
    const away = Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y);
    if (away <= least) { least = away; best = i; }
  }
  return best;
}

// Which stations a unit reaches: {near, within, why, reach}, as places in the table of stations; null where a result does not say.
export function reachOf(demand, unit) {
  if (!demand.combination) return null;
  const one = demand.combination[unit];
  return { near: demand.near[one], within: demand.within[one], why: demand.reasons[demand.why[one]], reach: demand.reach[one] };
}

// Of some units: the one with most people, the shortest and the longest walk, people by verdict and by kind.
export function sumUnits(demand, units) {
  let lead = units[0], low = null, high = null, unreached = 0;
  const byVerdict = new Map(), byKind = new Map();
  for (const unit of units) {
    const people = demand.people[unit] || 0, minutes = demand.minutes[unit];
    if (people > (demand.people[lead] || 0)) lead = unit;
    if (minutes === null) unreached++;
    else { low = low === null ? minutes : Math.min(low, minutes); high = high === null ? minutes : Math.max(high, minutes); }
    byVerdict.set(demand.verdict[unit], (byVerdict.get(demand.verdict[unit]) || 0) + people);
    byKind.set(demand.kind[unit], (byKind.get(demand.kind[unit]) || 0) + people);
  }
  return { lead, low, high, unreached, byVerdict, byKind };
}

// The station that counts and is nearest in a straight line; null where there is none.
export function nearestStation(facilities, x, y) {
  let best = null, least = Infinity;
  for (const one of facilities) {
    if (!one.joined || one.approximate || one.status === 'closed' || one.status === 'planned') continue;
    const away = Math.hypot(one.x - x, one.y - y);
    if (away < least) { least = away; best = one; }
  }
  return best;
}

function awayFromPiece(x, y, x0, y0, x1, y1) {
  const dx = x1 - x0, dy = y1 - y0, square = dx * dx + dy * dy;
  const part = square ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / square)) : 0;
  return Math.hypot(x0 + part * dx - x, y0 + part * dy - y);
}

// The named street nearest to a point within some reach; null where there is none.
export function nearestStreet(streets, x, y, reach) {
  let best = null, least = reach;
  for (const street of streets) {
    const { box } = street;
    if (x < box.x0 - least || x > box.x1 + least || y < box.y0 - least || y > box.y1 + least) continue;
    for (const points of street.lines) {
      for (let v = 2; v < points.length; v += 2) {
        const away = awayFromPiece(x, y, points[v - 2], points[v - 1], points[v], points[v + 1]);
        if (away <= least) { least = away; best = street; }
      }
    }
  }
  return best;
}
