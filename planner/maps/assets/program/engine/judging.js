// Minutes and verdicts of everybody in a state: the stations that count, on the streets of today and on those as they are edited.
// What takes long is a generator: it may pause wherever it yields.

import { endsOf } from './area.js';
import { joinColumns } from './comers.js';
import { Doubts } from './doubts.js';
import { editing } from './edited_walk.js';
import { Facts, findGrounds, numberIslands } from './grounds.js';
import { isOpen, readMoment } from './hours.js';
import { Land } from './land.js';
import { Pool } from './pool.js';
import { findReach } from './reach.js';
import { findReachChanges, takeReach } from './reach_changes.js';
import { Ready } from './ready.js';
import { judge } from './verdicts.js';
import { Walk, readUnits } from './walk.js';

// A street cut in two changes its minutes in the last bits; less than this is no change.
const SAME_MINUTES = 1e-9;
const OPEN = 1, MAYBE = 2;
const KEPT = 2;

export class Judging {
  // `changes`: of streets; `beyond`: stations outside area and ring that speak against judging people.
  constructor({ head, columns }, changes, beyond) {
    this.changes = changes; this.today = changes.today; this.beyond = beyond;
    this.units = readUnits(columns, this.today.network);
    this.land = columns['land.rings'].length ? new Land(endsOf(columns, 'land')) : null;
    this.complete = head.complete;
    this.doubts = new Doubts({ x: this.units.x, y: this.units.y, edge: columns['units.edge'] }, this.land, head.complete);
    this.doubtsOf = new WeakMap(); // of people who have come
    this.moments = head.moments.map((moment, q) => ({ when: readMoment(moment.local_time, moment.holidays), open: columns['moment' + q + '.open'] }));
    this.reachToday = new Map(); // by profile and moment
    this.known = new Map(); // by streets, then by profile and moment
  }

  // What is ready of a profile at a moment on some streets, made once: whoever asks meanwhile goes on where it stands.
  * ready(streets, p, q) {
    if (!this.known.has(streets)) this.known.set(streets, new Map());
    const known = this.known.get(streets), key = p + ' ' + q;
    if (!known.has(key)) known.set(key, { ready: null, steps: streets === this.today ? this.prepare(p, q) : this.prepareChanged(streets, p, q) });
    const entry = known.get(key);
    while (!entry.ready) {
      if (this.goOn(known, key, entry)) yield;
    }
    this.forget(streets);
    return entry.ready;
  }

  // Whether there is more to do; what fails is begun anew by whoever asks next.
  goOn(known, key, entry) {
    try {
      const { done, value } = entry.steps.next();
      if (done) entry.ready = value;
      return !done;
    } catch (error) {
      known.delete(key);
      throw error;
    }
  }

  // Of edited streets but the last ones nothing is kept: they take megabytes.
  forget(streets) {
    const known = this.known.get(streets);
    this.known.delete(streets); this.known.set(streets, known);
    for (const one of [...this.known.keys()].filter((other) => other !== this.today).slice(0, -KEPT)) this.known.delete(one);
  }

  * prepare(p, q) {
    const { network } = this.today, usual = q === null ? null : yield* this.ready(this.today, p, null), n = this.units.x.length;
    const walk = yield* Walk.prepare(network, this.units, p, q, usual), ready = new Ready(walk, n, usual ? usual.islands : numberIslands(network), usual);
    if (!usual) ready.facts = Facts.of(walk.sets[0], network, ready.islands);
    yield;
    return this.withGrounds(ready, usual);
  }

  // On edited streets from what is ready on those of today.
  * prepareChanged(streets, p, q) {
    const network = this.changes.networkOf(streets), today = yield* this.ready(this.today, p, q), usual = q === null ? null : yield* this.ready(streets, p, null);
    // Copies: somebody may ask for other stations on the streets of today while this one pauses.
    const known = today.servers.get('open'), served = known ? known.served.clone() : today.makeServed(), here = new Map(known ? known.here : []);
    const walk = yield* editing(new Walk(today.streets, today.sets, served), network, streets.touched, this.units);
    yield;
    const ready = new Ready(walk, this.units.x.length, usual ? usual.islands : numberIslands(network), usual);
    if (!usual) ready.facts = today.facts.withAgain(walk.sets.slice(today.sets.length), network, ready.islands);
    ready.accept('open', walk.served, here);
    return this.withGrounds(ready, usual);
  }

