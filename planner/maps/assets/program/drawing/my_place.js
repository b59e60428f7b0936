// The place of the open card: a pin, and a dashed straight line to the nearest station.

import { COLOURS } from './colours.js';

export function drawMyPlace(pen, place, viewport) {
  if (!place) return;
  const k = viewport.scale, spot = place.lead || place;
  if (place.inside && place.lead && place.lead.station) {
    pen.setLineDash([2 / k, 5 / k]); pen.lineCap = 'round';
    for (const { colour, wide } of [{ colour: '#ffffff', wide: 5 }, { colour: COLOURS.facility, wide: 2.4 }]) {
      pen.beginPath(); pen.moveTo(spot.x, spot.y); pen.lineTo(place.lead.station.x, place.lead.station.y);
      pen.strokeStyle = colour; pen.lineWidth = wide / k; pen.stroke();
    }
    pen.setLineDash([]); pen.lineCap = 'butt';
  }
  pen.beginPath(); pen.arc(spot.x, spot.y, 6 / k, 0, 7);
  pen.fillStyle = COLOURS.text; pen.fill();
  pen.strokeStyle = '#ffffff'; pen.lineWidth = 2.5 / k; pen.stroke();
}
