// The ranked list of gaps.

import { GAPS_SHOWN } from '../state/state.js';
import { shortNumber } from '../data/values.js';
import { make, put } from './elements.js';
import { rankedItem } from './ranked.js';
import { causeWords, gapName, isUnsought, unsureWords, whoWords } from './wording.js';

export const gapsWith = (page, kind) => page.state.gapsHere().filter((gap) => !gap.scattered && gap['people_' + kind] > 0);

// The people of the kind by which gaps are ranked; where a gap has none of them, those of another kind.
function gapPeople(gap, page) {
  const { words } = page;
  const kind = [page.state.gapKind, ...page.data.kinds].find((one) => gap['people_' + one] > 0) || page.state.gapKind;
  const people = words.persons(gap['people_' + kind] || 0);
  return kind === page.state.gapKind ? [people] : [make('span', { class: 'gap-kind' }, words.say('kind_' + kind)), ' ', people];
}

function gapItem(gap, page) {
  const { words } = page;
  const people = gapPeople(gap, page);
  if (gap.scattered) {
    return make('li', { class: 'gap plain' }, make('span', { class: 'rank none' }),
      make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, gapName(gap, words)),
        make('span', { class: 'gap-why' }, words.say('scattered_why'))),
      make('span', { class: 'gap-people' }, people));
  }
  const near = gap.minutes === null ? words.say('gap_no_path')
    : words.say('gap_line', { minutes: words.minutes(gap.minutes, page.state.cutoff) });
  const unsure = unsureWords(gap, page);
  const why = [isUnsought(gap) ? null : causeWords(gap, words), near, unsure].filter((text) => text).join(words.betweenFacts);
  return rankedItem('g' + gap.index, { of: 'gap', rank: gap.rank, name: gapName(gap, words), why, people, onclick: () => page.cards.openGap(gap) }, page);
}

// A note where an older result has no gaps of what is chosen: those on the map are still the plan's own.
export function noteWords(page) {
  const { group, profile, moment } = page.state.whom;
  return page.words.say(group || profile || moment ? 'gaps_view' : 'gaps_cutoff', { minutes: shortNumber(page.state.lastCutoff), who: whoWords({}, page) });
}

export function renderNote(page) {
  const { words, state, data, scene } = page, { whom } = state;
  const units = whom.moment && scene.demand.only_at && !state.layers.demand
    ? make('button', { type: 'button', class: 'link', id: 'show-units', onclick: () => page.switchLayer('demand', true) }, words.say('show_units')) : null;
  put('gaps-note', noteWords(page), units ? ' ' : null, units)
    .hidden = page.state.gapsFit || !data.cutoffs.length;
}

export function renderGaps(page) {
  const { words } = page;
  const here = page.state.gapsHere(), outlined = here.filter((gap) => !gap.scattered);
  put('gaps-title', words.say('gaps_title', { kind: words.say('people_of_' + page.state.gapKind) }));
  const ranked = gapsWith(page, page.state.gapKind).length;
  put('gaps-count', words.say(ranked < outlined.length && ranked ? 'gaps_count_of' : 'gaps_count',
    { count: words.number(outlined.length), ranked: words.number(ranked), kind: words.say('people_of_' + page.state.gapKind) }));
  const shown = outlined.slice(0, page.state.gapsShown);
  const rest = outlined.length - shown.length;
  const scattered = rest ? [] : here.filter((gap) => gap.scattered);
  put('gaps', here.length ? shown.concat(scattered).map((gap) => gapItem(gap, page))
    : make('li', { class: 'gap-none' }, words.say('gaps_none')));
  const more = put('more', words.say('more', { count: words.number(Math.min(rest, GAPS_SHOWN)) }));
  more.hidden = rest <= 0;
}
