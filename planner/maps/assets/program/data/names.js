// Names of the map: towns, places, streets and rivers, placed on the plane.

import { Box } from './plane.js';
import { readPoints } from './decode.js';

// The kinds of places by their number in the payload.
const PLACE_KINDS = ['residential', 'industrial', 'commercial', 'committee', 'village', 'metro', 'park', 'water'];

export function buildNames(data) {
  const { plane } = data, towns = data.areas.name;
  return {
    places: buildPlaces(data.places, towns, plane),
    streets: buildLines(data.named_streets, towns, plane),
    rivers: buildLines(data.rivers, towns, plane),
  };
}

const townOf = (towns, number) => (number >= 0 ? towns[number] : null);

function buildPlaces(columns, towns, plane) {
  const xy = readPoints(columns.xy, plane), places = [];
  for (let i = 0; i < columns.count; i++) {
    places.push({ index: i, name: columns.name[i], kind: PLACE_KINDS[columns.kind[i]], size: columns.size[i],
      town: townOf(towns, columns.town[i]), units: columns.units[i], x: xy[2 * i], y: xy[2 * i + 1] });
  }
  return places;
}

// Each name with its lines as flat [x, y, x, y, ...], and the box round them.
function buildLines(columns, towns, plane) {
  const rows = [];
  let x = 0, y = 0, at = 0, line = 0;
  for (let i = 0; i < columns.count; i++) {
    const row = { index: i, name: columns.name[i], rank: columns.class ? columns.class[i] : 0, town: columns.town ? townOf(towns, columns.town[i]) : null, lines: [], box: new Box() };
    for (let l = 0; l < columns.lines.f[i]; l++, line++) {
      const points = new Float64Array(2 * columns.lines.n[line]);
      for (let v = 0; v < points.length; v += 2) {
        x += columns.lines.d[at++]; y += columns.lines.d[at++];
        points[v] = plane.gridX(x); points[v + 1] = plane.gridY(y);
        row.box.add(points[v], points[v + 1]);
      }
      row.lines.push(points);
    }
    rows.push(row);
  }
  return rows;
}

// The numbers of units that runs stand for: first, how many more, change to the next first, how many more, ...
export function readRuns(runs) {
  const numbers = [];
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    at += runs[i];
    for (let more = 0; more <= runs[i + 1]; more++) numbers.push(at + more);
    at += runs[i + 1];
  }
  return numbers;
}

// The point of a line in its middle: where a card of a street stands.
export function middleOf(points) {
  const total = lengthOf(points);
  let left = total / 2;
  for (let v = 2; v < points.length; v += 2) {
    const step = Math.hypot(points[v] - points[v - 2], points[v + 1] - points[v - 1]);
    if (step >= left && step > 0) {
      const part = left / step;
      return { x: points[v - 2] + part * (points[v] - points[v - 2]), y: points[v - 1] + part * (points[v + 1] - points[v - 1]) };
    }
    left -= step;
  }
  return { x: points[0], y: points[1] };
}

export function lengthOf(points) {
  let total = 0;
  for (let v = 2; v < points.length; v += 2) total += Math.hypot(points[v] - points[v - 2], points[v + 1] - points[v - 1]);
  return total;
}
