// The gaps that paper lists: the largest of the chosen kind, and the first of each other kind.

import { KINDS } from '../data/values.js';

const LARGEST = 10, OF_OTHERS = 3;

const peopleOf = (gap, kind) => gap['people_' + kind] || 0;
const kindsOf = (state) => [state.gapKind, ...KINDS.filter((kind) => kind !== state.gapKind)];

function gapsByPeople({ gaps, town }, kind) {
  const here = gaps.filter((gap) => gap.shape && !gap.gone && (town === null || gap.town === town) && peopleOf(gap, kind) > 0);
  return here.sort((a, b) => peopleOf(b, kind) - peopleOf(a, kind));
}

// One list {kind, rows} for each kind of people, the chosen one first. A row is {gap, sign}: its place in the list
// of the chosen kind, or a letter. A gap of several lists has the same sign in each.
export function listedGaps(state) {
  const signs = new Map();
  let letters = 0;
  const lists = kindsOf(state).map((kind, other) => {
    const rows = gapsByPeople(state, kind).slice(0, other ? OF_OTHERS : LARGEST).map((gap, i) => {
      if (!signs.has(gap)) signs.set(gap, other ? String.fromCharCode(65 + letters++) : String(i + 1));
      return { gap, sign: signs.get(gap) };
    });
    return { kind, rows };
  });
  return lists.filter(({ rows }) => rows.length);
}

// The rows that the map numbers: a gap of several lists once.
export const numberedRows = (lists) => [...new Map(lists.flatMap(({ rows }) => rows).map((row) => [row.gap, row])).values()];

// Every gap once, under the first kind of which it has people. Those of `listed` keep their signs; of other kinds
// than the chosen one the rest have none, for no list of the screen numbers them.
export function everyGap(state, listed) {
  const signs = new Map(listed.flatMap(({ rows }) => rows.map(({ gap, sign }) => [gap, sign]))), seen = new Set();
  const lists = kindsOf(state).map((kind, other) => {
    const gaps = gapsByPeople(state, kind).filter((gap) => !seen.has(gap));
    for (const gap of gaps) seen.add(gap);
    return { kind, rows: gaps.map((gap, i) => ({ gap, sign: signs.get(gap) || (other ? null : String(i + 1)) })) };
  });
  return lists.filter(({ rows }) => rows.length);
}
