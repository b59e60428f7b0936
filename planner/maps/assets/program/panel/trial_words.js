// What edits that are tried are called, and what they bring, in words.

import { KINDS } from '../data/values.js';
import { signed } from './shares.js';

// "+1,240 residents": those who gain and who lose, who come and who go, kind by kind; null where nobody does.
function changeWords({ gained_by_kind: gained, lost_by_kind: lost, moved }, page) {
  const { words } = page, parts = [];
  for (const kind of KINDS) {
    const people = words.say('people_of_' + kind);
    if (gained[kind] >= 0.5) parts.push(words.say('trial_gained', { kind: people, people: words.people(gained[kind]) }));
    if (lost[kind] >= 0.5) parts.push(words.say('trial_lost', { kind: people, people: words.people(lost[kind]) }));
    for (const way of ['came', 'went']) {
      const some = moved && moved[way][kind];
      if (some > 0) parts.push(words.say('trial_' + way, { kind: people, people: words.people(some), covered: words.people(moved[way + '_covered'][kind]) }));
    }
  }
  return parts.length ? parts.join(words.betweenFacts) : null;
}

// The same, or why nobody does: hours count at moments alone.
export const effectWords = (mark, page) => changeWords(mark, page) || page.words.say(mark.op === 'hours' ? 'trial_by_hours' : 'trial_nobody');

// How many of each kind are covered more or fewer than today, as it is while something is dragged; null where nobody is.
export function sinceTodayWords(page) {
  const { words, state } = page, parts = [];
  for (const kind of state.kinds) {
    const now = state.figure(kind), before = state.figureBefore(kind, state.area), more = now && before ? now.covered - before.covered : 0;
    if (Math.abs(more) >= 0.5) parts.push((kind ? words.say('kind_' + kind) + ' ' : '') + signed(more, words));
  }
  return parts.length ? words.say('trial_since', { people: parts.join(words.betweenFacts) }) : null;
}

// How many of a group are covered more, or fewer: those who gain and come, without those who lose and go.
export function groupWords({ gained, lost, came_covered: came, went_covered: went }, page) {
  const sum = (counts) => Object.values(counts).reduce((all, row) => all + row.all, 0), more = sum(gained) - sum(lost) + sum(came) - sum(went);
  return Math.abs(more) < 0.5 ? null : signed(more, page.words);
}

// How many of the chosen kind are covered more, or fewer; '' for nobody.
export function balanceWords({ gained_by_kind: gained, lost_by_kind: lost, moved }, page) {
  const of = (counts) => (counts && counts[page.state.gapKind]) || 0, balance = of(gained) - of(lost) + (moved ? of(moved.came_covered) - of(moved.went_covered) : 0);
  return Math.abs(balance) < 0.5 ? '' : signed(balance, page.words);
}

export function trialName(mark, page) {
  const { words } = page;
  return mark.op === 'add' || mark.op === 'add_path' ? mark.name : words.say('trial_name_' + mark.op, { name: mark.name || mark.id });
}
