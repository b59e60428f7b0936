// Classes of housing or settlement: whose gaps, verdicts and areas in doubt are shown of one of them.

import { KINDS, UNKNOWN } from './values.js';

// Stands for people of whom no class is told; no class is called so, see `read_classes` of the planner.
export const NOT_TOLD = '-';

export const keyOfClass = (name) => name || NOT_TOLD;

export class Classes {
  constructor(data, choices) {
    const { names, of, own, choices: byChoice } = data.classes || { names: [], of: [], own: [], choices: {} };
    this.data = data; this.choices = choices; this.of = of; this.own = own; this.byChoice = byChoice;
    this.keys = names.map(keyOfClass);
    this.known = new Map(); // what was worked out for each class and choice
  }

  // The people of each class in each of the gaps of a choice, null for the plan's own at its last cutoff; null where nobody counted them.
  countsOf(choice) { return choice === null ? this.own : this.byChoice[this.choices.list.indexOf(choice)] || null; }

  // Gaps, areas that cannot be judged and the verdict of each unit (-1: of another class), of what `base` has for everybody.
  show(key, choice, base) {
    const name = key + (choice ? ':' + this.choices.list.indexOf(choice) : ''), found = this.known.get(name);
    if (found && found.base === base) return found;
    const made = { base, ...this.build(this.keys.indexOf(key), this.countsOf(choice), base) };
    this.known.set(name, made);
    return made;
  }

  // Work out each class of the plan's own people at its last cutoff, one a step.
  *workingAhead(base) { for (const key of this.keys) { this.show(key, null, base); yield; } }

  build(place, counts, base) {
    const { of } = this, people = counts ? counts[place] : {}, verdict = base.verdict.map((code, i) => (of[i] === place ? code : -1));
    const gaps = base.gaps.map((gap, i) => {
      // Of the plan's own gaps a proposal may show only what is left.
      const row = { ...gap, ...gap.own, people_low: null, people_high: null, gone: false };
      for (const kind of KINDS) row['people_' + kind] = (people[kind] && people[kind][i]) || 0;
      return row;
    });
    const doubtful = [];
    verdict.forEach((code, i) => { if (code === UNKNOWN) doubtful.push(i); });
    return { gaps, verdict, unknown: this.choices.areasOf(doubtful) };
  }

  // The classes with people in a gap of a choice: [key, people of the kind], most first.
  inGap(index, kind, choice) {
    const counts = this.countsOf(choice) || [];
    return counts.map((one, place) => [this.keys[place], (one[kind] && one[kind][index]) || 0]).filter(([, people]) => people > 0).sort((a, b) => b[1] - a[1]);
  }
}
