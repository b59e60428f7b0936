// What may be labelled at a zoom: texts with their looks, and the places where each may stand.

import { boxAround, boxesAlong } from './collisions.js';
import { placesAlong } from './along.js';

// Looks of the labels, in the order in which they get room: from which zoom on, up to which, size in pixels.
// `fit`: up to `alone` only where the thing itself is so many times as wide as its name.
const LOOKS = {
  stop: { order: -1, from: 0, to: 99, size: 12.5, bold: true, colour: '#1c2430', halo: 4, beside: true },
  town: { order: 0, from: 0, to: 15.5, size: 14, bold: true, colour: '#1c2430', halo: 4, spread: true },
  metro: { order: 1, from: 12, to: 99, size: 11.5, colour: '#2f3a55', halo: 3, sign: true },
  street0: { order: 2, from: 12, to: 99, size: 11.5, colour: '#4a453c', halo: 3, spacing: 520 },
  river: { order: 3, from: 11, to: 99, size: 12, colour: '#2c6a93', halo: 3, spacing: 700, italic: true },
  water: { order: 4, from: 11, to: 99, size: 12, colour: '#2c6a93', halo: 3, italic: true, fit: 0.6, alone: 15 },
  street1: { order: 5, from: 13, to: 99, size: 11, colour: '#5a5448', halo: 3, spacing: 480 },
  station: { order: 6, from: 15.25, to: 99, size: 11.5, bold: true, colour: '#12355b', halo: 3, beside: true },
  park: { order: 7, from: 13, to: 99, size: 11.5, colour: '#47692f', halo: 3, fit: 0.5, alone: 16 },
  residential: { order: 8, from: 14, to: 99, size: 11.5, colour: '#333a45', halo: 3, fit: 0.55, alone: 16.5 },
  street2: { order: 9, from: 14, to: 99, size: 11, colour: '#5a5448', halo: 3, spacing: 440 },
  village: { order: 10, from: 14, to: 99, size: 11, colour: '#333a45', halo: 3 },
  industrial: { order: 11, from: 14, to: 99, size: 11, colour: '#4d5360', halo: 3, fit: 0.6, alone: 16.5 },
  commercial: { order: 12, from: 14, to: 99, size: 11, colour: '#4d5360', halo: 3, fit: 0.6, alone: 16.5 },
  street3: { order: 13, from: 15.25, to: 99, size: 10.5, colour: '#6a6458', halo: 3, spacing: 420 },
};

export const METRO_SIGN = 14;
const MARGIN = 3;

const isShown = (look, zoom) => zoom >= look.from && zoom < look.to;

// Put all candidates of a scene at a zoom into `found`, in pixels of that zoom. `measure(text, look)` tells how wide a text is.
// It pauses between steps, see `choosing`.
export function* listingCandidates(scene, zoom, scale, pixelsPerMetre, measure, pick, found) {
  const { names } = scene;
  const add = (text, kind, anchors, size = 0) => { if (anchors.length) found.push({ text, kind, look: LOOKS[kind], order: LOOKS[kind].order, size, anchors }); };
  const wideOf = (text, kind) => measure(text, LOOKS[kind]) + 2 * MARGIN;
  for (const stop of pick.stops || []) add(stop.name, 'stop', besideAnchors(stop.x * scale, stop.y * scale, 14, wideOf(stop.name, 'stop'), LOOKS.stop.size + 4));
  if (isShown(LOOKS.town, zoom)) {
    for (const area of scene.areas) if (area.town && area.shape) add(area.name, 'town', spreadAnchors(area.middle, scale, wideOf(area.name, 'town'), LOOKS.town.size + 6), 1);
  }
  for (const [rows, kindOf] of [[names.streets, (row) => 'street' + row.rank], [names.rivers, () => 'river']]) {
    for (const [count, row] of rows.entries()) {
      if (count % 20 === 19) yield;
      const kind = kindOf(row);
      if (isShown(LOOKS[kind], zoom)) addLine(add, row, kind, scale, wideOf(row.name, kind));
    }
  }
  for (const [count, place] of names.places.entries()) {
    if (count % 200 === 199) yield;
    const look = LOOKS[place.kind];
    if (!look || !isShown(look, zoom)) continue;
    const wide = wideOf(place.name, place.kind), high = look.size + 4;
    if (look.fit && zoom < look.alone && place.size * pixelsPerMetre < look.fit * wide) continue;
    const x = place.x * scale, y = place.y * scale;
    add(place.name, place.kind, look.sign ? signAnchors(x, y, wide, high) : [{ x, y, boxes: [boxAround(x, y, wide, high)] }], place.size);
  }
  if (pick.stations && isShown(LOOKS.station, zoom)) {
    for (const sign of scene.facilities) {
      if (!sign.name) continue;
      add(sign.name, 'station', besideAnchors(sign.x * scale, sign.y * scale, pick.signSize(sign) + 3, wideOf(sign.name, 'station'), LOOKS.station.size + 4), sign.level === 'district' ? 2 : sign.level === 'town' ? 1 : 0);
    }
  }
}

function addLine(add, row, kind, scale, wide) {
  const { size, spacing } = LOOKS[kind], high = size + 4;
  for (const points of row.lines) {
    const scaled = points.map((value) => value * scale);
    for (const places of placesAlong(scaled, wide, high, spacing)) {
      add(row.name, kind, places.map((place) => ({ ...place, boxes: boxesAlong(place.x, place.y, place.angle, wide, high) })), points.length > 2 ? wide : 0);
    }
  }
}

// A town's name may move away from its middle, where signs or numbers stand.
function spreadAnchors(middle, scale, wide, high) {
  const x = middle.x * scale, y = middle.y * scale, anchors = [];
  for (const [dx, dy] of [[0, 0], [0, -1], [0, 1], [0, -2], [0, 2], [-0.5, -1], [0.5, -1], [-0.5, 1], [0.5, 1], [-0.5, 0], [0.5, 0], [0, -3], [0, 3], [-0.8, -2], [0.8, -2], [-0.8, 2], [0.8, 2]]) {
    const at = { x: x + dx * wide, y: y + 0.8 * dy * high };
    anchors.push({ ...at, boxes: [boxAround(at.x, at.y, wide, high)] });
  }
  return anchors;
}

// A sign where the thing is, its name to the right, left, below or above; where none has room, the sign alone.
function signAnchors(x, y, wide, high) {
  const sign = boxAround(x, y, METRO_SIGN + 2, METRO_SIGN + 2), at = { signX: x, signY: y };
  return besideAnchors(x, y, METRO_SIGN / 2 + 1, wide, high).map((one) => ({ ...one, ...at, silent: false, boxes: [sign, ...one.boxes] }))
    .concat([{ x, y, ...at, silent: true, boxes: [sign] }]);
}

function besideAnchors(x, y, away, wide, high) {
  return [[away + wide / 2, 0], [-away - wide / 2, 0], [0, away + high / 2], [0, -away - high / 2]]
    .map(([dx, dy]) => ({ x: x + dx, y: y + dy, boxes: [boxAround(x + dx, y + dy, wide, high)] }));
}
