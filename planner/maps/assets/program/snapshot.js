// The map as a picture that can stand alone: what the screen shows, with title, legend, scale, date, credit and notice.

import { COLOURS, FONT } from './drawing/colours.js';
import { drawScaleBar } from './drawing/furniture.js';
import { drawPicture } from './drawing/picture.js';
import { legendSwatch } from './drawing/swatch.js';
import { viewportOf } from './drawing/viewport.js';
import { byId, make } from './panel/elements.js';
import { legendRows } from './panel/legend.js';
import { footWords } from './panel/panel.js';

const DOTS = 2; // of the picture, a pixel of the screen
const EDGE = 16, LINE = 22;

// The part of the map that neither panel nor sheet covers, as a viewport.
function visiblePart(page) {
  const { map, scene } = page, size = map.getSize(), world = map.getPixelBounds().min, panel = byId('panel').getBoundingClientRect(), high = page.sheet.height;
  const left = high ? 0 : Math.round(Math.min(panel.right, size.x - 200)), width = size.x - left, height = Math.max(200, Math.round(size.y - high));
  return { width, height, viewport: viewportOf(scene.plane, { zoom: map.getZoom(), left: world.x + left, top: world.y, width, height, dots: DOTS }) };
}

// Lines of a text that fit a width.
function wrap(pen, text, width) {
  const lines = [''];
  for (const word of text.match(/[\x21-\x7e]+\s*|[\s\S]/g) || []) {
    const line = lines[lines.length - 1];
    if (line && pen.measureText(line + word).width > width) lines.push(word); else lines[lines.length - 1] = line + word;
  }
  return lines;
}

// Put the signs of the legend in rows; returns where each stands and how high all are.
function layLegend(pen, rows, width) {
  let x = EDGE, y = 0;
  const placed = rows.map(([what, text]) => {
    const wide = 30 + pen.measureText(text).width + 18;
    if (x > EDGE && x + wide > width - EDGE) { x = EDGE; y += LINE; }
    const at = { what, text, x, y };
    x += wide;
    return at;
  });
  return { placed, high: y + LINE };
}

export function takePicture(page) {
  const { words, data } = page, { width, height, viewport } = visiblePart(page);
  const canvas = make('canvas', {}), pen = canvas.getContext('2d');
  const said = [[byId('heading').textContent, page.state.town, byId('place').textContent].filter((text) => text).join(' · '), byId('sentence').textContent];
  const rows = legendRows(page).filter(([, , layer, only]) => only !== 'simple' && page.state.layers[layer]);
  pen.font = '13px ' + FONT;
  const lines = wrap(pen, said[1], width - 2 * EDGE), credit = wrap(pen, footWords(page) + (page.hasAdded ? ' · ' + words.say('not_drawn') : ''), width - 2 * EDGE), legend = layLegend(pen, rows, width - 120);
  const top = 44 + 19 * lines.length + (data.synthetic ? 20 : 0), foot = legend.high + 19 * credit.length + 22;
  canvas.width = Math.round(width * DOTS); canvas.height = Math.round((top + height + foot) * DOTS);
  const map = make('canvas', { width: Math.round(width * DOTS), height: Math.round(height * DOTS) });
  drawPicture(map.getContext('2d'), page, viewport);
  pen.fillStyle = '#ffffff'; pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(map, 0, Math.round(top * DOTS));
  pen.setTransform(DOTS, 0, 0, DOTS, 0, 0);
  pen.textBaseline = 'alphabetic'; pen.fillStyle = COLOURS.text;
  pen.font = '700 18px ' + FONT; pen.fillText(said[0], EDGE, 30, width - 2 * EDGE);
  pen.font = '13px ' + FONT; lines.forEach((line, i) => pen.fillText(line, EDGE, 52 + 19 * i));
  if (data.synthetic) { pen.font = '700 13px ' + FONT; pen.fillStyle = '#8f1d12'; pen.fillText(words.say('synthetic'), EDGE, 53 + 19 * lines.length); }
  const below = top + height + 10;
  pen.font = '13px ' + FONT; pen.fillStyle = COLOURS.text;
  for (const { what, text, x, y } of legend.placed) { pen.drawImage(legendSwatch(what), x, below + y + 1, 24, 16); pen.fillText(text, x + 30, below + y + 14); }
  drawScaleBar(pen, width - EDGE - 175, below + 26, page.scene.plane.metres / viewport.scale, words);
  pen.textAlign = 'left';
  pen.fillStyle = COLOURS.secondary; pen.font = '12px ' + FONT;
  credit.forEach((line, i) => pen.fillText(line, EDGE, below + legend.high + 14 + 19 * i));
  return canvas;
}
