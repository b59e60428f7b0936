// A canvas that follows the map as a layer of it.

import { Box, PLANE_ZOOM } from '../data/plane.js';

/** @type {any} Leaflet's types leave out the methods that its own renderers overwrite. */
const { Renderer } = L;

/** @type {any} */
export const CanvasLayer = Renderer.extend({
  initialize(draw, options) {
    Renderer.prototype.initialize.call(this, { padding: 0.2, ...options });
    this._draw = draw;
  },

  _initContainer() {
    this._container = document.createElement('canvas');
    this._container.setAttribute('aria-hidden', 'true');
    this._pen = this._container.getContext('2d');
  },

  _destroyContainer() {
    if (this._frame) cancelAnimationFrame(this._frame);
    this._frame = 0;
    this._container.remove();
    delete this._container;
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    Renderer.prototype._update.call(this);
    const size = this._bounds.getSize(), dots = Math.min(2, window.devicePixelRatio || 1);
    this._dots = dots;
    const width = Math.round(size.x * dots), height = Math.round(size.y * dots);
    if (this._container.width !== width) this._container.width = width;
    if (this._container.height !== height) this._container.height = height;
    this._container.style.width = size.x + 'px';
    this._container.style.height = size.y + 'px';
    L.DomUtil.setPosition(this._container, this._bounds.min);
    // Leaflet asks more than once for the same view.
    const view = [this._zoom, width, height, this._bounds.min, this._map.getPixelOrigin()].join();
    if (view !== this._view) this.paint();
    this._view = view;
  },

  // Draw now.
  paint() {
    if (!this._map || !this._bounds) return;
    if (this._frame) { cancelAnimationFrame(this._frame); this._frame = 0; }
    this._pen.setTransform(1, 0, 0, 1, 0, 0);
    this._pen.clearRect(0, 0, this._container.width, this._container.height);
    this.drawOn(this._pen, this._bounds, this._dots);
  },

  // Draw a part of the map, given in Leaflet's layer points, on any canvas: `dots` of it a pixel of the screen.
  drawOn(pen, bounds, dots) {
    const zoom = this._map.getZoom(), scale = Math.pow(2, zoom - PLANE_ZOOM), size = bounds.getSize();
    const origin = this.options.scene.plane.originOn(this._map, zoom).subtract(bounds.min);
    pen.save();
    pen.setTransform(dots * scale, 0, 0, dots * scale, origin.x * dots, origin.y * dots);
    const box = new Box();
    box.add(-origin.x / scale, -origin.y / scale);
    box.add((size.x - origin.x) / scale, (size.y - origin.y) / scale);
    this._draw(pen, { scale, zoom, box });
    pen.restore();
  },

  // Draw in the next frame, once however often asked.
  repaint() {
    if (this._frame) return;
    this._frame = requestAnimationFrame(() => { this._frame = 0; this.paint(); });
  },
});
