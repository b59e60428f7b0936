// The page's side of the engine: questions go to a worker, or where none starts to the page's own thread, and come back as
// promises. docs/whatif.md tells what may be asked.

// Keys of a scenario that readers fill in by hand: a sentence calls them as the form does.
const CALLED = ['name', 'proposer', 'reason', 'votes', 'cost', 'text', 'remark'];

export class WhatIf {
  // `script`: text of the engine; `payload`: text of its data; `usable`: when this thread may begin, where no worker does; `say`: a text of the page by its key.
  constructor({ script, payload, usable, say }) {
    this.say = say;
    this.open = new Map(); // questions that wait for their answer
    this.count = 0;
    this.whenChanged = () => {}; // called once edits were made or taken back
    this.dragged = null; // the last preview that was asked for, as long as the one before is worked out
    const tell = (told) => this.hear(told);
    this.worker = startWorker(script, tell);
    this.host = this.worker.then((worker) => worker || usable.then(() => globalThis.plannerEngine(tell)));
    this.ready = this.ask('start', payload);
    this.ready.catch(() => {}); // whoever waits for it hears of it
  }

  // ---- edits

  apply(edits) { return this.change('apply', edits).then((said) => this.toWords(said)); }
  openFile(text) { return this.change('openFile', text).then((said) => this.toWords(said)); }
  undo() { return this.change('undo'); }
  redo() { return this.change('redo'); }
  reset() { return this.change('reset'); }
  change(name, ...values) { return this.ask(name, ...values).then((said) => { this.whenChanged(); return said; }); }
  scenario(name = '') { return this.ask('scenario', name); }

  // ---- what they bring

  figures(asked = {}) { return this.ask('figures', asked); }
  minutes(asked = {}) { return this.ask('minutes', asked); }
  verdicts(asked = {}) { return this.ask('verdicts', asked); }
  units(asked = {}) { return this.ask('units', asked); }
  ledger() { return this.ask('ledger'); }
  reachChanges(asked = {}) { return this.ask('reachChanges', asked); }
  reach(asked = {}) { return this.ask('reach', asked); }

  // Figures with one edit more, which is not kept; null where a newer preview came before it was begun.
  preview(edit, asked = {}) {
    return new Promise((resolve, reject) => {
      if (this.dragged) this.dragged.resolve(null);
      const mine = { edit, asked, resolve, reject };
      if (this.dragging) this.dragged = mine; else this.showPreview(mine);
    });
  }

  showPreview({ edit, asked, resolve, reject }) {
    this.dragging = true;
    this.ask('preview', edit, asked).then(resolve, reject).then(() => {
      const next = this.dragged;
      this.dragging = false; this.dragged = null;
      if (next) this.showPreview(next);
    });
  }

  // ---- questions and answers

  ask(name, ...values) {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      this.host.then((host) => host.ask({ id, name, values }));
    });
  }

  hear({ id, result, fault, error }) {
    const { resolve, reject } = this.open.get(id);
    this.open.delete(id);
    if (fault) reject(this.toError(fault));
    else if (error) reject(Object.assign(new Error(this.say('fault_engine')), { detail: error }));
    else resolve(result);
  }

  // The sentence in the reader's language; `key`, `values` and `edit` for whoever says it otherwise.
  toError({ key, values, edit }) {
    const what = this.say('fault_' + key, CALLED.includes(values.key) ? { ...values, key: this.say('whatif_key_' + values.key) } : values);
    return Object.assign(new Error(this.about(edit, what)), { key, values, edit });
  }

  about(edit, what) {
    if (!edit) return what;
    return edit.op ? this.say('whatif_at', { ...edit, op: this.say('whatif_op_' + edit.op), what }) : this.say('whatif_at_number', { number: edit.number, what });
  }

  // `warned`: the same without what stands at the edit itself, beside its number.
  toWords({ notes, ...said }) {
    const warned = notes.map(({ key, values, edit }) => ({ number: edit ? edit.number : 0, text: this.say('note_' + key, values) }));
    return { ...said, warned, notes: notes.map(({ edit }, i) => this.about(edit, warned[i].text)) };
  }
}

// A worker from the script's own text; null where the browser refuses to start one, as some WebViews do.
function startWorker(script, tell) {
  return new Promise((resolve, reject) => {
    const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), worker = new Worker(address);
    let started = false;
    worker.onerror = (event) => { event.preventDefault(); if (!started) { worker.terminate(); reject(event); } };
    worker.onmessage = ({ data }) => {
      if (!data.hello) { tell(data); return; }
      started = true;
      URL.revokeObjectURL(address);
      resolve({ ask: (question) => worker.postMessage(question) });
    };
  }).catch(() => null);
}
