// The tab of courses: how people come, what is chosen with its sessions, who has no host, what is not met, what was merged, how full hosts are.

import { COACH, chosenOf, numberHosts, ordersShown, sessionsChosen, sessionsOf, sessionsOfTown, withoutHost } from '../data/courses.js';
import { isKnown, shortNumber, unique } from '../data/values.js';
import { committeeName, dayWords, hostName, hoursWords, proofWords, wayName, waysOf, wayWords, whenWords, whoseOf } from './course_words.js';
import { factList, make, put, select } from './elements.js';
import { fold } from './folds.js';
import { table } from './table.js';
import { saidBoth } from './wording.js';

export const KINDS_OF_LESSON = ['committee', 'host', 'course'];
const FIRST = 40; // so many rows of a list; the others are told as a number

export function renderCourses(page) {
  const { scene, state } = page;
  if (!scene.courses.about) return;
  const chosen = chosenOf(scene.courses, state.lesson);
  put('tab-courses', headline(page), chooser(page), chosen ? aboutChosen(chosen, page) : null, chosen ? sessionList(page) : overview(page));
}

// Orders are counted, not estimated: they are told to the last person.
const exact = (words, people) => words.say('unit_people', { people: words.number(people) });

// ---- the whole

// People of what is shown, by how they come.
function peopleHere(page) {
  const { scene, state } = page, { courses } = scene;
  if (state.town === null) return courses.about.people;
  const here = courses.committees.filter((one) => one.town === state.town), sum = (name) => here.reduce((all, one) => all + (one[name] || 0), 0);
  return { ordered: sum('people'), by_walk: sum('by_walk'), by_far: sum('by_far'), by_coach: sum('by_coach'), unmet: sum('unmet') };
}

function headline(page) {
  const { words, scene, state } = page, { about, sessions } = scene.courses, people = peopleHere(page), all = state.town === null;
  const count = all ? sessions.length : sessionsOfTown(scene.courses, state.town).held.length;
  const told = all ? [words.say('courses_how', { ...termOf(about, words), people: exact(words, people.ordered) }) + ' ' + proofWords(page)] : townSentences(people, page);
  return [make('div', { class: 'gaps-head' }, make('h2', {}, words.say('courses_title')), make('span', {}, words.say(all ? 'courses_count' : 'courses_count_here', { count: words.number(count) }))),
    ...told.map((sentence) => make('p', { class: 'gaps-how' }, sentence)), waysBar(people, page)];
}

// What is held in a town and what its own people go to are two things: a sentence each.
function townSentences(people, page) {
  const { words, scene, state } = page, { held, coming, joined, away } = sessionsOfTown(scene.courses, state.town), many = (list) => words.say('courses_count', { count: words.number(list.length) });
  return [words.say('courses_how_held', { ...termOf(scene.courses.about, words), sessions: many(held), people: exact(words, coming) }),
    words.say('courses_how_from', { people: exact(words, people.ordered), sessions: many(joined), away: words.number(away) })];
}

// First and last day of the term.
const termOf = ({ begin, end }, words) => ({ begin: dayOnly(begin, words), end: dayOnly(end, words) });

const dayOnly = (date, words) => (words.language === 'zh' ? Number(date.slice(5, 7)) + '月' + Number(date.slice(8, 10)) + '日' : new Date(date + 'T00:00:00Z').toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }));

// One bar for all people, with a line for each way; its pattern is that of the map's lines.
function waysBar(people, page) {
  const { words } = page, rows = waysOf(people), all = rows.reduce((sum, [, count]) => sum + count, 0);
  if (!all) return null;
  const parts = rows.map(([way, count]) => { const part = make('span', { class: 'way way-' + way }); part.style.flexGrow = String(count); return part; });
  return make('div', { class: 'ways' }, make('div', { class: 'ways-bar', 'aria-hidden': 'true' }, parts),
    make('dl', {}, rows.flatMap(([way, count]) => [make('dt', {}, make('span', { class: 'way way-' + way, 'aria-hidden': 'true' }), wayName(way, page)),
      make('dd', {}, exact(words, count), make('span', { class: 'ways-share' }, words.share(count / all)))])));
}

