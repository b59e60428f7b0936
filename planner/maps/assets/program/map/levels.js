// The tiles of one zoom, in an element that is moved and scaled as a whole.

import { keyOf, TILE } from './tiles.js';

export class Level {
  constructor(map, zoom, pane) {
    this.map = map; this.zoom = zoom;
    this.tiles = new Map(); // by key: {canvas, looks}, `looks` what the tile depended on when it was drawn
    this.origin = map.project(map.unproject(map.getPixelOrigin()), zoom).round();
    this.element = L.DomUtil.create('div', 'leaflet-tile-container leaflet-zoom-animated', pane);
  }

  // Lie where the map shows this centre at this zoom.
  follow(center, zoom) {
    const scale = this.map.getZoomScale(zoom, this.zoom);
    const shift = this.origin.multiplyBy(scale).subtract(this.map._getNewPixelOrigin(center, zoom)).round();
    L.DomUtil.setTransform(this.element, shift, scale);
  }

  // Lie where the map is at rest.
  rest() { L.DomUtil.setTransform(this.element, this.origin.subtract(this.map.getPixelOrigin()), 1); }

  has(tile, looks) { const there = this.tiles.get(keyOf(tile)); return there !== undefined && there.looks === looks; }

  isAll(looks) { return [...this.tiles.values()].every((tile) => tile.looks === looks); }

  // Put a tile in its place; what is returned are the canvases no longer needed.
  place(tile, canvas, looks) {
    const key = keyOf(tile), before = this.tiles.get(key);
    L.DomUtil.setPosition(canvas, L.point(tile.column * TILE, tile.row * TILE).subtract(this.origin));
    canvas.style.zIndex = String(tile.column + tile.row); // where two tiles overlap the right or lower one is seen, whichever came first
    if (canvas.parentNode !== this.element) this.element.append(canvas);
    this.tiles.set(key, { canvas, looks });
    return before ? [before.canvas] : [];
  }

  keepOnly(tiles) {
    const kept = new Set(tiles.map(keyOf)), dropped = [...this.tiles].filter(([key]) => !kept.has(key));
    for (const [key] of dropped) this.tiles.delete(key);
    return dropped.map(([, { canvas }]) => canvas);
  }

  remove() { this.element.remove(); return this.keepOnly([]); }
}
