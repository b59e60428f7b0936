// What changes: the figures, gaps and outlines once sites are built or a scenario is carried out.

const CHANGES = { gained: '#0b4f49', gainedFill: 'rgba(15,118,110,.74)', crosses: '#ffffff', lost: '#a11222', lostFill: 'rgba(222,70,80,.26)', site: '#7b3fa0', siteText: '#5c2a7d' };
const PEOPLE_OF = ['people_residential', 'people_industrial', 'people_commercial'];

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

// Lines of each feature as one path; null for a feature without any.
function readLineSets(lines, plane) {
  let x = 0, y = 0, at = 0, line = 0;
  return lines.f.map((count) => {
    if (!count) return null;
    const path = new Path2D(), box = new Box();
    for (let i = 0; i < count; i++, line++) {
      for (let v = 0; v < lines.n[line]; v++) {
        x += lines.d[at++]; y += lines.d[at++];
        const px = plane.gridX(x), py = plane.gridY(y);
        box.add(px, py);
        if (v === 0) path.moveTo(px, py); else path.lineTo(px, py);
      }
    }
    return { path, box };
  });
}

function buildAfter(after, plane) {
  const outlined = (columns) => {
    const shapes = readShapes(columns.shape, plane), rows = [];
    for (let i = 0; i < columns.count; i++) {
      const row = { index: i, shape: shapes[i], site: columns.site[i], facility: columns.facility[i] };
      for (const name of PEOPLE_OF) row[name] = columns[name][i];
      rows.push(row);
    }
    return rows;
  };
  const { gaps } = after;
  return {
    coverage: after.coverage.map(exactly), gained: outlined(after.gained), lost: outlined(after.lost),
    gaps: gaps.touched ? { ...gaps, shapes: readShapes(gaps.shape, plane), xy: readPoints(gaps.label, plane) } : null,
  };
}

// Every scenario of the page, a proposal being one: its outlines, and its sites or edits as numbered marks.
function buildPlans(data) {
  const { plane, proposal, comparison } = data;
  if (proposal) {
    const xy = readPoints(proposal.sites.xy, plane), lines = readLineSets(proposal.sites.frontage, plane), { sites } = proposal;
    const marks = Array.from({ length: sites.count }, (_, i) => ({
      index: i, number: sites.order[i] || i + 1, op: 'add', name: sites.name[i], x: xy[2 * i], y: xy[2 * i + 1], line: lines[i],
      ...Object.fromEntries(['town', 'action', 'domain', 'cost', 'gain', 'gain_unknown', 'served', 'capacity', 'no_room', 'reasons', 'runs_share', 'frontage_m'].map((field) => [field, sites[field][i]])),
    }));
    return [{ name: null, after: buildAfter(proposal.after, plane), marks }];
  }
  return (comparison ? comparison.scenarios : []).map((scenario) => {
    const xy = readPoints(scenario.edits.xy, plane), lines = readLineSets(scenario.edits.line, plane);
    const marks = scenario.ledger.map((row, i) => ({ ...row, index: i, number: row.edit || i + 1, x: xy[2 * i], y: xy[2 * i + 1], line: lines[i] }));
    return { name: scenario.name, after: buildAfter(scenario.after, plane), marks, scenario };
  });
}

// The gaps as they are now, or what is left of them.
function reshapeGaps(gaps, after) {
  gaps.forEach((gap, i) => {
    gap.own = gap.own || { shape: gap.shape, x: gap.x, y: gap.y, people_low: gap.people_low, people_high: gap.people_high, runs_share: gap.runs_share,
      ...Object.fromEntries(PEOPLE_OF.map((name) => [name, gap[name]])) };
    Object.assign(gap, gap.own, { gone: false });
    if (!after || !after.gaps || !after.gaps.touched[i]) return;
    const shape = after.gaps.shapes[i];
    for (const name of PEOPLE_OF) gap[name] = after.gaps[name][i];
    Object.assign(gap, { people_low: null, people_high: null, runs_share: null, shape, gone: !(shape || gap.scattered) || !PEOPLE_OF.some((name) => gap[name] > 0) });
    if (shape) Object.assign(gap, { x: after.gaps.xy[2 * i], y: after.gaps.xy[2 * i + 1] });
    if (gap.gone) gap.shape = null;
  });
}

// ---- drawing

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
      pen.strokeStyle = edge; pen.lineWidth = (lit ? 2.6 : at([[11.5, 0.9], [13, 1.5]], view.zoom)) / k;
      pen.stroke(pathFor(row.shape, view));
    }
  };
  paint(plan.after.gained, CHANGES.gainedFill, CHANGES.gained, scene.tiles.crosses, 'n');
  paint(plan.after.lost, CHANGES.lostFill, CHANGES.lost, scene.tiles.net, 'l');
}

const markSize = (view) => at([[10.5, 9], [12, 11.5], [14, 14]], view.zoom) / view.scale;
const placedMark = (mark) => !Number.isNaN(mark.x);

