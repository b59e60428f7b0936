// The tables of paper: gaps, proposed sites with their reasons, the changes of a scenario.

import { isKnown, residentsOf } from '../data/values.js';
import { legTo } from '../data/routes.js';
import { make } from '../panel/elements.js';
import { legWords, restWords, routeName, stopName, timesWords, walkWords as wayWords, warningWords } from '../panel/route_words.js';
import { routeSign } from '../panel/routes_tab.js';
import { hostName, whoseOf } from '../panel/course_words.js';
import { lessonTable } from '../panel/courses_tab.js';
import { gainedWords, lostWords } from '../panel/shares.js';
import { effectWords, trialName } from '../panel/trial_words.js';
import { causeWords, costWords, gapName, markName, saidBoth, stationName } from '../panel/wording.js';

const REASONS = 2; // of a site; the page has them all

// A column is [its name, its share of the width, whether its figures stand to the right].
function paperTable(title, columns, rows, look = '') {
  const side = (i) => (columns[i][2] ? 'figure' : null);
  return make('div', { class: 'paper-table ' + look },
    make('table', {},
      make('colgroup', {}, columns.map(([, wide]) => make('col', { width: wide + '%' }))),
      make('thead', {},
        make('tr', {}, make('th', { class: 'paper-caption', scope: 'colgroup', colspan: columns.length }, title)),
        make('tr', {}, columns.map(([name], i) => make('th', { scope: 'col', class: side(i) }, name)))),
      make('tbody', {}, rows.map((cells) => make('tr', {}, cells.map((cell, i) => make(i ? 'td' : 'th', { class: side(i), scope: i ? null : 'row' }, make('div', { class: 'clamp' }, Array.isArray(cell) ? cell : [cell]))))))));
}

const signOf = (sign, look = '') => sign && make('span', { class: 'paper-sign' + look }, sign);

const nearestOf = (gap, { words, scene }) => (gap.nearest === null ? '' : stationName(scene.facilities[gap.nearest], words));
const walkWords = (gap, { words, state }) => (gap.minutes === null ? words.say('gap_no_path') : words.minutes(gap.minutes, state.lastCutoff));

// `slim`: half as wide, so that town and walk stand below name and station.
export function gapTable(list, title, page, { slim = false } = {}) {
  const { words } = page, towns = page.state.town === null && list.rows.some(({ gap }) => gap.town);
  const shown = (...cells) => cells.filter((cell) => cell);
  const columns = shown(['paper_number', slim ? 10 : 7], ['gap', slim ? 31 : 22], !slim && towns && ['town', 14], ['paper_people', slim ? 13 : 10, true], ['cause', slim ? 17 : 16], ['nearest', slim ? 29 : 20], !slim && ['walk', 11, true])
    .map(([key, ...rest]) => [words.say(String(key)), ...rest]);
  const below = (text, more) => (slim && more ? [text, make('span', { class: 'source' }, more)] : text);
  const rows = list.rows.map(({ gap, sign }) => shown([signOf(sign)], [below(gapName(gap, words), towns ? gap.town : null)], !slim && towns && [gap.town || ''], [words.people(gap['people_' + list.kind])],
    [causeWords(gap, words)], [below(nearestOf(gap, page), walkWords(gap, page))], !slim && [walkWords(gap, page)]).map(([cell]) => cell));
  return paperTable(title, columns, rows, slim ? 'slim' : 'main');
}

export function siteTable(sites, title, page) {
  const { words } = page, priced = sites.some((site) => isKnown(site.cost));
  const columns = [['paper_number', 7], ['site', 25], ['town', 14], ['col_gained', 11, true], ...(priced ? [['paper_cost', 11, true]] : []), ['reasons', priced ? 32 : 43]]
    .map(([key, ...rest]) => [words.say(String(key)), ...rest]);
  const rows = sites.map((site) => [signOf(site.number, ' site'), [markName(site, words), make('span', { class: 'source' }, words.term('action', site.action))], site.town || '',
    isKnown(residentsOf(site.gain)) ? '+' + words.people(residentsOf(site.gain)) : words.say('not_judged'), ...(priced ? [isKnown(site.cost) ? costWords(site.cost, page) : ''] : []), reasonWords(site, words)]);
  return paperTable(title, columns, rows, 'large');
}

function reasonWords({ reasons }, words) {
  const lines = (reasons && (reasons[words.language] || reasons[words.other])) || [];
  return lines.slice(0, REASONS).join(words.betweenSentences);
}

// The stops of a route with their times and how to get there.
export function routeTable(route, page) {
  const { words } = page;
  const columns = [['paper_number', 7], ['routes_site', 27], ['routes_times', 15], ['routes_get_there', 33], ['routes_template_head', 18]].map(([key, ...rest]) => [words.say(String(key)), ...rest]);
  const rows = route.stops.map((stop) => {
    const leg = legTo(route, stop.order);
    return [[routeSign('stop-sign', stop.order, route.colour)], stopName(stop, words), timesWords(stop.arrive, stop.leave), leg ? [legWords(leg, words), ...warningWords(leg, page)].join(words.betweenSentences) : route.start || '', stop.template ? stop.template.name : ''];
  });
  const title = [routeName(route, words), timesWords(route.begin, route.end), wayWords(route, words), restWords(route, words)].join(' · ');
  return paperTable(title, columns, rows, 'slim');
}

