// The tab of data: how complete they are, what that means, and how sure the figures are.

import { areaName } from './wording.js';
import { isKnown, unique } from '../data/values.js';
import { rangesWords, standsWords } from './doubt.js';
import { make, put } from './elements.js';
import { shareWithEnds } from './shares.js';
import { table, townLink } from './table.js';

function completeRow(page) { return page.summary.completeness.towns.find((row) => row.area === page.state.area); }

// Each fact of completeness with what it means for the figures; none where nothing is missing.
function completenessFacts(row, page) {
  const { words } = page;
  const many = (value) => words.number(value);
  const fact = (shown, key, values) => (shown ? [words.say(key, values), words.say(key + '_means')] : null);
  const { known, complete } = page.summary.completeness.stated || {};
  const stated = [
    known ? words.say(known === 'everywhere' ? 'stated_everywhere' : 'stated_inside') : null,
    complete ? words.say('stated_complete') : null,
  ].filter((part) => part);
  return [
    [words.say('fact_streets', { density: row.street_km_per_km2, km: many(row.street_km) }),
      page.state.town === null || !isKnown(row.against_area) ? null : words.say('fact_streets_against', { times: row.against_area.toFixed(2) })],
    fact(row.units_no_street, 'fact_no_street', { units: many(row.units_no_street), all: many(row.units) }),
    fact(row.islands, 'fact_islands', { km: row.islands_km, count: many(row.islands) }),
    fact(row.compounds_no_gate, 'fact_no_gate', { count: many(row.compounds_no_gate), all: many(row.compounds) }),
    fact(row.gates_inferred, 'fact_inferred', { count: many(row.gates_inferred), mapped: many(row.gates_mapped || 0) }),
    fact(row.private_groups, 'fact_groups', { count: many(row.private_groups || 0) }),
    fact(row.facilities_no_hours, 'fact_no_hours', { count: many(row.facilities_no_hours), all: many(row.facilities) }),
    fact(row.facilities_no_services, 'fact_no_services', { count: many(row.facilities_no_services || 0), all: many(row.facilities) }),
    fact(stated.length, 'fact_stated', { what: stated.join(words.betweenNames) }),
  ].filter((one) => one);
}

function completeTable(page) {
  const { words, summary, state } = page;
  const rows = summary.completeness.towns.filter((row) => row.area !== 'all');
  if (state.town !== null || !rows.length) return null;
  const cells = rows.map((row) => [
    townLink(row.area, page),
    make('span', {}, isKnown(row.street_km_per_km2) ? row.street_km_per_km2.toFixed(1) : words.say('not_judged'),
      isKnown(row.against_area) ? make('span', { class: 'source' }, '×' + row.against_area.toFixed(2)) : null),
    words.number(row.units_no_street), words.number(row.compounds_no_gate),
    make('span', {}, words.number(row.gates_inferred), make('span', { class: 'source' }, words.say('of_mapped', { mapped: words.number(row.gates_mapped) }))),
    words.number(row.facilities_no_hours),
  ]);
  const heads = ['town', 'col_density', 'col_no_street', 'col_no_gate', 'col_inferred', 'col_no_hours'].map((key) => words.say(key));
  return [table(words.say('complete_caption'), heads, cells, page, 'wrapped'), make('p', { class: 'how' }, words.say('complete_how'))];
}

// Why people cannot be judged: a share of each kind by reason.
function reasonsTable(page) {
  const { words, summary, data } = page;
  const here = summary.completeness.unknown.filter((row) => row.area === page.state.area);
  if (!here.length) return null;
  const rows = unique(here.map((row) => row.reason)).map((reason) => [words.term('reason', reason), ...data.kinds.map((kind) => {
    const row = here.find((one) => one.reason === reason && one.kind === kind);
    return row ? words.share(row.share) : words.say('not_judged');
  })]);
  const heads = [words.say('unknown_why'), ...data.kinds.map((kind) => words.say('kind_' + kind))];
  return [table(words.say('reasons_caption', { place: areaName(page) }), heads, rows, page, 'wrapped'), make('p', { class: 'how' }, words.say('reasons_how'))];
}

function repeatsTable(page) {
  const { words, summary, data } = page;
  const rows = data.kinds.map((kind) => [kind, summary.range(page.state.area, kind)]).filter(([, row]) => row)
    .map(([kind, row]) => [words.say('kind_' + kind), shareWithEnds({ ...row, unknown: row.share_high > row.share_low }, words),
      words.say('range', { low: words.share(row.share_min), high: words.share(row.share_max) }), standsWords(row, page)]);
  if (!rows.length) return null;
  const heads = ['col_kind', 'col_share', 'col_repeats', 'col_stands'].map((key) => words.say(key));
  return [table(words.say('repeats_caption', { place: areaName(page), repeats: summary.uncertainty.repeats }), heads, rows, page, 'wrapped'), rangesWords(page)];
}

export function renderComplete(page) {
  const { words } = page;
  const row = completeRow(page), repeats = repeatsTable(page);
  if (!page.state.tabs.includes('data')) return;
  put('tab-data',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('complete_title', { place: areaName(page) }))),
    row ? make('ul', { class: 'facts' }, completenessFacts(row, page).map(([figure, means]) =>
      make('li', {}, make('span', { class: 'fact' }, figure), means ? make('span', { class: 'gap-why' }, means) : null))) : null,
    make('div', { class: 'tables' }, reasonsTable(page), completeTable(page), repeats));
}
