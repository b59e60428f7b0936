// From the payload's short lists of changes to points, lines and outlines on the plane.

import { Box, FAR_STEP } from './plane.js';

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

export function readShapes(shape, plane) {
  // One {path, far, box} per feature, `far` without what is less than a pixel from afar; null for a feature without an outline.
  const shapes = [];
  let x = 0, y = 0, at = 0, ring = 0;
  for (const rings of shape.r) {
    if (!rings) { shapes.push(null); continue; }
    const path = new Path2D(), far = new Path2D(), box = new Box();
    let farX = 0, farY = 0;
    for (let r = 0; r < rings; r++, ring++) {
      for (let v = 0; v < shape.n[ring]; v++) {
        x += shape.d[at++]; y += shape.d[at++];
        const px = plane.gridX(x), py = plane.gridY(y);
        box.add(px, py);
        if (v === 0) { path.moveTo(px, py); far.moveTo(px, py); } else path.lineTo(px, py);
        if (v === 0 || Math.abs(px - farX) + Math.abs(py - farY) > FAR_STEP) {
          if (v) far.lineTo(px, py);
          farX = px; farY = py;
        }
      }
      path.closePath(); far.closePath();
    }
    shapes.push({ path, far, box });
  }
  return shapes;
}

export function readLines(lines, plane, cell) {
  // Lines in square cells of the plane, one path per cell, so that only what is seen is drawn.
  const cells = new Map();
  let x = 0, y = 0, at = 0;
  for (const count of lines.n) {
    let chunk = null;
    for (let v = 0; v < count; v++) {
      x += lines.d[at++]; y += lines.d[at++];
      const px = plane.gridX(x), py = plane.gridY(y);
      if (v === 0) {
        const key = Math.floor(px / cell) + ':' + Math.floor(py / cell);
        chunk = cells.get(key);
        if (!chunk) { chunk = { path: new Path2D(), box: new Box() }; cells.set(key, chunk); }
        chunk.path.moveTo(px, py);
      } else chunk.path.lineTo(px, py);
      chunk.box.add(px, py);
    }
  }
  return [...cells.values()];
}

export function readLineSets(lines, plane) {
  // Lines of each feature as one {path, box, start}, `start` the first point; null for a feature without any.
  let x = 0, y = 0, at = 0, line = 0;
  return lines.f.map((count) => {
    if (!count) return null;
    const path = new Path2D(), box = new Box();
    let start = null;
    for (let i = 0; i < count; i++, line++) {
      for (let v = 0; v < lines.n[line]; v++) {
        x += lines.d[at++]; y += lines.d[at++];
        const px = plane.gridX(x), py = plane.gridY(y);
        box.add(px, py);
        if (v === 0) path.moveTo(px, py); else path.lineTo(px, py);
        start = start || { x: px, y: py };
      }
    }
    return { path, box, start };
  });
}

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
