// The bar on the map while something is in hand: what to do next, and the ways out of it.

import { byId, make, put } from './elements.js';
import { changeWords } from './trial_words.js';

const sums = (counts) => Object.fromEntries(Object.entries(counts || {}).map(([kind, row]) => [kind, row.all]));

export function renderBar(page) {
  const { words, state } = page, { trial } = state, { tool, dragged } = trial, bar = byId('trial-bar');
  bar.hidden = !state.trying || !(tool || dragged);
  document.body.classList.toggle('in-hand', !bar.hidden);
  if (bar.hidden) { put('trial-bar'); return; }
  const said = trial.fault ? make('span', { class: 'trial-fault' }, trial.fault)
    : dragged ? make('b', {}, (trial.preview && changeWords({ gained_by_kind: sums(trial.change.gained), lost_by_kind: sums(trial.change.lost) }, page)) || words.say(trial.preview ? 'trial_nobody' : 'trial_dragging'))
      : words.say('trial_hint_' + tool.name);
  const button = (id, key, onclick, look = '') => make('button', { type: 'button', id, class: look, onclick }, words.say(key));
  const drawing = tool && tool.name === 'path', full = drawing && trial.draft.length > 1;
  put('trial-bar', make('p', {}, said),
    tool ? make('div', { class: 'trial-ways' },
      button('trial-centre', drawing ? 'trial_centre_corner' : 'trial_centre', () => page.trying.click(page.map.containerPointToLatLng(page.camera.middle), false)),
      drawing && trial.draft.length ? button('trial-back', 'trial_back', () => page.trying.dropCorner()) : null,
      full ? button('trial-done', 'trial_done', () => page.trying.endPath(), 'strong') : null,
      button('trial-cancel', 'trial_cancel', () => page.trying.leave())) : null);
}
