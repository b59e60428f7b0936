// The card of a station.

import { hoursOf } from './my_place_card.js';
import { stationTrial } from './trial_cards.js';
import { loadWords } from '../data/load.js';
import { factList, make } from '../panel/elements.js';
import { stationName, whenWords } from '../panel/wording.js';

export function facilityCard(sign, page) {
  const { words, state } = page, hours = page.scene.choices.hoursOf(sign, state.when);
  const notes = [];
  if (!sign.joined) notes.push(words.say(sign.reason === 'island' ? 'on_island_long' : 'not_joined_long'));
  if (sign.approximate) notes.push(words.say('approximate_long'));
  if (sign.in_ring) notes.push(words.say('in_ring_long'));
  const about = [
    [words.say('level'), sign.level ? words.term('level', sign.level) : null],
    [words.say('domain'), sign.domain ? words.term('domain', sign.domain) : null],
    [words.say('opening_hours'), hoursOf(sign, page)],
    [words.say('status'), sign.status && sign.status !== 'open' ? words.term('status', sign.status) : null],
    [words.say('load'), state.asPlanned ? loadWords(sign, words) : null],
    [whenWords(state.whom, page), hours ? words.say('then_' + hours) : null],
  ];
  // People are counted for the plan's own walkers at the last cutoff alone.
  const counts = !state.asPlanned ? [] : sign.people.filter(({ counts }) => counts.some((value) => value !== null));
  const table = counts.length ? make('table', { class: 'wrapped' },
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, words.say('people')),
      ['people_nearest', 'people_in_reach', 'people_only_here'].map((key) =>
        make('th', { scope: 'col', title: key === 'people_only_here' ? words.say('only_here_long') : null }, words.say(key))))),
    make('tbody', {}, counts.map(({ kind, counts: row }) =>
      make('tr', {}, make('th', { scope: 'row' }, words.say('kind_' + kind)), row.map((value) => make('td', {}, words.people(value))))))) : null;
  return [
    make('h3', {}, stationName(sign, words)), factList(about),
    ...notes.map((note) => make('p', { class: 'note' }, note)), table, stationTrial(sign, page),
  ];
}
