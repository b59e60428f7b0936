// On paper the panel follows the map: a picture of the map, then every figure and the whole list.

import { drawPicture } from './drawing/picture.js';
import { viewportOf } from './drawing/viewport.js';
import { byId, make } from './panel/elements.js';

// Dots of the printed map for each pixel of the screen's: some 290 an inch on paper.
const PRINT_DOTS = 3;

// Some browsers print a canvas empty if it is painted while they prepare to print. A picture is printed.
function takePrintPicture(page) {
  const { map, scene } = page, { x: width, y: height } = map.getSize(), { x: left, y: top } = map.getPixelBounds().min;
  const canvas = make('canvas', { width: width * PRINT_DOTS, height: height * PRINT_DOTS });
  drawPicture(canvas.getContext('2d'), page, viewportOf(scene.plane, { zoom: map.getZoom(), left, top, width, height, dots: PRINT_DOTS }));
  byId('mapframe').append(make('img', { class: 'print-map', id: 'print-map', alt: '', decoding: 'sync', src: canvas.toDataURL() }));
}

export function preparePrint(page) {
  // On paper: the whole map first, then every figure and the whole list.
  let before = null;
  window.addEventListener('beforeprint', () => {
    if (before) return;
    before = { center: page.map.getCenter(), zoom: page.map.getZoom(), open: byId('figures').open, shown: page.state.gapsShown, tab: page.state.tab };
    document.body.classList.add('printing');
    byId('figures').open = true;
    page.state.gapsShown = Infinity;
    page.state.printing = true;
    page.state.tab = page.state.tabs[0]; // the lists of all tabs are printed; on the map stand the numbers of the first one's
    page.render();
    page.map.invalidateSize({ animate: false, pan: false });
    page.map.fitBounds(page.camera.areaBounds(), { animate: false });
    takePrintPicture(page);
  });
  window.addEventListener('afterprint', () => {
    if (!before) return;
    document.body.classList.remove('printing');
    byId('print-map').remove();
    byId('figures').open = before.open;
    page.state.gapsShown = before.shown;
    page.state.printing = false;
    page.state.tab = before.tab;
    page.render();
    page.map.invalidateSize({ animate: false, pan: false });
    page.map.setView(before.center, before.zoom, { animate: false });
    before = null;
  });
}
