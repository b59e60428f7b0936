// What a scenario changes, drawn: outlines of who gains and loses, numbered sites and edits.

const CHANGES = { gained: '#0b4f49', gainedFill: 'rgba(15,118,110,.74)', crosses: '#ffffff', lost: '#a11222', lostFill: 'rgba(222,70,80,.26)', site: '#7b3fa0', siteText: '#5c2a7d' };

const crossTile = (colour, spacing) => tile(spacing, (pen, s) => {
  pen.strokeStyle = colour; pen.lineWidth = 1.3; pen.beginPath();
  const arm = s * 0.24, at = s / 2;
  pen.moveTo(at - arm, at); pen.lineTo(at + arm, at); pen.moveTo(at, at - arm); pen.lineTo(at, at + arm);
  pen.stroke();
});

const netTile = (colour, spacing) => tile(spacing, (pen, s) => {
  pen.strokeStyle = colour; pen.lineWidth = 1; pen.beginPath();
  for (const shift of [-s, 0, s]) {
    pen.moveTo(shift - 1, s + 1); pen.lineTo(shift + s + 1, -1);
    pen.moveTo(shift - 1, -1); pen.lineTo(shift + s + 1, s + 1);
  }
  pen.stroke();
});

function drawChanges(pen, scene, state, view) {
  const plan = scene.plan;
  if (!plan || !state.after || !state.layers.changes) return;
  const k = view.scale;
  pen.lineJoin = 'round';
  const paint = (rows, fill, edge, canvas, letter) => {
    const pattern = usePattern(pen, canvas, k);
    for (const row of rows) {
      if (!row.shape || !row.shape.box.meets(view.box)) continue;
      const lit = state.open === letter + row.index || (row.site !== null && state.open === 's' + row.site);
      pen.fillStyle = fill; pen.fill(pathFor(row.shape, view), 'evenodd');
      pen.fillStyle = pattern; pen.fill(pathFor(row.shape, view), 'evenodd');
      pen.strokeStyle = edge; pen.lineWidth = (lit ? 2.6 : interpolate([[11.5, 0.9], [13, 1.5]], view.zoom)) / k;
      pen.stroke(pathFor(row.shape, view));
    }
  };
  paint(plan.after.gained, CHANGES.gainedFill, CHANGES.gained, scene.tiles.crosses, 'n');
  paint(plan.after.lost, CHANGES.lostFill, CHANGES.lost, scene.tiles.net, 'l');
}

const markSize = (view) => interpolate([[10.5, 9], [12, 11.5], [14, 14]], view.zoom) / view.scale;
const placedMark = (mark) => !Number.isNaN(mark.x);

// The street that a site may lie on, or the new path.
function drawStretches(pen, scene, state, view) {
  const plan = scene.plan;
  if (!plan || !state.layers.sites || view.zoom < 12.5) return;
  const k = view.scale, wide = interpolate([[12.5, 3], [15, 7], [17, 11]], view.zoom);
  pen.lineJoin = 'round'; pen.lineCap = 'round';
  for (const mark of plan.marks) {
    if (!mark.line || !mark.line.box.meets(view.box)) continue;
    pen.strokeStyle = '#ffffff'; pen.lineWidth = (wide + 3) / k; pen.globalAlpha = 0.8; pen.stroke(mark.line.path);
    pen.strokeStyle = CHANGES.site; pen.lineWidth = wide / k; pen.globalAlpha = state.open === 's' + mark.index ? 1 : 0.75;
    if (mark.op === 'add_path' || mark.op === 'move') pen.setLineDash([2 * wide / k, 1.6 * wide / k]);
    pen.stroke(mark.line.path); pen.setLineDash([]);
  }
  pen.globalAlpha = 1; pen.lineCap = 'butt';
}

// A ring with a number; that of a station that closes is red, with a small crossed disc at its upper right.
function drawSiteRing(pen, x, y, number, look, view) {
  const k = view.scale, r = markSize(view) * (look.small ? 0.7 : 1), closes = look.op === 'close', colour = closes ? CHANGES.lost : CHANGES.site;
  pen.beginPath(); pen.arc(x, y, r + 1.6 / k, 0, 7); pen.fillStyle = '#ffffff'; pen.fill();
  pen.beginPath(); pen.arc(x, y, r - 1.2 / k, 0, 7);
  pen.fillStyle = look.lit ? colour : '#ffffff'; pen.fill();
  pen.strokeStyle = colour; pen.lineWidth = 3.2 / k;
  pen.setLineDash(look.dashed ? [3.4 / k, 2.6 / k] : []); pen.stroke(); pen.setLineDash([]);
  if (number !== null) {
    pen.fillStyle = look.lit ? '#ffffff' : closes ? CHANGES.lost : CHANGES.siteText;
    pen.textAlign = 'center'; pen.textBaseline = 'middle';
    pen.font = '700 ' + (number > 99 ? 0.8 : 1.05) * r + 'px system-ui, sans-serif';
    pen.fillText(String(number), x, y + 0.7 / k);
  }
  if (!closes) return;
  const bx = x + 0.85 * r, by = y - 0.85 * r, c = 0.26 * r;
  pen.beginPath(); pen.arc(bx, by, 0.52 * r, 0, 7); pen.fillStyle = colour; pen.fill();
  pen.strokeStyle = '#ffffff'; pen.lineWidth = 1.6 / k; pen.stroke();
  pen.beginPath(); pen.moveTo(bx - c, by - c); pen.lineTo(bx + c, by + c); pen.moveTo(bx + c, by - c); pen.lineTo(bx - c, by + c); pen.stroke();
}

