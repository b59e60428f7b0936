// Edits made one after the other: what counts after each of them, what to undo and what to redo. A state is never changed.

import { MOST_EDITS, PEOPLE_OPS, STREET_OPS, readEdits } from './edits.js';
import { Fault } from './faults.js';

export class States {
  // `pool`: follows stations, `changes`: streets, `people`: people; `today`: streets of today.
  constructor(pool, changes, people, today) {
    this.pool = pool; this.changes = changes; this.people = people;
    this.past = [{ pool: pool.today, streets: today, people: people.today, edits: [], steps: [], before: null, step: null }]; this.place = 0;
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
    const after = STREET_OPS.includes(edit.op) ? this.stepOfStreets(before, edit) : PEOPLE_OPS.includes(edit.op) ? this.stepOfPeople(before, edit) : this.stepOfStation(before, edit);
    const { pool, streets, people } = before;
    return { pool, streets, people, ...after, edits: [...before.edits, edit], steps: [...before.steps, after.step], before };
  }

  stepOfStation({ pool }, edit) {
    const { state, made, left } = this.pool.follow(pool, edit), at = made || left;
    return { pool: state, step: { edit, name: at.name, xy: [at.x, at.y], made, notes: [] } };
  }

  stepOfStreets(before, edit) {
    const { streets, ...told } = this.changes.follow(before.streets, edit);
    return { streets, step: { edit, made: null, ...told } };
  }

  stepOfPeople(before, edit) {
    const { people, ...told } = this.people.follow(before.people, edit);
    return { people, step: { edit, made: null, notes: [], ...told } };
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
