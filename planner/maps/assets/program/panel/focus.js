// The focus stays where it was while the panel is written anew.

import { byId } from './elements.js';

// The element that has the focus is written anew with the panel: what this returns gives the focus to its successor.
export function rememberFocus(firstTab) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  const { site, todo, gap, layer } = active ? active.dataset : {}, id = active && active.id;
  const within = (place, name, value) => byId(place).querySelector('[data-' + name + '="' + value + '"]');
  return () => {
    const successor = site ? within('tab-' + firstTab, 'site', site) : todo ? within('tab-todo', 'todo', todo) : gap ? within('gaps', 'gap', gap)
      : layer ? within('legend', 'layer', layer) : id ? byId(id) : null;
    if (successor && successor !== document.activeElement) /** @type {HTMLElement} */ (successor).focus({ preventScroll: true });
  };
}
