// All that a page asks: edits made and taken back, and what they bring. docs/whatif.md tells what may be asked and what is told.

import { readBytes } from '../data/unpack.js';
import { Area } from './area.js';
import { readAsked } from './asked.js';
import { reading } from './columns.js';
import { Counted } from './counted.js';
import { OPS, PEOPLE_OPS, VERSION, readName, readScenario } from './edits.js';
import { Fault, quote } from './faults.js';
import { REASONS } from './grounds.js';
import { Judging } from './judging.js';
import { StreetChanges } from './changed_streets.js';
import { building } from './network.js';
import { Pool } from './pool.js';
import { People, nameComer, sharesOf } from './people.js';
import { parseScenario } from './scenario_text.js';
import { States } from './states.js';

// People walk less far from a street the nearer they are to the end of their reach: lines as wide as the longest leg end
// this much before.
const SHORT_MINUTES = 1.2;
// So many answers are kept: one for whoever asks again, and those that an edit is compared with.
const KEPT = 8;

const BUILT = /^(nodes|edges|bends|barriers|compounds|gates)\./;

export function * makeEngine(payload) {
  const data = yield* reading(yield readBytes(payload)), network = yield* building(data);
  // The network has its own: what nobody asks for any more would only take room.
  for (const name of Object.keys(data.columns)) if (BUILT.test(name)) delete data.columns[name];
  const engine = new Engine(data, network);
  yield;
  yield* engine.judged(engine.states.today, readAsked({}, data.head));
  return engine;
}

export class Engine {
  constructor(data, network) {
    const { head, columns } = data, area = new Area(head, columns), [rows, beyond] = readStations(head, columns, network);
    const pool = new Pool(rows, beyond, area), streets = { network, before: null, touched: new Float64Array(0) }, changes = new StreetChanges(streets, data, area);
    this.head = head; this.columns = columns; this.area = area;
    this.judging = new Judging(data, changes, pool.beyond);
    this.states = new States(pool, changes, new People(head, columns, area, (x, y) => this.judging.edgeAt(x, y)), streets);
    this.counted = new Counted(data);
    this.answers = new Map(); // the last ones, by state and question
    this.rows = new WeakMap(); // of the ledger, by state
    this.toMakeReady = this.listQuestions();
  }

  get about() {
    const { plan, profile, profiles, moments, groups, cutoffs, units, gates, openings, compounds } = this.head, names = (rows) => rows.map(({ name }) => name);
    return {
      plan, profile, profiles: names(profiles), moments: names(moments), groups: names(groups), cutoffs, kinds: units.kinds, towns: units.towns,
      stations: [...this.states.today.pool.counting.keys()], gates: gates.id, openings: openings.id, compounds: compounds.id,
      ops: this.area.counted ? OPS : OPS.filter((op) => !PEOPLE_OPS.includes(op)), costUnit: this.head.cost_unit || '', page: this.listPageIds(),
    };
  }

  // The ids of what the page lists, in the order of its tables; null for what nobody may edit.
  listPageIds() {
    const { facilities, gates, openings } = this.head, idsOf = (name, ids) => Array.from(this.columns['page.' + name] || [], (row) => (row < 0 ? null : ids[row]));
    // A station that is added takes the next free slot.
    return { newSlot: facilities.id.length, slots: Array.from(this.columns['page.facilities'] || []), facilities: idsOf('facilities', facilities.id), gates: idsOf('gates', gates.id), openings: idsOf('openings', openings.id) };
  }

  // ---- questions

  * answer(name, values) {
    if (!Object.prototype.hasOwnProperty.call(ANSWERS, name)) throw new Fault('engine');
    return yield* ANSWERS[name].call(this, ...values);
  }

  // Every profile whatever the hours, then the plan's own at each moment: what a page lets choose.
  listQuestions() {
    const { head } = this;
    return [...head.profiles.map(({ name }) => ({ profile: name })), ...head.moments.map(({ name }) => ({ moment: name }))].map((asked) => readAsked(asked, head));
  }

  hasMoreToMakeReady() { return this.toMakeReady.length > 0; }

  makeNextReady() {
    const asked = this.toMakeReady.shift();
    return asked ? this.judged(this.states.now, asked) : null;
  }