// ---- what to look at

function chooser(page) {
  const { words, state } = page, kind = state.lessonKind;
  const buttons = KINDS_OF_LESSON.map((one) => make('button', { type: 'button', id: 'lesson-' + one, 'aria-pressed': String(one === kind), onclick: () => page.chooseLessonKind(one) }, words.say('courses_kind_' + one)));
  const options = optionsOf(kind, page), count = options.reduce((sum, [, list]) => sum + list.length, 0);
  const first = ['', words.say('courses_all_' + kind, { count: words.number(count) })];
  const list = select('lesson', words.say('courses_choose_' + kind), [first, ...(options.length > 1 ? options : options.flatMap(([, rows]) => rows))], state.lesson ? String(state.lesson.index) : '',
    (value) => page.chooseLesson(value === '' ? null : { kind, index: Number(value) }));
  return make('div', { class: 'lesson-choice' }, make('div', { class: 'segments', role: 'group', 'aria-label': words.say('courses_by') }, buttons), list);
}

// Options by town or field: [heading, [[value, text]]].
function optionsOf(kind, page) {
  const { words, scene, state } = page, { committees, hosts, courses } = scene.courses, groups = new Map();
  const add = (group, index, text) => { const key = group || ''; if (!groups.has(key)) groups.set(key, []); groups.get(key).push([String(index), text]); };
  const here = (one) => state.town === null || one.town === state.town;
  if (kind === 'committee') for (const one of committees) if (here(one)) add(one.town, one.index, committeeName(one, words));
  if (kind === 'host') for (const one of hosts) if (one.held.length && here(one)) add(one.town, one.index, hostName(one, words));
  if (kind === 'course') for (const one of courses) add(one.field, one.index, one.name);
  return [...groups].map(([group, rows]) => [group || words.say('courses_other'), rows]);
}

// ---- what is chosen

function aboutChosen(chosen, page) {
  const { words, scene, state } = page, { about } = scene.courses, { kind } = state.lesson;
  const name = kind === 'committee' ? committeeName(chosen, words) : kind === 'host' ? hostName(chosen, words) : chosen.name;
  const near = chosen.nearest ? hostName(chosen.nearest, words) + words.betweenClauses + words.minutes(chosen.minutes, chosen.minutes <= about.walk_minutes ? about.walk_minutes : about.far_minutes) : words.say('courses_nothing_near');
  const rows = {
    committee: () => [[words.say('courses_ordered'), exact(words, chosen.people)], [words.say('courses_by_unmet'), chosen.unmet > 0 ? exact(words, chosen.unmet) : null], [words.say('courses_nearest'), near],
      [words.say('courses_score'), isKnown(chosen.score) ? String(chosen.score) : null]],
    host: () => [[words.say('courses_seats'), isKnown(chosen.seats) ? words.number(chosen.seats) : null], [words.say('courses_people'), exact(words, chosen.people)], [words.say('courses_hours'), isKnown(chosen.hours) ? words.say('courses_hours_value', { hours: shortNumber(chosen.hours) }) : null],
      [words.say('courses_fill'), isKnown(chosen.fill) ? words.share(chosen.fill) : null], [words.say('courses_load'), isKnown(chosen.load) ? String(chosen.load) : null]],
    course: () => [[words.say('courses_field'), chosen.field], [words.say('courses_merged'), unique(chosen.held.flatMap((one) => [one.course, ...one.merged])).filter((one) => one !== chosen.name).join(words.betweenNames) || null]],
  }[kind]();
  return make('div', { class: 'lesson-about facts-of' }, make('div', { class: 'lesson-name' }, make('h3', {}, name), make('button', { type: 'button', class: 'link', id: 'lesson-all', onclick: () => page.chooseLesson(null) }, words.say('courses_all'))),
    factList([[words.say('town'), kind === 'course' ? null : chosen.town], ...rows]),
    kind === 'committee' ? missedList(chosen.missed, page) : null);
}

