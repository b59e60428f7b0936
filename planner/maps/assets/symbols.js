// Facilities and the numbers of gaps: small signs of a constant size.

function signPath(pen, level, x, y, r) {
  pen.beginPath();
  if (level === 'district') {
    for (let i = 0; i < 10; i++) {
      const turn = (Math.PI * (i - 2.5)) / 5, reach = (i % 2 ? 0.82 : 1.9) * r;
      pen.lineTo(x + Math.cos(turn) * reach, y + Math.sin(turn) * reach);
    }
    pen.closePath();
  } else if (level === 'town') {
    const d = r * 1.42;
    pen.moveTo(x, y - d); pen.lineTo(x + d, y); pen.lineTo(x, y + d); pen.lineTo(x - d, y); pen.closePath();
  } else pen.arc(x, y, r, 0, 7);
}

function drawSign(pen, sign, x, y, k, r) {
  // A hollow sign is not joined to the streets, or closed; a dashed one is planned; a pale one lies
  // outside the area.
  const hollow = !sign.joined || sign.status === 'closed', planned = sign.status === 'planned';
  const colour = sign.in_ring ? COLOURS.pale : COLOURS.facility;
  signPath(pen, sign.level, x, y, r / k);
  pen.lineJoin = 'round';
  if (hollow || planned) {
    pen.fillStyle = '#ffffff'; pen.fill();
    pen.strokeStyle = colour; pen.lineWidth = Math.min(1.8, 0.5 * r) / k;
    pen.setLineDash(planned ? [2.4 / k, 1.8 / k] : []);
    pen.stroke(); pen.setLineDash([]);
    if (sign.status === 'closed') {
      const c = (0.6 * r) / k;
      pen.beginPath(); pen.moveTo(x - c, y - c); pen.lineTo(x + c, y + c);
      pen.moveTo(x + c, y - c); pen.lineTo(x - c, y + c); pen.stroke();
    }
  } else {
    pen.strokeStyle = '#ffffff'; pen.lineWidth = Math.min(2.4, 0.6 * r) / k; pen.stroke();
    pen.fillStyle = colour; pen.fill();
  }
}

function signSize(level, zoom) {
  const base = interpolate([[10, 1.4], [11.5, 2], [12.5, 3], [13.2, 4], [14, 5], [16, 6.5]], zoom);
  return base * (level === 'district' ? 1.35 : level === 'town' ? 1.1 : 1);
}

function drawHalo(pen, sign, view) {
  const k = view.scale;
  pen.beginPath(); pen.arc(sign.x, sign.y, (signSize(sign.level, view.zoom) + 6) / k, 0, 7);
  pen.fillStyle = 'rgba(255,255,255,.75)'; pen.fill();
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 2 / k; pen.stroke();
}

function drawFacilities(pen, scene, state, view) {
  const k = view.scale, { box } = view;
  for (const sign of scene.facilitiesByWeight) {
    if (!box.has(sign.x, sign.y)) continue;
    const size = signSize(sign.level, view.zoom);
    if (state.open === 'f' + sign.index) drawHalo(pen, sign, view);
    drawSign(pen, sign, sign.x, sign.y, k, size);
  }
}

const rankSize = (view) => interpolate([[11.5, 9], [13, 11]], view.zoom) / view.scale;

function drawRank(pen, x, y, rank, lit, view) {
  const k = view.scale, r = rankSize(view);
  pen.beginPath(); pen.arc(x, y, r, 0, 7);
  pen.fillStyle = lit ? COLOURS.gapEdge : '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.8 / k; pen.stroke();
  pen.fillStyle = lit ? '#ffffff' : '#9a3412';
  pen.textAlign = 'center'; pen.textBaseline = 'middle';
  pen.font = '700 ' + (rank > 99 ? 0.85 : 1.1) * r + 'px system-ui, sans-serif';
  pen.fillText(String(rank), x, y + 0.7 / k);
}

function drawRanks(pen, scene, state, view) {
  // Drawn in the order of rank. A number that would cover another is left out until the map is
  // zoomed in; so is that of a gap beyond rank 10 that is less than 30 pixels wide.
  const k = view.scale, { box } = view;
  const placed = [], r = rankSize(view);
  const gaps = scene.gaps.filter((gap) => gap.shape && (state.town === null || gap.town === state.town));
  const open = gaps.filter((gap) => state.open === 'g' + gap.index);
  for (const gap of open.concat(gaps)) {
    if (!box.has(gap.x, gap.y)) continue;
    const lit = open.includes(gap);
    const wide = Math.max(gap.shape.box.x1 - gap.shape.box.x0, gap.shape.box.y1 - gap.shape.box.y0) * k;
    if (!lit && gap.rank > 10 && wide < 30) continue;
    if (placed.some((other) => Math.hypot(other.x - gap.x, other.y - gap.y) < 2.15 * r)) continue;
    placed.push(gap);
    drawRank(pen, gap.x, gap.y, gap.rank, lit, view);
  }
  return placed;
}

