// Paper is laid out in a part of the page of its own, so that the screen stays as it is. It is kept ready while
// the page is at rest, and made at once where somebody prints before that.

import { Box } from '../data/plane.js';
import { make, put, writeFor } from '../panel/elements.js';
import { NARROW } from '../panel/media.js';
import { asPrinted } from './as_printed.js';
import { decoded, writePaper } from './paper.js';
import { paintingLocator, paintingMap, squareAround } from './painting.js';

const AT_REST = 4000; // milliseconds without a change or a move of the map
const AT_A_TIME = 8; // so long may the work on it keep the page from other things
const LOCATOR = { side: 330, dots: 3 };

const whenIdle = window.requestIdleCallback || ((work) => setTimeout(work, 60));

export class Printing {
  constructor(page) {
    this.page = page; this.all = false;
    this.ready = false; this.change = 0; // counts what makes the paper old
    this.timer = 0; this.job = null; // the pictures being painted
    page.map.on('movestart zoomstart', () => this.rest());
    window.addEventListener('beforeprint', () => this.makeNow());
    window.matchMedia('print').addEventListener('change', (event) => { if (event.matches) this.makeNow(); });
  }

  // Something was chosen: the paper is made anew once the page is at rest. Phones print by the button only.
  forget() {
    this.ready = false; this.change += 1;
    this.rest();
  }

  rest() {
    clearTimeout(this.timer);
    this.timer = this.ready || NARROW.matches ? 0 : window.setTimeout(() => this.makeAtRest(), AT_REST);
  }

  // The pictures, piece by piece.
  *painting() {
    const { page } = this, box = areaBox(page), view = squareAround(box), shown = asPrinted(page, view.zoom, this.all);
    const map = yield* paintingMap(shown, view);
    const locator = yield* paintingLocator(shown, squareAround(box, LOCATOR.side, LOCATOR.dots));
    return { shown, map, locator };
  }

  makeNow() {
    if (this.ready) return;
    const steps = this.painting();
    let step = steps.next();
    while (!step.done) step = steps.next();
    const { shown, map, locator } = step.value;
    writePaper(shown, map.toDataURL(), locator.toDataURL());
    this.ready = true;
  }

  makeAtRest() {
    clearTimeout(this.timer); this.timer = 0;
    const { change, job } = this, steps = job && job.change === change ? job.steps : this.painting();
    this.job = { change, steps };
    whenIdle(() => this.work(this.job));
  }

  // Go on with a job, unless it is old by now; where the page is no longer at rest, it goes on at the next rest.
  async work(job) {
    const old = () => job.change !== this.change || this.ready;
    if (this.timer || job !== this.job || old()) return;
    const end = performance.now() + AT_A_TIME;
    let step = job.steps.next();
    while (!step.done && performance.now() < end) step = job.steps.next();
    if (!step.done) { whenIdle(() => this.work(job)); return; }
    this.job = null;
    const addresses = await Promise.all([step.value.map, step.value.locator].map(addressOf));
    if (old()) return;
    writePaper(step.value.shown, ...addresses);
    this.ready = true;
    await decoded();
  }

  async print() {
    this.makeNow();
    await decoded();
    window.print();
  }

  // The button, and beside it whether every gap is listed.
  describe() {
    const { words, state } = this.page, few = state.gaps.length <= 1;
    writeFor('print-row', [words.language, few, this.all], () => this.writeRow(words, few));
  }

  writeRow(words, few) {
    const all = make('input', { type: 'checkbox', id: 'print-all', onchange: (event) => { this.all = event.target.checked; this.forget(); } });
    all.checked = this.all;
    put('print-row', make('button', { type: 'button', id: 'print', onclick: () => this.print() }, words.say('print_button')),
      few ? null : make('label', { class: 'print-all' }, all, words.say('print_all'))).hidden = typeof window.print !== 'function';
  }
}

// The chosen route or town, or all of the area.
function areaBox({ scene, state, data }) {
  if (state.routing && state.route !== null) return scene.walks.routes[state.route].box.grown(150);
  const town = state.town === null ? null : scene.areas.find((area) => area.name === state.town && area.shape);
  if (town) return town.shape.box;
  const [west, south, east, north] = data.bounds, box = new Box();
  box.add(scene.plane.x(west), scene.plane.y(south));
  box.add(scene.plane.x(east), scene.plane.y(north));
  return box;
}

// The address of a canvas's picture, without any loss. Browsers that know WebP put it down beside the page's own work;
// the others take PNG.
const addressOf = (canvas) => new Promise((resolve) => canvas.toBlob((blob) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.readAsDataURL(blob);
}, 'image/webp', 1));