  // The verdicts in a state; the last answers are kept.
  * judged(state, asked) {
    const key = asked.p + ' ' + asked.q, known = this.answers.get(state);
    if (known && known.has(key)) return known.get(key);
    const found = yield* this.judging.judge(state, asked);
    if (!this.answers.has(state)) this.answers.set(state, new Map());
    this.answers.get(state).set(key, found);
    while (this.answers.size > KEPT) this.answers.delete(this.answers.keys().next().value);
    return found;
  }

  * countIn(state, asked) {
    const { verdict } = yield* this.judged(state, asked);
    return this.counted.count(state.people, verdict, asked.group);
  }

  // ---- edits

  * takeIn(rows, from = this.states.now) {
    const state = yield* this.states.follow(rows, from), notes = yield* this.checkJoined(state);
    return { state, notes };
  }

  // New places that meet no street in the end are refused; what serves nobody, and whom nobody can judge, is told.
  * checkJoined(state) {
    const ready = yield* this.judging.ready(state.streets, readAsked({}, this.head).p, null), notes = [];
    for (const { edit, made, notes: own } of state.steps) {
      const note = (key, values = {}) => notes.push({ key, values, edit: nameEdit(edit) });
      own.forEach((key) => note(key));
      if (edit.op === 'add_people') this.noteComers(ready, state, edit, note);
      if ((edit.op !== 'add' && edit.op !== 'move') || !made || state.pool.counting.get(made.id) !== made) continue;
      if (made.unsure) { note('not_confirmed'); continue; }
      const { meets } = ready.placeOf(made);
      if (!meets.joined) throw new Fault('not_joined', { metres: this.head.access.limit_m }, nameEdit(edit));
      if (meets.islands) note('island');
      if (made.closed && meets.compound < 0) note('closed_alone');
      if (!made.closed && meets.compound >= 0) note('walled');
    }
    const planned = [...state.pool.versions.values()].filter(({ id, status }) => status === 'planned' && !state.pool.counting.has(id)).length;
    if (planned) notes.push({ key: 'planned', values: { count: planned }, edit: null });
    return notes;
  }

  noteComers(ready, { people: { comers } }, edit, note) {
    const first = ready.groundsOfComers(comers).first[comers.rows.findIndex(({ id }) => id === nameComer(edit))];
    if (REASONS[first] === 'no street near') note('people_no_street', { metres: this.head.access.limit_m });
    if (REASONS[first] === 'no gate known') note('people_no_gate');
  }

  // What a state has that another had not, and the other way round, in people by kind and town.
  * compare(before, after, asked) {
    const old = yield* this.judged(before, asked), now = yield* this.judged(after, asked);
    return this.counted.compare(before.people, after.people, old.verdict, now.verdict, asked.group);
  }

  // Somebody who has come, and what is found of them.
  describeComer({ id, kind, town, people, x, y }, row, { minutes, nearest, verdict, reason }, here) {
    const [lon, lat] = this.area.toDegrees(x, y);
    return {
      id, kind, town: town < 0 ? null : this.head.units.towns[town], people: here ? people * here[row] : people, lon, lat,
      minutes: minutes[row] < Infinity ? minutes[row] : null, nearest: nearest[row], verdict: verdict[row], reason: reason[row],
    };
  }

  // What the last step of a state brings: by kind, and by group in its own profile.
  * rowOf(state) {
    const { edit, name, xy } = state.step, [lon, lat] = this.area.toDegrees(...xy), groups = {};
    const whole = yield* this.compare(state.before, state, readAsked({}, this.head));
    for (const { name: group } of this.head.groups) groups[group] = yield* this.compare(state.before, state, readAsked({ group }, this.head));
    return { ...nameEdit(edit), name, lon, lat, cost: edit.cost, ...whole, groups };
  }
}

const nameEdit = ({ number, op, id }) => ({ number, op, id });

