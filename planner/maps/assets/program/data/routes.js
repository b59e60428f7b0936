// Routes with their stops, legs and times, placed on the plane.

import { readPoints, readRoutes, rowsOf } from './decode.js';
import { Box } from './plane.js';

const NONE = { routes: [], stops: [], leftOut: [], themes: [], templates: [], about: null };

// From the payload; empty where the page has none.
export function buildRoutes({ routes: given, plane }) {
  if (!given) return NONE;
  const colours = new Map(given.themes.map(({ name, colour }) => [name, colour]));
  const stops = rowsOf(given.stops, plane, 'xy').map((stop) => ({ ...stop, template: stop.template === null ? null : given.templates[stop.template] }));
  const lines = given.legs.count ? readRoutes(given.legs.line, plane) : [];
  const legs = rowsOf(given.legs, null, null).map((leg, i) => ({ ...leg, line: lines[i] }));
  const beside = rowsOf(given.beside, plane, 'xy');
  const routes = rowsOf(given.routes, null, null).map((route) => {
    const of = (rows) => rows.filter((row) => row.route === route.index);
    const own = { ...route, number: route.index + 1, colour: colours.get(route.theme) || '#1c2430', stops: of(stops), legs: of(legs), beside: of(beside) };
    return { ...own, ...byClock(own, stepsOf(own)), box: boxOf(own) };
  });
  const xy = readPoints(given.left.xy, plane);
  const leftOut = given.left.name.map((name, index) => ({ index, name, theme: given.left.theme[index], reason: given.left.reason[index], detail: { en: given.left.detail[index], zh: given.left.detail_zh[index] }, x: xy[2 * index], y: xy[2 * index + 1] }));
  return { routes, stops, leftOut, themes: given.themes, templates: given.templates, about: given };
}

// Whole minutes as the clock times beside them have them, for each part rounds by itself: of the legs, of what a stop takes,
// and their sums.
function byClock(route, steps) {
  const sums = { walk: 0, coach: 0, waited: 0 };
  for (const { from, until, leg, stop } of steps) {
    if (leg) { leg.minutes = until - from; sums[leg.by === 'coach' ? 'coach' : 'walk'] += until - from; }
    if (!stop) continue;
    const opens = minutesOf(stop.begin), waits = opens === null ? 0 : Math.max(0, Math.min(until - from, opens - (from % 1440)));
    stop.wait_minutes = waits; stop.dwell_minutes = until - from - waits;
    sums.waited += waits;
  }
  return { steps, walk_minutes: sums.walk, ride_minutes: sums.coach, wait_minutes: sums.waited };
}

// All that is drawn of a route.
function boxOf({ stops, legs }) {
  const box = new Box();
  for (const { x, y } of stops) box.add(x, y);
  return legs.reduce((all, { line }) => (line ? all.join(line.box) : all), box);
}

// "09:30" in minutes of the day; a route that passes midnight goes on: "24:30". Null for what is no time.
export function minutesOf(time) {
  const match = /^(\d{1,2}):([0-5]\d)$/.exec(time || '');
  return match ? 60 * Number(match[1]) + Number(match[2]) : null;
}

export const clockOf = (minutes) => [Math.floor(minutes / 60) % 24, Math.floor(minutes) % 60].map((part) => String(part).padStart(2, '0')).join(':');

// The leg that leads to a stop, or from the last one to the end; null where there is none.
export const legTo = ({ legs }, order) => legs.find((leg) => leg.order === order) || null;

// What happens on a route, one thing after the other, from when to when: on the way ({leg, to}: the stop it leads to) or at a stop ({stop}).
export function stepsOf(route) {
  const steps = [], first = minutesOf(route.begin);
  let now = first === null ? 0 : first;
  const later = (time) => {
    const at = minutesOf(time);
    if (at === null) return now;
    if (at >= now) return at;
    return at + 1440 - now < 720 ? at + 1440 : now; // past midnight
  };
  for (const stop of route.stops) {
    const leg = legTo(route, stop.order), arrive = later(stop.arrive);
    if (leg || arrive > now) steps.push({ from: now, until: arrive, leg, to: stop, stop: null });
    now = arrive;
    const leave = later(stop.leave);
    steps.push({ from: now, until: leave, leg: null, to: null, stop });
    now = leave;
  }
  const last = legTo(route, route.stops.length + 1);
  if (last) steps.push({ from: now, until: later(route.end), leg: last, to: null, stop: null });
  return steps;
}

export const stepAt = ({ steps }, minutes) => steps.find((step) => minutes < step.until) || steps[steps.length - 1] || null;

// Where a group is at a time.
export function placeOn(route, minutes) {
  const step = stepAt(route, minutes);
  if (!step) return null;
  if (step.stop) return { x: step.stop.x, y: step.stop.y };
  const part = step.until > step.from ? Math.max(0, Math.min(1, (minutes - step.from) / (step.until - step.from))) : 1;
  if (step.leg && step.leg.line) return pointAlong(step.leg.line, part);
  return step.to ? { x: step.to.x, y: step.to.y } : null;
}

// The point of a shape's first line so far along it, 0 to 1.
export function pointAlong({ lines, first }, part) {
  const { xy, ends } = lines, begin = 2 * lines.begin(first), end = 2 * ends[first];
  const lengths = [];
  let whole = 0;
  for (let at = begin + 2; at < end; at += 2) {
    const length = Math.hypot(xy[at] - xy[at - 2], xy[at + 1] - xy[at - 1]);
    lengths.push(length); whole += length;
  }
  let left = part * whole, at = begin;
  for (const length of lengths) {
    if (length > 0 && left <= length) {
      const share = left / length;
      return { x: xy[at] + share * (xy[at + 2] - xy[at]), y: xy[at + 1] + share * (xy[at + 3] - xy[at + 1]) };
    }
    left -= length; at += 2;
  }
  return { x: xy[end - 2], y: xy[end - 1] };
}

// Points of a shape's first line, so far apart.
export function pointsAlong({ lines, first }, apart) {
  const { xy, ends } = lines, points = [];
  let left = 0;
  for (let at = 2 * lines.begin(first) + 2; at < 2 * ends[first]; at += 2) {
    const dx = xy[at] - xy[at - 2], dy = xy[at + 1] - xy[at - 1], length = Math.hypot(dx, dy);
    for (; left < length; left += apart) points.push({ x: xy[at - 2] + (left / length) * dx, y: xy[at - 1] + (left / length) * dy });
    left -= length;
  }
  return points;
}

// What to look out for on a leg: flights of steps, and a crossing longer than the plan says.
export function warningsOf(leg, about) {
  if (!leg || leg.by !== 'walk') return [];
  const most = about.question.long_crossing_m === null ? 25 : about.question.long_crossing_m;
  return [
    ...(leg.steps > 0 ? [{ key: 'routes_steps', values: { count: Math.round(leg.steps) } }] : []),
    ...(leg.longest_crossing_m > most ? [{ key: 'routes_crossing', values: { metres: Math.round(leg.longest_crossing_m) } }] : []),
  ];
}
