// Land in the plan's frame: what lies in it, how far its edge is, and walks that touch the edge.

export class Land {
  // `ends`: flat, x and y of both ends of each straight piece of its outlines, holes too.
  constructor(ends) { this.ends = ends; }

  // Whether a place lies in it, on its edge, or within `rim` metres of it.
  holds(x, y, rim) { return this.contains(x, y) || (rim > 0 && this.metresTo(x, y) <= rim); }

  contains(x, y) {
    const { ends } = this;
    let inside = false;
    for (let i = 0; i < ends.length; i += 4) {
      const y0 = ends[i + 1], y1 = ends[i + 3];
      if (y0 > y !== y1 > y && x < ends[i] + ((y - y0) / (y1 - y0)) * (ends[i + 2] - ends[i])) inside = !inside;
    }
    return inside;
  }

  metresTo(x, y) {
    let least = Infinity;
    for (let i = 0; i < this.ends.length; i += 4) least = Math.min(least, this.metresToPiece(i, x, y));
    return least;
  }

  metresToPiece(i, x, y) {
    const { ends } = this, dx = ends[i + 2] - ends[i], dy = ends[i + 3] - ends[i + 1], square = dx * dx + dy * dy;
    const t = square ? Math.max(0, Math.min(1, ((x - ends[i]) * dx + (y - ends[i + 1]) * dy) / square)) : 0;
    return Math.hypot(ends[i] + t * dx - x, ends[i + 1] + t * dy - y);
  }

  // Whether a way from one place to another, both inside, by some point of the edge is at most so long.
  isShortOver(x0, y0, x1, y1, metres) {
    const { ends } = this, x = (x0 + x1) / 2, y = (y0 + y1) / 2;
    for (let i = 0; i < ends.length; i += 4) {
      // A point of such a way lies within half of it of the middle of its ends.
      if (this.metresToPiece(i, x, y) <= metres / 2 && this.detour(i, x0, y0, x1, y1) <= metres) return true;
    }
    return false;
  }

  // The shortest way by a point of a piece: mirrored onto its two sides, it is straight; beyond its ends the nearer end is best.
  detour(i, x0, y0, x1, y1) {
    const { ends } = this, length = Math.hypot(ends[i + 2] - ends[i], ends[i + 3] - ends[i + 1]), by = length || 1;
    const ax = (ends[i + 2] - ends[i]) / by, ay = (ends[i + 3] - ends[i + 1]) / by;
    const along = (x, y) => (x - ends[i]) * ax + (y - ends[i + 1]) * ay, beside = (x, y) => Math.abs((x - ends[i]) * ay - (y - ends[i + 1]) * ax);
    const at = along(x0, y0), off = beside(x0, y0), whole = off + beside(x1, y1);
    const turn = Math.max(0, Math.min(length, at + (along(x1, y1) - at) * (whole > 0 ? off / whole : 0)));
    const tx = ends[i] + turn * ax, ty = ends[i + 1] + turn * ay;
    return Math.hypot(tx - x0, ty - y0) + Math.hypot(tx - x1, ty - y1);
  }
}
