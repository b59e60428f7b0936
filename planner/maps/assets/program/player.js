// Plays a route: a dot goes along it, in some half a minute. Who asked for no motion goes on step by step.

import { stepAt } from './data/routes.js';
import { byId } from './panel/elements.js';
import { STILL } from './panel/media.js';
import { momentOf } from './panel/route_words.js';

// Seconds of the screen: at a stop, and for each minute of a way with the least and the most.
const AT_STOP = 1.3, A_MINUTE = 0.3, LEAST = 1.4, MOST = 5;

const secondsOf = ({ stop, from, until }) => (stop ? AT_STOP : Math.max(LEAST, Math.min(MOST, A_MINUTE * (until - from))));

export class Player {
  constructor(page) { this.page = page; this.frame = 0; this.last = 0; this.route = null; }

  get running() { return this.frame !== 0; }

  get buttonWords() {
    const { words } = this.page;
    if (STILL.matches) return words.say('routes_step');
    return words.say(this.running ? 'routes_pause' : 'routes_play');
  }

  press(route) {
    const { state } = this.page, moving = state.moving && state.moving.route === route.index ? state.moving.minutes : null;
    const { from } = route.steps[0], { until } = route.steps[route.steps.length - 1];
    if (STILL.matches) {
      const next = route.steps.find((step) => step.from > (moving === null ? from - 1 : moving));
      this.showAt(route, moving === null || moving >= until ? from : next ? next.from : until);
      return;
    }
    if (this.running) { this.stop(); return; }
    if (moving === null) this.page.camera.showRoutes(route.index);
    this.showAt(route, moving === null || moving >= until ? from : moving);
    this.route = route; this.last = 0;
    this.frame = requestAnimationFrame((now) => this.tick(now));
    this.describe();
  }

  // The reader let go of it, or another route is in front.
  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.describe();
  }

  tick(now) {
    const { moving } = this.page.state, { route } = this;
    this.frame = 0;
    if (!moving || moving.route !== route.index) { this.stop(); return; }
    const step = stepAt(route, moving.minutes), { until } = route.steps[route.steps.length - 1];
    const passed = this.last ? Math.min(0.1, (now - this.last) / 1000) : 0;
    const minutes = Math.min(until, moving.minutes + Math.max(passed * 0.01, (passed * (step.until - step.from)) / secondsOf(step)));
    this.last = now;
    this.showAt(route, minutes, false);
    if (minutes >= until) { this.stop(); this.page.tell(momentOf(route, stepAt(route, minutes), minutes, this.page.words)); return; }
    this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  // Show where a group is at a time.
  showAt(route, minutes, byHand = true) {
    const { state, marks, words } = this.page;
    if (byHand && this.running) this.stop();
    state.moving = { route: route.index, minutes };
    marks.paint();
    const slider = byId('route-time'), said = byId('route-now'), text = momentOf(route, stepAt(route, minutes), minutes, words);
    if (slider) { slider.value = minutes; slider.setAttribute('aria-valuetext', text); }
    if (said && said.textContent !== text) said.textContent = text;
    if (byHand && STILL.matches) this.page.tell(text);
  }

  describe() {
    const button = byId('route-play');
    if (button) button.textContent = this.buttonWords;
  }
}
