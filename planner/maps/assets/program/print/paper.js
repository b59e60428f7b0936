// What is printed: a sheet with the map and the figures, and one with the table of what is numbered on it.

import { byId, make, put } from '../panel/elements.js';
import { underConditions } from '../panel/compare_tab.js';
import { noteWords } from '../panel/gap_list.js';
import { paperCard } from '../panel/kind_cards.js';
import { legendRows } from '../panel/legend.js';
import { dateWords } from '../panel/dates.js';
import { footWords, headingWords } from '../panel/panel.js';
import { proofLine, sentenceWords } from '../panel/sentence.js';
import { areaName, gapsOfWords, peopleOf } from '../panel/wording.js';
import { legendSwatch } from '../drawing/swatch.js';
import { courseTables, gapTable, ledgerTable, routeTable, siteTable, trialTable, underTable } from './tables.js';
import { chosenOf } from '../data/courses.js';
import { courseSentence, paperCourses } from '../panel/courses_tab.js';
import { askedWords, restWords, routeName, timesWords, walkWords } from '../panel/route_words.js';

const SITES = 12, EDITS = 14; // so many fit one sheet; the rest are told as a number
const UNDER = 2; // rows that caption and headings of a second table take

// `page`: as printed; `map` and `locator`: addresses of their pictures.
export function writePaper(page, map, locator) {
  return put('paper', mapSheet(page, map), ...(page.state.lecturing ? [courseSheet(page)] : page.state.routing ? [routeSheet(page)] : [...planSheets(page), gapSheet(page, locator)]));
}

// Decoded before it is painted: some browsers do not wait for a picture while they print.
const picture = (address, text, look) => make('img', { class: look, alt: text, decoding: 'sync', src: address });

function mapSheet(page, map) {
  const { words, data, state } = page, [title, sentence] = state.lecturing ? [paperCourses(page), courseSentence(page)] : state.routing ? [routesTitle(page), routesSentence(page)] : [headingWords(page), sentenceWords(page)];
  return make('section', { class: 'paper-page paper-first' },
    make('div', { class: 'paper-words' },
      heading(page, title, make('p', { class: 'place' }, [data.title, state.town, state.plan && state.plan.name, dateWords(data.date, words)].filter((text) => text).join(' · '))),
      make('p', { class: 'sentence' }, sentence),
      state.kinds.length && !state.quiet ? make('ul', { class: 'cards' }, state.kinds.map((kind) => paperCard(kind, page))) : null,
      proofLine(page) && !state.quiet ? make('p', { class: 'repeats' }, proofLine(page)) : null),
    make('div', { class: 'paper-map' }, picture(map, words.say('map'), 'paper-picture')),
    make('ul', { class: 'paper-legend', 'aria-label': words.say('legend') }, legendRows(page).filter((row) => row[3] !== 'simple' && state.layers[row[2]])
      .map(([what, text]) => make('li', {}, picture(legendSwatch(what).toDataURL(), '', 'swatch'), text)), page.added ? make('li', {}, words.say('not_drawn')) : null),
    foot(page));
}

// The title at the left; at the right what the sheet may be used for, and that its data are made up.
function heading(page, title, below = null) {
  const { words, data } = page;
  return make('header', { class: 'paper-head' }, make('div', { class: 'paper-title' }, make('h1', {}, title), below),
    make('p', { class: 'paper-tags' }, make('span', { class: 'paper-tag' }, words.say('notice')), data.synthetic ? make('span', { class: 'paper-tag made-up' }, words.say('synthetic')) : null,
      page.state.trying && page.state.changed ? make('span', { class: 'paper-tag made-up' }, words.say('trial_paper')) : null));
}

const foot = (page) => make('footer', { class: 'paper-foot' }, [page.data.title, dateWords(page.data.date, page.words), footWords(page)].filter((text) => text).join(' · '));

