// Parts of the panel behind a click, and the tables that proposals and scenarios share.

import { shortNumber } from '../data/values.js';
import { make } from './elements.js';
import { gainedCell, shareWithEnds, signed } from './shares.js';
import { table, townLink } from './table.js';
import { whoWords } from './wording.js';

// A part of the panel behind a click; it stays as it was when the panel is written anew.
export function fold(page, name, title, ...content) {
  const inside = content.flat().filter((part) => part);
  if (!inside.length) return null;
  const { folds } = page.state;
  return make('details', { class: 'fold', id: 'fold-' + name, open: folds.has(name),
    ontoggle: (event) => { if (event.target.open) folds.add(name); else folds.delete(name); } },
  make('summary', { id: 'fold-title-' + name }, title), inside);
}

// Shares before and after by town, with who gains and who loses there.
export function townChanges(page, { losses }) {
  const { words, data, state } = page, { towns, plan, whom } = page.state, kind = whom.group ? null : data.kinds[0];
  if (!data.kinds.length || state.town !== null || towns.length < 2) return null;
  const rows = towns.map((town) => [town, page.state.figureBefore(kind, town), plan.after.coverage.find((row) => row.area === town && row.kind === kind)])
    .filter(([, , row]) => row)
    .map(([town, before, row]) => [townLink(town, page), shareWithEnds(before, words), shareWithEnds(row, words, true), gainedCell(row, words),
      ...(losses ? [row.lost > 0 ? make('span', { class: 'less' }, signed(-row.lost, words)) : '0'] : [])]);
  const heads = ['town', page.state.proposing ? 'now_built' : 'now_changed', page.state.proposing ? 'after_built' : 'after_changed', 'col_gained', ...(losses ? ['col_lost'] : [])];
  return table(words.say('towns_before_after', { minutes: shortNumber(page.state.lastCutoff), kind: whom.group ? whoWords(whom, page) : words.say('people_of_' + kind) }), heads.map((key) => words.say(key)), rows, page);
}

export function reasonsList(reasons, words) {
  const lines = (reasons && (reasons[words.language] || reasons[words.other])) || [];
  return lines.length ? make('ul', { class: 'reasons', 'aria-label': words.say('reasons') }, lines.map((text) => make('li', {}, text))) : null;
}
