// A card for each kind of people: share, and whether the target is met. How sure that is stands behind a click.

import { isKnown } from '../data/values.js';
import { doubtWords, rangesWords } from './doubt.js';
import { make } from './elements.js';
import { besideParts } from './sentence.js';
import { areaName, classWords, whoWords } from './wording.js';

// What a card says of a kind.
function judgementOf(kind, page) {
  const { state, summary } = page, row = state.figure(kind);
  const judged = summary.target(state.whom, state.area, kind, state.cutoff);
  const check = state.changed && row ? judgeAgain(judged, row) : judged;
  const share = row && row.people && isKnown(row.share) ? row.share : null;
  return { row, check, share, doubt: state.changed ? null : doubtWords(check, page) };
}

function kindName(kind, page) {
  const { words, state } = page, { group, class: housing } = state.whom, name = words.say('kind_' + kind);
  if (group) return whoWords(state.whom, page);
  return housing ? words.say('kind_of_class', { class: classWords(housing, page), kind: name }) : name;
}

function targetWords(check, words) {
  if (!check || !isKnown(check.target)) return null;
  return words.say(check.target_year ? 'target_year' : 'target', { target: words.target(check.target), year: check.target_year });
}

export function kindCard(kind, page) {
  const { words, state } = page;
  return make('li', {}, make('button', { type: 'button', class: 'card', id: 'card-' + (kind || 'group'), 'aria-expanded': String(state.sureOpen), 'aria-controls': 'sure',
    title: words.say('sure'), onclick: () => page.toggleSure() }, cardParts(kind, page)));
}

// The same on paper, where nothing can be pressed.
export const paperCard = (kind, page) => make('li', { class: 'card' }, cardParts(kind, page));

function cardParts(kind, page) {
  const { words, state } = page, { check, share, doubt } = judgementOf(kind, page);
  const now = state.changed ? state.figureBefore(kind, state.area) : null;
  const all = state.whom.class ? page.summary.row({}, state.area, kind, state.cutoff) : null;
  const without = all && isKnown(all.share) ? words.say('class_beside', { share: words.share(all.share), kind: words.say('kind_' + kind) }) : words.say('no_target');
  return [
    make('span', { class: 'card-kind' }, kindName(kind, page)),
    make('span', { class: 'card-share' + (isKnown(share) ? '' : ' none') }, isKnown(share) ? words.shareBeside(share, check && check.target) : words.say('no_share')),
    now && isKnown(now.share) ? make('span', { class: 'card-before' }, words.say(state.proposing ? 'before_built' : 'before_changed', { share: words.share(now.share) })) : null,
    make('span', { class: 'card-judged' },
      check ? make('span', { class: 'card-result ' + check.result + (doubt ? ' unsure' : '') }, words.say(check.result)) : make('span', { class: 'card-target' }, without),
      check && isKnown(check.target) ? make('span', { class: 'card-target' }, ' ' + words.say('at_least', { target: words.target(check.target) })) : null),
  ];
}

// How sure the figures of a kind are: target, ends of the share, repeats.
function sureRow(kind, page) {
  const { words, state, summary } = page, { row, check, share, doubt } = judgementOf(kind, page);
  const now = state.changed ? state.figureBefore(kind, state.area) : null;
  const range = state.asPlanned && !state.changed ? summary.range(state.area, kind) : null;
  const facts = [
    (state.whom.group || state.whom.class) && row ? words.say('group_people', { people: words.persons(row.people) }) : null,
    targetWords(check, words),
    isKnown(share) && row.unknown > 0 ? words.say('sure_ends', { low: words.share(row.share_low), high: words.share(row.share_high) }) : null,
    now && isKnown(now.share) && now.unknown > 0 ? words.say(state.proposing ? 'sure_built_ends' : 'sure_changed_ends', { low: words.share(now.share_low), high: words.share(now.share_high) }) : null,
    ...(state.changed && row ? besideParts(row, words.say('people_of_' + kind), words) : []),
    range ? words.say('sure_repeats', { repeats: summary.uncertainty.repeats, low: words.share(range.share_min), high: words.share(range.share_max) }) : null,
    doubt ? doubt.join(words.language === 'zh' ? '' : ' ') : null,
  ].filter((text) => text);
  return facts.length ? make('li', {}, make('b', {}, kindName(kind, page)), words.language === 'zh' ? '：' : ': ', facts.join(words.betweenSentences) + words.fullStop) : null;
}

// What opens below the cards.
export function sureWords(page) {
  const { words, state } = page;
  return [make('h2', {}, words.say('sure_title', { place: areaName(page) })), make('ul', {}, state.kinds.map((kind) => sureRow(kind, page)).filter((row) => row)),
    make('p', { class: 'how' }, words.say('sure_known')), state.asPlanned && !state.changed ? rangesWords(page) : null];
}

function judgeAgain(check, row) {
  if (!check || !isKnown(check.target) || !row.people) return check;
  const result = row.share_low >= check.target ? 'met' : row.share_high < check.target ? 'missed' : 'undecided';
  return { ...check, result };
}
