// The names on the map, in the fonts of the PC.

import { FONT } from './colours.js';
import { roundedBox } from './pens.js';
import { numberedGaps, rankPixels } from './ranks.js';
import { STOP_ZOOM, flagsOf } from './routes.js';
import { signSize } from './signs.js';
import { Slices } from './slices.js';
import { listingCandidates, METRO_SIGN } from '../labels/candidates.js';
import { endsNamed, hostsShown } from '../data/courses.js';
import { boxAround, choosing } from '../labels/collisions.js';
import { placedMark } from '../data/plans.js';
import { PLANE_ZOOM } from '../data/plane.js';
import { pointsAlong } from '../data/routes.js';
import { TODO_AFAR } from './zooms.js';

const KEPT_ZOOMS = 12;
// From afar hundreds of stations are specks: a town's name may lie on some of them.
const SPECK = 6.5;
const MARK = 26; // pixels round a numbered site or measure
const STOP = 22; // round a stop of a route

const fontOf = (look) => (look.italic ? 'italic ' : '') + (look.bold ? '700 ' : '500 ') + look.size + 'px ' + FONT;

// How wide texts are. Signs are measured one by one, as names share most of theirs.
class Measure {
  constructor(pen) { this.pen = pen; this.known = new Map(); }

  wide(text, look) {
    const font = fontOf(look);
    let signs = this.known.get(font), total = 0;
    if (!signs) this.known.set(font, signs = new Map());
    for (const sign of text) {
      let wide = signs.get(sign);
      if (wide === undefined) { this.pen.font = font; signs.set(sign, wide = this.pen.measureText(sign).width); }
      total += wide;
    }
    return total;
  }
}

// What the labels of a zoom depend on.
function keyOf(zoom, state) {
  const { layers } = state;
  return [zoom, layers.gaps, layers.facilities, layers.sites, state.tab === 'todo', (state.open || '')[0] === 'g' ? state.open : '', state.figuresRestOn, state.routing && layers.routes && [state.route], state.lecturing && layers.courses && JSON.stringify([state.lesson, state.lecture])].join();
}

export class Labels {
  // The labels of each zoom, worked out in slices for the whole map when the zoom is first seen; `tell` is called
  // with false when that begins, and with true when it is done.
  constructor(scene, tell = (done) => { void done; }, held = () => false) {
    this.scene = scene; this.tell = tell; this.found = new Map(); this.job = null; this.last = { zoom: null, list: [] };
    this.slices = new Slices(() => this.work(), held);
  }

  // The labels of a zoom. While they are worked out: those of the same zoom before something else was chosen.
  listAt(zoom, state, pen) {
    const key = keyOf(zoom, state);
    if (this.found.has(key)) { this.forget(); this.last = { zoom, list: this.found.get(key) }; }
    else {
      if (this.last.zoom !== zoom) this.last = { zoom, list: [] };
      if (!this.job || this.job.key !== key) this.begin({ key, zoom, state }, pen); else this.slices.wake();
    }
    return this.last.list;
  }

  // The map shows something else by now.
  forget() {
    if (!this.job) return;
    this.job = null;
    this.slices.stop();
    this.tell(true);
  }

  begin(job, pen) {
    this.measure = this.measure || new Measure(pen);
    this.slices.stop();
    this.job = job;
    this.tell(false);
    this.slices.wake();
  }

  *work() {
    const { key, zoom, state } = this.job;
    this.keep(key, yield* this.working(zoom, state));
    this.job = null;
    this.tell(true);
  }

  // The same in steps, for a picture that waits for them.
  *preparing(zoom, state, pen) {
    this.measure = this.measure || new Measure(pen);
    this.keep(keyOf(zoom, state), yield* this.working(zoom, state));
  }

  keep(key, chosen) {
    if (this.found.size >= KEPT_ZOOMS) this.found.delete(this.found.keys().next().value);
    this.found.set(key, chosen);
    return chosen;
  }

  *working(zoom, state) {
    const { scene } = this, scale = Math.pow(2, zoom - PLANE_ZOOM);
    const pick = { stations: state.layers.facilities, signSize: (sign) => signSize(sign.level, zoom), stops: stopsNamed(state, zoom).concat(state.layers.courses ? endsNamed(scene.courses, state) : []) };
    const measure = (text, look) => this.measure.wide(text, look);
    const candidates = [];
    for (const one of listingCandidates(scene, zoom, scale, scale / scene.plane.metres, measure, pick, candidates)) yield one;
    return yield* choosing(candidates, obstaclesOf(scene, state, zoom, scale));
  }
}

