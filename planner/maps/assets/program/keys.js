// The keyboard: on the map, in lists and tabs.

import { byId, make } from './panel/elements.js';

export function listenToKeys(page) {
  const map = page.map.getContainer(), crosshair = make('div', { class: 'crosshair', 'aria-hidden': 'true' });
  map.append(crosshair);
  map.addEventListener('focus', () => {
    const { x, y } = page.camera.middle;
    crosshair.style.left = x + 'px'; crosshair.style.top = y + 'px';
  });
  map.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target !== map) return;
    event.preventDefault();
    page.openAt(page.map.containerPointToLatLng(page.camera.middle), 12, true);
    if (page.cards.popup) page.cards.takeFocus(() => map.focus({ preventScroll: true }));
  });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') page.cards.close(); });
  for (const id of ['tab-sites', 'tab-gaps', 'tab-todo', 'tab-trial', 'tab-routes', 'tab-courses']) byId(id).addEventListener('keydown', (event) => moveInList(event, byId(id)));
  byId('tabs').addEventListener('keydown', (event) => moveInTabs(event, page));
}

function moveInTabs(event, page) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const { tabs, tab } = page.state;
  page.openTab(tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]);
  event.preventDefault();
}

function moveInList(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const buttons = [...list.querySelectorAll('button.gap')];
  const next = buttons[buttons.indexOf(document.activeElement) + step];
  if (next) { next.focus(); event.preventDefault(); }
}
