// The switch between residents, workers and visitors above a list: list, outlines and numbers follow it. A group is of
// one kind only, so that there is nothing to switch.

import { make } from './elements.js';

export function kindSwitch(page, list) {
  const { words, state } = page;
  if (state.whom.group || state.kinds.length < 2) return null;
  return make('div', { class: 'segments kinds', role: 'group', 'aria-label': words.say('rank_by') },
    state.kinds.map((kind) => make('button', { type: 'button', id: list + '-by-' + kind, 'aria-pressed': String(state.gapKind === kind),
      onclick: () => page.choose(() => state.chooseKind(kind)) }, words.say('count_' + kind))));
}
