// The tabs of the panel.

import { TABS } from '../state/state.js';
import { byId, make, put } from './elements.js';

export function renderTabs(page) {
  const { words, state } = page, { tabs } = page.state;
  const bar = put('tabs', tabs.map((name) => make('button', { type: 'button', role: 'tab', id: 'to-' + name, 'aria-controls': 'tab-' + name,
    'aria-selected': String(state.tab === name), tabindex: state.tab === name ? null : '-1', onclick: () => page.openTab(name) }, words.say('tab_' + name))));
  bar.hidden = tabs.length < 2;
  bar.classList.toggle('many', tabs.length > 5);
  bar.setAttribute('aria-label', words.say('tabs'));
  for (const name of TABS) {
    const place = byId('tab-' + name);
    place.hidden = !tabs.includes(name) || state.tab !== name;
    if (tabs.length > 1) { place.setAttribute('role', 'tabpanel'); place.setAttribute('aria-labelledby', 'to-' + name); }
  }
}
