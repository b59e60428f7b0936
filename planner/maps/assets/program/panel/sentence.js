// The sentence at the top of the panel, and the line below the cards.

import { isKnown, shortNumber } from '../data/values.js';
import { emphasise, make } from './elements.js';
import { momentWords, peopleOf, whenWords, whoWords } from './wording.js';

// Where, who and when the figures are of, as the sentence begins.
function placeWords(page) {
  const { words, state, summary, data } = page, { whom } = state;
  const town = state.town === null && data.town_page ? data.town_page.name : state.town;
  const place = town === null ? words.say('in_all') : words.say('in_town', { town });
  if (whom.moment) return words.say('place_moment', { place, moment: momentWords(whom.moment, page) });
  if (whom.condition) return words.say('place_condition', { place, condition: whenWords(whom, page) });
  const profile = whom.group ? (state.figure() || {}).profile : whom.profile;
  if (!profile || profile === summary.plan) return place;
  return words.say('place_profile', { place, profile: whoWords({ profile }, page) });
}

// Whether the figures are of the plan's own walkers; others may ride.
export function onFoot(page) {
  const { whom } = page.state, profile = whom.group ? (page.state.figure() || {}).profile : whom.profile;
  return !profile || profile === page.summary.plan;
}

export function sentenceWords(page) {
  const { words, state, data } = page, { whom } = state;
  const kind = state.gapKind;
  if (!data.kinds.length) return [words.say('sentence_no_coverage')];
  const then = state.changed && !state.trying && afterSentence(page);
  if (then) return then;
  const place = placeWords(page), row = state.figure();
  const people_of = peopleOf(kind, page), minutes = shortNumber(state.cutoff);
  if (!row || !row.people) return [words.say('sentence_no_people', { place, people_of })];
  if (!isKnown(row.share)) return [words.say('sentence_no_share', { place, people_of, minutes })];
  const parts = emphasise(words, whom.moment ? 'sentence_share_moment' : onFoot(page) ? 'sentence_share' : 'sentence_share_profile',
    { place, share: words.share(row.share), people_of, minutes }, { share: 'good' });
  return [...parts, ...leftWords(page, row, kind, people_of), ...losersWords(page, row, people_of), ...triedWords(page, row, people_of)];
}

// How many are covered usually and not under the condition chosen.
function losersWords(page, row, people_of) {
  const { words, state } = page;
  return state.whom.condition && row.lost > 0 ? emphasise(words, 'sentence_lost', { people: words.people(row.lost), people_of }, { people: 'bad' }) : [];
}

// What the edits that are tried bring, beside the figures that they lead to.
function triedWords(page, row, people_of) {
  const { words, state } = page;
  if (!state.trying || !state.changed || state.trial.preview) return [];
  const key = row.gained > 0 ? (row.lost > 0 ? 'sentence_tried_both' : 'sentence_tried_gained') : row.lost > 0 ? 'sentence_tried_lost' : 'sentence_tried_none';
  const moved = ['came', 'went'].filter((way) => row[way] > 0), parts = [];
  if (key !== 'sentence_tried_none' || !moved.length) parts.push(...emphasise(words, key, { gained: words.people(row.gained), lost: words.people(row.lost), people_of }, { gained: 'good', lost: 'bad' }));
  for (const way of moved) parts.push(...emphasise(words, 'sentence_tried_' + way, { people: words.people(row[way]), covered: words.people(row.came_covered), people_of }, {}));
  return [make('br', {}), ...parts];
}

// Who is left out, and who cannot be judged.
function leftWords(page, row, kind, people_of) {
  const { words } = page, unknown = row.unknown / row.people, parts = [];
  // The people of gaps too small to outline are among those left out.
  const here = page.state.gapsHere(), gaps = here.list.length, scattered = here.scattered.length > 0;
  const values = { people: words.people(row.gap), gaps: words.number(gaps), people_of, places: words.say('scattered_places_' + kind) };
  const left = row.gap <= 0 ? (row.unknown > 0 ? 'sentence_none_known' : 'sentence_none_left')
    : !page.state.gapsFit || page.state.trial.preview || (!page.state.trying && page.state.changed && page.state.changed.lost.length) ? 'sentence_left' : !gaps ? 'sentence_left_scattered' : scattered ? 'sentence_left_both' : 'sentence_left_gaps';
  parts.push(...emphasise(words, left, values, { people: 'bad' }));
  if (row.unknown > 0) {
    parts.push(...emphasise(words, 'sentence_unknown', { share: words.share(unknown) }, {}));
  } else parts.push(words.say('sentence_end'));
  return parts;
}

