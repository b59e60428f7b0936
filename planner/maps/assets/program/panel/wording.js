// What things of the data are called.

import { isKnown, owns, shortNumber } from '../data/values.js';
import { NOT_TOLD } from '../data/classes.js';
import { noGate } from '../data/walls.js';
import { linkTo, make } from './elements.js';

// What a group, a profile, a moment or a condition is called: as the plan says, else in our words, else by its name.
export function titleOf(page, field, name) {
  const { words, data } = page, given = data.titles[field + 's'] || {};
  const own = owns(given, name) ? String(given[name]) : null;
  // The plan has a title in one language only: that of the page.
  if (own && (words.language === data.language || !words.has(field + '_' + name))) return own;
  return words.term(field, name);
}

export function whoWords(whom, page) {
  const { words, summary } = page;
  if (whom.group) return titleOf(page, 'group', whom.group);
  const name = whom.profile || summary.plan;
  return name ? titleOf(page, 'profile', name) : words.say('profile_');
}

// What a class of housing is called: as the data say.
export const classWords = (key, page) => (key === NOT_TOLD ? page.words.say('class_none') : key);

// Whom the gaps of a kind leave out: of a group that is chosen, the group itself; of a class its people.
export function peopleOf(kind, page) {
  const { words, state } = page, { group, class: housing } = state.whom;
  if (housing) return words.say('people_of_class', { class: classWords(housing, page), people_of: words.say('people_of_' + kind) });
  return group && kind === state.gapKind ? titleOf(page, 'group', group) : words.say('people_of_' + kind);
}

// What the gaps are of, where they are not the plan's own: who, when, how many minutes, or once what is built.
export function gapsOfWords(page) {
  const { words, state } = page, { whom } = state;
  return [
    whom.group || whom.profile ? choiceWords(whom, page) : null, whom.class ? classWords(whom.class, page) : null, whom.moment || whom.condition ? whenWords(whom, page) : null,
    state.cutoff === state.lastCutoff ? null : words.say('minutes_value', { minutes: shortNumber(state.cutoff) }),
    state.plan ? words.say((state.shownAfter ? 'after_' : 'now_') + (state.proposing ? 'built' : 'changed')) : null,
  ].filter((text) => text);
}

// How somebody moves: at whose pace on foot, or by what.
export const paceWords = (profile, page) => (page.words.has('pace_' + profile) ? page.words.say('pace_' + profile) : titleOf(page, 'profile', profile));

// A choice of people: whose, and how they move, where that does not go without saying.
export function choiceWords(whom, page) {
  const { words, summary } = page, name = whoWords(whom, page);
  if (!whom.group) {
    const profile = whom.profile || summary.plan;
    return profile ? words.say('who_all', { pace: paceWords(profile, page) }) : name;
  }
  const { profile } = summary.rows(whom)[0];
  if (!profile || titleOf(page, 'profile', profile) === name) return name;
  return words.say('who_group', { group: name, pace: paceWords(profile, page) });
}

export function momentWords(name, page) {
  return name ? titleOf(page, 'moment', name) : page.words.say('moment_any');
}

// When the figures are of, or under which condition.
export const whenWords = (whom, page) => (whom.condition ? titleOf(page, 'condition', whom.condition) : momentWords(whom.moment, page));

export const stationName = (station, words) => station.name || words.say('facility_unnamed');

export const stationLink = (station, page) => (station ? linkTo(station, stationName(station, page.words), (one) => page.cards.openFacility(one)) : null);

export function gapName(gap, words) {
  if (gap.scattered) return gap.town ? words.say('scattered_in', { town: gap.town }) : words.say('scattered');
  return gap.name || words.say('gap_unnamed');
}

// Whether nobody looked for the cause, as for shorter walks.
export const isUnsought = (gap) => gap.chosen === true && gap.cause === null;

export function causeWords(gap, words) {
  if (isUnsought(gap)) return words.say('cause_not_sought');
  const cause = words.term('cause', gap.cause);
  return gap.cause_detail ? words.say('cause_detail', { cause, detail: words.term('barrier', gap.cause_detail) }) : cause;
}

// What a cause means, in a sentence: which barrier, which wall.
export function causeLong(gap, words) {
  const key = 'cause_long_' + gap.cause, name = gap.cause_detail;
  const named = gap.cause === 'wall' ? words.say('wall_of', { name }) : words.term('barrier', name);
  const detail = name ? named : words.say('cause_some_' + gap.cause);
  return words.has(key) ? make('p', { class: 'how' }, words.say(key, { detail })) : null;
}

export const compoundName = (one, words) => (one && one.name) || words.say('compound_unnamed');

export const passWords = (passes, words) => (passes || '').split(';').filter((part) => part)
  .map((part) => (words.has('passes_' + part) ? words.say('passes_' + part) : words.term('profile', part))).join(words.betweenNames);

export const markName = (mark, words) => mark.name || words.say(mark.op === 'add' ? 'site_unnamed' : 'edit_unnamed');

export const SURE_SHARE = 0.8;

// In how many repeats a gap is still a gap.
export function standsTimes(gap, page) {
  const { repeats } = page.summary.uncertainty;
  return repeats && isKnown(gap.runs_share) ? { times: Math.round(gap.runs_share * repeats), repeats } : null;
}

export function unsureWords(gap, page) {
  const stands = standsTimes(gap, page);
  return stands && gap.runs_share < SURE_SHARE ? page.words.say('gap_unsure', stands) : null;
}

export function gainName(gain, page) {
  const inside = gain.compound === null ? null : page.scene.compounds[gain.compound];
  return gain.name || compoundName(inside, page.words);
}

// Whether no gate of the compound is known: it may have one there already.
export const unseen = (gain, page) => gain.compound !== null && noGate(page.scene.compounds[gain.compound]);

// The unit of costs; null where a plan names none that says how much money.
export function costUnit(page) {
  const { data, words, state } = page, unit = state.trying ? state.trial.about.costUnit : (state.comparing ? data.comparison : data.proposal).cost_unit;
  return unit && unit !== 'conversions' ? words.term('cost_unit', unit) : null;
}

// A cost in its unit; null where it has none: a bare number says nothing.
export function costWords(cost, page) {
  const unit = costUnit(page);
  if (!unit || !isKnown(cost)) return null;
  return (Math.abs(cost) >= 1000 ? page.words.number(cost) : String(Math.round(cost * 100) / 100)) + ' ' + unit;
}

// What the place that the figures are of is called.
export const areaName = ({ state, data, words }) => (state.town !== null ? state.town : data.town_page ? data.town_page.name : words.say('area_all'));

// A sentence of the program in the language of the page.
export const saidBoth = (text, words) => (text ? text[words.language] || text.en : '');
