// Canvases of tiles, used again: a browser takes long to make one and to throw one away.

const MOST = 24;

export class Canvases {
  constructor() { this.spare = []; }

  // A blank canvas of so many pixels each way and dots a pixel.
  take(size, dots) {
    const side = Math.ceil(size * dots), again = this.spare.pop(), canvas = again || document.createElement('canvas');
    if (!again || canvas.width !== side) {
      canvas.width = canvas.height = side;
      canvas.style.position = 'absolute';
    }
    canvas.style.width = canvas.style.height = side / dots + 'px';
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, side, side);
    return canvas;
  }

  give(canvases) {
    for (const canvas of canvases) {
      canvas.remove();
      if (this.spare.length < MOST) this.spare.push(canvas);
    }
  }
}
