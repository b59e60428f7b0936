// The tab of what to do: new stations, ways to open and longer hours in one list, each with a card.

import { shortNumber } from '../data/values.js';
import { GAPS_SHOWN } from '../state/state.js';
import { make, put } from './elements.js';
import { kindSwitch } from './kind_switch.js';
import { rankedItem } from './ranked.js';
import { choiceWords, gainName, markName, momentWords, stationName, unseen } from './wording.js';

// Each kind of measure: what it is called, and how its card opens.
const MEASURES = {
  site: {
    name: (site, page) => markName(site, page.words),
    why: (site, page) => [page.words.say('todo_site'), site.town],
    open: (site, page) => page.openSite(site),
  },
  gain: {
    name: gainName,
    why: (gain, page) => {
      const { words, scene } = page, station = gain.facility === null ? null : scene.facilities[gain.facility];
      return [words.say('todo_gain'), unseen(gain, page) ? words.say('gain_unseen') : words.term('gain', gain.kind),
        station ? words.say('gain_to', { station: stationName(station, words) }) : null];
    },
    open: (gain, page) => page.cards.openGain(gain),
  },
  longer: {
    name: (one, page) => stationName(page.scene.facilities[one.facility], page.words),
    why: (one, page) => [page.words.say('todo_longer'), page.words.say('longer_open', { moment: momentWords(one.moment, page) })],
    open: (one, page) => page.cards.openLonger(one),
  },
};

// What a row says of a measure.
export const todoName = (one, page) => MEASURES[one.what].name(one.of, page);
export const todoWhy = (one, page) => MEASURES[one.what].why(one.of, page).filter((text) => text).join(page.words.betweenFacts);

export function todoItem(one, page) {
  const people = page.words.say('gain_people', { people: page.words.persons(one.people[page.state.gapKind]) });
  return rankedItem(one.key, { of: 'todo', id: one.key, look: ' ' + one.what, rank: one.rank, name: todoName(one, page), why: todoWhy(one, page), people,
    onclick: () => MEASURES[one.what].open(one.of, page) }, page);
}

// How many gates and walls were looked at for this list.
function lookedAt(page) {
  const { words, data } = page;
  const parts = data.openings.filter((row) => row.considered > 0)
    .map((row) => words.say('looked_at', { count: words.number(row.considered), kind: words.term('opening', row.kind) }));
  return parts.length ? make('p', { class: 'gaps-how' }, words.say('looked_at_all', { parts: parts.join(words.betweenNames) })) : null;
}

export function renderTodo(page) {
  const { words, scene, state, data } = page;
  if (!state.tabs.includes('todo')) return;
  const here = state.todoHere(), shown = here.slice(0, state.gapsShown);
  const rest = scene.gains.length < data.gains.total ? words.say('gains_first', { count: words.number(scene.gains.length), total: words.number(data.gains.total) }) : null;
  const left = here.length - shown.length;
  const more = left > 0 ? make('button', { type: 'button', class: 'more', id: 'more-todo', onclick: () => { state.showMore(); page.render(); } },
    words.say('more', { count: words.number(Math.min(left, GAPS_SHOWN)) })) : null;
  put('tab-todo',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('todo_title', { count: words.number(here.length) })), kindSwitch(page, 'todo')),
    make('p', { class: 'gaps-how' }, words.say('todo_how', { minutes: shortNumber(state.lastCutoff) }), scene.longer.length ? words.say('todo_how_longer') : null, rest,
      scene.proposed ? null : words.say('todo_no_sites')),
    state.asPlanned ? null : make('p', { class: 'gaps-how' }, words.say('todo_as_planned', { who: choiceWords({}, page), minutes: shortNumber(state.lastCutoff) })),
    make('ol', { id: 'todo', class: 'list', tabindex: '-1' }, here.length ? shown.map((one) => todoItem(one, page)) : make('li', { class: 'gap-none' }, words.say('todo_none', { kind: words.say('people_of_' + state.gapKind) }))),
    more, lookedAt(page));
}
