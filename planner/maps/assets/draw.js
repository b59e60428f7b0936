// What is drawn on the map's canvases: the ground (streets, reach), the findings, and on top what
// the pointer is on.

const COLOURS = {
  paper: '#f6f4ef', water: '#cfe3ef', green: '#e3ecd8', street: '#ffffff', casing: '#b9b3a7',
  reach: ['#3fa08c', '#8fcdbd', '#cfe9e2'], gap: '#fb923c', gapEdge: '#c2410c', unknown: '#6b7280',
  facility: '#12355b', pale: '#8fa3ba', proposed: '#7b3fa0', text: '#1c2430', secondary: '#5b6472',
};
const STREET_WIDTHS = [[10, 0.7], [12, 1.2], [13, 1.9], [14, 2.8], [15, 4.2], [16, 6], [18, 12]];
const STREET_CLASSES = [{ from: 0, times: 1 }, { from: 12, times: 0.55 }, { from: 14.2, times: 0.34 }];

function reachColours(count) {
  // The bands' colours, darkest first: page colours for three, steps between them for more.
  const given = COLOURS.reach;
  if (count <= 3) return given.slice(3 - count);
  return Array.from({ length: count }, (_, i) => mixColours(given, (i * (given.length - 1)) / (count - 1)));
}

function mixColours(colours, place) {
  const low = Math.min(Math.floor(place), colours.length - 2), part = place - low;
  const parts = [1, 3, 5].map((at) => {
    const a = parseInt(colours[low].slice(at, at + 2), 16), b = parseInt(colours[low + 1].slice(at, at + 2), 16);
    return Math.round(a + (b - a) * part).toString(16).padStart(2, '0');
  });
  return '#' + parts.join('');
}

// The value at a zoom, between stops [zoom, value].
function interpolate(stops, zoom) {
  for (let i = 1; i < stops.length; i++) {
    if (zoom <= stops[i][0]) {
      const [z0, v0] = stops[i - 1], [z1, v1] = stops[i];
      return v0 + (v1 - v0) * Math.max(0, Math.min(1, (zoom - z0) / (z1 - z0)));
    }
  }
  return stops[stops.length - 1][1];
}

function tile(size, draw) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * 2;
  const pen = canvas.getContext('2d');
  pen.scale(2, 2);
  draw(pen, size);
  return canvas;
}

// Canvas paths have a roundRect only in browsers younger than those of old office PCs.
function roundedBox(path, x, y, wide, high, r) {
  path.moveTo(x + r, y);
  path.arcTo(x + wide, y, x + wide, y + high, r);
  path.arcTo(x + wide, y + high, x, y + high, r);
  path.arcTo(x, y + high, x, y, r);
  path.arcTo(x, y, x + wide, y, r);
  path.closePath();
}

const hatchTile = (colour, spacing) => tile(spacing, (pen, s) => {
  pen.strokeStyle = colour; pen.lineWidth = 1.1; pen.beginPath();
  for (const shift of [-s, 0, s]) { pen.moveTo(shift - 1, s + 1); pen.lineTo(shift + s + 1, -1); }
  pen.stroke();
});

const dotTile = (colour) => tile(7, (pen) => {
  pen.fillStyle = colour;
  for (const [x, y] of [[1.8, 1.8], [5.3, 5.3]]) { pen.beginPath(); pen.arc(x, y, 0.85, 0, 7); pen.fill(); }
});

function usePattern(pen, canvas, scale) {
  // The pattern keeps its size on the screen whatever the zoom, and stays with the ground.
  const pattern = pen.createPattern(canvas, 'repeat');
  pattern.setTransform(new DOMMatrix().scale(0.5 / scale));
  return pattern;
}

const pathFor = (shape, view) => (view.zoom <= FAR_ZOOM ? shape.far : shape.path);

function drawGround(pen, scene, state, view) {
  const k = view.scale, { zoom } = view;
  const fill = (shapes, colour) => {
    pen.fillStyle = colour;
    for (const shape of shapes) if (shape && shape.box.meets(view.box)) pen.fill(pathFor(shape, view), 'evenodd');
  };
  if (state.layers.backdrop) fill(scene.green, COLOURS.green);
  if (state.layers.reach) drawBands(pen, scene, state, view);
  if (state.layers.backdrop) fill(scene.water, COLOURS.water);
  if (state.layers.streets) drawStreets(pen, scene, view);
  if (state.layers.barriers) drawBarriers(pen, scene, view);
  if (state.layers.compounds) drawCompounds(pen, scene, state, view);
  if (state.layers.demand) drawDemand(pen, scene, state, view);
  drawVeil(pen, scene, state, view);
  if (state.layers.areas) drawBorders(pen, scene, state, k);
}

