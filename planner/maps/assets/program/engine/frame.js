// Degrees (WGS-84) to metres of the plan's frame and back: transverse Mercator by Krüger's series to the sixth order.

// Karney (2011), "Transverse Mercator with an accuracy of a few nanometers", equations 35 and 36:
// of each order the factors of n, n², ... from that order on.
const FORWARD = [
  [1 / 2, -2 / 3, 5 / 16, 41 / 180, -127 / 288, 7891 / 37800],
  [13 / 48, -3 / 5, 557 / 1440, 281 / 630, -1983433 / 1935360],
  [61 / 240, -103 / 140, 15061 / 26880, 167603 / 181440],
  [49561 / 161280, -179 / 168, 6601661 / 7257600],
  [34729 / 80640, -3418889 / 1995840],
  [212378941 / 319334400],
];
const BACKWARD = [
  [1 / 2, -2 / 3, 37 / 96, -1 / 360, -81 / 512, 96199 / 604800],
  [1 / 48, 1 / 15, -437 / 1440, 46 / 105, -1118711 / 3870720],
  [17 / 480, -37 / 840, -209 / 4480, 5569 / 90720],
  [4397 / 161280, -11 / 504, -830251 / 7257600],
  [4583 / 161280, -108847 / 3991680],
  [20648693 / 638668800],
];
const RADIANS = Math.PI / 180;
const STEPS = 6; // of Newton's way back to the latitude; two are enough

const seriesOf = (table, n) => table.map((factors, order) => factors.reduce((sum, factor, k) => sum + factor * Math.pow(n, order + 1 + k), 0));

export class Frame {
  // `lon0`, `lat0` in degrees; `k0`; `x0`, `y0` and half axis `a` in metres; `rf`: the inverse flattening.
  constructor({ lon0, lat0 = 0, k0, x0, y0, a = 6378137, rf = 298.257223563 }) {
    const f = 1 / rf, n = f / (2 - f);
    this.lon0 = lon0; this.x0 = x0; this.y0 = y0;
    this.e = Math.sqrt(f * (2 - f));
    this.scale = (k0 * a * (1 + n * n * (1 / 4 + n * n * (1 / 64 + (n * n) / 256)))) / (1 + n);
    this.forward = seriesOf(FORWARD, n); this.backward = seriesOf(BACKWARD, n);
    this.xi0 = this.onPlane(lat0, 0)[0];
  }

  // [x, y] in metres.
  toMetric(lon, lat) {
    const [xi, eta] = this.onPlane(lat, lon - this.lon0);
    return [this.x0 + this.scale * eta, this.y0 + this.scale * (xi - this.xi0)];
  }

  // [lon, lat] in degrees.
  toDegrees(x, y) {
    const eta = (x - this.x0) / this.scale, xi = (y - this.y0) / this.scale + this.xi0;
    let eta1 = eta, xi1 = xi;
    this.backward.forEach((factor, k) => {
      const twice = 2 * (k + 1);
      xi1 -= factor * Math.sin(twice * xi) * Math.cosh(twice * eta);
      eta1 -= factor * Math.cos(twice * xi) * Math.sinh(twice * eta);
    });
    const wide = Math.sinh(eta1), lon = this.lon0 + Math.atan2(wide, Math.cos(xi1)) / RADIANS;
    return [wrap(lon), Math.atan(this.fromConformal(Math.sin(xi1) / Math.hypot(wide, Math.cos(xi1)))) / RADIANS];
  }

  onPlane(lat, lon) {
    const east = wrap(lon) * RADIANS, tau = this.toConformal(Math.tan(lat * RADIANS));
    const xi1 = Math.atan2(tau, Math.cos(east)), eta1 = Math.asinh(Math.sin(east) / Math.hypot(tau, Math.cos(east)));
    let xi = xi1, eta = eta1;
    this.forward.forEach((factor, k) => {
      const twice = 2 * (k + 1);
      xi += factor * Math.sin(twice * xi1) * Math.cosh(twice * eta1);
      eta += factor * Math.cos(twice * xi1) * Math.sinh(twice * eta1);
    });
    return [xi, eta];
  }

  // Tangents of a latitude and of the conformal one.
  toConformal(tau) {
    const sine = Math.sinh(this.e * Math.atanh((this.e * tau) / Math.hypot(1, tau)));
    return tau * Math.hypot(1, sine) - sine * Math.hypot(1, tau);
  }

  fromConformal(wanted) {
    const square = 1 - this.e * this.e;
    let tau = wanted / square;
    for (let step = 0; step < STEPS; step++) {
      const now = this.toConformal(tau);
      tau += ((wanted - now) / Math.hypot(1, now)) * ((1 + square * tau * tau) / (square * Math.hypot(1, tau)));
    }
    return tau;
  }
}

const wrap = (lon) => lon - 360 * Math.round(lon / 360);
