// What a drawing shows: a rectangle of the world, at a zoom, on so many dots a pixel.

import { Box, PLANE_ZOOM } from '../data/plane.js';

const RIM = 24; // pixels round the rectangle: what stands there may reach into it

// `left` and `top`: the rectangle's corner among the pixels of the whole world at this zoom.
export function viewportOf(plane, { zoom, left, top, width, height, dots = 1 }) {
  const scale = Math.pow(2, zoom - PLANE_ZOOM), origin = plane.originAt(zoom);
  const x = left - origin.x, y = top - origin.y, box = new Box();
  box.add((x - RIM) / scale, (y - RIM) / scale);
  box.add((x + width + RIM) / scale, (y + height + RIM) / scale);
  // Points closer together than `step` fall on the same dot.
  return { zoom, scale, dots, box, x, y, step: 0.6 / (scale * dots) };
}

// From now on the pen draws in units of the plane.
export function aim(pen, { scale, dots, x, y }) {
  pen.setTransform(dots * scale, 0, 0, dots * scale, -x * dots, -y * dots);
}