// The stops of the route chosen, or of all; from afar only those of the one chosen have names.
const stopsShown = (state) => (state.routing && state.layers.routes ? state.routesLit().flatMap((route) => route.stops) : []);
// Places along the ways of the routes shown, so far apart.
const waysShown = (state, apart) => (state.routing && state.layers.routes ? state.routesLit().flatMap((route) => route.legs.flatMap(({ line }) => (line ? pointsAlong(line, apart) : []))) : []);
const stopsNamed = (state, zoom) => (state.route !== null || zoom >= STOP_ZOOM ? stopsShown(state).filter((stop) => stop.name) : []);

// Numbers of gaps, sites and measures, and signs of stations: no name may cover them.
function obstaclesOf(scene, state, zoom, scale) {
  const boxes = [];
  if (state.layers.gaps) {
    const wide = 2 * rankPixels(zoom) + 2;
    for (const gap of numberedGaps(state, zoom)) boxes.push(boxAround(gap.x * scale, gap.y * scale, wide, wide));
  }
  const marks = state.plan && state.layers.sites ? state.plan.marks.filter(placedMark) : [];
  const measures = state.tab === 'todo' ? state.todoHere().slice(0, TODO_AFAR).map((one) => one.of) : [];
  for (const { x, y } of marks.concat(measures)) boxes.push(boxAround(x * scale, y * scale, MARK, MARK));
  if (state.layers.courses) for (const { x, y } of hostsShown(scene.courses, state)) boxes.push(boxAround(x * scale, y * scale, STOP, STOP));
  for (const { x, y } of stopsShown(state)) boxes.push(boxAround(x * scale, y * scale, STOP, STOP));
  if (state.routing && state.layers.routes) for (const { spot } of flagsOf(state.routesLit(), scale)) boxes.push(boxAround(spot.x * scale, spot.y * scale, STOP, STOP));
  for (const { x, y } of waysShown(state, 9 / scale)) boxes.push(boxAround(x * scale, y * scale, 8, 8));
  if (state.layers.facilities) {
    for (const sign of scene.facilities) {
      const wide = 2 * signSize(sign.level, zoom) + 1;
      if (wide > SPECK) boxes.push(boxAround(sign.x * scale, sign.y * scale, wide, wide));
    }
  }
  return boxes;
}

// In steps: a browser takes long over signs that it has not drawn at this size and angle before.
export function* paintingLabels(pen, labels, state, viewport) {
  if (!state.layers.labels) return;
  const { scale, zoom, box } = viewport, far = 200 / scale;
  const seen = ({ anchor }) => anchor.x > (box.x0 - far) * scale && anchor.x < (box.x1 + far) * scale && anchor.y > (box.y0 - far) * scale && anchor.y < (box.y1 + far) * scale;
  pen.save();
  pen.scale(1 / scale, 1 / scale); // pixels of the screen, so that fonts have the size that they are made for
  pen.textAlign = 'center'; pen.textBaseline = 'middle'; pen.lineJoin = 'round';
  for (const one of labels.listAt(zoom, state, pen)) {
    if (!seen(one)) continue;
    drawLabel(pen, one.label, one.anchor);
    yield;
  }
  pen.restore();
}

function drawLabel(pen, { text, look }, anchor) {
  if (look.sign) drawMetroSign(pen, anchor.signX, anchor.signY);
  if (anchor.silent) return;
  pen.save();
  pen.translate(anchor.x, anchor.y);
  if (anchor.angle) pen.rotate(anchor.angle);
  pen.font = fontOf(look);
  pen.strokeStyle = 'rgba(255,255,255,.88)'; pen.lineWidth = look.halo;
  pen.strokeText(text, 0, 0);
  pen.fillStyle = look.colour;
  pen.fillText(text, 0, 0);
  pen.restore();
}

function drawMetroSign(pen, x, y) {
  const half = METRO_SIGN / 2;
  pen.beginPath(); roundedBox(pen, x - half, y - half, METRO_SIGN, METRO_SIGN, 4);
  pen.fillStyle = '#2f3a55'; pen.fill();
  pen.strokeStyle = '#ffffff'; pen.lineWidth = 1.4; pen.stroke();
  pen.fillStyle = '#ffffff'; pen.font = '700 10px system-ui, sans-serif';
  pen.fillText('M', x, y + 0.5);
}
