// The page's data: coordinates on the map's plane, numbers in words, rows of the summary.

const PLANE_ZOOM = 16; // one unit of the plane is a pixel at this zoom
const FAR_ZOOM = 13; // up to here shapes are drawn from fewer points
const FAR_STEP = 0.9 * Math.pow(2, PLANE_ZOOM - FAR_ZOOM);

function readData(element) {
  const data = JSON.parse(element.textContent);
  data.plane = new Plane(data.origin, data.step);
  return data;
}

class Plane {
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

  x(lon) { return ((lon - this.lon0) / 360) * this.size; }
  y(lat) { return this.mercator(lat) - this.y0; }
  gridX(steps) { return ((steps * this.step) / 360) * this.size; }
  gridY(steps) { return this.y(this.lat0 + steps * this.step); }

  latLng(x, y) {
    const lon = this.lon0 + (x / this.size) * 360;
    const turn = Math.PI * (1 - (2 * (y + this.y0)) / this.size);
    return L.latLng((Math.atan(Math.sinh(turn)) * 180) / Math.PI, lon);
  }

  // Where the plane's origin lies on the layer of the map, in pixels.
  originOn(map, zoom) {
    const scale = Math.pow(2, zoom);
    const world = L.point(256 * scale * (this.lon0 / 360 + 0.5), (this.y0 / this.size) * 256 * scale);
    return world.subtract(map.getPixelOrigin());
  }
}

class Box {
  constructor() { this.x0 = this.y0 = Infinity; this.x1 = this.y1 = -Infinity; }
  add(x, y) {
    if (x < this.x0) this.x0 = x;
    if (x > this.x1) this.x1 = x;
    if (y < this.y0) { this.y0 = y; this.xTop = x; } // the topmost point: a card can point at it
    if (y > this.y1) this.y1 = y;
  }
  join(other) { const box = new Box(); for (const part of [this, other]) { box.add(part.x0, part.y0); box.add(part.x1, part.y1); } return box; }
  get empty() { return this.x0 > this.x1; }
  has(x, y) { return x > this.x0 && x < this.x1 && y > this.y0 && y < this.y1; } // false where a point has no place
  meets(other) { return this.x0 <= other.x1 && this.x1 >= other.x0 && this.y0 <= other.y1 && this.y1 >= other.y0; }
  bounds(plane) { return L.latLngBounds(plane.latLng(this.x0, this.y0), plane.latLng(this.x1, this.y1)); }
}

function readPoints(flat, plane) {
  // Flat [x, y] per point on the plane; NaN where a point has no place.
  const out = new Float64Array(flat.length);
  let x = 0, y = 0;
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i] === null) { out[i] = out[i + 1] = NaN; continue; }
    x += flat[i]; y += flat[i + 1];
    out[i] = plane.gridX(x); out[i + 1] = plane.gridY(y);
  }
  return out;
}

function readShapes(shape, plane) {
  // One {path, far, box} per feature, `far` without what is less than a pixel from afar; null for a feature without an outline.
  const shapes = [];
  let x = 0, y = 0, at = 0, ring = 0;
  for (const rings of shape.r) {
    if (!rings) { shapes.push(null); continue; }
    const path = new Path2D(), far = new Path2D(), box = new Box();
    let farX = 0, farY = 0;
    for (let r = 0; r < rings; r++, ring++) {
      for (let v = 0; v < shape.n[ring]; v++) {
        x += shape.d[at++]; y += shape.d[at++];
        const px = plane.gridX(x), py = plane.gridY(y);
        box.add(px, py);
        if (v === 0) { path.moveTo(px, py); far.moveTo(px, py); } else path.lineTo(px, py);
        if (v === 0 || Math.abs(px - farX) + Math.abs(py - farY) > FAR_STEP) {
          if (v) far.lineTo(px, py);
          farX = px; farY = py;
        }
      }
      path.closePath(); far.closePath();
    }
    shapes.push({ path, far, box });
  }
  return shapes;
}

function readLines(lines, plane, cell) {
  // Lines in square cells of the plane, one path per cell, so that only what is seen is drawn.
  const cells = new Map();
  let x = 0, y = 0, at = 0;
  for (const count of lines.n) {
    let chunk = null;
    for (let v = 0; v < count; v++) {
      x += lines.d[at++]; y += lines.d[at++];
      const px = plane.gridX(x), py = plane.gridY(y);
      if (v === 0) {
        const key = Math.floor(px / cell) + ':' + Math.floor(py / cell);
        chunk = cells.get(key);
        if (!chunk) { chunk = { path: new Path2D(), box: new Box() }; cells.set(key, chunk); }
        chunk.path.moveTo(px, py);
      } else chunk.path.lineTo(px, py);
      chunk.box.add(px, py);
    }
  }
  return [...cells.values()];
}

