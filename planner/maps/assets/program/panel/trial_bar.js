// The bar on the map while something is in hand: what to do next, and the ways out of it.

import { byId, make, put } from './elements.js';
import { NARROW } from './media.js';
import { effectWords, sinceTodayWords, trialName } from './trial_words.js';

export function renderBar(page) {
  const bar = byId('trial-bar'), active = document.activeElement, held = bar.contains(active) ? active.id : null;
  writeBar(page, bar);
  if (held === null) return;
  // The focus stays in the bar, or goes on to the list that its last button has changed.
  const next = document.getElementById(held) || bar.querySelector('button') || byId('trial-list');
  /** @type {HTMLElement} */ (next).focus({ preventScroll: true });
}

function writeBar(page, bar) {
  const { words, state } = page, { trial } = state, { tool, dragged } = trial;
  const told = NARROW.matches && !tool && !dragged && (trial.told || trial.fault); // the list lies below the map's edge
  bar.hidden = !state.trying || !(tool || dragged || told);
  document.body.classList.toggle('in-hand', !bar.hidden);
  if (bar.hidden) { put('trial-bar'); return; }
  if (told) { put('trial-bar', toldParts(page)); return; }
  const said = trial.fault ? make('span', { class: 'trial-fault' }, trial.fault)
    : dragged ? make('b', {}, (trial.preview && sinceTodayWords(page)) || words.say(trial.preview ? 'trial_nobody' : 'trial_dragging'))
      : words.say('trial_hint_' + tool.name);
  const button = (id, key, onclick, look = '') => make('button', { type: 'button', id, class: look, onclick }, words.say(key));
  const drawing = tool && tool.name === 'path', full = drawing && trial.draft.length > 1;
  put('trial-bar', make('p', {}, said),
    tool ? make('div', { class: 'trial-ways' },
      button('trial-centre', drawing ? 'trial_centre_corner' : 'trial_centre', () => page.trying.click(page.map.containerPointToLatLng(page.camera.middle), true)),
      drawing && trial.draft.length ? button('trial-back', 'trial_back', () => page.trying.dropCorner()) : null,
      full ? button('trial-done', 'trial_done', () => page.trying.endPath(), 'strong') : null,
      button('trial-cancel', 'trial_cancel', () => page.trying.leave())) : null);
}

// On a phone: what the last edit brought, and what can be done about it.
function toldParts(page) {
  const { words, state } = page, { trial, plan: { marks } } = state, mark = marks[marks.length - 1];
  const button = (id, key, onclick, look = '') => make('button', { type: 'button', id, class: look, onclick }, words.say(key));
  const said = trial.fault ? make('span', { class: 'trial-fault' }, trial.fault)
    : mark ? [trialName(mark, page), make('br', {}), make('b', {}, effectWords(mark, page)), ...mark.warnings.map((text) => make('span', { class: 'source' }, text))] : words.say('trial_none');
  return [make('p', {}, said), make('div', { class: 'trial-ways' }, trial.counts.undo && !trial.fault ? button('trial-back', 'trial_undo', () => page.trying.undo()) : null,
    button('trial-list-button', 'trial_list', () => page.trying.showList(), 'strong'))];
}
