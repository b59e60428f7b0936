// The cards that open on the map. Every text of the data enters as text, never as markup.

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

const SURE_SHARE = 0.8;

function factList(rows) {
  const list = make('dl', {});
  for (const [term, value] of rows) {
    if (value === null || value === undefined || value === '') continue;
    list.append(make('dt', {}, term), make('dd', {}, value));
  }
  return list;
}

const countsOf = (row, words) => KINDS.map((kind) => [kind, row['people_' + kind]])
  .filter(([, people]) => people !== null && people !== undefined && people > 0)
  .map(([kind, people]) => [words.say('kind_' + kind), words.persons(people)]);

const stationName = (station, words) => station.name || words.say('facility_unnamed');

// A button that opens a card; null where there is nothing to open.
const linkTo = (target, text, open) => (target ? make('button', { type: 'button', class: 'link', onclick: () => open(target) }, text) : null);
const stationLink = (station, page) => (station ? linkTo(station, stationName(station, page.words), (one) => page.openFacility(one)) : null);

function gapName(gap, words) {
  if (gap.scattered) return gap.town ? words.say('scattered_in', { town: gap.town }) : words.say('scattered');
  return gap.name || words.say('gap_unnamed');
}

function causeWords(gap, words) {
  const cause = words.term('cause', gap.cause);
  return gap.cause_detail ? words.say('cause_detail', { cause, detail: words.term('barrier', gap.cause_detail) }) : cause;
}

// What a cause means, in a sentence: which barrier, which wall.
function causeLong(gap, words) {
  const key = 'cause_long_' + gap.cause, name = gap.cause_detail;
  const named = gap.cause === 'wall' ? words.say('wall_of', { name }) : words.term('barrier', name);
  const detail = name ? named : words.say('cause_some_' + gap.cause);
  return words.has(key) ? make('p', { class: 'how' }, words.say(key, { detail })) : null;
}

// In how many repeats a gap is still a gap.
function standsTimes(gap, page) {
  const { repeats } = page.summary.uncertainty;
  return repeats && isKnown(gap.runs_share) ? { times: Math.round(gap.runs_share * repeats), repeats } : null;
}

function unsureWords(gap, page) {
  const stands = standsTimes(gap, page);
  return stands && gap.runs_share < SURE_SHARE ? page.words.say('gap_unsure', stands) : null;
}

function walkWords(gap, cutoff, words) {
  if (gap.minutes === null) return words.say('gap_no_path');
  const minutes = words.minutes(gap.minutes, cutoff);
  const most = gap.minutes_max ? words.minutes(gap.minutes_max, cutoff) : minutes;
  return most === minutes ? minutes : words.say('walk_to', { minutes, most });
}

function routeWords(gap, page) {
  const { words, scene, lastCutoff: cutoff } = page;
  if (gap.route_minutes === null || gap.route_minutes === undefined) return null;
  // Of a large gap the most populous spot may be nearer to another station than most people are.
  const other = gap.route_to !== null && gap.route_to !== gap.nearest ? scene.facilities[gap.route_to] : null;
  return words.say(other ? 'route_value_to' : 'route_value', {
    station: other && stationName(other, words),
    minutes: words.minutes(gap.route_minutes, cutoff), metres: words.metres(gap.route_m), straight: words.metres(gap.route_straight_m),
  });
}

function repeatedWords(gap, page) {
  const { words } = page, stands = standsTimes(gap, page);
  if (!stands) return null;
  const same = !isKnown(gap.people_low) || words.people(gap.people_low) === words.people(gap.people_high);
  const left = isKnown(gap.people_low) ? words.say(same ? 'left_same' : 'left_range', { low: words.people(gap.people_low), high: words.people(gap.people_high) }) : '';
  return words.say(stands.times === stands.repeats ? 'stands_always' : 'stands_in', stands) + left;
}

