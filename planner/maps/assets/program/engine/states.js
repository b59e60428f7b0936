// Edits made one after the other: what counts after each of them, what to undo and what to redo. A state is never changed.

import { MOST_EDITS, readEdits } from './edits.js';
import { Fault } from './faults.js';

export class States {
  // `pool`: follows stations, `changes`: streets; `today`: streets of today.
  constructor(pool, changes, today) {
    this.pool = pool; this.changes = changes;
    this.past = [{ pool: pool.today, streets: today, edits: [], steps: [], before: null, step: null }]; this.place = 0;
  }

  get today() { return this.past[0]; }
  get now() { return this.past[this.place]; }

  // The state after some edits more, as a file has them; nothing is kept.
  * follow(rows, from = this.now) {
    if (Array.isArray(rows) && from.edits.length + rows.length > MOST_EDITS) throw new Fault('edits_many', { edits: from.edits.length + rows.length, most: MOST_EDITS });
    let state = from;
    for (const edit of readEdits(rows, from.edits.length)) { state = this.step(state, edit); yield; }
    return state;
  }

  // The state after one edit; its step: {edit, name, xy: where it is, made: the version of a station that it made, notes}.
  step(before, edit) {
    const after = edit.op === 'open_gate' || edit.op === 'add_path' ? this.stepOfStreets(before, edit) : this.stepOfStation(before, edit);
    return { ...after, edits: [...before.edits, edit], steps: [...before.steps, after.step], before };
  }

  stepOfStation({ pool, streets }, edit) {
    const { state, made, left } = this.pool.follow(pool, edit), at = made || left;
    return { pool: state, streets, step: { edit, name: at.name, xy: [at.x, at.y], made, notes: [] } };
  }

  stepOfStreets({ pool, streets }, edit) {
    const { streets: changed, ...told } = this.changes.follow(streets, edit);
    return { pool, streets: changed, step: { edit, made: null, ...told } };
  }

  // A new present; what was undone before is gone.
  keep(state) {
    this.past = [...this.past.slice(0, this.place + 1), state];
    this.place++;
  }

  undo() { if (this.place > 0) this.place--; return this.now; }
  redo() { if (this.place < this.past.length - 1) this.place++; return this.now; }
  get counts() { return { edits: this.now.edits.length, undo: this.place, redo: this.past.length - 1 - this.place }; }
}
