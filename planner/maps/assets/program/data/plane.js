// The plane that everything is placed on: Web Mercator around the grid's origin.

export const PLANE_ZOOM = 16; // one unit of the plane is a pixel at this zoom

export class Plane {
  // Web Mercator around the grid's origin: x to the right, y down.
  constructor(origin, step) {
    this.lon0 = origin[0];
    this.lat0 = origin[1];
    this.step = step;
    this.size = 256 * Math.pow(2, PLANE_ZOOM);
    this.y0 = this.mercator(this.lat0);
  }

  mercator(lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return this.size * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI));
  }

  // Metres on the ground along one unit of the plane, near the origin.
  get metres() { return (40075016.686 / this.size) * Math.cos((this.lat0 * Math.PI) / 180); }

  x(lon) { return ((lon - this.lon0) / 360) * this.size; }
  y(lat) { return this.mercator(lat) - this.y0; }
  gridX(steps) { return ((steps * this.step) / 360) * this.size; }
  gridY(steps) { return this.y(this.lat0 + steps * this.step); }

  // Latitude and longitude of a point, degrees.
  latLng(x, y) {
    const lon = this.lon0 + (x / this.size) * 360;
    const turn = Math.PI * (1 - (2 * (y + this.y0)) / this.size);
    return { lat: (Math.atan(Math.sinh(turn)) * 180) / Math.PI, lng: lon };
  }

  // Where the plane's origin lies among the pixels of the whole world at a zoom.
  originAt(zoom) {
    const world = 256 * Math.pow(2, zoom);
    return { x: world * (this.lon0 / 360 + 0.5), y: world * (this.y0 / this.size) };
  }
}

export class Box {
  constructor() { this.x0 = this.y0 = Infinity; this.x1 = this.y1 = -Infinity; }
  add(x, y) {
    if (x < this.x0) this.x0 = x;
    if (x > this.x1) this.x1 = x;
    if (y < this.y0) { this.y0 = y; this.xTop = x; } // the topmost point: a card can point at it
    if (y > this.y1) this.y1 = y;
  }
  join(other) { const box = new Box(); for (const part of [this, other]) { box.add(part.x0, part.y0); box.add(part.x1, part.y1); } return box; }
  grown(by) { const box = new Box(); box.add(this.x0 - by, this.y0 - by); box.add(this.x1 + by, this.y1 + by); return box; }
  get empty() { return this.x0 > this.x1; }
  has(x, y) { return x > this.x0 && x < this.x1 && y > this.y0 && y < this.y1; } // false where a point has no place
  meets(other) { return this.x0 <= other.x1 && this.x1 >= other.x0 && this.y0 <= other.y1 && this.y1 >= other.y0; }
  bounds(plane) { return [plane.latLng(this.x0, this.y0), plane.latLng(this.x1, this.y1)]; } // two opposite corners
}