// Orders that are not met, with the smallest change that would.
function missedList(missed, page) {
  const { words } = page;
  return missed.length ? make('ul', { class: 'facts missed' }, missed.map((row) => missedItem(row, words.say('courses_missed', { course: row.course || '', people: exact(words, row.people) }), page))) : null;
}

function missedItem(row, title, page) {
  const { words } = page, change = saidBoth(row.change, words);
  return make('li', {}, make('span', { class: 'fact' }, title), make('span', { class: 'gap-why' }, saidBoth(row.reason, words)), change ? make('span', { class: 'gap-why change' }, words.say('courses_change', { change })) : null);
}

function sessionList(page) {
  const { words, scene, state } = page, { lesson } = state;
  const held = sessionsChosen(scene.courses, lesson), numbers = numberHosts(scene.courses, lesson);
  return [make('div', { class: 'gaps-head' }, make('h2', {}, words.say('courses_sessions')), make('span', {}, words.say('courses_count', { count: words.number(held.length) }))),
    make('ol', { id: 'sessions', class: 'list', tabindex: '-1' }, held.length ? held.map((session) => sessionItem(session, numbers.get(session.host) || '', page)) : make('li', { class: 'gap-none' }, words.say('courses_no_session')))];
}

function sessionItem(session, number, page) {
  const { words, state, scene } = page, { lesson } = state, open = state.lecture === session.index, key = session.host ? 'e' + session.host.index : null;
  const own = lesson.kind === 'committee' ? session.orders.filter((order) => order.committee === scene.courses.committees[lesson.index]) : [];
  const people = own.length ? own.reduce((sum, order) => sum + order.people, 0) : session.people;
  const what = lesson.kind === 'course' ? whenWords(session, words) : session.course;
  const why = [lesson.kind === 'course' ? null : whenWords(session, words), lesson.kind === 'host' ? session.teacher : hostName(session.host, words), own.length ? unique(own.map((order) => wayWords(order, words, scene.courses.about))).join(words.betweenNames) : null];
  return make('li', {}, make('button', { type: 'button', class: 'gap session', id: 'session-' + session.index, 'aria-expanded': String(open), onclick: () => page.openLecture(session.index),
    onpointerenter: () => page.hover(key), onpointerleave: () => page.hover(null) },
  make('span', { class: 'rank host' }, number),
  make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, what), make('span', { class: 'gap-why' }, why.filter((text) => text).join(words.betweenFacts))),
  make('span', { class: 'gap-people' }, exact(words, people), isKnown(session.seats) ? make('span', { class: 'gap-kind' }, words.say('courses_of_seats', { people: words.number(session.people), seats: words.number(session.seats) })) : null)),
  open ? lectureDetails(session, page) : null);
}

// Everybody who goes to a session, how, and who teaches.
function lectureDetails(session, page) {
  const { words, scene } = page, { about } = scene.courses;
  const goes = [...session.orders].sort((a, b) => b.people - a.people).map((order) => make('li', {},
    make('span', {}, order.committee ? make('button', { type: 'button', class: 'link', onclick: () => page.chooseLesson({ kind: 'committee', index: order.committee.index }) }, whoseOf(order, words)) : whoseOf(order, words),
      order.course && order.course !== session.course ? make('span', { class: 'source' }, order.course) : null),
    make('span', { class: order.by === COACH ? 'coach' : null }, wayWords(order, words, about)), make('span', {}, exact(words, order.people))));
  return make('div', { class: 'lecture' },
    factList([[words.say('courses_when'), dayWords(session.date, words) + ' ' + hoursWords(session)], [words.say('courses_teacher'), session.teacher], [words.say('courses_field'), session.field],
      [words.say('courses_merged'), session.merged.length > 1 ? session.merged.join(words.betweenNames) : null]]),
    make('ul', { class: 'goes', 'aria-label': words.say('courses_goes') }, goes));
}