function drawBands(pen, scene, state, view) {
  for (const band of scene.bands) {
    if (band.profile && state.bandProfile && band.profile !== state.bandProfile) continue;
    if (!band.shape || !band.shape.box.meets(view.box)) continue;
    // A scenario lies on top of the reach of today, which is drawn paler then.
    pen.globalAlpha = band.minutes > state.cutoff ? 0.3 : scene.plan ? 0.6 : 1;
    pen.fillStyle = band.colour;
    pen.fill(pathFor(band.shape, view), 'evenodd');
    pen.globalAlpha = 1;
    if (band.minutes === state.cutoff && state.cutoff !== scene.cutoffs[scene.cutoffs.length - 1]) {
      pen.strokeStyle = '#1f6f60'; pen.lineWidth = 1.4 / view.scale;
      pen.stroke(band.shape.path);
    }
  }
}

function drawStreets(pen, scene, view) {
  const base = interpolate(STREET_WIDTHS, view.zoom);
  const near = view.zoom > 14;
  pen.lineJoin = near ? 'round' : 'bevel';
  pen.lineCap = near ? 'round' : 'butt';
  const seen = scene.streets.map((chunks, rank) => {
    const { from, times } = STREET_CLASSES[rank];
    if (view.zoom < from && !(rank === 2 && view.all)) return null;
    return { chunks: chunks.filter((chunk) => chunk.box.meets(view.box)), width: Math.max(0.45, base * times) };
  });
  const stroke = (entry, colour, extra) => {
    pen.strokeStyle = colour; pen.lineWidth = (entry.width + extra) / view.scale;
    for (const chunk of entry.chunks) pen.stroke(chunk.path);
  };
  const order = [2, 1, 0].map((rank) => seen[rank]).filter((entry) => entry);
  pen.globalAlpha = interpolate([[12, 0.35], [14, 1]], view.zoom); // from afar the reach matters, not the streets
  for (const entry of order) if (entry.width > 0.9) stroke(entry, COLOURS.casing, 1);
  pen.globalAlpha = interpolate([[12, 0.6], [14, 1]], view.zoom);
  for (const entry of order) stroke(entry, COLOURS.street, 0);
  pen.globalAlpha = 1;
}

function drawVeil(pen, scene, state, view) {
  // Paler where people are not counted: outside the area, or outside the chosen town.
  const shapes = scene.areas.filter((area) => area.shape && (state.town === null || area.name === state.town));
  if (!shapes.length) return;
  const cover = new Path2D(), { box } = view;
  cover.rect(box.x0 - 9, box.y0 - 9, box.x1 - box.x0 + 18, box.y1 - box.y0 + 18);
  const clip = (paths, alpha) => {
    pen.save();
    for (const path of paths) {
      const outside = new Path2D(cover);
      outside.addPath(path);
      pen.clip(outside, 'evenodd');
    }
    pen.fillStyle = 'rgba(246,244,239,' + alpha + ')';
    pen.fill(cover);
    pen.restore();
  };
  clip(shapes.map((area) => area.shape.path), state.town === null ? 0.55 : 0.68);
}

function drawBorders(pen, scene, state, k) {
  pen.lineJoin = 'round';
  for (const area of scene.areas) {
    if (!area.shape) continue;
    const chosen = area.name === state.town;
    pen.setLineDash(chosen ? [] : [6 / k, 3 / k, 1.5 / k, 3 / k]);
    pen.strokeStyle = chosen ? COLOURS.text : COLOURS.secondary;
    pen.lineWidth = (chosen ? 2 : 1) / k;
    pen.stroke(area.shape.path);
  }
  pen.setLineDash([]);
}

// The verdicts at a moment: covered where `only_at` names it; a unit that cannot be judged stays so.
function verdictsAt(demand, moment) {
  const { verdict, only, only_at: onlyAt } = demand;
  if (!moment || !onlyAt) return verdict;
  const open = only.map((names) => names.split(';').includes(moment));
  return verdict.map((code, i) => (open[onlyAt[i]] ? 0 : code === 2 ? 2 : 1));
}

function drawDemand(pen, scene, state, view) {
  const { xy, people } = scene.demand, { scale: k, zoom, box } = view;
  const verdict = verdictsAt(scene.demand, state.view.moment);
  const grow = Math.max(0.45, Math.min(2, (zoom - 10.5) / 3));
  const colours = ['#1f6f60', COLOURS.gapEdge, COLOURS.unknown];
  pen.lineWidth = 1 / k;
  for (let i = 0; i < verdict.length; i++) {
    const x = xy[2 * i], y = xy[2 * i + 1];
    if (!box.has(x, y) || verdict[i] < 0) continue;
    const r = (grow * (1 + Math.min(2.4, Math.sqrt(people[i] || 0) / 12))) / k;
    if (verdict[i] === 1) { pen.fillStyle = colours[1]; pen.fillRect(x - r, y - r, 2 * r, 2 * r); continue; }
    pen.beginPath(); pen.arc(x, y, r, 0, 7);
    if (verdict[i] === 0) { pen.fillStyle = colours[0]; pen.fill(); }
    else { pen.strokeStyle = colours[2]; pen.stroke(); }
  }
}

