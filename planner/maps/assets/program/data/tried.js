// What edits tried on the page change, in the form that a scenario has: figures, who gains and loses, the gaps that are left.

import { joinTouching } from './clusters.js';
import { withExactShares } from './summary.js';
import { COVERED, GAP, KINDS, PEOPLE_OF, UNKNOWN } from './values.js';

// Fewer people than this make no gap of their own.
const LEAST_PEOPLE = 50;
const EMPTY = { coverage: [], gained: [], lost: [], gaps: null };

// The tried edits as a plan before anything was worked out.
export const nothingTried = () => ({ after: EMPTY, marks: [] });

// {coverage, gained, lost, gaps, unknown, verdict} after the edits.
//   before, now : verdicts {minutes, nearest, verdict} of every unit, without the edits and with them; of now also `here`, which share of
//     the people of each is still there (null: all), and `comers`, who has come
//   figures : {kind: {all | town: {people, covered, gap, unknown}}} with them
//   units : {town, people} of every unit; kind : of every unit, as a place in KINDS; wanted : the kind of a group, else null
//   towns : names by number; base : {gaps, unknown} without the edits
//   choices : draws outlines of units; xy : units on the plane; stationOf : the page's station of a slot, null for a new one
export function buildTried(asked) {
  const given = { ...asked, asked, here: (i) => !asked.now.here || asked.now.here[i] > 0, units: withoutGone(asked) };
  const counted = given.wanted === null ? null : KINDS.indexOf(given.wanted), own = (i) => counted === null || given.kind[i] === counted;
  const pick = (test) => { const found = []; for (let i = 0; i < given.kind.length; i++) if (own(i) && test(given.before.verdict[i], given.now.verdict[i])) found.push(i); return found; };
  const gained = pick((was, is) => was !== COVERED && is === COVERED), lost = pick((was, is) => was === COVERED && is !== COVERED);
  return {
    coverage: listCoverage(given, gained, lost),
    gained: listChanged(given, gained, given.now.nearest), lost: listChanged(given, lost, given.before.nearest),
    gaps: null, leftGaps: listGaps(given, own), unknown: listUnknown(given, pick((was, is) => was !== UNKNOWN && is === UNKNOWN)),
    verdict: Array.from(given.now.verdict, (code, i) => (own(i) ? code : -1)),
  };
}

// Of each unit the people who stay.
const withoutGone = ({ units, now: { here } }) => (here ? { ...units, people: units.people.map((people, i) => people * here[i]) } : units);

// ---- figures

// A row for each kind and place, as the summary has them; the kind of a group has no name.
function listCoverage(given, gained, lost) {
  const { figures, units, kind, towns, before, wanted, cutoff, profile } = given;
  const rows = [];
  const sum = (members, what, town) => members.reduce((all, i) => all + ((what === null || KINDS[kind[i]] === what) && (town < 0 || units.town[i] === town) ? units.people[i] : 0), 0);
  const unsure = gained.filter((i) => before.verdict[i] === UNKNOWN);
  const add = (name, what, area, counts) => {
    const town = area === 'all' ? -1 : towns.indexOf(area);
    rows.push(withExactShares({
      area, kind: name, cutoff_minutes: cutoff, profile, ...counts, share: counts.covered + counts.gap > 0 ? 0 : null,
      gained: sum(gained, what, town), lost: sum(lost, what, town), gained_unknown: sum(unsure, what, town), planned: 0, ...countMoved(given, what, area),
    }));
  };
  const kinds = Object.keys(figures);
  for (const what of kinds) for (const [area, counts] of Object.entries(figures[what])) add(wanted === null ? what : null, what, area, counts);
  if (wanted === null && kinds.length > 1) for (const area of Object.keys(figures[kinds[0]])) add('all', null, area, addUp(kinds.map((what) => figures[what][area])));
  return rows;
}