// ---- nothing chosen: who is left out, what was merged, how full hosts are

function overview(page) {
  const { words, state, scene } = page, { courses } = scene, here = (row) => state.town === null || row.town === state.town;
  const far = withoutHost(courses, state.town), missed = courses.unmet.filter(here), hosts = courses.hosts.filter((host) => host.held.length && here(host));
  const { merged } = courses.about;
  return make('div', { class: 'folds' },
    fold(page, 'lonely', words.say('courses_lonely', { count: words.number(far.length), minutes: courses.about.far_minutes }), lonelyTable(far, page)),
    fold(page, 'missed', words.say('courses_unmet_title', { count: words.number(missed.length) }), missedFold(missed, page)),
    fold(page, 'hosts', words.say('courses_hosts_title', { count: words.number(hosts.length) }), hostTable(hosts, page)),
    state.town === null ? fold(page, 'merges', words.say('courses_merges_title', { count: words.number(courses.merges.length), people: exact(words, (merged && merged.people_spared) || 0) }), mergeTable(page)) : null,
    fold(page, 'basis', words.say('courses_basis'), basis(page)));
}

const rest = (all, words) => (all.length > FIRST ? make('p', { class: 'how' }, words.say('courses_rest', { count: words.number(all.length - FIRST) })) : null);
const lessonLink = (kind, one, text, page) => make('button', { type: 'button', class: 'link', onclick: () => page.chooseLesson({ kind, index: one.index }) }, text);

function lonelyTable(far, page) {
  const { words, scene } = page;
  if (!far.length) return null;
  const rows = far.slice(0, FIRST).map((one) => [make('span', {}, lessonLink('committee', one, committeeName(one, words), page), make('span', { class: 'source' }, one.town || '')), words.number(one.people),
    one.nearest ? make('span', {}, hostName(one.nearest, words), make('span', { class: 'source' }, words.minutes(one.minutes, scene.courses.about.far_minutes))) : words.say('courses_nothing_near')]);
  return [table(words.say('courses_lonely_caption', { minutes: scene.courses.about.far_minutes }), ['courses_committee', 'courses_ordered', 'courses_nearest'].map((key) => words.say(key)), rows, page, 'wrapped'), rest(far, words)];
}

function missedFold(missed, page) {
  const { words } = page;
  if (!missed.length) return null;
  return [make('ul', { class: 'facts missed' }, missed.slice(0, FIRST).map((row) => missedItem(row, words.say('courses_missed_of', { name: whoseOf(row, words), course: row.course || '', people: exact(words, row.people) }), page))), rest(missed, words)];
}

function hostTable(hosts, page) {
  const { words } = page, sorted = [...hosts].sort((a, b) => b.people - a.people);
  if (!sorted.length) return null;
  const rows = sorted.slice(0, FIRST).map((host) => [make('span', {}, lessonLink('host', host, hostName(host, words), page), make('span', { class: 'source' }, host.level ? words.term('level', host.level) : '')),
    words.number(host.sessions), words.number(host.people), isKnown(host.seats) ? words.number(host.seats) : words.say('not_judged'), isKnown(host.fill) ? words.share(host.fill) : words.say('not_judged')]);
  return [table(words.say('courses_hosts_caption'), ['courses_host', 'courses_col_sessions', 'courses_people', 'courses_seats', 'courses_fill'].map((key) => words.say(key)), rows, page), rest(sorted, words)];
}

