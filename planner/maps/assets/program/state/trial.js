// What the reader tries: the edits there are, what they bring, and the one that is being made.

import { nothingTried } from '../data/tried.js';
import { noRemarks } from './remarks.js';

// What can be in hand: a click on the map then makes it. The others are done on the card of a station or gate.
export const TOOLS = ['add', 'path', 'people', 'leave'];

export class Trial {
  constructor() {
    this.ready = false; // whether the engine has started
    this.failed = null; // why it did not
    this.about = null; // what can be edited: see the engine
    this.edits = []; // as a scenario file has them
    this.remarks = noRemarks();
    this.name = ''; // of the scenario
    this.counts = { edits: 0, undo: 0, redo: 0 };
    this.warned = []; // {number, text}: what to know about edits that are made; 0: about all
    this.fault = null; // a sentence: why the last one was not made
    this.told = false; // whether the map says what the last edit brought, on a phone
    this.tool = null; // {name, id: of the station that is to be moved}
    this.draft = []; // corners of a path that is being drawn, [x, y] on the plane
    this.dragged = null; // {x, y, from} of what is being dragged
    this.preview = null; // rows of coverage while something is dragged
    this.tried = nothingTried(); // what the edits bring, for whom it was asked
    this.asked = null; // for whom, as a text
    this.reach = null; // streets within reach with the edits; null where they are as today
    this.changes = 0; // how often anything of it has changed: what is written is written anew
    this.version = 0; // another one whenever what is drawn changes
  }

  // What a file keeps of it, beside the edits.
  get kept() { return { name: this.name, remarks: this.remarks }; }
  set kept({ name, remarks }) { this.name = name; this.remarks = remarks; }

  get plan() { return { name: this.name || null, after: this.preview ? { ...this.tried.after, coverage: this.preview } : this.tried.after, marks: this.tried.marks }; }

  // Whether the figures are of these people at this moment; without edits those of today are right.
  answers(whom) { return this.edits.length + (this.preview ? 1 : 0) > 0 && this.asked === keyOf(whom); }

  // What the engine found: {after, marks}.
  accept(whom, tried) {
    this.asked = keyOf(whom);
    this.tried = tried;
    this.version++;
  }

  // What the engine found while something is dragged: rows of coverage.
  foresee(whom, coverage) {
    this.asked = keyOf(whom);
    this.preview = coverage;
    this.changes++;
  }

  hold(name, id = null) { this.tool = name === null ? null : { name, id }; this.draft = []; this.fault = null; }
}

const keyOf = ({ group = null, profile = null, moment = null }) => JSON.stringify([group, profile, moment]);
