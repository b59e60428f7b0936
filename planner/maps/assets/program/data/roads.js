// The streets of a page that carries them but once, for what is tried: drawn from there.

import { placeBends, readingColumns } from './columns.js';
import { Lines } from './lines.js';

const CLASSES = 3; // main roads, side streets, paths; what has a higher number lies on another one
const STEP = 1e-7; // degrees

/** @returns {any[]} a shape for each class. @param {Uint8Array} bytes of the what-if data */
export function readRoads(bytes, plane) {
  const reading = readingColumns(bytes);
  let read = reading.next();
  while (!read.done) read = reading.next();
  const { head, columns } = read.value, place = placer(head, plane), bends = placeBends(columns), found = [];
  for (let rank = 0; rank < CLASSES; rank++) found.push(linesOf(rank, columns, bends, place));
  return found;
}

// By the short way from the plane's origin, should 180 degrees lie between.
function placer({ degrees: [west, south] }, plane) {
  const turns = Math.round((west * STEP - plane.lon0) / 360);
  return (lon, lat) => [plane.x((west + lon) * STEP - 360 * turns), plane.y((south + lat) * STEP)];
}

function linesOf(rank, columns, bends, place) {
  const roads = columns['edges.road'], u = columns['edges.u'], counts = columns['edges.bends'], lon = columns['nodes.lon'], lat = columns['nodes.lat'];
  const xy = [], ends = [];
  for (let edge = 0, at = 0; edge < u.length; at += counts[edge], edge++) {
    if (roads[edge] !== rank) continue;
    const from = u[edge], to = from + columns['edges.v'][edge];
    xy.push(...place(lon[from], lat[from]));
    for (let bend = at; bend < at + counts[edge]; bend++) xy.push(...place(bends.lon[bend], bends.lat[bend]));
    xy.push(...place(lon[to], lat[to]));
    ends.push(xy.length / 2);
  }
  return new Lines(Float32Array.from(xy), Uint32Array.from(ends)).all;
}
