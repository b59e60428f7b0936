// The cards of a gap, and of an area where nobody can tell.

import { KINDS, isKnown } from '../data/values.js';
import { factList, make } from '../panel/elements.js';
import { causeLong, causeWords, classWords, gapName, peopleOf, standsTimes, stationLink, stationName } from '../panel/wording.js';

function walkWords(gap, cutoff, words) {
  if (gap.minutes === null) return words.say('gap_no_path');
  const minutes = words.minutes(gap.minutes, cutoff);
  const most = gap.minutes_max ? words.minutes(gap.minutes_max, cutoff) : minutes;
  return most === minutes ? minutes : words.say('walk_to', { minutes, most });
}

function routeWords(gap, page) {
  const { words, scene } = page, { lastCutoff: cutoff } = page.state;
  if (gap.route_minutes === null || gap.route_minutes === undefined) return null;
  // Of a large gap the most populous spot may be nearer to another station than most people are.
  const other = gap.route_to !== null && gap.route_to !== gap.nearest ? scene.facilities[gap.route_to] : null;
  return words.say(other ? 'route_value_to' : 'route_value', {
    station: other && stationName(other, words),
    minutes: words.minutes(gap.route_minutes, cutoff), metres: words.metres(gap.route_m), straight: words.metres(gap.route_straight_m),
  });
}

function repeatedWords(gap, page) {
  const { words } = page, stands = standsTimes(gap, page);
  if (!stands) return null;
  const same = !isKnown(gap.people_low) || words.people(gap.people_low) === words.people(gap.people_high);
  const left = isKnown(gap.people_low) ? words.say(same ? 'left_same' : 'left_range', { low: words.people(gap.people_low), high: words.people(gap.people_high) }) : '';
  return words.say(stands.times === stands.repeats ? 'stands_always' : 'stands_in', stands) + left;
}

// In what the people of a gap live, those first who are most; not beside a plan, which changes who is left out.
function classesIn(gap, page) {
  const { words, state, scene } = page, { group, profile } = state.whom;
  if (group || profile || state.when || state.changed || !state.gapsFit) return null;
  return scene.classes.inGap(gap.index, state.gapKind, state.choice).map(([key, people]) => classWords(key, page) + ' ' + words.people(people)).join(words.betweenNames);
}

export function gapCard(gap, page) {
  const { words, scene } = page;
  const near = gap.nearest === null ? null : scene.facilities[gap.nearest], rank = page.state.gapRank(gap);
  return [
    make('h3', {}, rank ? make('span', { class: 'rank' }, rank) : null, gapName(gap, words)),
    factList([
      ...(page.state.whom.class ? page.state.kinds.map((kind) => [peopleOf(kind, page), words.persons(gap['people_' + kind] || 0)]) : page.state.whom.group ? [[peopleOf(page.state.gapKind, page), words.persons(gap['people_' + page.state.gapKind] || 0)]] : countsOf(gap, words)),
      [words.say('classes'), classesIn(gap, page)],
      [words.say('nearest'), stationLink(near, page)],
      [words.say('walk'), walkWords(gap, page.state.cutoff, words)],
      [words.say('route'), routeWords(gap, page)],
      [words.say('straight'), gap.straight_m && !gap.route ? words.say('metres', { metres: words.metres(gap.straight_m) }) : null],
      [words.say('cause'), causeWords(gap, words)],
      [words.say('repeated'), repeatedWords(gap, page)],
      [words.say('town'), gap.town],
    ]),
    causeLong(gap, words),
  ];
}

export function unknownCard(area, page) {
  const { words } = page;
  return [
    make('h3', {}, words.say('unknown_area')),
    factList([
      ...countsOf(area, words),
      [words.say('unknown_why'), area.reason ? words.term('reason', area.reason) : null],
      [words.say('town'), area.town],
    ]),
    words.has('reason_long_' + area.reason) ? make('p', { class: 'how' }, words.say('reason_long_' + area.reason)) : null,
  ];
}

export const countsOf = (row, words) => KINDS.map((kind) => [kind, row['people_' + kind]])
  .filter(([, people]) => people !== null && people !== undefined && people > 0)
  .map(([kind, people]) => [words.say('kind_' + kind), words.persons(people)]);
