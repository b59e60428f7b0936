// Where a text may stand along a line: in its middle, on long lines again and again, upright, where the line is straight.

import { lengthOf } from '../data/names.js';

// The points at these distances from the start of the line, ascending.
function pointsAt(points, distances) {
  const found = [];
  let gone = 0, next = 0;
  for (let v = 2; v < points.length && next < distances.length; v += 2) {
    const dx = points[v] - points[v - 2], dy = points[v + 1] - points[v - 1], step = Math.hypot(dx, dy);
    while (next < distances.length && distances[next] <= gone + step) {
      const part = step ? (distances[next] - gone) / step : 0;
      found.push({ x: points[v - 2] + part * dx, y: points[v - 1] + part * dy });
      next++;
    }
    gone += step;
  }
  return found;
}

// The place of a text in the middle at this distance, null where the line bends too much for it.
function standAt(points, middle, wide, high) {
  const [start, quarter, centre, last, end] = pointsAt(points, [-0.5, -0.25, 0, 0.25, 0.5].map((part) => middle + part * wide));
  if (!end) return null;
  const dx = end.x - start.x, dy = end.y - start.y, chord = Math.hypot(dx, dy);
  if (chord < 0.94 * wide) return null;
  const bent = [quarter, centre, last].some((one) => Math.abs((one.x - start.x) * dy - (one.y - start.y) * dx) / chord > 0.4 * high);
  if (bent) return null;
  let angle = Math.atan2(dy, dx);
  if (angle > Math.PI / 2) angle -= Math.PI; else if (angle <= -Math.PI / 2) angle += Math.PI; // upright
  return { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2, angle };
}

// For each repeat of the text along the line the places it may stand at, the best first.
export function placesAlong(points, wide, high, spacing) {
  const length = lengthOf(points), repeats = Math.max(1, Math.round(length / spacing)), part = length / repeats, found = [];
  if (length < wide + high) return found;
  for (let i = 0; i < repeats; i++) {
    const middle = (i + 0.5) * part, places = [];
    for (let away = 0; away <= part / 2 && places.length < 5; away += 1.5 * high) {
      for (const distance of away ? [middle - away, middle + away] : [middle]) {
        if (distance < wide / 2 || distance > length - wide / 2) continue;
        const place = standAt(points, distance, wide, high);
        if (place) places.push(place);
      }
    }
    if (places.length) found.push(places);
  }
  return found;
}
