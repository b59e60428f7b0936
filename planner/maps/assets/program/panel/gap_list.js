// The ranked list of gaps.

import { GAPS_SHOWN } from '../state/state.js';
import { shortNumber } from '../data/values.js';
import { make, put } from './elements.js';
import { kindSwitch } from './kind_switch.js';
import { rankedItem } from './ranked.js';
import { causeWords, gapName, isUnsought, peopleOf, unsureWords, whoWords } from './wording.js';

// What a row says of a gap: why it is one, and how far the nearest station is.
export function gapWhy(gap, page) {
  const { words } = page;
  if (gap.scattered) return words.say('scattered_why');
  const near = gap.minutes === null ? words.say('gap_no_path') : words.say('gap_line', { minutes: words.minutes(gap.minutes, page.state.cutoff) });
  return [isUnsought(gap) ? null : causeWords(gap, words), near, unsureWords(gap, page)].filter((text) => text).join(words.betweenFacts);
}

function gapItem(gap, page) {
  const { words, state } = page;
  const people = words.persons(gap['people_' + state.gapKind] || 0), name = gapName(gap, words), why = gapWhy(gap, page);
  if (gap.scattered) {
    return make('li', { class: 'gap plain' }, make('span', { class: 'rank none' }),
      make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, name), make('span', { class: 'gap-why' }, why)),
      make('span', { class: 'gap-people' }, people));
  }
  const rank = state.gapRank(gap);
  return rankedItem('g' + gap.index, { of: 'gap', rank, name, why, people, onclick: () => page.cards.openGap(gap) }, page);
}

// A note where an older result has no gaps of what is chosen: those on the map are still the plan's own.
export function noteWords(page) {
  const { group, profile } = page.state.whom;
  return page.words.say(group || profile || page.state.when ? 'gaps_view' : 'gaps_cutoff', { minutes: shortNumber(page.state.lastCutoff), who: whoWords({}, page) });
}

export function renderNote(page) {
  const { words, state, data, scene } = page, { whom } = state;
  const units = whom.moment && scene.demand.only_at && !state.layers.demand
    ? make('button', { type: 'button', class: 'link', id: 'show-units', onclick: () => page.switchLayer('demand', true) }, words.say('show_units')) : null;
  put('gaps-note', noteWords(page), units ? ' ' : null, units)
    .hidden = page.state.gapsFit || !data.cutoffs.length;
}

export function renderGaps(page) {
  const { words, state } = page, { list, scattered } = state.gapsHere();
  put('gaps-title', words.say('gaps_title', { count: words.number(list.length) }));
  put('gaps-by', kindSwitch(page, 'gaps'));
  const shown = list.slice(0, state.gapsShown), rest = list.length - shown.length;
  const rows = shown.concat(rest ? [] : scattered);
  put('gaps', rows.length ? rows.map((gap) => gapItem(gap, page)) : make('li', { class: 'gap-none' }, words.say('gaps_none', { kind: peopleOf(state.gapKind, page) })));
  const more = put('more', words.say('more', { count: words.number(Math.min(rest, GAPS_SHOWN)) }));
  more.hidden = rest <= 0;
}
