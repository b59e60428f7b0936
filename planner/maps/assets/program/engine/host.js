// Answers questions to the engine one after the other, in slices: in a worker, or where there is none on the page's own
// thread, which then stays free for the reader. What is likely to be asked next is made ready in between.

import { Fault } from './faults.js';

const SLICE_MS = 10;

// As soon as what the browser has to do is done; a timer would wait 4 ms each time.
function makeSoon() {
  const channel = new MessageChannel(), calls = [];
  channel.port1.onmessage = () => calls.shift()();
  return (call) => { calls.push(call); channel.port2.postMessage(0); };
}

export class Host {
  // `tell`: called with each answer {id, result | fault | error}; `makeEngine`: a generator function of the payload's text.
  constructor(tell, makeEngine) {
    this.tell = tell; this.makeEngine = makeEngine;
    this.engine = null; this.asked = []; this.answering = null; this.beside = null; this.awake = false;
    this.waiting = false; this.waited = undefined;
    this.soon = makeSoon();
  }

  // A question {id, name, values}; the first is `start` with the payload's text.
  ask(question) {
    this.asked.push(question);
    if (!this.awake) { this.awake = true; this.soon(() => this.work()); }
  }

  work() {
    const end = performance.now() + SLICE_MS;
    while (this.step()) {
      if (this.waiting) return;
      if (performance.now() >= end) { this.soon(() => this.work()); return; }
    }
    this.awake = false;
  }

  // One step of what is asked, else of what is made ready; false where nothing is left to do.
  step() {
    if (!this.answering && this.asked.length) {
      const question = this.asked.shift();
      this.answering = { question, steps: this.answer(question) };
    }
    if (this.answering) {
      const { question, steps } = this.answering, told = this.runStep(question, steps);
      if (told) { this.answering = null; this.tell(told); }
      return true;
    }
    if (!this.beside && this.engine) this.beside = this.engine.makeNextReady();
    if (this.beside && !this.goOnBeside()) this.beside = null;
    return this.beside !== null || (this.engine !== null && this.engine.hasMoreToMakeReady());
  }

  // Whether there is more to make ready; what goes wrong is told to whoever asks for it.
  goOnBeside() {
    try {
      return !this.beside.next().done;
    } catch (error) {
      return false;
    }
  }

  // The answer once it is there; what goes wrong is an answer, too.
  runStep({ id }, steps) {
    try {
      const { waited } = this;
      this.waited = undefined;
      const { done, value } = steps.next(waited);
      if (done) return { id, result: value };
      if (value) this.waitFor(value);
      return null;
    } catch (error) {
      return error instanceof Fault ? { id, fault: error.plain } : { id, error: String((error && error.stack) || error) };
    }
  }

  // A step that is a promise goes on where it is kept.
  waitFor(promise) {
    const goOn = (waited) => { this.waiting = false; this.waited = waited; this.soon(() => this.work()); };
    this.waiting = true;
    promise.then(goOn, (error) => { this.answering.steps = failWith(error); goOn(); });
  }

  * answer({ name, values }) {
    if (name !== 'start') return yield* this.engine.answer(name, values);
    this.engine = yield* this.makeEngine(...values);
    return this.engine.about;
  }
}

function * failWith(error) { throw error; }