// The street that a site may lie on, or the new path.
function drawStretches(pen, scene, state, view) {
  const plan = scene.plan;
  if (!plan || !state.layers.sites || view.zoom < 12.5) return;
  const k = view.scale, wide = at([[12.5, 3], [15, 7], [17, 11]], view.zoom);
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

// A ring with its number; what closes is red and crossed out at its shoulder.
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
  const k = view.scale, r = at([[10.5, 0.8], [13, 1.8], [16, 3.4]], view.zoom) / k, { box } = view;
  pen.fillStyle = CHANGES.site; pen.globalAlpha = 0.6;
  for (let i = 0; i < xy.length; i += 2) {
    if (!(xy[i] > box.x0 && xy[i] < box.x1 && xy[i + 1] > box.y0 && xy[i + 1] < box.y1)) continue;
    pen.fillRect(xy[i] - r, xy[i + 1] - r, 2 * r, 2 * r);
  }
  pen.globalAlpha = 1;
}

function markHovered(pen, scene, kind, index, view) {
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

function changeLegend(page) {
  const { words, scene, state } = page, { plan } = scene, rows = [];
  if (!plan) return rows;
  const ops = (test) => plan.marks.some((mark) => placedMark(mark) && test(mark.op));
  const key = page.data.proposal ? 'site_proposed' : 'edit_mark';
  if (scene.closed.length) rows.push([{ ring: { number: null, op: 'close' } }, words.say('op_close'), 'sites', 'always']);
  if (ops((op) => op !== 'close')) rows.push([{ ring: { number: null } }, words.say(key), 'sites', 'always']);
  if (ops((op) => op === 'close')) rows.push([{ ring: { number: null, op: 'close' } }, words.say('op_close'), 'sites', 'always']);
  if (state.after && plan.after.gained.length) rows.push([{ gained: true }, words.say('newly_covered'), 'changes', 'always']);
  if (state.after && plan.after.lost.length) rows.push([{ lost: true }, words.say('no_longer_covered'), 'changes', 'always']);
  if (page.data.proposal && plan.marks.some((mark) => mark.line) && page.map.getZoom() >= 12.5) rows.push([{ stretch: {} }, words.say('frontage'), 'sites', 'detail']);
  if (plan.marks.some((mark) => mark.line && mark.op === 'add_path') && page.map.getZoom() >= 12.5) rows.push([{ stretch: { dash: [6, 5] } }, words.say('op_add_path'), 'sites', 'detail']);
  if (scene.asked) rows.push([{ ring: { number: '?', dashed: true } }, words.say('why_not_place'), 'sites', 'detail']);
  if (state.other !== null) rows.push([{ ring: { number: null, dashed: true } }, words.say('site_instead'), 'sites', 'detail']);
  if (scene.candidates.length && state.layers.candidates) rows.push([{ candidate: true }, words.say('candidate'), 'candidates', 'detail']);
  return rows;
}

// ---- words

function judgedAgain(check, row) {
  if (!check || !known(check.target) || !row.people) return check;
  const result = row.share_low >= check.target ? 'met' : row.share_high < check.target ? 'missed' : 'undecided';
  return { ...check, result };
}

const signed = (value, words) => (value > 0 ? '+' : value < 0 ? '−' : '') + words.people(Math.abs(value));
const residentsOf = (gain) => (gain === null || gain === undefined ? null : typeof gain === 'object' ? gain.residential : gain);

function reasonsList(reasons, words) {
  const lines = (reasons && (reasons[words.language] || reasons[words.other])) || [];
  return lines.length ? make('ul', { class: 'reasons', 'aria-label': words.say('reasons') }, lines.map((text) => make('li', {}, text))) : null;
}

function afterSentence(page) {
  const { words, data } = page, kind = data.kinds[0];
  if (!kind) return [words.say('sentence_no_coverage')];
  const row = page.figure(), before = page.summary.row({}, page.area, kind, page.lastCutoff);
  const people_of = words.say('people_of_' + kind);
  if (!row || !row.people || !known(row.share) || !before) return null;
  const sites = page.plan.marks.filter((mark) => mark.op === 'add').length;
  const values = { sites: words.number(sites), place: page.state.town === null ? words.say('the_area') : page.state.town, people_of, minutes: whole(page.cutoff),
    before: known(before.share) ? words.share(before.share) : words.say('no_share'), share: words.share(row.share),
    gained: words.people(row.gained), lost: words.people(row.lost), beside: besideWords(row, people_of, words), ends: changedEnds(before, row, words) };
  const strong = { share: 'good', gained: 'good', lost: row.lost ? 'bad' : '', sites: '' };
  const more = row.gained > 0 || row.gained_unknown > 0;
  const key = data.proposal ? (!more && !(row.planned > 0) ? 'sentence_sites_none' : row.gained <= 0 ? 'sentence_sites_doubt' : isServed(page) ? 'sentence_sites_served' : 'sentence_sites')
    : row.lost > 0 ? 'sentence_both_ways' : more ? 'sentence_gained_only' : 'sentence_unchanged';
  const room = row.no_room > 0 ? phrase(words, 'sentence_no_room', { people: words.people(row.no_room) }, { people: 'bad' }) : [];
  return [...phrase(words, key, values, strong), ...leftWords(page, row, kind, people_of), ...room];
}

// Who is newly covered though nobody can judge today whether they are, and whom planned stations cover: told beside the others.
function besideWords(row, people_of, words) {
  const parts = [['gained_beside', row.gained_unknown], ['planned_beside', row.planned]].filter(([, people]) => people > 0)
    .map(([key, people]) => words.say(key, { people: words.people(people), people_of }));
  return parts.length ? words.say('beside', { who: parts.join(words.language === 'zh' ? '；' : ', and ') }) : '';
}

// Both ends of a share before and after, where somebody cannot be judged.
function changedEnds(before, row, words) {
  if (!(before.unknown > 0 || row.unknown > 0)) return '';
  const ends = (one) => words.say('range', { low: words.share(one.share_low), high: words.share(one.share_high) });
  return words.say('share_ends', { before: ends(before), after: ends(row) });
}

// A share; below it its two ends, where somebody cannot be judged.
function shareWithEnds(row, words, strong) {
  const share = shareOf(row, words), ends = endsOf(row, words);
  return make('span', {}, strong ? make('b', {}, share) : share, ends ? make('span', { class: 'source' }, ends) : null);
}

// People newly covered; below them those from doubt, and those of planned stations.
function gainedCell(row, words) {
  const below = (key, people) => (people > 0 ? make('span', { class: 'source' }, words.say(key, { people: words.people(people) })) : null);
  return make('span', {}, row.gained > 0 ? signed(row.gained, words) : '0', below('gained_doubt', row.gained_unknown), below('gained_planned', row.planned));
}

// Now and then: one switch for the figures, the list of gaps and the map.
function renderSwitch(page) {
  const { words, state, plans, data } = page;
  const place = byId('then');
  place.hidden = !plans.length;
  if (!plans.length) return;
  const kind = data.proposal ? 'built' : 'changed';
  const choice = (after, key) => make('button', { type: 'button', id: after ? 'then-after' : 'then-now', 'aria-pressed': String(page.shownAfter === after),
    onclick: () => page.switchAfter(after) }, words.say(key));
  put('then', plans.length > 1 ? select('scenario', words.say('scenario'), plans.map((plan, i) => [String(i), plan.name || words.say('scenario_unnamed')]),
    String(state.plan), (value) => page.choosePlan(Number(value)))
    : plans[0].name ? make('p', { class: 'scenario-name' }, plans[0].name) : null,
  make('div', { class: 'segments', role: 'group', 'aria-label': words.say('then_' + kind) }, choice(false, 'now_' + kind), choice(true, 'after_' + kind)));
}

// A part of the panel behind a click; it stays as it was when the panel is written anew.
function fold(page, name, title, ...content) {
  const inside = content.flat().filter((part) => part);
  if (!inside.length) return null;
  const { folds } = page.state;
  return make('details', { class: 'fold', id: 'fold-' + name, open: folds.has(name) || page.printing,
    ontoggle: (event) => { if (page.printing) return; if (event.target.open) folds.add(name); else folds.delete(name); } },
  make('summary', { id: 'fold-title-' + name }, title), inside);
}

// Shares before and after by town, with who gains and who loses there.
function townChanges(page, { losses }) {
  const { words, data, state, towns, plan } = page, kind = data.kinds[0];
  if (!kind || state.town !== null || towns.length < 2) return null;
  const rows = towns.map((town) => [town, page.summary.row({}, town, kind, page.lastCutoff), plan.after.coverage.find((row) => row.area === town && row.kind === kind)])
    .filter(([, , row]) => row)
    .map(([town, before, row]) => [townLink(town, page), shareWithEnds(before, words), shareWithEnds(row, words, true), gainedCell(row, words),
      ...(losses ? [row.lost > 0 ? make('span', { class: 'less' }, signed(-row.lost, words)) : '0'] : [])]);
  const heads = ['town', data.proposal ? 'now_built' : 'now_changed', data.proposal ? 'after_built' : 'after_changed', 'col_gained', ...(losses ? ['col_lost'] : [])];
  return table(words.say('towns_before_after', { minutes: whole(page.lastCutoff), kind: words.say('people_of_' + kind) }), heads.map((key) => words.say(key)), rows, page);
}

function changedCard(row, lost, page) {
  const { words, plan, scene } = page;
  const station = row.facility === null ? null : scene.facilities[row.facility];
  const mark = row.site === null ? null : plan.marks[row.site];
  const link = mark ? make('button', { type: 'button', class: 'link', onclick: () => page.openMark(mark) }, mark.number + ' · ' + markName(mark, words))
    : station ? make('button', { type: 'button', class: 'link', onclick: () => page.openFacility(station) }, station.name || words.say('facility_unnamed')) : null;
  return [
    make('h3', {}, words.say(lost ? 'no_longer_covered' : 'newly_covered')),
    figures([...countsOf(row, words), [words.say(lost ? 'covered_by_before' : 'covered_by_after'), link]]),
  ];
}

const markName = (mark, words) => mark.name || words.say(mark.op === 'add' ? 'site_unnamed' : 'edit_unnamed');
