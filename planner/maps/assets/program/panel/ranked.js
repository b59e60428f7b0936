// A row of a ranked list.

import { make } from './elements.js';

// A row of a ranked list: a button that opens the card of `key`, with number, name, why and people.
export function rankedItem(key, { of, id = key.slice(1), look = '', rank, name, why, people, onclick }, page) {
  return make('li', {}, make('button', {
    type: 'button', class: 'gap' + look, ['data-' + of]: id, 'aria-current': page.state.open === key ? 'true' : null,
    onclick, onpointerenter: () => page.hover(key), onpointerleave: () => page.hover(null),
  },
  make('span', { class: 'rank' + look }, rank),
  make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, name), make('span', { class: 'gap-why' }, why)),
  make('span', { class: 'gap-people' }, people)));
}
