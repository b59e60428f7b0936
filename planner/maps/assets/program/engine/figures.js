// People by verdict, kind and town: what the page and `planner compare` count.

import { Sums } from './sums.js';

export const COVERED = 0, GAP = 1, UNKNOWN = 2;
const N_VERDICTS = 3;

// Counts people again and again. `kind`, `town` (n): the number of each unit's among `kinds` and `towns`, -1: in no town.
export class Figures {
  constructor({ kind, town, kinds, towns }) {
    this.kinds = kinds; this.towns = towns;
    this.places = kinds.length * (1 + towns.length);
    // Where each unit counts: in its kind, and in its kind and town.
    this.ofKind = Int32Array.from(kind);
    this.ofTown = Int32Array.from(kind, (one, i) => (town[i] < 0 ? -1 : kinds.length + one * towns.length + town[i]));
    this.known = new WeakMap();
  }

  // {kind: {all: {people, covered, gap, unknown}, [town]: ...}} of some kinds; `people` (n): a column that stays the same.
  count(people, verdict, kinds = this.kinds) {
    if (!this.known.has(people)) {
      const sums = new Sums(Array.from(people));
      this.known.set(people, { sums, all: this.sum(sums, this.places, (bin) => bin) });
    }
    const { sums, all } = this.known.get(people), counts = this.sum(sums, this.places * N_VERDICTS, (bin, i) => bin * N_VERDICTS + verdict[i]);
    const rowOf = (bin) => ({ people: all[bin], covered: counts[bin * N_VERDICTS + COVERED], gap: counts[bin * N_VERDICTS + GAP], unknown: counts[bin * N_VERDICTS + UNKNOWN] });
    return Object.fromEntries(this.kinds.map((kind, k) => [kind, { all: rowOf(k), ...Object.fromEntries(this.towns.map((town, t) => [town, rowOf(this.kinds.length + k * this.towns.length + t)])) }])
      .filter(([kind]) => kinds.includes(kind)));
  }

  // {kind: {all: people, [town]: people}} of some units: flags (n).
  countSome(people, chosen) {
    const sums = new Sums(Array.from(people, (one, i) => (chosen[i] ? one : 0))), found = this.sum(sums, this.places, (bin, i) => (chosen[i] ? bin : -1));
    return Object.fromEntries(this.kinds.map((kind, k) => [kind, { all: found[k], ...Object.fromEntries(this.towns.map((town, t) => [town, found[this.kinds.length + k * this.towns.length + t]])) }]));
  }

  // The sums of a unit's bin of its kind and of its town, each as `place` moves it.
  sum(sums, size, place) {
    const ofKind = sums.inBins(this.ofKind.map(place), size);
    sums.inBins(this.ofTown.map((bin, i) => (bin < 0 ? -1 : place(bin, i))), size).forEach((sum, bin) => { ofKind[bin] += sum; });
    return ofKind;
  }
}
