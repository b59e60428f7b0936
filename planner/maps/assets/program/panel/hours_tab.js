// The tab of hours: coverage by moment and under conditions, who has a station in office hours only, and services.

import { isKnown, shortNumber, unique } from '../data/values.js';
import { bar, make, put } from './elements.js';
import { kindSwitch } from './kind_switch.js';
import { endsOf, shareOf, shareWithEnds } from './shares.js';
import { table } from './table.js';
import { areaName, momentWords, whenWords } from './wording.js';

// One to choose: a moment, a condition, or the usual walk at any hour.
function timeItem(whom, id, page) {
  const { words, state, summary, data } = page, { moment = null, condition = null } = whom;
  const row = (kind) => summary.row(moment || condition ? whom : {}, page.state.area, kind, page.state.lastCutoff);
  const lead = row(state.gapKind);
  const others = data.kinds.filter((kind) => kind !== state.gapKind).map((kind) => [kind, row(kind)]).filter(([, one]) => one && one.people)
    .map(([kind, one]) => [words.say('kind_' + kind), shareOf(one, words), endsOf(one, words)].filter((part) => part).join(' '));
  const lost = condition && lead && lead.people ? words.say('lost_then', { people: words.persons(lead.lost) }) : null;
  const more = [lost, endsOf(lead, words), ...others].filter((part) => part);
  const chosen = (state.whom.moment || null) === moment && (state.whom.condition || null) === condition && !state.whom.group && !state.whom.profile && !state.whom.class;
  return make('li', {}, make('button', { type: 'button', class: 'moment', id,
    'aria-pressed': String(chosen), onclick: () => page.choose(() => state.chooseWhom(whom)) },
  make('span', { class: 'moment-name' }, whenWords(whom, page)), make('b', {}, shareOf(lead, words)), bar(lead),
  more.length ? make('span', { class: 'moment-more' }, more.join(' · ')) : null));
}

// People of each kind by how often they have an open station near; counted for the whole area.
function sometimesTable(page) {
  const { words, data, state } = page;
  const here = state.town === null ? data.only_sometimes.filter((row) => data.kinds.includes(row.kind)) : [];
  if (!here.length) return null;
  const share = (row, key) => (isKnown(row[key]) && row.people ? words.share(row[key] / row.people) : words.say('not_judged'));
  // Without a moment in office hours, or without one outside them, nothing is said of office hours.
  const columns = ['at_every_moment', 'at_some_moments', 'office_hours_only', 'at_no_moment']
    .filter((key) => key !== 'office_hours_only' || here.some((row) => isKnown(row[key])));
  const rows = here.map((row) => [words.say('kind_' + row.kind), ...columns.map((key) => share(row, key))]);
  const office = here.find((row) => row.kind === state.gapKind && row.office_hours_only > 0);
  return [
    office ? make('p', { class: 'lead' }, words.say('office_only', { people: words.persons(office.office_hours_only), people_of: words.say('people_of_' + office.kind) })) : null,
    table(words.say('sometimes_caption', { place: areaName(page) }), [words.say('col_kind'), ...columns.map((key) => words.say('col_' + key))], rows, page, 'wrapped'),
    make('p', { class: 'how' }, words.say('sometimes_how'))];
}

// Services are counted for the whole area, for the chosen kind.
function servicesTable(page) {
  const { words, summary, data, state } = page;
  const names = unique(summary.services.map((row) => row.service));
  if (state.town !== null || !names.length || !data.kinds.length) return null;
  const kind = state.gapKind;
  const moments = unique(summary.services.map((row) => row.moment || null));
  const rows = names.map((name) => [words.term('service', name), ...moments.map((moment) => {
    const row = summary.services.find((one) => one.service === name && (one.moment || null) === moment && one.kind === kind && (one.area || 'all') === 'all');
    return shareWithEnds(row, words);
  })]);
  const heads = [words.say('service'), ...moments.map((moment) => momentWords(moment, page))];
  return [table(words.say('services_caption', { kind: words.say('people_of_' + kind), minutes: shortNumber(page.state.lastCutoff) }), heads, rows, page, 'wrapped'),
    make('p', { class: 'how' }, words.say('services_how'))];
}

// Conditions of the plan, such as ice, below the usual walk; what a page tries goes by the usual one alone.
function conditionsList(page) {
  const { words, summary, state } = page;
  if (!summary.conditions.length || state.trying) return null;
  return [summary.moments.length || summary.services.length ? make('h3', { class: 'moments-head' }, words.say('conditions_title')) : null, make('p', { class: 'gaps-how' }, words.say('conditions_how')),
    make('ul', { class: 'moments', id: 'conditions' }, summary.moments.length ? null : timeItem({ moment: null }, 'moment-any', page),
      summary.conditions.map((name, i) => timeItem({ condition: name }, 'condition-' + i, page)))];
}

export function renderHours(page) {
  const { words, summary, state } = page;
  if (!summary.moments.length && !summary.conditions.length && !summary.services.length) return;
  const timed = summary.moments.length || summary.services.length;
  put('tab-hours',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say(timed ? 'hours_title' : 'conditions_head', { kind: words.say('people_of_' + state.gapKind) })), kindSwitch(page, 'hours')),
    timed ? make('p', { class: 'gaps-how' }, words.say('hours_how', { minutes: shortNumber(page.state.lastCutoff) })) : null,
    state.trying && state.trial.edits.length ? make('p', { class: 'gaps-how' }, make('b', {}, words.say('hours_of_today'))) : null,
    summary.moments.length ? make('ul', { class: 'moments' }, [null, ...summary.moments].map((name) => timeItem({ moment: name }, 'moment-' + (name === null ? 'any' : summary.moments.indexOf(name)), page))) : null,
    conditionsList(page),
    make('div', { class: 'tables' }, sometimesTable(page), servicesTable(page)));
}