// Who has come and gone of a kind in a place; of a group nobody says so.
function countMoved({ asked, now, kind, towns, wanted }, what, area) {
  const town = towns.indexOf(area), ours = (one, at) => wanted === null && (what === null || one === what) && (area === 'all' || at === area);
  const came = (now.comers || []).filter((one) => ours(one.kind, one.town)), add = (rows) => rows.reduce((all, one) => all + one.people, 0);
  let went = 0;
  if (now.here && wanted === null) for (let i = 0; i < kind.length; i++) if (now.here[i] < 1 && (what === null || KINDS[kind[i]] === what) && (town < 0 || asked.units.town[i] === town)) went += asked.units.people[i] * (1 - now.here[i]);
  return { came: add(came), came_covered: add(came.filter((one) => one.verdict === COVERED)), went };
}

const addUp = (list) => list.reduce((all, one) => ({ people: all.people + one.people, covered: all.covered + one.covered, gap: all.gap + one.gap, unknown: all.unknown + one.unknown }), { people: 0, covered: 0, gap: 0, unknown: 0 });

// ---- who gains and who loses

const peopleIn = ({ units, kind }, members) => Object.fromEntries(PEOPLE_OF.map((name, k) => [name, members.reduce((all, i) => all + (kind[i] === k ? units.people[i] : 0), 0)]));

// A row for all whose nearest station is the same.
function listChanged(given, members, nearest) {
  const bySlot = new Map();
  for (const i of members) { const list = bySlot.get(nearest[i]); if (list) list.push(i); else bySlot.set(nearest[i], [i]); }
  return [...bySlot].map(([slot, some], index) => ({ index, site: null, facility: given.stationOf(slot), ...peopleIn(given, some), shape: given.choices.shapeOf(some) }));
}

// ---- gaps

// The units of each gap that there is without edits, worked out once for each list of gaps.
const MEMBERS = new WeakMap();

function membersOf({ base, before, units, towns, xy, kind }, own) {
  if (MEMBERS.has(base.gaps)) return MEMBERS.get(base.gaps);
  const lists = base.gaps.map((gap) => gap.members || []);
  if (!base.gaps.some((gap) => gap.members)) {
    const outlined = base.gaps.filter((gap) => gap.shape), scattered = new Map(base.gaps.filter((gap) => gap.scattered).map((gap) => [gap.town, gap.index]));
    for (let i = 0; i < kind.length; i++) {
      if (before.verdict[i] !== GAP || !own(i)) continue;
      const town = units.town[i] < 0 ? null : towns[units.town[i]], x = xy[2 * i], y = xy[2 * i + 1];
      const found = outlined.find((gap) => (gap.town === town || !gap.town) && gap.shape.has(x, y));
      const index = found ? found.index : scattered.get(town);
      if (index !== undefined) lists[index].push(i);
    }
  }
  MEMBERS.set(base.gaps, lists);
  return lists;
}

// The gaps that are left, each at the place in the list that it has without edits, and behind them the new ones.
function listGaps(given, own) {
  const { base, before, now, here } = given, members = membersOf(given, own), inGap = new Set(members.reduce((all, list) => all.concat(list), []));
  const fresh = [];
  for (let i = 0; i < given.kind.length; i++) if (own(i) && here(i) && now.verdict[i] === GAP && before.verdict[i] !== GAP && !inGap.has(i)) fresh.push(i);
  const more = members.map(() => []), clusters = joinNew(given, fresh, members, more);
  const rows = base.gaps.map((gap, g) => {
    const left = members[g].filter((i) => now.verdict[i] === GAP && here(i)), same = left.length === members[g].length && !(now.here && left.some((i) => now.here[i] < 1));
    return same && !more[g].length ? gap : reshape(given, gap, left.concat(more[g]));
  });
  clusters.forEach((cluster) => rows.push(newGap(given, cluster, rows.length)));
  return rows;
}

