// A table of the panel, and links to towns in it.

import { make } from './elements.js';

// A row is a list of cells, or {group} for a heading over the rows below it.
export function table(caption, heads, rows, page, look) {
  const { words, data } = page;
  const note = data.synthetic ? make('span', { class: 'demo-note' }, words.say('synthetic')) : null;
  return make('div', { class: 'scroll' }, make('table', { class: look },
    make('caption', {}, caption, ' ', note),
    make('thead', {}, make('tr', {}, heads.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, rows.map((row) => (row.group
      ? make('tr', { class: 'group' }, make('th', { scope: 'rowgroup', colspan: heads.length }, row.group))
      : make('tr', {}, row.map((cell, i) => (i === 0 ? make('th', { scope: 'row' }, cell) : make('td', {}, cell)))))))));
}

export const townLink = (name, page) => (page.state.towns.includes(name)
  ? make('button', { type: 'button', class: 'link', onclick: () => page.chooseTown(name) }, name) : name);
