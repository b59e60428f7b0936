// From the payload's short lists of changes to points, lines and outlines on the plane.

import { Lines, Shape } from './lines.js';

export function readPoints(flat, plane) {
  // Flat [x, y] per point on the plane; NaN where a point has no place.
  const out = new Float64Array(flat.length);
  let x = 0, y = 0;
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i] === null) { out[i] = out[i + 1] = NaN; continue; }
    x += flat[i]; y += flat[i + 1];
    out[i] = plane.gridX(x); out[i + 1] = plane.gridY(y);
  }
  return out;
}

// The payload's changes between points, `n` of them in each line, as lines on the plane.
function decodeLines(n, d, plane) {
  const xy = new Float32Array(d.length), ends = new Uint32Array(n.length);
  let x = 0, y = 0, end = 0;
  for (let at = 0; at < d.length; at += 2) {
    x += d[at]; y += d[at + 1];
    xy[at] = plane.gridX(x); xy[at + 1] = plane.gridY(y);
  }
  n.forEach((count, line) => { end += count; ends[line] = end; });
  return new Lines(xy, ends);
}

// One shape per feature of so many lines each; null for a feature without any.
function shareOut(counts, lines) {
  let first = 0;
  return counts.map((count) => {
    if (!count) return null;
    const shape = new Shape(lines, first, first + count);
    first += count;
    return shape;
  });
}

export const readShapes = ({ r, n, d }, plane) => shareOut(r, decodeLines(n, d, plane));

// Lines without their features, as one shape.
export const readLines = ({ n, d }, plane) => decodeLines(n, d, plane).all;

export const readLineSets = ({ f, n, d }, plane) => shareOut(f, decodeLines(n, d, plane));

// One line for each feature, or none.
export const readRoutes = ({ n, d }, plane) => readLineSets({ f: n.map((count) => (count ? 1 : 0)), n: n.filter((count) => count), d }, plane);

// Every column of a table as rows {index, x, y, ...}, placed by the points in the column `place`, if any.
export function rowsOf(columns, plane, place) {
  const rows = [], xy = place && columns.count ? readPoints(columns[place], plane) : [];
  for (let i = 0; i < columns.count; i++) {
    const row = { index: i, x: xy[2 * i], y: xy[2 * i + 1] };
    for (const [field, values] of Object.entries(columns)) if (Array.isArray(values) && field !== place) row[field] = values[i];
    rows.push(row);
  }
  return rows;
}
