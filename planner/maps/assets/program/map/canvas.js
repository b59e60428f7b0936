// A canvas over the view and a little more, drawn at once: for what is quick to draw.

import { viewportOf } from '../drawing/viewport.js';

/** @type {any} Leaflet's types leave out the methods that its own renderers overwrite. */
const { Renderer } = L;

const dotsAPixel = () => Math.min(2, window.devicePixelRatio || 1);

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
    this._lie();
    // Leaflet asks more than once for the same view.
    const view = [this._zoom, this._container.width, this._container.height, this._bounds.min, this._map.getPixelOrigin()].join();
    if (view !== this._view) this.paint();
    this._view = view;
  },

  // Have the size and the place of the view that was taken up.
  _lie() {
    this._fit(this._container, this._bounds);
    L.DomUtil.setPosition(this._container, this._bounds.min);
  },

  // Make a canvas as large as some bounds.
  _fit(canvas, bounds) {
    const size = bounds.getSize(), width = Math.round(size.x * dotsAPixel()), height = Math.round(size.y * dotsAPixel());
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.style.width = size.x + 'px';
    canvas.style.height = size.y + 'px';
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
    this._drawOn(this._pen, this._bounds);
  },

  // Draw some bounds on a pen whose canvas is as large as they are; returns what drawing returns.
  _drawOn(pen, bounds) {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, pen.canvas.width, pen.canvas.height);
    const { x: left, y: top } = bounds.min.add(this._map.getPixelOrigin()), { x: width, y: height } = bounds.getSize();
    return this._draw(pen, viewportOf(this.options.plane, { zoom: this._map.getZoom(), left, top, width, height, dots: dotsAPixel() }));
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
      if (this._isDone()) this.options.told(true);
    });
  },

  _isDue() {
    if (this.options.held()) return false;
    const shown = this.options.shown();
    return this._late || shown !== (this._container.style.display === '') || (shown && this._looks !== this.options.looks(this._pen));
  },

  // Whether what was begun is drawn.
  _isDone: () => true,

  _catchUp() {
    if (this._late) this._update();
    this._late = false;
    if (this._isDue()) this.paint();
  },

  // Draw the view that the map has by now.
  catchUp() { this._late = true; this.repaint(); },
});
