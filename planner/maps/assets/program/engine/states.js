// Edits made one after the other: what counts after each of them, what to undo and what to redo. A state is never changed.

import { MOST_EDITS, readEdits } from './edits.js';
import { Fault } from './faults.js';
import { changeStreets } from './changed_streets.js';

export class States {
  // `pool`: of stations; `today`: {pool, streets, edits: [], steps: []}; `area`: {toMetric}.
  constructor(pool, today, area) {
    this.pool = pool; this.area = area;
    this.past = [today]; this.at = 0;
  }

  get today() { return this.past[0]; }
  get now() { return this.past[this.at]; }

  // The state after some edits more, as a file has them; nothing is kept.
  * follow(rows, from = this.now) {
    if (Array.isArray(rows) && from.edits.length + rows.length > MOST_EDITS) throw new Fault('edits_many', { edits: from.edits.length + rows.length, most: MOST_EDITS });
    let state = from;
    for (const edit of readEdits(rows, from.edits.length)) { state = this.step(state, edit); yield; }
    return state;
  }

  // A step: {edit, name, xy: where it is, made: the version of a station that it made, notes}.
  step(state, edit) {
    const { pool, streets, step } = edit.op === 'open_gate' || edit.op === 'add_path' ? this.stepOfStreets(state, edit) : this.stepOfStation(state, edit);
    const after = { pool, streets, edits: [...state.edits, edit], before: state, step };
    return { ...after, steps: [...state.steps, step] };
  }

  stepOfStation({ pool, streets }, edit) {
    const { state, made, left } = this.pool.follow(pool, edit), at = made || left;
    return { pool: state, streets, step: { edit, name: at.name, xy: [at.x, at.y], made, notes: [] } };
  }

  stepOfStreets({ pool, streets }, edit) {
    const change = changeStreets(streets, edit, this.area);
    return { pool, streets: { network: change.network, before: streets }, step: { edit, name: change.name, xy: change.xy, made: null, notes: change.notes } };
  }

  // A new present; what was undone before is gone.
  keep(state) {
    this.past = [...this.past.slice(0, this.at + 1), state];
    this.at++;
  }

  undo() { if (this.at > 0) this.at--; return this.now; }
  redo() { if (this.at < this.past.length - 1) this.at++; return this.now; }
  get counts() { return { edits: this.now.edits.length, undo: this.at, redo: this.past.length - 1 - this.at }; }
}