// Of the columns of lessonTable those that tell something, each with its share of the width.
const LESSON_COLUMNS = {
  committee: [[0, 11], [1, 13], [2, 22], [3, 22], [5, 11], [6, 8], [8, 6], [9, 7]],
  host: [[0, 11], [1, 13], [2, 23], [5, 13], [6, 8], [7, 7], [8, 25]],
  course: [[0, 11], [1, 13], [3, 21], [4, 10], [5, 11], [6, 8], [7, 7], [8, 19]],
};
const SESSIONS = 34, HOSTS = 18, MISSED = 10; // so many rows fit one sheet; the rest are told as a number

// Of what is chosen its sessions, else the hosts that most people go to and the orders that are not met.
export function courseTables(page, chosen) {
  const { words, scene, state } = page, here = (row) => state.town === null || row.town === state.town, wide = (rows, most) => rows.slice(0, page.all ? Infinity : most);
  const more = (rows, most) => (!page.all && rows.length > most ? make('p', { class: 'how' }, words.say('paper_more', { count: words.number(rows.length - most) })) : null);
  if (chosen) {
    const [heads, ...rows] = lessonTable(page), columns = LESSON_COLUMNS[state.lesson.kind];
    const cells = wide(rows, SESSIONS).map((row) => columns.map(([at]) => (isKnown(row[at]) ? String(row[at]) : '')));
    return [paperTable(words.say('courses_sessions'), columns.map(([at, share]) => [heads[at], share, at === 6 || at === 7]), cells, 'slim'), more(rows, SESSIONS)];
  }
  const hosts = scene.courses.hosts.filter((host) => host.held.length && here(host)).sort((a, b) => b.people - a.people), missed = scene.courses.unmet.filter(here);
  const columns = (keys) => keys.map(([key, ...rest]) => [words.say(String(key)), ...rest]);
  const ofHosts = wide(hosts, HOSTS).map((host) => [hostName(host, words), host.town || '', words.number(host.sessions), words.number(host.people), isKnown(host.seats) ? words.number(host.seats) : '', isKnown(host.fill) ? words.share(host.fill) : '']);
  const ofMissed = wide(missed, MISSED).map((row) => [whoseOf(row, words), row.course || '', words.number(row.people), saidBoth(row.reason, words), saidBoth(row.change, words)]);
  return [paperTable(words.say('courses_hosts_caption'), columns([['courses_host', 36], ['town', 18], ['courses_col_sessions', 11, true], ['courses_people', 12, true], ['courses_seats', 10, true], ['courses_fill', 13, true]]), ofHosts, 'slim'), more(hosts, HOSTS),
    ...(missed.length ? [paperTable(words.say('courses_unmet_title', { count: words.number(missed.length) }), columns([['courses_committee', 18], ['courses_course', 20], ['courses_people', 8, true], ['courses_why', 24], ['courses_col_change', 30]]), ofMissed, 'slim'), more(missed, MISSED)] : [])];
}

// The edits that the reader tries.
export function trialTable(marks, title, page) {
  const { words } = page, priced = marks.some((mark) => costWords(mark.cost, page));
  const columns = [['paper_number', 7], ['edit', 40], ['edit_effect', priced ? 40 : 53], ...(priced ? [['paper_cost', 13, true]] : [])].map(([key, ...rest]) => [words.say(String(key)), ...rest]);
  const rows = marks.map((mark) => [signOf(mark.number, mark.op === 'close' ? ' closes' : ' site'), trialName(mark, page), effectWords(mark, page), ...(priced ? [costWords(mark.cost, page) || ''] : [])]);
  return paperTable(title, columns, rows, 'large');
}

export function ledgerTable(edits, title, page) {
  const { words } = page, priced = edits.some((edit) => isKnown(edit.cost)), losing = edits.some((edit) => residentsOf(edit.lost) > 0);
  const columns = [['paper_number', 7], ['edit', 40], ['paper_what', 17], ['col_gained', 12, true], ...(losing ? [['col_lost', 12, true]] : []), ...(priced ? [['paper_cost', 12, true]] : [])]
    .map(([key, ...rest]) => [words.say(String(key)), ...rest]);
  const rows = edits.map((edit) => [signOf(edit.number, edit.op === 'close' ? ' closes' : ' site'), markName(edit, words), words.term('op', edit.op), gainedWords(edit, words),
    ...(losing ? [lostWords(edit, words)] : []), ...(priced ? [isKnown(edit.cost) ? costWords(edit.cost, page) : ''] : [])]);
  return paperTable(title, columns, rows, 'large');
}

// Shares under conditions before and after; `under`: as underConditions returns it.
export function underTable({ caption, heads, rows }) {
  return paperTable(caption, heads.map((name, i) => [name, [31, 20, 20, 29][i], i > 0]), rows, 'large under');
}
