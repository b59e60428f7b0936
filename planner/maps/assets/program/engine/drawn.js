// What a small page carries but once, for what is tried: streets, barriers, compounds and people, as the page's data else have them.

import { Frame } from './frame.js';
import { runAll } from './steps.js';
import { placeBends, placeCorners, readingColumns } from './written.js';

const CLASSES = 3; // main roads, side streets, paths; what has a higher number lies on another one
const BARRIERS = ['water', 'railway', 'motorway', 'wall']; // from 1 on; 0: the outline of a compound
const A_DEGREE = 1e7;

/** The data with what was left out of them. @param {any} data @param {Uint8Array} bytes of the what-if data @returns {any} */
export function fillIn(data, bytes) {
  const { head, columns } = runAll(readingColumns(bytes)), place = placer(data), [west, south] = head.degrees;
  const placeDegrees = (lon, lat) => place((west + lon) / A_DEGREE, (south + lat) / A_DEGREE);
  return {
    ...data, streets: listStreets(columns, placeDegrees), barriers: listBarriers(columns, placeDegrees),
    compounds: { ...data.compounds, shape: data.compounds.shape || listOutlines(columns, placeDegrees) },
    demand: { ...data.demand, xy: listUnits(head, columns, place), people: listPeople(head, columns) },
  };
}

// Degrees to steps of the page's grid, by the short way from its origin, should 180 degrees lie between.
function placer({ origin: [lon0, lat0], step }) {
  const wrap = (lon) => lon - 360 * Math.round(lon / 360);
  return (lon, lat) => [Math.round(wrap(lon - lon0) / step), Math.round((lat - lat0) / step)];
}

// Lines as changes from point to point, each with the number of its points.
class Changes {
  constructor() { this.n = []; this.d = []; this.x = this.y = this.count = 0; }
  add([x, y]) { this.d.push(x - this.x, y - this.y); this.x = x; this.y = y; this.count++; }
  end() { this.n.push(this.count); this.count = 0; }
  goOn() { this.count = this.n.pop(); }
  get lines() { return { n: this.n, d: this.d }; }
}

// Of each class of streets.
function listStreets(columns, place) {
  const found = Array.from({ length: CLASSES + 1 }, () => new Changes()), bends = placeBends(columns);
  const roads = columns['edges.road'], u = columns['edges.u'], counts = columns['edges.bends'], lon = columns['nodes.lon'], lat = columns['nodes.lat'];
  for (let edge = 0, at = 0; edge < u.length; edge++) {
    const line = found[roads[edge]], from = u[edge], to = from + columns['edges.v'][edge];
    line.add(place(lon[from], lat[from]));
    for (const end = at + counts[edge]; at < end; at++) line.add(place(bends.lon[at], bends.lat[at]));
    line.add(place(lon[to], lat[to]));
    line.end();
  }
  return found.slice(0, CLASSES).map((one) => one.lines);
}

// Of each kind that there is; parts that follow each other are one line.
function listBarriers(columns, place) {
  const found = BARRIERS.map(() => new Changes()), kinds = columns['barriers.kind'];
  const [lon, lat, dlon, dlat] = ['lon', 'lat', 'dlon', 'dlat'].map((name) => columns['barriers.' + name]);
  const follows = (row) => row > 0 && kinds[row - 1] === kinds[row] && lon[row] === lon[row - 1] + dlon[row - 1] && lat[row] === lat[row - 1] + dlat[row - 1];
  for (let row = 0; row < kinds.length; row++) {
    if (!kinds[row]) continue;
    const line = found[kinds[row] - 1];
    if (follows(row)) line.goOn(); else line.add(place(lon[row], lat[row]));
    line.add(place(lon[row] + dlon[row], lat[row] + dlat[row]));
    line.end();
  }
  return Object.fromEntries(BARRIERS.map((kind, k) => [kind, found[k].lines]).filter((_, k) => found[k].n.length));
}

// Of each compound that the page lists, its rings, which end where they begin.
function listOutlines(columns, place) {
  const rings = columns['compounds.rings'], corners = columns['compounds.corners'], firstRing = sumBefore(rings), firstCorner = sumBefore(corners);
  const lon = placeCorners('lon', columns), lat = placeCorners('lat', columns), line = new Changes(), r = [];
  for (const row of columns['page.compounds']) {
    r.push(rings[row]);
    for (let ring = firstRing[row]; ring < firstRing[row] + rings[row]; ring++) {
      for (let k = 0; k <= corners[ring]; k++) { const at = firstCorner[ring] + (k % corners[ring]); line.add(place(lon[at], lat[at])); }
      line.end();
    }
  }
  return { r, ...line.lines };
}

function sumBefore(counts) {
  let sum = 0;
  return Array.from(counts, (count) => { sum += count; return sum - count; });
}

// Units stand in the order of the page's rows.
function listUnits(head, columns, place) {
  const frame = new Frame({ ...head.crs, rf: head.crs.inverse_flattening }), x = columns['units.x'], y = columns['units.y'], line = new Changes();
  for (let row = 0; row < x.length; row++) line.add(place(...frame.toDegrees(head.origin[0] + x[row] / head.steps_a_metre, head.origin[1] + y[row] / head.steps_a_metre)));
  return line.d;
}

// To a tenth.
function listPeople({ scales }, columns) {
  const scale = scales['units.people'] || 1;
  return Array.from(columns['units.people'], (people) => Math.round((10 * people) / scale) / 10);
}
