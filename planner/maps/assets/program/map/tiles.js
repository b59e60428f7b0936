// Which tiles a view needs. Tiles are squares of the world's pixels at a zoom, counted from the world's corner.

export const TILE = 512;
export const MARGIN = 256; // so far around the view tiles are drawn ahead

// The columns and rows of tiles that a rectangle of the world's pixels meets, nearest to its middle first.
export function tilesOf({ left, top, width, height }, margin = 0) {
  const found = [], x0 = left - margin, y0 = top - margin, x1 = left + width + margin, y1 = top + height + margin;
  if (!(width > 0 && height > 0)) return found;
  for (let row = Math.floor(y0 / TILE); row * TILE < y1; row++) {
    for (let column = Math.floor(x0 / TILE); column * TILE < x1; column++) found.push({ column, row });
  }
  const away = (tile) => Math.hypot((tile.column + 0.5) * TILE - left - width / 2, (tile.row + 0.5) * TILE - top - height / 2);
  return found.sort((a, b) => away(a) - away(b));
}

export const keyOf = ({ column, row }) => column + ':' + row;
