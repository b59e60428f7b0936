// On paper the panel follows the map: a picture of the map, then every figure and the whole list.

import { COLOURS } from './drawing/colours.js';
import { byId, make } from './panel/elements.js';

// Dots of the printed map for each pixel of the screen's: some 290 an inch on paper.
const PRINT_DOTS = 3;

// Some browsers print a canvas empty if it is painted while they prepare to print. A picture is printed.
function takePrintPicture(page) {
  const size = page.map.getSize(), corner = page.map.containerPointToLayerPoint([0, 0]);
  const canvas = make('canvas', { width: size.x * PRINT_DOTS, height: size.y * PRINT_DOTS });
  const pen = canvas.getContext('2d');
  pen.fillStyle = COLOURS.paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const seen = L.bounds(corner, corner.add(size));
  for (const layer of [page.ground, page.findings, page.names, page.marks]) layer.drawOn(pen, seen, PRINT_DOTS);
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
