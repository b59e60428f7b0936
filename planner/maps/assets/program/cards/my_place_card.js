// The card "my place": the nearest station and the minutes to it, what else is in reach, verdict and why, when stations open.

import { hoursWords } from '../data/hours.js';
import { nearestStation, reachOf, sumUnits } from '../data/my_place.js';
import { COVERED, GAP, KINDS, VERDICTS, isKnown, shortNumber } from '../data/values.js';
import { streetTrial } from './trial_cards.js';
import { isInside } from '../map/finder.js';
import { factList, linkTo, make } from '../panel/elements.js';
import { compoundName, gapName, markName, momentWords, stationLink, stationName, whoWords } from '../panel/wording.js';

// A place is {x, y, name, kind, town, units, inside, street, gap, compound, committee}: see `Places`.
export function placeCard(place, page) {
  const { words } = page;
  const title = place.name || (place.compound && place.compound.name) || (place.street ? words.say('place_on', { street: place.street }) : words.say('place_here'));
  const about = [place.kind ? words.say('place_' + place.kind) : null, place.town].filter((text) => text).join(words.betweenFacts);
  const body = !place.inside ? [make('p', { class: 'how' }, words.say('place_outside'))] : place.units.length ? homes(place, page) : noHomes(place, page);
  return [make('h3', {}, title), about ? make('p', { class: 'how place-about' }, about) : null, ...body, place.street ? streetTrial(place, page) : null];
}

function noHomes(place, page) {
  const { words, scene } = page, station = nearestStation(scene.facilities, place.x, place.y);
  return [
    make('p', { class: 'how' }, words.say('place_no_homes')),
    factList([
      [words.say('place_straight_to'), stationLink(station, page)],
      [words.say('place_straight'), station ? words.say('place_straight_to_value', { metres: words.metres(metresTo(place, station, page)) }) : null],
      [words.say('place_hours'), station ? hoursOf(station, page) : null],
      ...ownStation(place, page),
    ]),
  ];
}

const metresTo = (from, to, page) => Math.hypot(from.x - to.x, from.y - to.y) * page.scene.plane.metres;

export const hoursOf = (station, page) => hoursWords(station.hours, page.words) || page.words.say('place_hours_none');

function homes(place, page) {
  const { words, scene, state } = page, { demand } = scene, found = sumUnits(demand, place.units, state.verdict);
  const reached = reachOf(demand, found.lead), station = reached && isKnown(reached.near) ? scene.facilities[reached.near] : null;
  const lead = { x: demand.xy[2 * found.lead], y: demand.xy[2 * found.lead + 1] };
  const several = found.low !== found.high || found.byVerdict.size > 1 || (found.unreached > 0 && found.low !== null);
  if (state.changed && state.changed.minutes) return [factList(triedRows(place, page)), make('p', { class: 'how' }, words.say('trial_place'))];
  // Walks were worked out for the plan's own people at any hour: of another choice only the verdict is known.
  if (state.choice) return [factList([[words.say('verdict'), verdictWords(found, words)], [words.say('place_people'), peopleWords(found, words)], ...placedIn(place, page)])];
  const { whom } = state;
  return [
    factList([
      [words.say('verdict'), verdictWords(found, words)],
      ...changedAt(lead, page),
      [words.say('walk'), walkWords(found, state.lastCutoff, words)],
      [words.say('place_why'), whyWords(found, reached, state.lastCutoff, words)],
      [words.say('nearest'), stationLink(station, page)],
      [words.say('place_hours'), station ? hoursOf(station, page) : null],
      [words.say('place_straight'), station ? words.say('place_straight_value', { metres: words.metres(metresTo(lead, station, page)) }) : null],
      [words.say('place_people'), peopleWords(found, words)],
      ...(place.units.length === 1 ? moreOfUnit(place.units[0], page) : []),
      ...placedIn(place, page),
      ...ownStation(place, page),
    ]),
    several ? make('p', { class: 'how' }, words.say('place_lead')) : null,
    place.kind === 'street' ? make('p', { class: 'how' }, words.say('place_street_middle')) : null,
    ...(reached ? stationsList(reached, station, page) : []),
    whom.profile || whom.group || state.when ? make('p', { class: 'how' }, words.say('place_as_plan', { who: whoWords({}, page) })) : null,
  ];
}

// With the edits that are tried.
function triedRows(place, page) {
  const { words, scene, state } = page, { minutes, stations, verdict } = state.changed, found = sumUnits({ ...scene.demand, minutes }, place.units, verdict);
  const station = stations(found.lead);
  return [
    [words.say('verdict'), verdictWords(found, words)], [words.say('walk'), walkWords(found, state.lastCutoff, words)],
    [words.say('nearest'), typeof station === 'string' ? station : stationLink(station, page)],
    [words.say('place_people'), peopleWords(found, words)], ...placedIn(place, page),
  ];
}