// The numbered sites or changes of a plan, and of changes what they do under conditions: on the same sheet where they fit.
function planSheets(page) {
  const { words, state } = page, { plan } = state;
  if (!plan) return [];
  const marks = planMarks(page), under = state.comparing && plan.scenario ? underConditions(page) : null;
  const sheet = (...parts) => make('section', { class: 'paper-page' }, heading(page, [words.say(state.trying ? 'heading_trial' : state.proposing ? 'heading_sites' : 'heading_compare')]), ...parts, foot(page));
  if (!under) return marks ? [sheet(...marks.parts)] : [];
  if (!marks || marks.count + under.rows.length + UNDER > EDITS) return [...(marks ? [sheet(...marks.parts)] : []), sheet(underTable(under))];
  return [sheet(...marks.parts, underTable(under))];
}

function planMarks(page) {
  const { words, state } = page, { plan, town } = state;
  const here = plan.marks.filter((mark) => town === null || !mark.town || mark.town === town);
  if (!here.length) return null;
  const most = page.all ? Infinity : state.proposing ? SITES : EDITS, shown = here.slice(0, most), rest = here.length - shown.length;
  const title = words.say(state.proposing ? 'paper_sites' : 'paper_edits', { place: areaName(page), kind: words.say('people_of_residential') });
  return { count: shown.length, parts: [(state.trying ? trialTable : state.proposing ? siteTable : ledgerTable)(shown, title, page),
    rest ? make('p', { class: 'how' }, words.say('paper_more', { count: words.number(rest) })) : null] };
}

const routesTitle = (page) => {
  const { words, state, scene } = page;
  return state.route === null ? words.say('paper_routes', { place: areaName(page) }) : routeName(scene.walks.routes[state.route], words);
};

const routesSentence = (page) => {
  const { words, state, scene } = page, route = state.route === null ? null : scene.walks.routes[state.route];
  if (!route) return askedWords(page);
  return [timesWords(route.begin, route.end), words.say('routes_sites', { count: route.stops.length }), walkWords(route, words), restWords(route, words)].filter((text) => text).join(words.betweenSentences) + words.fullStop;
};

// The routes in front, each with its stops and times.
function routeSheet(page) {
  const shown = page.state.routesLit();
  if (!shown.length) return null;
  return make('section', { class: 'paper-page' }, heading(page, [routesTitle(page)]), make('p', { class: 'how' }, askedWords(page)),
    ...shown.map((route) => routeTable(route, page)), foot(page));
}

// Who goes where: of what is chosen its sessions, else hosts and what is not met.
function courseSheet(page) {
  return make('section', { class: 'paper-page' }, heading(page, [paperCourses(page)]), ...courseTables(page, chosenOf(page.scene.courses, page.state.lesson)), foot(page));
}

function gapSheet(page, locator) {
  const { words, state, listed } = page, [first, ...others] = listed;
  if (!first) return null;
  const title = (list, key) => words.say(page.all ? 'paper_all' : key, { count: words.number(list.rows.length), kind: peopleOf(list.kind, page) });
  const note = state.gapsFit ? null : make('p', { class: 'how' }, noteWords(page));
  return make('section', { class: 'paper-page paper-gaps' + (page.all ? ' all' : '') }, heading(page, [words.say('paper_gaps', { place: areaName(page) }), ...gapsOfWords(page)].join(' · ')), note,
    make('div', { class: 'paper-columns' },
      gapTable(first, title(first, 'paper_largest'), page),
      make('div', { class: 'paper-side' }, make('div', { class: 'paper-locator' }, picture(locator, words.say('paper_locator'), 'paper-picture'), make('p', { class: 'how' }, words.say('paper_locator'))),
        others.length ? make('div', { class: 'paper-others' }, others.map((list) => gapTable(list, title(list, 'paper_others'), page, { slim: !page.all }))) : null)),
    foot(page));
}

// Whether every picture of the paper is ready to be painted.
export const decoded = () => Promise.all([...byId('paper').querySelectorAll('img')].map((image) => image.decode().catch(() => null)));
