// The edits that are tried, as numbered marks on the map: the form that those of a scenario have.

import { Lines } from './lines.js';

const MOVED = ['add_people', 'remove_people'];
const sumsOf = (counts) => Object.fromEntries(Object.entries(counts).map(([kind, row]) => [kind, row.all]));

// A line through places [[lon, lat], ...] on the plane.
export function lineOf(places, plane) {
  const xy = new Float32Array(2 * places.length);
  places.forEach(([lon, lat], i) => { xy[2 * i] = plane.x(lon); xy[2 * i + 1] = plane.y(lat); });
  return new Lines(xy, Uint32Array.of(places.length)).all;
}

// `ledger`: what each edit brings, in the order of `edits`; `stations`: place {x, y} of each station of today by its id.
export function markTried({ ledger, edits, warned, stations, plane }) {
  const places = new Map(stations);
  return ledger.map(({ number, op, id, name, lon, lat, cost, gained, lost, groups, ...row }, index) => {
    const place = { x: plane.x(lon), y: plane.y(lat) }, before = places.get(id), edit = edits[index];
    if (op === 'add' || op === 'move') places.set(id, place);
    const from = op === 'move' && before ? plane.latLng(before.x, before.y) : null;
    const line = op === 'add_path' ? lineOf(edit.path, plane) : from ? lineOf([[from.lng, from.lat], [lon, lat]], plane) : null;
    return {
      index, number, op, id, name, ...place, line, town: null, cost, edit, groups,
      gained_by_kind: sumsOf(gained), lost_by_kind: sumsOf(lost), gained: sumsOf(gained), lost: sumsOf(lost),
      moved: MOVED.includes(op) ? { came: sumsOf(row.came), came_covered: sumsOf(row.came_covered), went: sumsOf(row.went), went_covered: sumsOf(row.went_covered) } : null,
      warnings: warned.filter((one) => one.number === number).map(({ text }) => text),
    };
  });
}
