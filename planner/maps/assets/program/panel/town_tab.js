// The first tab of a town's page: the way back to the list of towns, its stations, its gaps, what stations beside it cover already, and what would gain most.

import { shortNumber } from '../data/values.js';
import { make, put } from './elements.js';
import { gapWhy } from './gap_list.js';
import { kindSwitch } from './kind_switch.js';
import { rankedItem } from './ranked.js';
import { todoItem } from './todo_tab.js';
import { gapName, peopleOf, stationName } from './wording.js';

const MEASURES = 3, FIRST = 10; // so many measures and gaps; all of them have a tab of their own
const STATIONS = 5; // so many of a list are shown, the others on a click

const head = (text) => make('div', { class: 'gaps-head' }, make('h2', {}, text));

// The first rows of a list; the others open below.
function folded(rows, page) {
  const rest = rows.slice(STATIONS);
  return [make('ol', { class: 'list' }, rows.slice(0, STATIONS)),
    rest.length ? make('details', { class: 'fold' }, make('summary', {}, page.words.say('town_more', { count: page.words.number(rest.length) })), make('ol', { class: 'list' }, rest)) : null];
}

// The people of a kind to whom a station is the nearest.
function nearestTo(station, kind) {
  const row = station.people.find((one) => one.kind === kind);
  return (row && row.counts[0]) || 0;
}

// Without a number: those on the map are of gaps.
function stationItem(station, count, why, page) {
  return rankedItem('f' + station.index, { of: 'station', look: ' station', rank: '', name: stationName(station, page.words), why, people: page.words.persons(count),
    onclick: () => page.cards.openFacility(station) }, page);
}

function listStations(page) {
  const { scene, state, words } = page, kind = state.gapKind;
  const own = scene.facilities.filter((one) => !one.in_ring).sort((a, b) => nearestTo(b, kind) - nearestTo(a, kind));
  return [head(words.say('town_stations', { count: words.number(own.length) })),
    make('p', { class: 'gaps-how' }, words.say('town_stations_how', { kind: words.say('people_of_' + kind) })),
    folded(own.map((one) => stationItem(one, nearestTo(one, kind), one.level ? words.term('level', one.level) : '', page)), page)];
}

// `across`: by column, the places of stations outside the town and how many people of it each covers.
function listAcross(page) {
  const { scene, state, words, data } = page, { across } = data.town_page, kind = state.gapKind, people = across['people_' + kind] || [];
  const rows = across.facility.map((place, i) => ({ station: scene.facilities[place], town: across.town[i], people: people[i] || 0 }))
    .filter((row) => row.people > 0).sort((a, b) => b.people - a.people);
  const said = { kind: words.say('people_of_' + kind), minutes: shortNumber(state.lastCutoff) };
  return [head(words.say('town_across')),
    make('p', { class: 'gaps-how' }, words.say(rows.length ? 'town_across_how' : 'town_across_none', said)),
    folded(rows.map((row) => stationItem(row.station, row.people, row.town || '', page)), page)];
}

function listGaps(page) {
  const { state, words } = page, { list } = state.gapsHere();
  const rows = list.slice(0, FIRST).map((gap, i) => rankedItem('g' + gap.index, { of: 'gap', rank: i + 1, name: gapName(gap, words), why: gapWhy(gap, page),
    people: words.persons(gap['people_' + state.gapKind] || 0), onclick: () => page.cards.openGap(gap) }, page));
  return [head(words.say('town_gaps')),
    make('ol', { class: 'list' }, rows.length ? rows : make('li', { class: 'gap-none' }, words.say('gaps_none', { kind: peopleOf(state.gapKind, page) }))),
    list.length > FIRST ? make('button', { type: 'button', class: 'more', id: 'town-gaps-all', onclick: () => page.openTab('gaps') }, words.say('town_all')) : null];
}

function listMeasures(page) {
  const { state, words } = page, list = state.todoHere().slice(0, MEASURES);
  return list.length ? [head(words.say('town_measures')), make('ol', { class: 'list' }, list.map((one) => todoItem(one, page)))] : [];
}

// The list of towns, in the reader's language: it stands in the same folder.
const backToList = ({ data, words }) => make('p', { class: 'gaps-how' }, make('a', { class: 'link', id: 'town-list', href: `${data.town_page.list}#${words.language}` }, words.say('town_list')));

export function renderTown(page) {
  const { data, words } = page;
  if (!data.town_page) return;
  put('tab-town', make('div', { class: 'gaps-head' }, make('h2', {}, data.town_page.name), kindSwitch(page, 'town')),
    data.town_page.list ? backToList(page) : null,
    [...listStations(page), ...listGaps(page), ...listAcross(page), ...listMeasures(page)].flat(),
    data.town_page.riders ? make('p', { class: 'gaps-how' }, words.say('town_riders')) : null);
}
