// The tab of before and after: what each edit brings and takes, and who loses.

import { isKnown, residentsOf, shortNumber } from '../data/values.js';
import { make, put } from './elements.js';
import { fold, townChanges } from './folds.js';
import { gainedCell, gainedWords, lostWords, shareWithEnds, signed } from './shares.js';
import { table } from './table.js';
import { areaName, costUnit, costWords, markName, titleOf } from './wording.js';

function ledgerTable(page) {
  const { words } = page, { plan } = page.state;
  if (!plan.marks.length) return null;
  const unit = costUnit(page), priced = unit && plan.marks.some((mark) => isKnown(mark.cost));
  const losing = plan.marks.some((mark) => residentsOf(mark.lost) > 0);
  const cells = plan.marks.map((mark) => [
    make('button', { type: 'button', class: 'edit', 'data-site': mark.index, 'aria-current': page.state.open === 's' + mark.index ? 'true' : null, onclick: () => page.cards.openMark(mark),
      onpointerenter: () => page.hover('s' + mark.index), onpointerleave: () => page.hover(null) },
    make('span', { class: 'rank site' + (mark.op === 'close' ? ' closes' : '') }, mark.number),
    make('span', { class: 'edit-text' }, make('span', { class: 'edit-name' }, markName(mark, words)), make('span', { class: 'source' }, [words.term('op', mark.op), costWords(mark.cost, page) ? words.say('cost_of', { cost: costWords(mark.cost, page) }) : null].filter((part) => part).join(words.betweenFacts)))),
    gainedWords(mark, words), ...(losing ? [lostWords(mark, words)] : []),
    ...(priced ? [isKnown(mark.gained_per_cost) ? words.people(residentsOf(mark.gained_per_cost)) : words.say('not_judged')] : []),
  ]);
  const heads = ['edit', 'col_gained', ...(losing ? ['col_lost'] : []), ];
  const { cost } = plan.scenario;
  return [table(words.say('ledger_caption', { kind: words.say('people_of_' + (page.data.comparison.kind || 'residential')) }), heads.map((key) => words.say(key)).concat(priced ? words.say('col_per_cost', { unit }) : []), cells, page, 'ledger'), make('p', { class: 'how' }, words.say('ledger_how'), costWords(cost, page) ? words.say('ledger_cost', { cost: costWords(cost, page) }) : null)];
}

// One side of a row that has both: its shares, and who is newly covered for sure.
const sided = (row, when) => ({ ...row, ...Object.fromEntries(['share', 'share_low', 'share_high', 'unknown'].map((name) => [name, row[name + '_' + when]])),
  gained: row.gained - (row.gained_unknown || 0) });

// Other kinds of people and groups, in the area or town chosen.
function kindsChanges(page) {
  const { words, data } = page, { plan } = page.state, { groups } = plan.scenario;
  const kinds = data.kinds.map((kind) => {
    const before = page.state.figureBefore(kind, page.state.area), row = plan.after.coverage.find((one) => one.area === page.state.area && one.kind === kind);
    return row && before ? [words.say('kind_' + kind), before, row] : null;
  });
  const others = groups.filter((row) => row.area === page.state.area && (row.kind === data.kinds[0] || !data.kinds.includes(row.kind)))
    .map((row) => [titleOf(page, 'group', row.group), sided(row, 'before'), sided(row, 'after')]);
  const rows = kinds.filter((row) => row).concat(others).map(([name, before, after]) => [name, shareWithEnds(before, words), shareWithEnds(after, words, true),
    gainedCell(after, words), after.lost > 0 ? make('span', { class: 'less' }, signed(-after.lost, words)) : '0']);
  if (!rows.length) return null;
  return table(words.say('kinds_before_after', { place: areaName(page), minutes: shortNumber(page.state.lastCutoff) }), ['col_kind', 'now_changed', 'after_changed', 'col_gained', 'col_lost'].map((key) => words.say(key)), rows, page);
}

// Under each condition of the plan, in the area or town chosen: shares, and who is covered usually and not then.
// Caption, headings and rows; null where the plan names no conditions.
export function underConditions(page) {
  const { words, data, state } = page, kind = data.kinds[0];
  const here = (state.plan.scenario.conditions || []).filter((row) => row.area === state.area && row.kind === kind);
  if (!here.length) return null;
  const rows = here.map((row) => [titleOf(page, 'condition', row.condition), shareWithEnds(sided(row, 'before'), words), shareWithEnds(sided(row, 'after'), words, true),
    words.people(row.lost_then_before) + ' → ' + words.people(row.lost_then_after)]);
  return { caption: words.say('conditions_before_after', { place: areaName(page), kind: words.say('people_of_' + kind), minutes: shortNumber(state.lastCutoff) }),
    heads: ['col_condition', 'now_changed', 'after_changed', 'col_lost_then'].map((key) => words.say(key)), rows };
}

function conditionsChanges(page) {
  const under = underConditions(page);
  return under && table(under.caption, under.heads, under.rows, page, 'under');
}

function losersTable(page) {
  const { words, state } = page, { plan } = page.state, { losers, losers_total: total } = plan.scenario;
  const here = losers.filter((row) => state.town === null || !row.town || row.town === state.town);
  if (!here.length) return null;
  const minutes = (value) => (isKnown(value) ? words.minutes(value, page.state.lastCutoff) : words.say('gap_no_path'));
  const rows = here.map((row) => [make('span', {}, row.facility || row.town || row.area || words.say('demand_unit'), make('span', { class: 'source' }, [row.facility ? row.town : null, row.kind ? words.say('kind_' + row.kind) : null].filter((part) => part).join(' · '))),
    isKnown(row.people) ? words.people(row.people) : words.say('not_judged'),
    isKnown(row.minutes_before) || isKnown(row.minutes_after) ? minutes(row.minutes_before) + ' → ' + minutes(row.minutes_after) : words.say('not_judged')]);
  return [table(words.say('losers_caption'), ['losers_where', 'people', 'walk'].map((key) => words.say(key)), rows, page, 'wrapped'),
    total > losers.length ? make('p', { class: 'how' }, words.say('losers_more', { count: words.number(losers.length), total: words.number(total) })) : null];
}

export function renderChanges(page) {
  const { words } = page, { plan } = page.state;
  if (!page.state.comparing || !plan) return;
  const { scenario } = plan;
  const safe = scenario.additions_only ? make('p', { class: 'safe' }, words.say('nobody_loses')) : null;
  put('tab-changes',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('changes_title')), make('span', {}, words.say('gaps_count', { count: words.number(plan.marks.length) }))),
    make('div', { class: 'tables' }, safe, ledgerTable(page), townChanges(page, { losses: true }), kindsChanges(page), conditionsChanges(page)),
    make('div', { class: 'folds' },
      fold(page, 'losers', words.say('losers_title', { count: words.number(scenario.losers_total) }), losersTable(page) || []),
      scenario.warnings ? make('p', { class: 'how' }, words.say('scenario_warnings', { count: scenario.warnings })) : null));
}
