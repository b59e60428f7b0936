// Whether the map is being zoomed. Meanwhile everything on it is only moved and scaled; it is drawn anew once that is over.

const TURN_MS = 200; // a wheel that has not been turned for so long is at rest

export class Zooming {
  // `over`: called once the zooming is over.
  constructor(map, over) {
    this.moving = false; this.turning = 0; this.over = over;
    map.on('zoomstart', () => { this.moving = true; });
    map.on('zoomend', () => { this.moving = false; if (!this.turning) over(); });
    map.getContainer().addEventListener('wheel', () => this.turn(), { passive: true, capture: true });
  }

  get busy() { return this.moving || this.turning !== 0; }

  // Between two turns of a wheel the map stands still for a moment: that is no rest.
  turn() {
    clearTimeout(this.turning);
    this.turning = window.setTimeout(() => { this.turning = 0; if (!this.moving) this.over(); }, TURN_MS);
  }
}