function drawWatermark(pen, text, view) {
  // Painted on the canvas at fixed places on the ground, so that it moves and prints with the map.
  const k = view.scale, { box } = view;
  const size = 34 / k, wide = 520 / k, high = 300 / k;
  pen.save();
  pen.font = '700 ' + size + 'px "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
  pen.textAlign = 'center'; pen.textBaseline = 'middle';
  pen.fillStyle = 'rgba(120,30,20,.17)';
  for (let row = Math.floor(box.y0 / high) - 1; row * high < box.y1 + high; row++) {
    for (let column = Math.floor(box.x0 / wide) - 1; column * wide < box.x1 + wide; column++) {
      pen.save();
      pen.translate((column + (row % 2 ? 0.75 : 0.25)) * wide, (row + 0.5) * high);
      pen.rotate(-0.3);
      pen.fillText(text, 0, 0);
      pen.restore();
    }
  }
  pen.restore();
}

function legendSwatch(what) {
  // Draws the sign of one line of the legend with the functions that draw it on the map.
  const canvas = document.createElement('canvas');
  const wide = 24, high = 16;
  canvas.width = wide * 2; canvas.height = high * 2;
  canvas.className = 'swatch'; canvas.setAttribute('aria-hidden', 'true');
  const pen = canvas.getContext('2d');
  pen.scale(2, 2);
  const box = new Path2D();
  roundedBox(box, 1.5, 1.5, wide - 3, high - 3, 3);
  if (what.band) {
    pen.fillStyle = what.band; pen.fill(box);
    pen.strokeStyle = 'rgba(28,36,48,.18)'; pen.lineWidth = 0.8; pen.stroke(box);
  } else if (what.gap) {
    pen.fillStyle = 'rgba(251,146,60,.5)'; pen.fill(box);
    pen.fillStyle = usePattern(pen, hatchTile(COLOURS.gapEdge, 6), 1); pen.fill(box);
    pen.strokeStyle = COLOURS.gapEdge; pen.lineWidth = 1.4; pen.stroke(box);
  } else if (what.unknown) {
    pen.fillStyle = '#e6e6ea'; pen.fill(box);
    pen.fillStyle = usePattern(pen, dotTile(COLOURS.unknown), 1); pen.fill(box);
    pen.setLineDash([3, 2]); pen.strokeStyle = COLOURS.unknown; pen.lineWidth = 1.1; pen.stroke(box);
  } else if (what.sign) drawSign(pen, what.sign, wide / 2, high / 2, 1, what.sign.level === 'district' ? 4.6 : 5);
  else if (what.compound) {
    pen.fillStyle = 'rgba(138,127,109,.16)'; pen.fill(box);
    pen.strokeStyle = WALLS.outline; pen.lineWidth = 1.3; pen.stroke(box);
  } else if (what.question) drawQuestion(pen, wide / 2, high / 2, 1);
  else if (what.gate) drawGate(pen, what.gate, wide / 2, high / 2, 1, 4);
  else if (what.opening) drawOpening(pen, wide / 2, high / 2, 1, false, { scale: 1.35, zoom: 12 });
  else if (what.barriers) {
    what.barriers.forEach((kind, i) => {
      const y = high / 2 + (i - (what.barriers.length - 1) / 2) * 3.6;
      pen.strokeStyle = BARRIERS[kind].colour; pen.lineWidth = 1.6; pen.setLineDash(BARRIERS[kind].dash);
      pen.beginPath(); pen.moveTo(2, y); pen.lineTo(wide - 2, y); pen.stroke();
    });
  } else if (what.gained || what.lost || what.ring || what.stretch || what.candidate) changeSwatch(pen, what, box, wide, high);
  else if (what.verdict !== undefined) {
    pen.fillStyle = ['#1f6f60', COLOURS.gapEdge, COLOURS.unknown][what.verdict];
    if (what.verdict === 1) pen.fillRect(8.5, 4.5, 7, 7);
    else {
      pen.beginPath(); pen.arc(12, 8, 3.6, 0, 7);
      if (what.verdict === 0) pen.fill(); else { pen.strokeStyle = COLOURS.unknown; pen.stroke(); }
    }
  }
  return canvas;
}
