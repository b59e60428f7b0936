// Everything that is drawn, and what of it lies under the pointer.

// Everything that is drawn, placed on the plane once.
function buildScene(data) {
  const { plane } = data;
  const areas = readShapes(data.areas.shape, plane);
  const bands = data.bands.map((band) => ({ ...band, shape: readShapes(band.shape, plane)[0] }));
  const reach = [...new Set(bands.map((band) => band.minutes))].sort((a, b) => a - b);
  const colours = reachColours(reach.length);
  for (const band of bands) band.colour = colours[reach.indexOf(band.minutes)];
  const shapesOf = (kind) => (data.backdrop[kind] ? readShapes(data.backdrop[kind], plane) : []);
  return {
    plane,
    cutoffs: data.cutoffs,
    areas: data.areas.name.map((name, i) => ({ name, town: data.areas.town[i], shape: areas[i] })),
    bands,
    legendBands: reach.map((minutes, i) => ({ minutes, colour: colours[i] })),
    water: shapesOf('water'),
    green: shapesOf('green'),
    streets: data.streets.map((lines) => readLines(lines, plane, 600)),
    ...buildFacilities(data.facilities, plane),
    gaps: buildGaps(data.gaps, plane),
    unknown: buildUnknown(data.unknown, plane),
    ...buildWalls(data),
    plans: buildPlans(data),
    plan: null,
    others: data.proposal ? { ...data.proposal.others, xy: readPoints(data.proposal.others.xy, plane) } : { rows: [], name: [], xy: [] },
    candidates: data.proposal ? readPoints(data.proposal.candidates, plane) : [],
    closed: [],
    asked: data.proposal && data.proposal.why_not ? readPoints(data.proposal.why_not.xy, plane) : null,
    demand: data.demand.count
      ? { ...data.demand, xy: readPoints(data.demand.xy, plane) }
      : { count: 0, verdict: [], people: [], xy: [] },
    tiles: { hatch: hatchTile('rgba(194,65,12,.85)', 9), dots: dotTile(COLOURS.unknown), crosses: crossTile(CHANGES.crosses, 9), net: netTile(CHANGES.lost, 7) },
    labels: [],
    marks: [],
    openings: [],
  };
}

// Every column of a table as rows {index, x, y, ...}, placed by the points in the column `place`, if any.
function rowsOf(columns, plane, place) {
  const rows = [], xy = place && columns.count ? readPoints(columns[place], plane) : [];
  for (let i = 0; i < columns.count; i++) {
    const row = { index: i, x: xy[2 * i], y: xy[2 * i + 1] };
    for (const [field, values] of Object.entries(columns)) if (Array.isArray(values) && field !== place) row[field] = values[i];
    rows.push(row);
  }
  return rows;
}

function buildFacilities(columns, plane) {
  const facilities = [], xy = columns.count ? readPoints(columns.xy, plane) : [];
  for (let i = 0; i < columns.count; i++) {
    facilities.push({
      index: i, x: xy[2 * i], y: xy[2 * i + 1], name: columns.name[i], level: columns.level[i],
      domain: columns.domain[i], status: columns.status[i], reason: columns.reason[i],
      joined: columns.joined[i], in_ring: columns.in_ring[i], approximate: (columns.approximate || [])[i] === true,
      people: Object.entries(columns.people).map(([kind, counts]) => ({ kind, counts: counts.map((row) => row[i]) })),
    });
  }
  const weight = (sign) => ({ district: 2, town: 1 })[sign.level] || 0;
  return { facilities, facilitiesByWeight: [...facilities].sort((a, b) => weight(a) - weight(b)) };
}

function buildGaps(columns, plane) {
  const shapes = readShapes(columns.shape, plane), routes = columns.count ? readRoutes(columns.route, plane) : [];
  return rowsOf(columns, plane, 'label').map((gap, i) => ({ ...gap, shape: shapes[i], route: routes[i], rank: gap.rank || i + 1 }));
}

function buildUnknown(columns, plane) {
  const shapes = readShapes(columns.shape, plane);
  return rowsOf(columns, plane, null).map((area, i) => ({ ...area, shape: shapes[i] }));
}

function nearestOf(rows, x, y, reach) {
  let best = null, least = reach;
  for (const row of rows) {
    const away = Math.hypot(row.x - x, row.y - y);
    if (away < least) { least = away; best = row; }
  }
  return best;
}

class Finder {
  // What lies under a point of the screen, as a key: a letter for what it is and its index there.
  // f facility, g gap, u unknown area, d demand unit, c compound, p gate, o opening of a gate or wall,
  // s proposed site or edit, n newly covered, l no longer covered.
  constructor(map, scene, state) {
    this.map = map; this.scene = scene; this.state = state;
    this.pen = document.createElement('canvas').getContext('2d');
  }

  at(latlng, { units = false, slack = 0 } = {}) {
    const { plane } = this.scene, { layers } = this.state;
    const x = plane.x(latlng.lng), y = plane.y(latlng.lat);
    const pixel = Math.pow(2, PLANE_ZOOM - this.map.getZoom());
    const mark = this.scene.marks.find((one) => Math.hypot(one.x - x, one.y - y) < (15 + slack) * pixel);
    if (mark) return 's' + mark.index;
    const facility = layers.facilities && nearestOf(this.scene.facilities, x, y, (9 + slack) * pixel);
    if (facility) return 'f' + facility.index;
    const opening = this.scene.openings.find((gain) => Math.hypot(gain.x - x, gain.y - y) < (12 + slack) * pixel);
    if (opening) return 'o' + opening.index;
    const label = this.scene.labels.find((gap) => Math.hypot(gap.x - x, gap.y - y) < (12 + slack) * pixel);
    if (label) return 'g' + label.index;
    const gate = layers.gates && this.map.getZoom() >= GATE_ZOOM && nearestOf(this.scene.gates, x, y, (6 + slack) * pixel);
    if (gate) return 'p' + gate.index;
    const inside = (row) => row.shape && x >= row.shape.box.x0 && x <= row.shape.box.x1 && y >= row.shape.box.y0
      && y <= row.shape.box.y1 && this.pen.isPointInPath(row.shape.path, x, y, 'evenodd');
    if (units && layers.demand) {
      const unit = this.nearestUnit(x, y, 7 * pixel);
      if (unit >= 0) return 'd' + unit;
    }
    const changed = this.state.after && layers.changes ? this.scene.plan.after : { gained: [], lost: [] };
    const lost = changed.lost.find(inside), gained = changed.gained.find(inside);
    if (lost || gained) return lost ? 'l' + lost.index : 'n' + gained.index;
    const gap = layers.gaps && this.scene.gaps.find(inside);
    if (gap) return 'g' + gap.index;
    const unknown = layers.unknown ? this.scene.unknown.findIndex(inside) : -1;
    if (unknown >= 0) return 'u' + unknown;
    const compound = layers.compounds && this.map.getZoom() >= COMPOUND_ZOOM && this.scene.compounds.find(inside);
    return compound ? 'c' + compound.index : null;
  }

  nearestUnit(x, y, reach) {
    const { xy, verdict } = this.scene.demand;
    let best = -1, least = reach;
    for (let i = 0; i < verdict.length; i++) {
      const away = Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y);
      if (away < least) { least = away; best = i; }
    }
    return best;
  }
}