const ANSWERS = {
  * apply(rows) {
    const { state, notes } = yield* this.takeIn(rows);
    if (state !== this.states.now) this.states.keep(state);
    return { ...this.states.counts, notes };
  },
  // A scenario file in place of all edits there are.
  * openFile(text) {
    const { name, edits, more } = readScenario(parseScenario(text), this.head.plan), { state, notes } = yield* this.takeIn(edits.map(({ given }) => given), this.states.today);
    this.states.keep(state);
    return { ...this.states.counts, name, ...more, notes };
  },
  * undo() { this.states.undo(); return this.states.counts; },
  * redo() { this.states.redo(); return this.states.counts; },
  * reset() { if (this.states.now !== this.states.today) this.states.keep(this.states.today); return this.states.counts; },
  * scenario(name) { return { version: VERSION, plan: this.head.plan, ...(name ? { name: readName(name, 'name') } : {}), edits: this.states.now.edits.map(({ given }) => given) }; },

  * figures(asked) { return yield* this.countIn(this.states.now, readAsked(asked, this.head)); },
  * minutes(asked) {
    const { now } = this.states, { minutes } = yield* this.judged(now, readAsked(asked, this.head));
    return Object.fromEntries(this.head.units.id.concat(now.people.comers.rows.map(({ id }) => id)).map((id, i) => [id, minutes[i] < Infinity ? minutes[i] : null]));
  },
  * verdicts(asked) {
    const state = asked && asked.today ? this.states.today : this.states.now, found = yield* this.judged(state, readAsked(asked, this.head)), n = this.head.units.id.length;
    const { people: { comers, here } } = state, own = (column) => (comers.count ? column.slice(0, n) : column);
    return {
      minutes: own(found.minutes), nearest: own(found.nearest), verdict: own(found.verdict), reason: own(found.reason), reasons: REASONS,
      here: here ? sharesOf(state.people, n) : null, comers: comers.rows.map((row, i) => this.describeComer(row, n + i, found, here)),
    };
  },
  // Of every unit: the number of its town among the towns, -1 for none, and its people; of a group its own.
  * units(asked) { return { town: this.columns['units.town'], people: this.counted.listPresent(this.states.today.people, readAsked(asked, this.head).group).slice() }; },
  * preview(edit, asked) {
    const { state, notes } = yield* this.takeIn([edit]), question = readAsked(asked, this.head);
    return { figures: yield* this.countIn(state, question), ...(yield* this.compare(this.states.now, state, question)), notes };
  },
  * reach(asked = {}) {
    const question = readAsked(asked, this.head), state = this.states.now, cutoffs = asked.cutoffs || this.head.cutoffs, found = {};
    if (!Array.isArray(cutoffs) || !cutoffs.every((one) => typeof one === 'number')) throw new Fault('amount', { key: 'cutoffs', value: quote(cutoffs) });
    for (const cutoff of cutoffs) found[cutoff] = yield* this.judging.reach(state, question, cutoff, (x, y) => this.area.toDegrees(x, y));
    return found;
  },
  // Where edits change it: what the page draws over the reach of today.
  * reachChanges(asked) {
    const { cutoffs, access } = this.head, found = yield* this.judging.reachChanges(this.states.today, this.states.now, readAsked(asked, this.head), cutoffs, SHORT_MINUTES, (x, y) => this.area.toDegrees(x, y));
    return { ...found, metres: access.limit_m };
  },
  * ledger() {
    const rows = [];
    for (let state = this.states.now; state.before; state = state.before) rows.unshift(state);
    const found = [];
    for (const state of rows) {
      if (!this.rows.has(state)) this.rows.set(state, yield* this.rowOf(state));
      found.push(this.rows.get(state));
    }
    return found;
  },
};

// The stations of today, and those beyond area and ring.
function readStations({ facilities }, columns, network) {
  const of = (name) => columns['facilities.' + name], rows = [], beyond = [];
  facilities.id.forEach((id, k) => {
    const compound = of('compound')[k], outline = compound >= 0 && network.compounds.isGroup[compound] ? -1 : compound;
    (of('beyond')[k] ? beyond : rows).push({
      id, name: facilities.name[k], status: facilities.status[k], counts: of('counts')[k] === 1, x: of('x')[k], y: of('y')[k], closed: of('closed')[k] === 1,
      spread: of('spread')[k], unsure: of('approximate')[k] ? 'place not confirmed' : of('beyond')[k] ? 'edge of data' : '', outline,
    });
  });
  return [rows, beyond];
}