function gapCard(gap, page) {
  const { words, scene } = page;
  const near = gap.nearest === null ? null : scene.facilities[gap.nearest];
  return [
    make('h3', {}, make('span', { class: 'rank' }, gap.rank), gapName(gap, words)),
    factList([
      ...countsOf(gap, words),
      [words.say('nearest'), stationLink(near, page)],
      [words.say('walk'), walkWords(gap, page.lastCutoff, words)],
      [words.say('route'), routeWords(gap, page)],
      [words.say('straight'), gap.straight_m && !gap.route ? words.say('metres', { metres: words.metres(gap.straight_m) }) : null],
      [words.say('cause'), causeWords(gap, words)],
      [words.say('repeated'), repeatedWords(gap, page)],
      [words.say('town'), gap.town],
    ]),
    causeLong(gap, words),
  ];
}

function facilityCard(sign, page) {
  const { words } = page;
  const notes = [];
  if (!sign.joined) notes.push(words.say(sign.reason === 'island' ? 'on_island_long' : 'not_joined_long'));
  if (sign.approximate) notes.push(words.say('approximate_long'));
  if (sign.in_ring) notes.push(words.say('in_ring_long'));
  const about = [
    [words.say('level'), sign.level ? words.term('level', sign.level) : null],
    [words.say('domain'), sign.domain ? words.term('domain', sign.domain) : null],
    [words.say('status'), sign.status && sign.status !== 'open' ? words.term('status', sign.status) : null],
  ];
  const counts = sign.people.filter(({ counts }) => counts.some((value) => value !== null));
  const table = counts.length ? make('table', {},
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, words.say('people')),
      ['people_nearest', 'people_in_reach', 'people_only_here'].map((key) =>
        make('th', { scope: 'col', title: key === 'people_only_here' ? words.say('only_here_long') : null }, words.say(key))))),
    make('tbody', {}, counts.map(({ kind, counts: row }) =>
      make('tr', {}, make('th', { scope: 'row' }, words.say('kind_' + kind)), row.map((value) => make('td', {}, words.people(value))))))) : null;
  return [
    make('h3', {}, stationName(sign, words)), factList(about),
    notes.map((note) => make('p', { class: 'note' }, note)), table,
  ];
}

function unknownCard(area, page) {
  const { words } = page;
  return [
    make('h3', {}, words.say('unknown_area')),
    factList([
      ...countsOf(area, words),
      [words.say('unknown_why'), words.term('reason', area.reason)],
      [words.say('town'), area.town],
    ]),
    words.has('reason_long_' + area.reason) ? make('p', { class: 'how' }, words.say('reason_long_' + area.reason)) : null,
  ];
}

function onlyAtWords(moments, page) {
  if (!page.summary.moments.length) return null;
  const names = (moments || '').split(';').filter((name) => name);
  if (names.length === page.summary.moments.length) return page.words.say('at_all_moments');
  return names.map((name) => momentWords(name, page)).join(page.words.betweenNames) || page.words.say('at_no_moment');
}

function unitCard(index, page) {
  const { words, scene } = page;
  const { kind, verdict, people, minutes, only_at: onlyAt, only, sure } = scene.demand, { repeats } = page.summary.uncertainty;
  const verdicts = ['covered', 'gap', 'unknown'];
  return [
    make('h3', {}, words.say('demand_unit')),
    factList([
      [words.say('kind_' + (KINDS[kind[index]] || 'all')), words.persons(people[index])],
      [words.say('verdict'), words.say('verdict_' + verdicts[verdict[index]])],
      [words.say('walk'), minutes[index] === null ? words.say('gap_no_path') : words.minutes(minutes[index], page.lastCutoff)],
      [words.say('repeated'), repeats && sure && isKnown(sure[index]) ? words.say('covered_in', { times: Math.round((sure[index] / 100) * repeats), repeats }) : null],
      [words.say('only_at'), onlyAt ? onlyAtWords(only[onlyAt[index]], page) : null],
    ]),
  ];
}
