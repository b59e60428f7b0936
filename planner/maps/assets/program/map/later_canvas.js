// A canvas for what takes long to draw: it is drawn beside the one that is seen, in slices, and takes its place when it
// is done. Until then the one that is seen goes with the map.

import { paintingNow, Slices } from '../drawing/slices.js';
import { CanvasLayer } from './canvas.js';

/** @type {any} Leaflet's types leave out the methods that its own renderers overwrite. */
const { Renderer } = L;

/** @type {any} */
export const LaterCanvas = CanvasLayer.extend({
  // `draw(pen, viewport)`: a generator; `options` as for a CanvasLayer.
  initialize(draw, options) {
    CanvasLayer.prototype.initialize.call(this, draw, options);
    this._slices = new Slices(() => this._painting(), options.held);
    this._beside = document.createElement('canvas');
  },

  _destroyContainer() {
    this._slices.stop();
    CanvasLayer.prototype._destroyContainer.call(this);
  },

  _update() {
    if (!this._bounds) { CanvasLayer.prototype._update.call(this); return; }
    if (this.options.held()) return;
    this._updateTransform(this._map.getCenter(), this._map.getZoom());
    this.paint();
  },

  _drawOn() {
    this.options.told(false);
    this._slices.stop(); this._slices.wake();
  },

  _isDone() { return !this._slices.steps; },

  *_painting() {
    const { _map: map, options: { padding }, _beside: canvas } = this, pen = canvas.getContext('2d', { willReadFrequently: true }), view = { _map: map, options: { padding } };
    // Where Leaflet would put the canvas for the view as it is now: _bounds, _center and _zoom.
    Renderer.prototype._update.call(view);
    this._fit(canvas, view._bounds);
    yield* paintingNow(pen, CanvasLayer.prototype._drawOn.call(this, pen, view._bounds));
    this._bounds = view._bounds; this._center = view._center; this._zoom = view._zoom;
    this._lie();
    this._pen.setTransform(1, 0, 0, 1, 0, 0);
    this._pen.clearRect(0, 0, canvas.width, canvas.height);
    // In a frame that is hidden there is no view yet, and browsers refuse a picture without a size.
    if (canvas.width && canvas.height) this._pen.drawImage(canvas, 0, 0);
    this.options.told(true);
  },
});