function drawSites(pen, scene, state, view) {
  const plan = scene.plan;
  if (!plan || !state.layers.sites) return [];
  const other = state.other === null ? null : scene.others.rows[state.other];
  const shown = plan.marks.filter(placedMark);
  const numbered = state.tab === 'sites' || state.tab === 'changes'; // elsewhere other things have numbers
  for (const mark of [...shown].reverse()) { // the first lies on top
    const left = other && other.left.includes(mark.index);
    const away = state.town !== null && mark.town && mark.town !== state.town;
    pen.globalAlpha = left || away ? 0.35 : state.after ? 1 : 0.55;
    const open = state.open === 's' + mark.index;
    drawSiteRing(pen, mark.x, mark.y, numbered || open ? mark.number : null, { lit: open, op: mark.op, dashed: left, small: !numbered && !open }, view);
  }
  pen.globalAlpha = 1;
  for (const sign of scene.closed) drawSiteRing(pen, sign.x, sign.y, null, { op: 'close' }, view);
  if (scene.asked) drawSiteRing(pen, scene.asked[0], scene.asked[1], '?', { dashed: true }, view);
  if (other) for (const place of other.added) drawSiteRing(pen, scene.others.xy[2 * place], scene.others.xy[2 * place + 1], null, { dashed: true }, view);
  return shown;
}

function drawCandidates(pen, scene, state, view) {
  const xy = scene.candidates;
  if (!xy.length || !state.layers.candidates) return;
  const k = view.scale, r = interpolate([[10.5, 0.8], [13, 1.8], [16, 3.4]], view.zoom) / k, { box } = view;
  pen.fillStyle = CHANGES.site; pen.globalAlpha = 0.6;
  for (let i = 0; i < xy.length; i += 2) {
    if (!box.has(xy[i], xy[i + 1])) continue;
    pen.fillRect(xy[i] - r, xy[i + 1] - r, 2 * r, 2 * r);
  }
  pen.globalAlpha = 1;
}

function drawHovered(pen, scene, kind, index, view) {
  const { plan } = scene;
  if (kind === 's') {
    const mark = plan.marks[index];
    pen.lineWidth = 3 / view.scale; pen.lineJoin = 'round';
    for (const [rows, colour] of [[plan.after.gained, CHANGES.gained], [plan.after.lost, CHANGES.lost]]) {
      pen.strokeStyle = colour;
      for (const row of rows) if (row.site === index && row.shape) pen.stroke(row.shape.path);
    }
    if (placedMark(mark)) drawSiteRing(pen, mark.x, mark.y, mark.number, { lit: true, op: mark.op }, view);
    return;
  }
  const row = kind === 'n' ? plan.after.gained[index] : plan.after.lost[index];
  pen.strokeStyle = kind === 'n' ? CHANGES.gained : CHANGES.lost; pen.lineWidth = 3 / view.scale; pen.lineJoin = 'round';
  pen.stroke(row.shape.path);
}

function changeSwatch(pen, what, box, wide, high) {
  if (what.gained || what.lost) {
    pen.fillStyle = what.gained ? CHANGES.gainedFill : CHANGES.lostFill; pen.fill(box);
    pen.fillStyle = usePattern(pen, what.gained ? crossTile(CHANGES.crosses, 6) : netTile(CHANGES.lost, 5), 1); pen.fill(box);
    pen.strokeStyle = what.gained ? CHANGES.gained : CHANGES.lost; pen.lineWidth = 1.4; pen.stroke(box);
  } else if (what.ring) drawSiteRing(pen, wide / 2, high / 2 + (what.ring.op === 'close' ? 1 : 0), what.ring.number, what.ring, { scale: 1.45, zoom: 10 });
  else if (what.stretch) {
    pen.strokeStyle = CHANGES.site; pen.lineWidth = 4; pen.lineCap = 'round'; pen.setLineDash(what.stretch.dash || []);
    pen.beginPath(); pen.moveTo(4, high - 5); pen.lineTo(wide - 4, 5); pen.stroke(); pen.setLineDash([]);
  } else { pen.fillStyle = CHANGES.site; pen.fillRect(wide / 2 - 2, high / 2 - 2, 4, 4); }
}