function mergeTable(page) {
  const { words, scene } = page, { merges } = scene.courses;
  if (!merges.length) return null;
  const rows = merges.slice(0, FIRST).map((row) => [make('span', {}, row.courses.join(words.betweenNames), make('span', { class: 'source' }, row.departments.join(words.betweenNames))), words.number(row.orders), words.number(row.spared)]);
  return [table(words.say('courses_merges_caption'), ['courses_col_courses', 'courses_col_orders', 'courses_col_spared'].map((key) => words.say(key)), rows, page, 'wrapped'), rest(merges, words)];
}

function basis(page) {
  const { words, scene } = page, { about } = scene.courses;
  const lines = [words.say('courses_basis_ways', { walk: about.walk_minutes, far: about.far_minutes }), words.say('courses_basis_order'), words.say('courses_basis_colour'), words.say('courses_basis_spared'), words.say('courses_basis_score', { walk: about.walk_minutes }),
    about.dropped ? words.say('courses_basis_dropped', { count: words.number(about.dropped) }) : null, ...about.notes.map((note) => saidBoth(note, words))];
  return make('ul', { class: 'reasons' }, lines.filter((text) => text).map((text) => make('li', {}, text)));
}

// ---- to take along

// The sessions that are shown as rows with their headings; of a committee with its own people and how they come.
export function lessonTable(page) {
  const { words, state, scene } = page, { lesson, town } = state, orders = ordersShown(scene.courses, { lesson, town, lecture: null }), of = lesson && lesson.kind === 'committee';
  const heads = ['courses_date', 'courses_time', 'courses_course', 'courses_host', 'town', 'courses_teacher', 'courses_people', 'courses_seats', ...(of ? ['courses_minutes', 'courses_ways'] : ['courses_from'])].map((key) => words.say(key));
  const rows = sessionsOf(orders).map((session) => {
    const own = orders.filter((order) => order.session === session), people = of ? own.reduce((sum, order) => sum + order.people, 0) : session.people;
    const last = of ? [own.map((order) => order.minutes).find(isKnown), unique(own.map((order) => words.say('courses_plain_' + order.by))).join(words.betweenNames)] : [unique(session.orders.map((order) => whoseOf(order, words))).join(words.betweenNames)];
    return [session.date, hoursWords(session), session.course, hostName(session.host, words), session.host ? session.host.town : null, session.teacher, people, session.seats, ...last];
  });
  return [heads, ...rows];
}

// What paper says above the map.
export function courseSentence(page) {
  const { words, scene, state } = page, { about, sessions } = scene.courses, people = peopleHere(page);
  const told = state.town === null ? [words.say('courses_sentence', { ...termOf(about, words), count: words.number(sessions.length), ordered: exact(words, people.ordered), met: exact(words, people.ordered - people.unmet) })] : townSentences(people, page);
  if (people.unmet > 0) told.push(words.say('courses_sentence_unmet', { people: exact(words, people.unmet) }));
  return told.join(words.language === 'zh' ? '' : ' ');
}

export function paperCourses(page) {
  const { words, scene, state } = page, chosen = chosenOf(scene.courses, state.lesson);
  if (!chosen) return words.say('courses_heading');
  return words.say('courses_paper_of', { name: state.lesson.kind === 'committee' ? committeeName(chosen, words) : state.lesson.kind === 'host' ? hostName(chosen, words) : chosen.name });
}

// What the legend says of the lines and signs of the map.
export function courseLegend(page) {
  const { scene, state } = page, { about } = scene.courses, { people } = about, all = state.lesson === null && state.lecture === null;
  const said = (key) => page.words.say(key, { walk: about.walk_minutes, far: about.far_minutes });
  const rows = [['walk', 0], ['far', 1], ['coach', 2]].filter(([way]) => people['by_' + way] > 0)
    .map(([way, number]) => [all ? { home: number } : { way: number }, said('courses_line_' + way), 'courses', 'always']);
  rows.push([{ host: true }, page.words.say('courses_sign_host'), 'courses', 'always']);
  if (people.unmet > 0) rows.push([{ unmet: true }, page.words.say('courses_sign_unmet'), 'courses', 'always']);
  return rows;
}