// What becomes of the people there once sites are built or a scenario is carried out: walks are those of today.
function changedAt(lead, page) {
  const { words, state } = page, { plan, changed } = state;
  if (!changed) return [];
  const at = (rows) => rows.find((row) => isInside(row, lead.x, lead.y)), gained = at(changed.gained), lost = at(changed.lost), row = lost || gained;
  const mark = row && row.site !== null ? plan.marks[row.site] : null;
  const what = words.say(lost ? 'no_longer_covered' : gained ? 'newly_covered' : 'place_unchanged');
  return [[words.say(state.proposing ? 'after_built' : 'after_changed'), mark ? linkTo(mark, what + ' · ' + mark.number + ' ' + markName(mark, words), (one) => page.cards.openMark(one)) : what]];
}

// The gap and the compound that the place lies in.
function placedIn(place, page) {
  const { words } = page;
  return [
    [words.say('place_gap_of'), linkTo(place.gap, place.gap ? gapName(place.gap, words) : '', (gap) => page.cards.openGap(gap))],
    [words.say('place_compound'), linkTo(place.compound, place.compound ? compoundName(place.compound, words) : '', (one) => page.cards.openCompound(one))],
  ];
}

function verdictWords({ byVerdict }, words) {
  const codes = [...byVerdict.keys()].filter((code) => code >= 0).sort();
  const of = (code) => words.say('verdict_' + VERDICTS[code]);
  if (codes.length < 2) return codes.length ? of(codes[0]) : null;
  return words.say('place_verdict_mixed', { parts: codes.map((code) => words.say('place_verdict_part', { verdict: of(code), people: words.persons(byVerdict.get(code)) })).join(words.betweenNames) });
}

function walkWords({ low, high, unreached }, cutoff, words) {
  if (low === null) return words.say('gap_no_path');
  const least = words.minutes(low, cutoff), most = words.minutes(high, cutoff);
  return (least === most ? least : words.say('place_minutes_range', { low: least, high: most })) + (unreached ? words.say('place_some_no_path') : '');
}

// Why the verdict is as it is, in plain words.
function whyWords({ byVerdict, low }, reached, cutoff, words) {
  const minutes = shortNumber(cutoff);
  if (byVerdict.has(COVERED)) return words.say(byVerdict.size > 1 ? 'place_why_covered_mixed' : 'place_why_covered', { minutes });
  if (byVerdict.has(GAP)) return words.say(low === null ? 'place_why_no_path' : 'place_why_gap', { minutes });
  if (!reached || !reached.why) return words.say('reason_');
  return words.has('reason_long_' + reached.why) ? words.say('reason_long_' + reached.why) : words.term('reason', reached.why);
}

const peopleWords = ({ byKind }, words) => [...byKind].sort().filter(([, people]) => people > 0)
  .map(([kind, people]) => words.say('kind_' + (KINDS[kind] || 'all')) + ' ' + words.persons(people)).join(words.betweenNames) || null;

// The stations within the last cutoff, nearest first, each with its hours.
function stationsList({ reach, within }, near, page) {
  const { words, scene, state } = page, heading = make('p', { class: 'how' }, words.say('place_within', { minutes: shortNumber(state.lastCutoff) }) + (within ? ' · ' + words.number(within) : ' · ' + words.say('place_within_none')));
  if (!reach.length) return [heading];
  const rows = reach.map((place) => scene.facilities[place]).map((station) => make('li', {}, linkTo(station, stationName(station, words), (one) => page.cards.openFacility(one)),
    station === near ? null : make('span', { class: 'source' }, hoursOf(station, page))));
  const more = within - reach.length;
  return [heading, make('ul', { class: 'within' }, rows, more > 0 ? make('li', { class: 'how' }, words.say('place_within_more', { count: words.number(more) })) : null)];
}

// How sure the verdict of a unit is, and when it is covered.
function moreOfUnit(unit, page) {
  const { words, scene, summary } = page, { only_at: onlyAt, only, sure } = scene.demand, { repeats } = summary.uncertainty;
  return [
    [words.say('repeated'), repeats && sure && isKnown(sure[unit]) ? words.say('covered_in', { times: Math.round((sure[unit] / 100) * repeats), repeats }) : null],
    [words.say('only_at'), onlyAt ? onlyAtWords(only[onlyAt[unit]], page) : null],
  ];
}

function onlyAtWords(moments, page) {
  if (!page.summary.moments.length) return null;
  const names = (moments || '').split(';').filter((name) => name);
  if (names.length === page.summary.moments.length) return page.words.say('at_all_moments');
  return names.map((name) => momentWords(name, page)).join(page.words.betweenNames) || page.words.say('at_no_moment');
}

function ownStation({ committee }, page) {
  if (!committee || committee.own === null) return [];
  const { words, scene, state } = page;
  return [[words.say('place_own'), stationLink(scene.facilities[committee.own], page)],
    [words.say('place_own_minutes'), committee.minutes_own === null ? null : words.minutes(committee.minutes_own, state.lastCutoff)]];
}