  // Doubts do not depend on hours: a gate that is shut at night is still a gate that is known.
  withGrounds(ready, usual) {
    ready.grounds = usual ? usual.grounds : findGrounds(ready.streets, ready.facts, ready.islands);
    ready.forgetEntries();
    return ready;
  }

  // Metres from a place to the edge of the data, -1 beyond it.
  edgeAt(x, y) { return !this.land ? Infinity : this.land.contains(x, y) ? this.land.metresTo(x, y) : -1; }

  // {minutes, nearest} of all units to some versions. Every walk that is possible today stays possible on edited streets.
  * nearest({ streets, people: { comers } }, p, q, what, versions) {
    const today = yield* (yield* this.ready(this.today, p, q)).serve(what, versions, comers);
    if (streets === this.today) return today;
    const found = yield* (yield* this.ready(streets, p, q)).serve(what, versions, comers), minutes = today.minutes.slice(), nearest = today.nearest.slice();
    for (let i = 0; i < minutes.length; i++) if (minutes[i] > found.minutes[i] + SAME_MINUTES) { minutes[i] = found.minutes[i]; nearest[i] = found.nearest[i]; }
    return { minutes, nearest };
  }

  // The parts of streets within some minutes of the stations that are open for sure, on the streets of a state.
  * reach(state, { p, q }, cutoff, toDegrees) {
    const [ready, served] = yield* this.serveOpen(state, p, q);
    return yield* findReach(ready, served, cutoff, toDegrees);
  }

  // Where the reach of a state differs from that of another, see `findReachChanges`.
  * reachChanges(before, state, { p, q }, cutoffs, short, toDegrees) {
    const key = p + ' ' + q;
    if (!this.reachToday.has(key)) this.reachToday.set(key, takeReach(...(yield* this.serveOpen(before, p, q))));
    return yield* findReachChanges(this.reachToday.get(key), takeReach(...(yield* this.serveOpen(state, p, q))), cutoffs, short, toDegrees);
  }

  // What is ready of the streets of a state, and its stations that are open for sure, served on them.
  * serveOpen(state, p, q) {
    const open = Pool.listCounting(state.pool).filter((version) => !version.unsure && this.isOpen(version, q)), ready = yield* this.ready(state.streets, p, q);
    yield* ready.serve('open', open);
    return [ready, ready.servers.get('open').served];
  }

  // Whether a version is open at a moment: true, false, or null where nobody knows.
  isOpen({ hours, base }, q) {
    if (q === null) return true;
    if (hours !== null) return isOpen(hours, this.moments[q].when);
    const said = this.moments[q].open[base];
    return said === MAYBE ? null : said === OPEN;
  }

  // {minutes, nearest, verdict, reason} of every unit in a state {pool, streets, people}: those of the plan, then those who have come.
  * judge(state, { p, q, cutoff, reach }) {
    const counting = [...Pool.listCounting(state.pool), ...this.beyond].filter((version) => this.isOpen(version, q) !== false);
    const sure = counting.filter((version) => !version.unsure), open = sure.filter((version) => this.isOpen(version, q)), maybe = sure.filter((version) => !this.isOpen(version, q));
    const found = yield* this.nearest(state, p, q, 'open', open), ready = yield* this.ready(state.streets, p, q);
    const hoped = maybe.length ? (yield* this.nearest(state, p, q, 'maybe', maybe)).minutes : null;
    const placeOf = (version) => ready.placeOf(version).meets;
    const judgeSome = (doubts, grounds, from, to) => judge({
      minutes: found.minutes.subarray(from, to), grounds, doubts: doubts.find(counting, reach, { placeOf, grounds }), cutoff, maybe: hoped && hoped.subarray(from, to),
    });
    const n = this.units.x.length, own = judgeSome(this.doubts, ready.grounds, 0, n), { comers } = state.people;
    if (!comers.count) return { ...found, ...own };
    const more = judgeSome(this.doubtsOfComers(comers), ready.groundsOfComers(comers), n);
    return { ...found, verdict: joinColumns(own.verdict, more.verdict), reason: joinColumns(own.reason, more.reason) };
  }

  doubtsOfComers(comers) {
    if (!this.doubtsOf.has(comers)) this.doubtsOf.set(comers, new Doubts(comers, this.land, this.complete));
    return this.doubtsOf.get(comers);
  }
}