function readLineSets(lines, plane) {
  // Lines of each feature as one {path, box, start}, `start` the first point; null for a feature without any.
  let x = 0, y = 0, at = 0, line = 0;
  return lines.f.map((count) => {
    if (!count) return null;
    const path = new Path2D(), box = new Box();
    let start = null;
    for (let i = 0; i < count; i++, line++) {
      for (let v = 0; v < lines.n[line]; v++) {
        x += lines.d[at++]; y += lines.d[at++];
        const px = plane.gridX(x), py = plane.gridY(y);
        box.add(px, py);
        if (v === 0) path.moveTo(px, py); else path.lineTo(px, py);
        start = start || { x: px, y: py };
      }
    }
    return { path, box, start };
  });
}

// One line for each feature, or none.
const readRoutes = ({ n, d }, plane) => readLineSets({ f: n.map((count) => (count ? 1 : 0)), n: n.filter((count) => count), d }, plane);

// Object.hasOwn is younger than the browsers of old office PCs.
const owns = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

class Words {
  constructor(texts, language) { this.texts = texts; this.language = language; }
  get other() { return this.language === 'zh' ? 'en' : 'zh'; }
  get locale() { return this.language === 'zh' ? 'zh-CN' : 'en-GB'; }
  // What stands between the parts of a list: names, facts on one line, clauses, sentences.
  get betweenNames() { return this.language === 'zh' ? '、' : ', '; }
  get betweenFacts() { return this.language === 'zh' ? ' · ' : ', '; }
  get betweenClauses() { return this.language === 'zh' ? '，' : ', '; }
  get betweenSentences() { return this.language === 'zh' ? '；' : '; '; }
  get fullStop() { return this.language === 'zh' ? '。' : '.'; }
  has(key) { return owns(this.texts[this.language], key); }

  // The text of a key, its names not yet filled in: KEY_one where a count is 1 and the language says that differently.
  form(key, values = {}) {
    const single = [values.sites, values.gaps, values.count, values.units, values.value].map(String).includes('1');
    const form = single && this.has(key + '_one') ? key + '_one' : key;
    return this.has(form) ? this.texts[this.language][form] : key;
  }

  say(key, values) {
    const text = this.form(key, values);
    if (!values) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (owns(values, name) ? values[name] : whole));
  }

  // A word of the data (a cause, a level) in the page's language where the page has it, else as it stands.
  term(group, word) {
    if (word === null || word === undefined || word === '') return this.say(group + '_');
    return this.has(group + '_' + word) ? this.say(group + '_' + word) : String(word);
  }

  number(value) { return Math.round(value).toLocaleString('en-US'); }

  people(value) {
    // Rounded to about three digits above a thousand: the data are not more exact.
    if (value === null || value === undefined) return '–';
    if (value >= 9995) {
      if (this.language === 'zh') return this.say('ten_thousand', { number: (value / 10000).toFixed(1) });
      return this.number(Math.round(value / 1000) * 1000);
    }
    return this.number(value >= 1000 ? Math.round(value / 10) * 10 : value);
  }

  persons(value) { return this.say('unit_people', { people: this.people(value) }); }
  // 100 % only where it is everybody, 0 % only where it is nobody.
  share(value) {
    if (value > 0 && value < 0.0005) return '<0.1%';
    return ((value < 1 ? Math.min(value, 0.999) : value) * 100).toFixed(1) + '%';
  }

  // A share that misses its target must not be rounded up to it.
  shareBeside(value, target) {
    const misses = target && value < target && Number((value * 100).toFixed(1)) >= target * 100;
    return this.share(misses ? Math.floor(value * 1000) / 1000 : value);
  }

  target(value) { return String(Math.round(value * 1000) / 10) + '%'; }

  minutes(value, cutoff) {
    // Whole minutes; what lies just over the cutoff must not read as if it were within.
    const whole = Math.round(value);
    const key = value > cutoff && whole <= cutoff ? 'minutes_over' : 'minutes_value';
    return this.say(key, { minutes: whole });
  }

  metres(value) {
    const step = value >= 100 ? 10 : 1;
    return this.number(Math.round(value / step) * step);
  }
}

function shortNumber(minutes) { return String(Math.round(minutes * 10) / 10); }
