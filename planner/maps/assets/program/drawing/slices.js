// Long work in short slices, so that the page answers in between.

const SLICE_MS = 8;

// The steps of a drawing, each painted before the next: browsers put painting off, and would do all of it in one go.
export function* paintingNow(pen, steps) {
  let step = steps.next();
  for (; !step.done; step = steps.next()) { pen.getImageData(0, 0, 1, 1); yield; }
  return step.value;
}

export class Slices {
  // `work`: a generator function that stops often; it is started anew whenever woken after its end.
  // `held`: whether it has to wait until it is woken again.
  constructor(work, held = () => false) {
    this.work = work; this.held = held; this.steps = null; this.asked = false;
    this.channel = new MessageChannel();
    this.channel.port1.onmessage = () => { this.asked = false; this.slice(); };
  }

  wake() {
    if (!this.steps) this.steps = this.work();
    this.ask();
  }

  stop() { this.steps = null; }

  ask() {
    if (this.asked) return;
    this.asked = true;
    this.channel.port2.postMessage(0);
  }

  slice() {
    const end = performance.now() + SLICE_MS;
    while (this.steps && !this.held()) {
      if (this.steps.next().done) this.steps = null;
      else if (performance.now() >= end) { this.ask(); return; }
    }
  }
}
