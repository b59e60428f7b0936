// On a phone the panel is a sheet from below: low, half or high.

import { byId } from './elements.js';
import { NARROW } from './media.js';

export class Sheet {
  constructor(page) {
    this.page = page;
    this.panel = byId('panel'); this.grip = byId('grip'); this.button = byId('sheet-button');
    this.place = 'half';
    this.grip.addEventListener('click', () => { if (!this.dragged) this.step(); this.dragged = false; });
    this.grip.addEventListener('pointerdown', (event) => this.start(event));
    this.grip.addEventListener('pointermove', (event) => this.move(event));
    for (const end of ['pointerup', 'pointercancel']) this.grip.addEventListener(end, () => this.end());
    this.grip.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowUp') this.step(1); else if (event.key === 'ArrowDown') this.step(-1); else return;
      event.preventDefault();
    });
    NARROW.addEventListener('change', () => this.settle(this.place));
    window.addEventListener('resize', () => this.settle(this.place));
    this.settle('half');
  }

  heights() {
    const all = window.innerHeight;
    return { low: Math.min(150, all * 0.3), half: Math.round(Math.min(all * 0.66, Math.max(all * 0.53, 540))), high: Math.round(all * 0.9) };
  }

  get height() { return NARROW.matches ? this.heights()[this.place] : 0; }

  settle(place) {
    this.place = place;
    if (NARROW.matches) this.show(this.heights()[place]);
    else document.documentElement.style.removeProperty('--sheet');
    this.describe();
  }

  // What was chosen in the list has to be seen beside it: a high sheet goes to the half.
  giveRoom() { if (NARROW.matches && this.place === 'high') this.settle('half'); }

  // A card needs the room: the sheet goes low for as long as one is open.
  giveWay() {
    if (!NARROW.matches || this.place === 'low') return;
    this.waiting = { place: this.place, scroll: byId('panel-body').scrollTop };
    this.settle('low');
    byId('panel-body').scrollTop = 0;
  }

  comeBack() {
    const { waiting } = this;
    this.waiting = null;
    if (!waiting || this.place !== 'low') return;
    this.settle(waiting.place);
    byId('panel-body').scrollTop = waiting.scroll;
  }

  describe() {
    const { words } = this.page;
    this.button.setAttribute('aria-label', words.say(this.place === 'high' ? 'sheet_down' : 'sheet_up'));
    this.button.setAttribute('aria-expanded', String(this.place !== 'low'));
    this.panel.dataset.place = document.body.dataset.sheet = this.place;
  }

  show(height) { document.documentElement.style.setProperty('--sheet', Math.round(height) + 'px'); }

  step(way) {
    const places = ['low', 'half', 'high'], at = places.indexOf(this.place);
    if (way) this.settle(places[Math.max(0, Math.min(2, at + way))]);
    else this.settle(this.place === 'high' ? 'low' : places[at + 1]);
  }

  start(event) {
    if (!NARROW.matches) return;
    this.drag = { y: event.clientY, height: this.heights()[this.place] };
    this.grip.setPointerCapture(event.pointerId);
    this.panel.classList.add('dragging');
  }

  move(event) {
    if (!this.drag) return;
    const up = this.drag.y - event.clientY;
    if (Math.abs(up) > 5) this.dragged = true;
    const { low, high } = this.heights();
    this.drag.now = Math.max(low * 0.8, Math.min(high, this.drag.height + up));
    this.show(this.drag.now);
  }

  end() {
    if (!this.drag) return;
    const now = this.drag.now, heights = this.heights();
    this.drag = null;
    this.panel.classList.remove('dragging');
    if (now === undefined || !this.dragged) { this.settle(this.place); return; }
    const nearest = Object.keys(heights).sort((a, b) => Math.abs(heights[a] - now) - Math.abs(heights[b] - now))[0];
    this.settle(nearest);
    setTimeout(() => { this.dragged = false; }, 0); // a click of the same gesture has passed by then
  }
}
