// Parts of the panel behind a click, and the tables that proposals and scenarios share.

import { shortNumber } from '../data/values.js';
import { byId, make, put, select } from './elements.js';
import { gainedCell, shareWithEnds, signed } from './shares.js';
import { table, townLink } from './table.js';

// A part of the panel behind a click; it stays as it was when the panel is written anew.
export function fold(page, name, title, ...content) {
  const inside = content.flat().filter((part) => part);
  if (!inside.length) return null;
  const { folds } = page.state;
  return make('details', { class: 'fold', id: 'fold-' + name, open: folds.has(name) || page.state.printing,
    ontoggle: (event) => { if (page.state.printing) return; if (event.target.open) folds.add(name); else folds.delete(name); } },
  make('summary', { id: 'fold-title-' + name }, title), inside);
}

// Shares before and after by town, with who gains and who loses there.
export function townChanges(page, { losses }) {
  const { words, data, state } = page, { towns, plan } = page.state, kind = data.kinds[0];
  if (!kind || state.town !== null || towns.length < 2) return null;
  const rows = towns.map((town) => [town, page.state.figureBefore(kind, town), plan.after.coverage.find((row) => row.area === town && row.kind === kind)])
    .filter(([, , row]) => row)
    .map(([town, before, row]) => [townLink(town, page), shareWithEnds(before, words), shareWithEnds(row, words, true), gainedCell(row, words),
      ...(losses ? [row.lost > 0 ? make('span', { class: 'less' }, signed(-row.lost, words)) : '0'] : [])]);
  const heads = ['town', data.proposal ? 'now_built' : 'now_changed', data.proposal ? 'after_built' : 'after_changed', 'col_gained', ...(losses ? ['col_lost'] : [])];
  return table(words.say('towns_before_after', { minutes: shortNumber(page.state.lastCutoff), kind: words.say('people_of_' + kind) }), heads.map((key) => words.say(key)), rows, page);
}

export function reasonsList(reasons, words) {
  const lines = (reasons && (reasons[words.language] || reasons[words.other])) || [];
  return lines.length ? make('ul', { class: 'reasons', 'aria-label': words.say('reasons') }, lines.map((text) => make('li', {}, text))) : null;
}

// The switch between now and once built: for the figures, the list of gaps and the map alike.
export function renderSwitch(page) {
  const { words, state, data } = page, { plans } = page.scene;
  const place = byId('then');
  place.hidden = !plans.length;
  if (!plans.length) return;
  const kind = data.proposal ? 'built' : 'changed';
  const choice = (after, key) => make('button', { type: 'button', id: after ? 'then-after' : 'then-now', 'aria-pressed': String(page.state.shownAfter === after),
    onclick: () => page.choose(() => state.switchAfter(after)) }, words.say(key));
  put('then', plans.length > 1 ? select('scenario', words.say('scenario'), plans.map((plan, i) => [String(i), plan.name || words.say('scenario_unnamed')]),
    String(state.planPlace), (value) => page.choose(() => state.choosePlan(Number(value))))
    : plans[0].name ? make('p', { class: 'scenario-name' }, plans[0].name) : null,
  make('div', { class: 'segments', role: 'group', 'aria-label': words.say('then_' + kind) }, choice(false, 'now_' + kind), choice(true, 'after_' + kind)));
}
