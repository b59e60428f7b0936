// Units that lie together: their discs touch, and they lie in the same town.

// Lists of units, each one cluster; `discs`: {x, y, r} of all units in metres, `townOf`: a number of each unit's town.
export function joinTouching(discs, members, townOf) {
  const { x, y, r } = discs, side = 2 * members.reduce((most, i) => Math.max(most, r[i]), 1), cells = new Map(), found = [];
  const keyOf = (column, row) => column + ':' + row, cellOf = (i) => [Math.floor(x[i] / side), Math.floor(y[i] / side)];
  for (const i of members) {
    const key = keyOf(...cellOf(i)), cell = cells.get(key);
    if (cell) cell.add(i); else cells.set(key, new Set([i]));
  }
  const takeNear = (i) => {
    const [column, row] = cellOf(i), near = [];
    for (let c = column - 1; c <= column + 1; c++) for (let q = row - 1; q <= row + 1; q++) {
      const cell = cells.get(keyOf(c, q));
      if (cell) for (const j of cell) if (townOf[j] === townOf[i] && Math.hypot(x[j] - x[i], y[j] - y[i]) <= r[i] + r[j]) { near.push(j); cell.delete(j); }
    }
    return near;
  };
  for (const start of members) {
    if (!cells.get(keyOf(...cellOf(start))).has(start)) continue;
    const cluster = takeNear(start);
    for (let at = 0; at < cluster.length; at++) cluster.push(...takeNear(cluster[at]));
    found.push(cluster);
  }
  return found;
}
