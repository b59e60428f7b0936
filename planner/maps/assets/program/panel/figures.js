// The tables of figures below the list of gaps: they open by a click.

import { isKnown, shortNumber } from '../data/values.js';
import { byId, make, put, writeFor } from './elements.js';
import { checksTable, committeesTable, domainsTable } from './rules.js';
import { onFoot } from './sentence.js';
import { shareWithEnds } from './shares.js';
import { table, townLink } from './table.js';
import { areaName, classWords, whenWords, whoWords } from './wording.js';

function coverageTable(page) {
  const { words, state, data } = page;
  const kinds = state.whom.group || state.whom.class ? state.kinds : data.kinds.concat(data.kinds.length > 1 ? ['all'] : []);
  const rows = kinds.map((kind) => [kind, state.figure(kind)])
    .filter(([, row]) => row)
    .map(([kind, row]) => [state.whom.group ? whoWords(state.whom, page) : words.say('kind_' + kind), words.people(row.covered), words.people(row.gap), words.people(row.unknown),
      isKnown(row.share) ? shareWithEnds(row, words) : words.say('no_share')]);
  const heads = ['col_kind', 'col_covered', 'col_gap', 'col_unknown', 'col_share'].map((key) => words.say(key));
  return table(words.say(onFoot(page) ? 'table_caption' : 'table_caption_any', { place: areaName(page), minutes: shortNumber(state.cutoff) }) + whomSuffix(page), heads, rows, page);
}

// The end of a caption: which people, moment or condition a table counts, where that was chosen.
function whomSuffix(page) {
  const { whom } = page.state;
  const who = whom.group || whom.profile ? whoWords(whom, page) : null, when = page.state.when ? whenWords(whom, page) : null;
  return [who, whom.class ? classWords(whom.class, page) : null, when].filter((text) => text).map((text) => ' · ' + text).join('');
}

// A row for each class of housing; of a kind, as kinds are never added up. Its name chooses it.
function classesTable(page) {
  const { words, state, summary } = page, { group, profile } = state.whom, kind = state.gapKind;
  if (!summary.classes.length || group || profile || state.when || state.changed) return null;
  const rows = summary.classes.map((key) => [key, summary.row({ class: key }, state.area, kind, state.cutoff)]).filter(([, row]) => row)
    .map(([key, row]) => [state.trying ? classWords(key, page) : make('button', { type: 'button', class: 'link', onclick: () => page.choose(() => state.chooseWhom({ class: key })) }, classWords(key, page)),
      words.people(row.covered), words.people(row.gap), words.people(row.unknown), shareWithEnds(row, words)]);
  const heads = ['classes', 'col_covered', 'col_gap', 'col_unknown', 'col_share'].map((key) => words.say(key));
  return rows.length ? table(words.say('classes_caption', { place: areaName(page), minutes: shortNumber(state.cutoff), kind: words.say('kind_' + kind) }), heads, rows, page) : null;
}

// A row for each town with its shares; below each share its range over the repeats.
function townsTable(page) {
  const { words, state, summary } = page;
  if (state.town !== null || state.towns.length < 2 || !state.kinds.length) return null;
  const cell = (town, kind) => {
    const row = state.figure(kind, town), range = state.asPlanned ? summary.range(town, kind) : null;
    const made = shareWithEnds(row, words);
    if (range) made.append(make('span', { class: 'source' }, words.say('over_repeats', { low: words.share(range.share_min), high: words.share(range.share_max) })));
    return made;
  };
  const rows = state.towns.map((town) => [townLink(town, page), ...state.kinds.map((kind) => cell(town, kind))]);
  const heads = [words.say('town'), ...state.kinds.map((kind) => (state.whom.group ? whoWords(state.whom, page) : words.say('kind_' + kind)))];
  const repeats = state.asPlanned && state.towns.some((town) => summary.range(town, state.kinds[0]));
  return [table(words.say(onFoot(page) ? 'towns_caption' : 'towns_caption_any', { minutes: shortNumber(state.cutoff) }) + whomSuffix(page), heads, rows, page),
    repeats ? make('p', { class: 'how' }, words.say('towns_repeats', { repeats: summary.uncertainty.repeats })) : null];
}

// They are written once they are open, or `opening`.
export function renderTables(page, { opening = false } = {}) {
  const { words, state } = page, open = byId('figures').open || opening;
  writeFor('tables', [words.language, open, open ? state.figuresRestOn : null], () => writeTables(page, open));
}

function writeTables(page, open) {
  const { words, data } = page;
  put('figures-title', words.say('figures'));
  if (!open) { put('tables'); return; }
  put('tables',
    data.kinds.length ? coverageTable(page) : null, make('p', { class: 'how' }, words.say('how')), classesTable(page), townsTable(page), checksTable(page),
    domainsTable(page), committeesTable(page),
    data.warnings ? make('p', { class: 'how' }, words.say('warnings', { count: data.warnings })) : null);
}
