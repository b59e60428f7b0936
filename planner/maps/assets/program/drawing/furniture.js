// What a map on paper needs at its rim: a scale bar and where north is.

import { COLOURS } from './colours.js';

const LONGEST = 170; // pixels

// The longest round length (1, 2 or 5 times a power of ten, metres) that has room.
export function roundLength(metresPerPixel, room = LONGEST) {
  const most = metresPerPixel * room, power = Math.pow(10, Math.floor(Math.log10(most)));
  return power * [5, 2, 1].find((times) => times * power <= most);
}

export function drawScaleBar(pen, x, y, metresPerPixel, words) {
  const metres = roundLength(metresPerPixel), wide = metres / metresPerPixel, high = 5;
  const text = metres >= 1000 ? words.say('kilometres', { kilometres: metres / 1000 }) : words.say('metres', { metres });
  pen.fillStyle = 'rgba(255,255,255,.85)'; pen.fillRect(x - 7, y - 24, wide + 14, 34);
  pen.fillStyle = COLOURS.text; pen.fillRect(x, y - high, wide / 2, high);
  pen.strokeStyle = COLOURS.text; pen.lineWidth = 1; pen.setLineDash([]); pen.strokeRect(x, y - high, wide, high);
  pen.font = '500 11px system-ui, sans-serif'; pen.textBaseline = 'alphabetic';
  pen.textAlign = 'left'; pen.fillText('0', x, y - high - 4);
  pen.textAlign = 'right'; pen.fillText(text, x + wide, y - high - 4);
}

export function drawNorthArrow(pen, x, y, letter) {
  const half = 7, high = 15;
  pen.beginPath(); pen.arc(x, y, 21, 0, 7); pen.fillStyle = 'rgba(255,255,255,.85)'; pen.fill();
  for (const side of [-1, 1]) {
    pen.beginPath(); pen.moveTo(x, y - 4); pen.lineTo(x + side * half, y + high); pen.lineTo(x, y + high - 5); pen.closePath();
    pen.fillStyle = side < 0 ? COLOURS.text : '#ffffff'; pen.fill();
    pen.strokeStyle = COLOURS.text; pen.lineWidth = 1; pen.lineJoin = 'round'; pen.setLineDash([]); pen.stroke();
  }
  pen.fillStyle = COLOURS.text; pen.font = '700 11px system-ui, sans-serif';
  pen.textAlign = 'center'; pen.textBaseline = 'alphabetic';
  pen.fillText(letter, x, y - 7);
}
