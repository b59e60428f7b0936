// What paper shows of the page: what the reader chose, with nothing open or pointed at, and its numbers.

import { everyGap, listedGaps, numberedRows } from './listed.js';

// A page like the one on the screen, which stays as it is whatever is drawn or written of this one.
// `all`: every gap is listed, not only the largest.
export function asPrinted(page, zoom, all) {
  const state = Object.assign(Object.create(page.state), {
    open: null, hover: null, place: null, moving: null, layersOpen: false, tab: page.state.quiet ? page.state.tab : page.state.tabs[0],
  });
  const largest = listedGaps(state), rows = numberedRows(largest);
  // Sites and changes have the numbers of the map in their own views; gaps have theirs on the small map.
  state.numbered = state.plan || state.quiet ? [] : rows;
  return Object.assign(Object.create(page), { state, map: { getZoom: () => zoom },
    added: page.hasAdded, all, rows, listed: all ? everyGap(state, largest) : largest });
}