function drawFindings(pen, scene, state, view) {
  if (state.layers.unknown) drawUnknown(pen, scene, state, view);
  if (state.layers.gaps) drawGaps(pen, scene, state, view);
  drawChanges(pen, scene, state, view);
  if (state.layers.compounds) drawQuestions(pen, scene, view);
  drawRoute(pen, scene, state, view);
  if (state.layers.gates) drawGates(pen, scene, state, view);
  drawCandidates(pen, scene, state, view);
  drawStretches(pen, scene, state, view);
  if (state.layers.facilities) drawFacilities(pen, scene, state, view);
  // Gaps and proposed sites both have numbers: where there are sites, gaps show theirs only with their list.
  scene.labels = state.layers.gaps && (!scene.plan || state.tab === 'gaps' || (state.open || '')[0] === 'g') ? drawRanks(pen, scene, state, view) : [];
  scene.openings = drawOpenings(pen, scene, state, view);
  scene.marks = drawSites(pen, scene, state, view);
}

function drawUnknown(pen, scene, state, view) {
  const k = view.scale;
  const dots = usePattern(pen, scene.tiles.dots, k);
  pen.setLineDash([4 / k, 3 / k]);
  scene.unknown.forEach((area, index) => {
    if (!area.shape || !area.shape.box.meets(view.box)) return;
    pen.globalAlpha = state.town === null || area.town === state.town ? 1 : 0.35;
    pen.fillStyle = 'rgba(226,226,230,.72)'; pen.fill(area.shape.path, 'evenodd');
    pen.fillStyle = dots; pen.fill(area.shape.path, 'evenodd');
    pen.strokeStyle = COLOURS.unknown;
    pen.lineWidth = (state.open === 'u' + index ? 2.2 : interpolate([[11.5, 0.6], [13, 1.1]], view.zoom)) / k;
    pen.stroke(area.shape.path);
  });
  pen.setLineDash([]); pen.globalAlpha = 1;
}

function drawGaps(pen, scene, state, view) {
  const k = view.scale, hatch = usePattern(pen, scene.tiles.hatch, k), edge = interpolate([[11.5, 0.8], [13, 1.4]], view.zoom);
  pen.lineJoin = 'round';
  for (const gap of scene.gaps) {
    if (!gap.shape || !gap.shape.box.meets(view.box)) continue;
    const lit = state.open === 'g' + gap.index;
    pen.globalAlpha = state.town === null || gap.town === state.town ? 1 : 0.3;
    pen.fillStyle = lit ? 'rgba(251,146,60,.66)' : 'rgba(251,146,60,.46)'; pen.fill(gap.shape.path, 'evenodd');
    pen.fillStyle = hatch; pen.fill(gap.shape.path, 'evenodd');
    pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = (lit ? 3 : edge) / k;
    pen.stroke(gap.shape.path);
  }
  pen.globalAlpha = 1;
}

function drawRoute(pen, scene, state, view) {
  // The way out of the open gap, from where most of its people are.
  const gap = state.open && state.open[0] === 'g' ? scene.gaps[Number(state.open.slice(1))] : null;
  if (!gap || !gap.route) return;
  const k = view.scale, { path, start } = gap.route;
  pen.lineJoin = 'round'; pen.lineCap = 'round';
  pen.strokeStyle = '#ffffff'; pen.lineWidth = 7 / k; pen.stroke(path);
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 3.5 / k;
  pen.setLineDash([7 / k, 5 / k]); pen.stroke(path); pen.setLineDash([]);
  pen.beginPath(); pen.arc(start.x, start.y, 5 / k, 0, 7);
  pen.fillStyle = '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 2.5 / k; pen.stroke();
}

function drawPointedAt(pen, scene, state, view) {
  // On a canvas of its own, so that moving the pointer redraws nothing else.
  if (!state.hover) return;
  const k = view.scale, index = Number(state.hover.slice(1)), kind = state.hover[0];
  if (kind === 'f') {
    const sign = scene.facilities[index];
    drawHalo(pen, sign, view);
    drawSign(pen, sign, sign.x, sign.y, k, signSize(sign.level, view.zoom));
    return;
  }
  if (kind === 's' || kind === 'n' || kind === 'l') { drawHovered(pen, scene, kind, index, view); return; }
  if (kind === 'o') { const gain = scene.gains[index]; drawOpening(pen, gain.x, gain.y, gain.rank, true, view); return; }
  if (kind === 'p') { const gate = scene.gates[index]; drawGate(pen, gate, gate.x, gate.y, k, 1.5 * gateSize(view.zoom)); return; }
  if (kind === 'c') {
    pen.strokeStyle = WALLS.outline; pen.lineWidth = 2.4 / k; pen.stroke(scene.compounds[index].shape.path);
    return;
  }
  const { shape, x, y, rank } = kind === 'g' ? scene.gaps[index] : scene.unknown[index];
  if (!shape) return;
  pen.lineJoin = 'round';
  pen.strokeStyle = kind === 'g' ? COLOURS.gapEdge : COLOURS.unknown; pen.lineWidth = 3 / k;
  pen.stroke(shape.path);
  if (kind === 'g') drawRank(pen, x, y, rank, true, view);
}
