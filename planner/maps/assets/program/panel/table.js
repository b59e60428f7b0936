// A table of the panel, and links to towns in it.

import { plainCell } from '../data/csv.js';
import { make } from './elements.js';

// The texts of an element, those that stand below each other with a blank between them.
const textsOf = (node) => (node.childNodes.length ? [...node.childNodes].map(textsOf).join(' ') : node.textContent);

// What its cells say.
export const tableRows = (shown) => [...shown.rows].map((row) => [...row.cells].map((one) => plainCell(textsOf(one))));

// A row is a list of cells, or {group} for a heading over the rows below it.
export function table(caption, heads, rows, page, look) {
  const { words, data } = page;
  const note = data.synthetic ? make('span', { class: 'demo-note' }, words.say('synthetic')) : null;
  const made = make('table', { class: look },
    make('caption', {}, caption, ' ', note),
    make('thead', {}, make('tr', {}, heads.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, rows.map((row) => (row.group
      ? make('tr', { class: 'group' }, make('th', { scope: 'rowgroup', colspan: heads.length }, row.group))
      : make('tr', {}, row.map((cell, i) => (i === 0 ? make('th', { scope: 'row' }, cell) : make('td', {}, cell))))))));
  const save = make('button', { type: 'button', class: 'csv', title: words.say('save_table'), onclick: () => page.share.saveTable(tableRows(made), caption) }, 'CSV', make('span', { class: 'sr' }, ' ' + caption));
  return make('div', { class: 'scroll' }, save, made);
}

export const townLink = (name, page) => (page.state.towns.includes(name)
  ? make('button', { type: 'button', class: 'link', onclick: () => page.chooseTown(name) }, name) : name);