// New units beside a gap become part of it; few people are counted with those scattered in their town. The others are returned.
function joinNew({ base, choices, units, towns, now }, fresh, members, more) {
  if (!fresh.length) return [];
  const ofGap = new Map(), isFresh = new Set(fresh);
  base.gaps.forEach((gap, g) => { if (!gap.scattered) for (const i of members[g]) if (now.verdict[i] === GAP) ofGap.set(i, g); });
  const around = nearFresh(choices.discs, fresh, [...ofGap.keys()]);
  const left = [];
  for (const cluster of joinTouching(choices.discs, fresh.concat(around), units.town)) {
    const news = cluster.filter((i) => isFresh.has(i)), old = cluster.find((i) => !isFresh.has(i));
    if (!news.length) continue;
    const town = towns[units.town[news[0]]], scattered = base.gaps.find((gap) => gap.scattered && gap.town === town);
    if (old !== undefined) more[ofGap.get(old)].push(...news);
    else if (scattered && news.reduce((all, i) => all + units.people[i], 0) < LEAST_PEOPLE) more[scattered.index].push(...news);
    else left.push(news);
  }
  return left;
}

// Of some units those near any of the new ones: others cannot touch them.
function nearFresh({ x, y, r }, fresh, others) {
  const reach = 2 * fresh.concat(others).reduce((most, i) => Math.max(most, r[i]), 0), cells = new Set();
  const cell = (i) => [Math.floor(x[i] / reach), Math.floor(y[i] / reach)];
  for (const i of fresh) { const [c, q] = cell(i); for (let a = -1; a <= 1; a++) for (let b = -1; b <= 1; b++) cells.add((c + a) + ':' + (q + b)); }
  return others.filter((i) => cells.has(cell(i).join(':')));
}

// What is known of a gap whose people have changed.
const UNKNOWN_THEN = { people_low: null, people_high: null, runs_share: null, route: null, route_minutes: null, route_m: null, route_straight_m: null, straight_m: null };

function reshape(given, { index, town, name, cause, cause_detail: detail, scattered, rank, chosen, nearest, minutes }, members) {
  const row = { index, town, name, cause, cause_detail: detail, scattered, rank, chosen, nearest, minutes, ...UNKNOWN_THEN, ...describe(given, members), gone: !members.length, minutes_max: null };
  return Object.assign(row, given.choices.labelOf(members), { shape: given.choices.shapeOf(scattered ? [] : members) });
}

function newGap(given, members, index) {
  const town = given.units.town[members[0]];
  const row = { index, town: town < 0 ? null : given.towns[town], name: null, cause: null, cause_detail: null, scattered: false, rank: index + 1, chosen: true, fresh: true, ...UNKNOWN_THEN, ...describe(given, members), gone: false, minutes_max: null };
  return Object.assign(row, given.choices.labelOf(members), { shape: given.choices.shapeOf(members) });
}

// Its people, the station nearest to most of them, and their weighted median of minutes.
function describe(given, members) {
  const { now, units } = given, bySlot = new Map(), weight = (i) => Math.max(units.people[i], 1e-9);
  for (const i of members) bySlot.set(now.nearest[i], (bySlot.get(now.nearest[i]) || 0) + weight(i));
  const [slot] = [...bySlot].reduce((best, one) => (one[1] > best[1] ? one : best), [-1, 0]);
  const sorted = members.filter((i) => now.minutes[i] < Infinity).sort((a, b) => now.minutes[a] - now.minutes[b]);
  let half = sorted.reduce((all, i) => all + weight(i), 0) / 2;
  const middle = sorted.find((i) => (half -= weight(i)) <= 0);
  return { ...peopleIn(given, members), nearest: slot < 0 ? null : given.stationOf(slot), minutes: middle === undefined ? null : now.minutes[middle] };
}

// Areas in doubt: those there are, and the units that are in doubt since.
function listUnknown({ base, choices, units }, members) {
  if (!members.length) return base.unknown;
  const parts = joinTouching(choices.discs, members, units.town);
  return base.unknown.concat(parts.map((part, i) => ({ index: base.unknown.length + i, town: null, name: null, reason: null, shape: choices.shapeOf(part) })));
}
