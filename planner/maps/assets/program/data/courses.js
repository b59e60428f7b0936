// Sessions of courses with who goes to them, placed on the plane.

import { rowsOf } from './decode.js';
import { unique } from './values.js';

const NONE = { sessions: [], committees: [], hosts: [], orders: [], courses: [], unmet: [], merges: [], about: null };
export const WALK = 0, FAR = 1, COACH = 2; // how people come, by the number in the payload
const DAY_MS = 86400000;

// From the payload; empty where the page has none. `facilities`: those of the page, which give hosts their names.
export function buildCourses({ courses: given, plane }, facilities) {
  if (!given) return NONE;
  const { names } = given, named = (what, i) => (i === null || i === undefined ? null : names[what][i]);
  const committees = rowsOf(given.committees, plane, 'xy').map((row) => ({ ...row, town: named('town', row.town), orders: [], missed: [] }));
  const hosts = rowsOf(given.hosts, plane, 'xy').map((row) => ({ ...row, ...nameOf(row, facilities), town: named('town', row.town), held: [] }));
  for (const one of committees) one.nearest = one.nearest === null ? null : hosts[one.nearest];
  const sessions = rowsOf(given.sessions, null, null).map((row) => ({ ...row, course: named('course', row.course), merged: row.merged.map((i) => named('course', i)),
    field: named('field', row.field), teacher: named('teacher', row.teacher), host: row.host === null ? null : hosts[row.host], date: dayOf(given.begin, row.day), orders: [] }));
  const orders = rowsOf(given.orders, null, null).map((row) => ({ ...row, committee: row.committee === null ? null : committees[row.committee], town: named('town', row.town),
    session: sessions[row.session], course: named('course', row.course), department: named('department', row.department) })).filter((order) => order.session);
  for (const order of orders) { order.session.orders.push(order); if (order.committee) order.committee.orders.push(order); }
  for (const session of sessions) if (session.host) session.host.held.push(session);
  const unmet = given.unmet.map((row, index) => ({ ...row, index, committee: row.committee === null ? null : committees[row.committee], town: named('town', row.town), course: named('course', row.course) }));
  for (const row of unmet) if (row.committee) row.committee.missed.push(row);
  const merges = given.merges.map((row) => ({ ...row, courses: row.courses.map((i) => named('course', i)), departments: row.departments.map((i) => named('department', i)) }));
  return { sessions, committees, hosts, orders, courses: listCourses(sessions), unmet, merges, about: given };
}

function nameOf({ facility, name, level }, facilities) {
  const sign = facility === null ? null : facilities[facility];
  return { name: name || (sign && sign.name), level: level || (sign && sign.level) };
}

// The date of a day of the term, as 2026-09-03.
function dayOf(begin, day) {
  const [year, month, date] = begin.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date) + day * DAY_MS).toISOString().slice(0, 10);
}

// Every course that is taught, by its own name and by those that are taught as one with it.
function listCourses(sessions) {
  const held = new Map();
  for (const session of sessions) {
    for (const name of unique([session.course, ...session.merged])) {
      if (!held.has(name)) held.set(name, { name, field: session.field, held: [] });
      held.get(name).held.push(session);
    }
  }
  return [...held.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((course, index) => ({ ...course, index }));
}

export const inOrder = (sessions) => [...sessions].sort((a, b) => a.day - b.day || a.begin - b.begin || a.index - b.index);

// What is chosen: {kind, index}, a committee, a host or a course; null for all.
export const chosenOf = (courses, lesson) => (lesson ? { committee: courses.committees, host: courses.hosts, course: courses.courses }[lesson.kind][lesson.index] : null);

// The orders that are shown: of the session that is open, else of what is chosen, else in a town those that come from there or go there.
export function ordersShown({ orders, sessions, ...courses }, { lesson, lecture, town }) {
  if (lecture !== null) return sessions[lecture].orders;
  const chosen = chosenOf(courses, lesson);
  if (chosen && lesson.kind === 'committee') return chosen.orders;
  if (chosen) return chosen.held.flatMap((session) => session.orders);
  return town === null ? orders : orders.filter((order) => order.town === town || (order.session.host && order.session.host.town === town));
}

// The sessions of these orders, the earliest first.
export const sessionsOf = (orders) => inOrder(unique(orders.map((order) => order.session)));

// A town two ways: the sessions held there, whoever comes, and those that its own people go to, with how many of these lie elsewhere.
export function sessionsOfTown({ sessions, orders }, town) {
  const lies = ({ host }) => host !== null && host.town === town, held = sessions.filter(lies), joined = sessionsOf(orders.filter((order) => order.town === town));
  return { held, coming: held.reduce((sum, session) => sum + (session.people || 0), 0), joined, away: joined.filter((session) => !lies(session)).length };
}

// One line for all that go the same way from a committee to a host, the heaviest last.
export function linesOf(orders) {
  const lines = new Map();
  for (const { committee, session, by, people } of orders) {
    const { host } = session;
    if (!committee || !host || Number.isNaN(committee.x) || Number.isNaN(host.x)) continue;
    const key = [committee.index, host.index, by].join();
    if (!lines.has(key)) lines.set(key, { committee, host, by, people: 0 });
    lines.get(key).people += people;
  }
  return [...lines.values()].sort((a, b) => a.people - b.people);
}

// The sessions of what is chosen, the earliest first.
export function sessionsChosen(courses, lesson) {
  const chosen = chosenOf(courses, lesson);
  return lesson.kind === 'committee' ? sessionsOf(chosen.orders) : inOrder(chosen.held);
}

// A number for each host of what is chosen, in the order in which one first goes there; of a host alone there are none.
export function numberHosts(courses, lesson) {
  const numbers = new Map();
  if (!lesson || lesson.kind === 'host') return numbers;
  for (const { host } of sessionsChosen(courses, lesson)) if (host && !numbers.has(host)) numbers.set(host, numbers.size + 1);
  return numbers;
}

// The hosts that people of the orders shown go to.
export const hostsShown = (courses, state) => (state.lecturing ? unique(ordersShown(courses, state).map((order) => order.session.host)).filter((host) => host && !Number.isNaN(host.x)) : []);

const NAMED = 16; // so many names at most stand on the map

// What is chosen has names at its ends: hosts first, committees where they are few.
export function endsNamed(courses, state) {
  if (!state.lecturing || (!state.lesson && state.lecture === null)) return [];
  const homes = unique(ordersShown(courses, state).map((order) => order.committee)).filter((one) => one && !Number.isNaN(one.x));
  const rooms = hostsShown(courses, state), ends = rooms.length <= NAMED ? rooms : [];
  return ends.concat(homes.length <= NAMED ? homes : []).filter((one) => one.name);
}

// Committees that no host lies near enough to walk to, those with most people first.
export function withoutHost({ committees, about }, town) {
  const far = about.far_minutes;
  return committees.filter((one) => (town === null || one.town === town) && (one.minutes === null || one.minutes > far)).sort((a, b) => b.people - a.people);
}
