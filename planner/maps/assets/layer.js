// Two canvases that follow the map, and what lies under the pointer.

const CanvasLayer = L.Renderer.extend({
  initialize(draw, options) {
    L.Renderer.prototype.initialize.call(this, { padding: 0.2, ...options });
    this._draw = draw;
  },

  _initContainer() {
    this._container = document.createElement('canvas');
    this._container.setAttribute('aria-hidden', 'true');
    this._pen = this._container.getContext('2d');
  },

  _destroyContainer() {
    if (this._frame) cancelAnimationFrame(this._frame);
    this._frame = 0;
    this._container.remove();
    delete this._container;
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize(), dots = Math.min(2, window.devicePixelRatio || 1);
    this._dots = dots;
    const width = Math.round(size.x * dots), height = Math.round(size.y * dots);
    if (this._container.width !== width) this._container.width = width;
    if (this._container.height !== height) this._container.height = height;
    this._container.style.width = size.x + 'px';
    this._container.style.height = size.y + 'px';
    L.DomUtil.setPosition(this._container, this._bounds.min);
    // Leaflet asks more than once for the same view.
    const view = [this._zoom, width, height, this._bounds.min, this._map.getPixelOrigin()].join();
    if (view !== this._view) this.paint();
    this._view = view;
  },

  // Draw now.
  paint() {
    if (!this._map || !this._bounds) return;
    if (this._frame) { cancelAnimationFrame(this._frame); this._frame = 0; }
    this._pen.setTransform(1, 0, 0, 1, 0, 0);
    this._pen.clearRect(0, 0, this._container.width, this._container.height);
    this.drawOn(this._pen, this._bounds, this._dots);
  },

  // Draw a part of the map, given in Leaflet's layer points, on any canvas: `dots` of it a pixel of the screen.
  drawOn(pen, bounds, dots) {
    const zoom = this._map.getZoom(), scale = Math.pow(2, zoom - PLANE_ZOOM), size = bounds.getSize();
    const origin = this.options.scene.plane.originOn(this._map, zoom).subtract(bounds.min);
    pen.save();
    pen.setTransform(dots * scale, 0, 0, dots * scale, origin.x * dots, origin.y * dots);
    const box = new Box();
    box.add(-origin.x / scale, -origin.y / scale);
    box.add((size.x - origin.x) / scale, (size.y - origin.y) / scale);
    this._draw(pen, { scale, zoom, box });
    pen.restore();
  },

  // Draw in the next frame, once however often asked.
  repaint() {
    if (this._frame) return;
    this._frame = requestAnimationFrame(() => { this._frame = 0; this.paint(); });
  },
});

function buildScene(data) {
  // Everything drawn, on the plane, once.
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

function buildFacilities(columns, plane) {
  const facilities = [], xy = columns.count ? readPoints(columns.xy, plane) : [];
  for (let i = 0; i < columns.count; i++) {
    facilities.push({
      index: i, x: xy[2 * i], y: xy[2 * i + 1], name: columns.name[i], level: columns.level[i],
      domain: columns.domain[i], status: columns.status[i], reason: columns.reason[i],
      joined: columns.joined[i], in_ring: columns.in_ring[i],
      people: Object.entries(columns.people).map(([kind, counts]) => ({ kind, counts: counts.map((row) => row[i]) })),
    });
  }
  const weight = (sign) => ({ district: 2, town: 1 })[sign.level] || 0;
  return { facilities, facilitiesByWeight: [...facilities].sort((a, b) => weight(a) - weight(b)) };
}

function buildGaps(columns, plane) {
  const gaps = [], shapes = readShapes(columns.shape, plane);
  const xy = columns.count ? readPoints(columns.label, plane) : [];
  const routes = columns.count ? readRoutes(columns.route, plane) : [];
  for (let i = 0; i < columns.count; i++) {
    const gap = { index: i, x: xy[2 * i], y: xy[2 * i + 1], shape: shapes[i], route: routes[i] };
    for (const [field, values] of Object.entries(columns)) if (Array.isArray(values) && field !== 'label') gap[field] = values[i];
    gap.rank = gap.rank || i + 1;
    gaps.push(gap);
  }
  return gaps;
}

function buildUnknown(columns, plane) {
  const shapes = readShapes(columns.shape, plane), rows = [];
  for (let i = 0; i < columns.count; i++) {
    const row = { shape: shapes[i] };
    for (const [field, values] of Object.entries(columns)) if (Array.isArray(values)) row[field] = values[i];
    rows.push(row);
  }
  return rows;
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
  // Which facility, opening, gap, gate, demand unit, unknown area or compound lies under a point of the screen.
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
