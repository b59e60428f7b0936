// A canvas over the view and a little more, drawn at once: for what is quick to draw.

import { viewportOf } from '../drawing/viewport.js';

/** @type {any} Leaflet's types leave out the methods that its own renderers overwrite. */
const { Renderer } = L;

let takenFrame = -1; // the last frame in which a canvas was drawn

/** @type {any} */
export const CanvasLayer = Renderer.extend({
  // `options`: pane, plane; `held()`: whether it is only moved and scaled for now; `shown()`: whether there is anything on it;
  // `looks(pen)`: what it shows depends on, compared by identity; `told(drawn)`: called when it is drawn, and when it no longer is.
  initialize(draw, options) {
    Renderer.prototype.initialize.call(this, { padding: 0.2, shown: () => true, ...options });
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
    if (this.options.held() && this._bounds) return;
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
    if (this._frame) { cancelAnimationFrame(this._frame); this._frame = 0; this.options.told(true); }
    // A canvas with nothing on it takes no time.
    const shown = this.options.shown();
    this._container.style.display = shown ? '' : 'none';
    if (!shown) return;
    this._looks = this.options.looks(this._pen);
    this._pen.setTransform(1, 0, 0, 1, 0, 0);
    this._pen.clearRect(0, 0, this._container.width, this._container.height);
    const { x: left, y: top } = this._bounds.min.add(this._map.getPixelOrigin()), { x: width, y: height } = this._bounds.getSize();
    this._draw(this._pen, viewportOf(this.options.plane, { zoom: this._map.getZoom(), left, top, width, height, dots: this._dots }));
  },

  // Draw soon, once however often asked, what no longer looks as it should.
  repaint() {
    if (this._frame) return;
    this.options.told(false);
    this._waitForFrame(true);
  },

  // Each canvas has a frame of its own, after the one that shows what was written: all in one would take too long.
  _waitForFrame(first) {
    this._frame = requestAnimationFrame((frame) => {
      if (first || frame === takenFrame) { this._waitForFrame(false); return; }
      this._frame = 0;
      if (this._isDue()) { takenFrame = frame; this._catchUp(); }
      this.options.told(true);
    });
  },

  _isDue() {
    if (this.options.held()) return false;
    const shown = this.options.shown();
    return this._late || shown !== (this._container.style.display === '') || (shown && this._looks !== this.options.looks(this._pen));
  },

  _catchUp() {
    if (this._late) this._update();
    this._late = false;
    if (this._isDue()) this.paint();
  },

  // Draw the view that the map has by now.
  catchUp() { this._late = true; this.repaint(); },
});
