// Lines and points by the square cells they touch: for each cell where its items start, then the items.

// A line over more cells than this, one way, is cut into parts: its own box may be a whole land.
const LONG_CELLS = 64, MOST_CELLS = 4000000;

/** Lists straight lines (x1, y1, x2, y2 each) by the cells of the box round each; `first`: the number of the first line. */
export function gridOfLines(ends, cellM, first = 0) {
  const count = ends.length / 4;
  if (!count) return { x0: 0, y0: 0, cell: 1, columns: 1, rows: 1, starts: new Int32Array(2), items: new Int32Array(0) };
  let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
  for (let k = 0; k < ends.length; k += 2) {
    const x = ends[k], y = ends[k + 1];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  const width = x1 - x0, height = y1 - y0;
  const cell = Math.max(cellM, Math.sqrt((width * height) / MOST_CELLS), Math.max(width, height) / MOST_CELLS);
  const frame = { x0, y0, cell, columns: Math.floor(width / cell) + 1, rows: Math.floor(height / cell) + 1 };
  const starts = new Int32Array(frame.columns * frame.rows + 1);
  // Counted first, then filled: the list is taken at its exact size.
  listByCell(ends, frame, starts, null, 0);
  for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
  const items = new Int32Array(starts[starts.length - 1]);
  listByCell(ends, frame, starts.slice(), items, first);
  return { ...frame, starts, items };
}

/** Lists points by cell. */
export function gridOfPoints(x, y, cellM) {
  const ends = new Float64Array(4 * x.length);
  for (let k = 0; k < x.length; k++) { ends[4 * k] = ends[4 * k + 2] = x[k]; ends[4 * k + 1] = ends[4 * k + 3] = y[k]; }
  return gridOfLines(ends, cellM);
}

// Counts the lines of each cell one place further on in `cursor`; or writes their numbers where it points to.
function listByCell(ends, { x0, y0, cell, columns, rows }, cursor, items, first) {
  const count = ends.length / 4;
  for (let line = 0; line < count; line++) {
    const ax = ends[4 * line], ay = ends[4 * line + 1], bx = ends[4 * line + 2], by = ends[4 * line + 3], wide = Math.max(Math.abs(bx - ax), Math.abs(by - ay));
    const parts = wide > LONG_CELLS * cell ? Math.ceil(wide / (LONG_CELLS * cell)) : 1;
    for (let part = 0; part < parts; part++) {
      const px = ax + ((bx - ax) * part) / parts, py = ay + ((by - ay) * part) / parts;
      const qx = part === parts - 1 ? bx : ax + ((bx - ax) * (part + 1)) / parts, qy = part === parts - 1 ? by : ay + ((by - ay) * (part + 1)) / parts;
      const left = clip(((px < qx ? px : qx) - x0) / cell, columns), right = clip(((px < qx ? qx : px) - x0) / cell, columns);
      const low = clip(((py < qy ? py : qy) - y0) / cell, rows), high = clip(((py < qy ? qy : py) - y0) / cell, rows);
      for (let row = low; row <= high; row++) {
        for (let at = row * columns + left, last = row * columns + right; at <= last; at++) {
          if (items) items[cursor[at]++] = first + line;
          else cursor[at + 1]++;
        }
      }
    }
  }
}

function clip(cells, count) {
  const at = Math.floor(cells);
  return at < 0 ? 0 : at < count ? at : count - 1;
}
