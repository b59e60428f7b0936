// The ground as a layer of the map: tiles drawn one by one in slices. While the map is zoomed the tiles there are are
// scaled; they stay until those of the new zoom are drawn.

import { paintingNow, Slices } from '../drawing/slices.js';
import { viewportOf } from '../drawing/viewport.js';
import { Canvases } from './canvases.js';
import { Level } from './levels.js';
import { MARGIN, TILE, tilesOf } from './tiles.js';

const REST_MS = 300;
const OVERLAP = 1; // pixels that a tile reaches over its neighbours: no seams where tiles are scaled

/** @type {any} */
export const TileLayer = L.Layer.extend({
  // `options`: pane, plane; `draw(pen, viewport, solid)`: a generator; `looks()`: text that tells what the tiles depend on; `opaque()`: whether nothing lies below;
  // `held()`: whether the tiles are only moved and scaled for now; `told(drawn)`: called when everything is drawn, and when something no longer is.
  initialize(options) {
    L.setOptions(this, options);
    this._slices = new Slices(() => this._fill(), options.held);
    this._canvases = new Canvases();
  },

  getEvents() {
    return {
      zoomanim: (event) => this._follow(event.center, event.zoom),
      zoom: () => this._follow(this._map.getCenter(), this._map.getZoom()),
      viewreset: () => this.repaint(), moveend: () => this.repaint(), move: () => this._wake(), resize: () => this.repaint(),
    };
  },

  onAdd() { this._old = []; this._level = null; this.repaint(); },

  onRemove() {
    this._slices.stop(); clearTimeout(this._resting);
    for (const level of this._levels()) level.remove();
    this._old = []; this._level = null;
  },

  // Draw what is no longer right.
  repaint() {
    if (!this._map) return;
    this._looks = this.options.looks() + this._dots() + this._solid();
    if (!this.options.held()) this._aim();
  },

  // Lie where the map is, or will be at the end of its animation.
  _follow(center, zoom) {
    this.options.told(false);
    for (const level of this._levels()) level.follow(center, zoom);
  },

  _levels() { return this._level ? [...this._old, this._level] : this._old; },

  catchUp() { this.repaint(); },

  _dots() { return Math.min(2, window.devicePixelRatio || 1); },

  // Where tiles of another layer lie below, the ground lets them show through.
  _solid() { return this.options.opaque() && !this._map.getPane('tilePane').hasChildNodes(); },

  // Draw for the zoom that the map has.
  _aim() {
    const map = this._map, zoom = map.getZoom();
    if (!this._level || this._level.zoom !== zoom) {
      if (this._level) this._old.push(this._level);
      // A level that is still there is taken up again.
      const again = this._old.find((level) => level.zoom === zoom);
      this._old = this._old.filter((level) => level !== again);
      this._restAfterZoom();
      this._level = again || new Level(map, zoom, map.getPane(this.options.pane));
      this._levels().forEach((level, order) => { level.element.style.zIndex = String(order + 1); });
    }
    for (const level of this._levels()) level.follow(map.getCenter(), zoom);
    this._level.rest();
    this._wake();
  },

  // Around the view tiles are drawn once the map has been left alone for a while.
  _restAfterZoom() {
    this._margin = 0;
    clearTimeout(this._resting);
    this._resting = setTimeout(() => { this._margin = MARGIN; this._slices.wake(); }, REST_MS);
  },

  _wake() {
    if (!this._level || this.options.held()) return;
    if (this._nextTile()) this.options.told(false);
    this._slices.wake();
  },

  _view(margin) {
    const { x: width, y: height } = this._map.getSize(), { x: left, y: top } = this._map.getPixelBounds().min;
    return tilesOf({ left, top, width, height }, margin);
  },

  _nextTile() {
    const missing = (tile) => !this._level.has(tile, this._looks);
    return this._view(0).find(missing) || this._view(this._margin).find(missing);
  },

  * _fill() {
    for (let tile = this._nextTile(); tile; tile = this._nextTile()) {
      const level = this._level, looks = this._looks, canvas = yield* this._drawTile(tile, level, looks);
      if (!canvas) continue;
      this._canvases.give(level.place(tile, canvas, looks));
      if (this._view(0).every((one) => level.has(one, looks))) this._dropOld();
    }
    if (!this._margin) return;
    this._canvases.give(this._level.keepOnly(this._view(2 * MARGIN)));
    this.options.told(true);
  },

  // The tile's canvas; null where the tile was no longer wanted before it was drawn.
  * _drawTile({ column, row }, level, looks) {
    const dots = this._dots(), size = TILE + OVERLAP, canvas = this._canvases.lend(size, dots), pen = canvas.getContext('2d');
    const viewport = viewportOf(this.options.plane, { zoom: level.zoom, left: column * TILE, top: row * TILE, width: size, height: size, dots });
    for (const step of paintingNow(pen, this.options.draw(pen, viewport, this._solid()))) {
      yield step;
      if (this._level === level && this._looks === looks) continue;
      this._canvases.give([canvas]);
      return null;
    }
    return canvas;
  },

  // Only the farthest level stays below, so that zooming out shows no blank rim, and only while it is right.
  _dropOld() {
    const farthest = this._old.reduce((least, level) => (least && least.zoom < level.zoom ? least : level), null);
    const kept = farthest && this._solid() && farthest.zoom < this._level.zoom && farthest.isAll(this._looks) ? farthest : null;
    for (const level of this._old) if (level !== kept) this._canvases.give(level.remove());
    this._old = kept ? [kept] : [];
  },
});