// The same in a few words, for the sheet of a phone; null where there is no share.
export function briefWords(page) {
  const { words, state, data } = page, row = data.kinds.length ? state.figure() : null;
  if (!row || !row.people || !isKnown(row.share)) return null;
  const gaps = state.asPlanned && !state.trial.preview && (state.trying || !(state.changed && state.changed.lost.length)) ? state.gapsHere().list.length : 0;
  return emphasise(words, gaps ? 'brief_gaps' : 'brief', { share: words.share(row.share), people: words.people(row.gap), gaps: words.number(gaps) }, { share: 'good', people: 'bad' });
}

// How good the proposal is, or what a scenario leaves out of account.
export function proofLine(page) {
  const { data, state } = page;
  if (!state.changed) return '';
  return state.proposing ? [make('b', { class: 'proof ' + (data.proposal.status === 'proved' ? 'proved' : '') }, proofWords(page))] : roomWords(page);
}

function afterSentence(page) {
  const { words, state } = page, kind = state.gapKind;
  const row = state.figure(), before = state.figureBefore(kind, state.area);
  const people_of = words.say('people_of_' + kind);
  if (!row || !row.people || !isKnown(row.share) || !before) return null;
  const sites = state.plan.marks.filter((mark) => mark.op === 'add').length;
  const values = { sites: words.number(sites), place: state.town === null ? words.say('the_area') : state.town, people_of, minutes: shortNumber(state.cutoff),
    before: isKnown(before.share) ? words.share(before.share) : words.say('no_share'), share: words.share(row.share),
    gained: words.people(row.gained), lost: words.people(row.lost), beside: besideWords(row, people_of, words) };
  const strong = { share: 'good', gained: 'good', lost: row.lost ? 'bad' : '', sites: '' };
  const more = row.gained > 0 || row.gained_unknown > 0;
  const key = state.proposing ? (!more && !(row.planned > 0) ? 'sentence_sites_none' : row.gained <= 0 ? 'sentence_sites_doubt' : isServed(page) ? 'sentence_sites_served' : 'sentence_sites')
    : row.lost > 0 ? 'sentence_both_ways' : more ? 'sentence_gained_only' : 'sentence_unchanged';
  const room = row.no_room > 0 ? emphasise(words, 'sentence_no_room', { people: words.people(row.no_room) }, { people: 'bad' }) : [];
  return [...emphasise(words, key, values, strong), ...leftWords(page, row, kind, people_of), ...room];
}

// Beside the people newly covered: those who could not be judged before, and those whom planned stations cover.
export const besideParts = (row, people_of, words) => [['gained_beside', row.gained_unknown], ['planned_beside', row.planned]].filter(([, people]) => people > 0)
  .map(([key, people]) => words.say(key, { people: words.people(people), people_of }));

function besideWords(row, people_of, words) {
  const parts = besideParts(row, people_of, words);
  return parts.length ? words.say('beside', { who: parts.join(words.betweenSentences) }) : '';
}

// Where stations are added that have room for only so many: covered says nothing of it.
function roomWords(page) {
  const { words } = page, { plan } = page.state;
  if (!plan.marks.some((mark) => isKnown(mark.capacity))) return '';
  return words.say('room_not_counted') + (isKnown(plan.scenario.room) ? words.say('room_added', { people: words.persons(plan.scenario.room) }) : '');
}

function proofWords(page) {
  const { words, data } = page, { status, gap } = data.proposal;
  const far = !isKnown(gap) ? words.say('proof_none') : gap <= 1e-9 ? words.say('proof_best') : words.say('proof_gap', { gap: atMost(gap) });
  const proof = words.say(status === 'proved' ? 'proof_proved' : status === 'first answer' ? 'proof_first' : 'proof_stopped', { far });
  return proof + ofWhom(page);
}

// For whom the proof holds, where some people cannot be judged: it says nothing of those.
function ofWhom(page) {
  const { words, data } = page, { judged, cannot_be_judged: unknown } = data.proposal;
  const sum = (people) => Object.values(people || {}).reduce((all, one) => all + one, 0), in_doubt = sum(unknown);
  if (in_doubt < 0.5) return '';
  const listed = (people) => Object.keys(people).filter((kind) => people[kind] >= 0.5)
    .map((kind) => words.say('people_count_of', { people: words.people(people[kind]), people_of: words.say('people_of_' + kind) })).join(words.betweenNames);
  return words.say('proof_of_known', { judged: listed(judged), unknown: listed(unknown), share: words.share(in_doubt / (in_doubt + sum(judged))) });
}

// Whether the sites have room for only so many: then people are served, not only within the walk.
export const isServed = (page) => page.state.proposing && page.data.proposal.model === 'capacitated';

// A share that says how far off at most: never rounded down.
export function atMost(value) {
  const percent = value * 100, step = percent < 0.1 ? 100 : 10;
  return String(Math.ceil(percent * step - 1e-9) / step) + '%';
}
