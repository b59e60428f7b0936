// Streets within reach as the engine tells them, on the plane.

import { Lines } from './lines.js';

function place({ lonlat, ends }, plane) {
  const xy = new Float32Array(lonlat.length);
  for (let i = 0; i < lonlat.length; i += 2) { xy[i] = plane.x(lonlat[i]); xy[i + 1] = plane.y(lonlat[i + 1]); }
  return new Lines(xy, ends).all;
}

// {mask, within: Map by minutes, wide}: lines, and how wide they are drawn; null where nothing changed.
export function placeReach({ mask, within, metres }, plane) {
  if (!mask.ends.length) return null;
  return { mask: place(mask, plane), within: new Map(Object.entries(within).filter(([, lines]) => lines.ends.length).map(([minutes, lines]) => [Number(minutes), place(lines, plane)])), wide: (2 * metres) / plane.metres };
}
