// Which of the three views is shown: today, the proposal, scenarios beside today; in the latter two also now or then.

import { byId, make, put, select } from './elements.js';

export function renderViews(page) {
  const { words, state } = page;
  const bar = put('views', state.views.map((view) => make('button', { type: 'button', id: 'view-' + view, 'aria-pressed': String(state.view === view),
    onclick: () => page.choose(() => state.chooseView(view)) }, words.say('view_' + view))));
  bar.hidden = state.views.length < 2;
  bar.setAttribute('aria-label', words.say('views'));
}

// The switch between now and once built: for the figures, the list of gaps and the map alike.
export function renderSwitch(page) {
  const { words, state, scene } = page, { plan } = state;
  const place = byId('then');
  // What is tried has the switch above its own list.
  place.hidden = !plan || (state.trying && (!state.trial.edits.length || state.tab === 'trial'));
  if (place.hidden) { put('then'); return; }
  const several = state.comparing && scene.scenarios.length > 1;
  put('then', several ? select('scenario', words.say('scenario'), scene.scenarios.map((one, i) => [String(i), one.name || words.say('scenario_unnamed')]),
    String(state.planPlace), (value) => page.choose(() => state.choosePlan(Number(value))))
    : plan.name ? make('p', { class: 'scenario-name' }, plan.name) : null,
  thenSwitch(page));
}

export function thenSwitch(page) {
  const { words, state } = page, kind = state.proposing ? 'built' : 'changed';
  const choice = (after, key) => make('button', { type: 'button', id: after ? 'then-after' : 'then-now', 'aria-pressed': String(state.shownAfter === after),
    onclick: () => page.choose(() => state.switchAfter(after)) }, words.say(key));
  return make('div', { class: 'segments then-switch', role: 'group', 'aria-label': words.say('then_' + kind) }, choice(false, 'now_' + kind), choice(true, 'after_' + kind));
}
