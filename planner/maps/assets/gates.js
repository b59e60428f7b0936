// Compounds, their gates, barriers, and what an opened gate would bring.

const COMPOUND_ZOOM = 13.5, GATE_ZOOM = 15, BARRIER_ZOOM = 12.5, GAINS_AFAR = 20;
const WALLS = { outline: '#8a7f6d', fill: 'rgba(138,127,109,.10)', gate: '#1c2430', opening: '#7b3fa0' };
const BARRIERS = {
  water: { colour: '#8fb4cc', dash: [] }, railway: { colour: '#8b8f98', dash: [7, 3] },
  motorway: { colour: '#b99f7a', dash: [] }, wall: { colour: '#a3937c', dash: [2, 2] },
};

function buildWalls(data) {
  const { plane } = data;
  const shapes = readShapes(data.compounds.shape, plane);
  const compounds = rowsOf(data.compounds, plane, 'mark');
  compounds.forEach((one, i) => { one.shape = shapes[i]; });
  return {
    compounds,
    gates: rowsOf(data.gates, plane, 'xy'),
    gains: rowsOf(data.gains, plane, 'xy'),
    barriers: Object.entries(data.barriers).map(([kind, lines]) => ({ kind, chunks: readLines(lines, plane, 600) })),
  };
}

const noGate = (compound) => compound.state === 'no gate known';

function drawBarriers(pen, scene, view) {
  if (view.zoom < BARRIER_ZOOM) return;
  const k = view.scale;
  pen.lineJoin = 'round'; pen.lineCap = 'butt';
  const clear = interpolate([[12.5, 0.25], [15, 0.7]], view.zoom);
  for (const { kind, chunks } of scene.barriers) {
    const { colour, dash } = BARRIERS[kind];
    pen.globalAlpha = kind === 'wall' ? 0.6 * clear : clear;
    pen.strokeStyle = colour; pen.lineWidth = interpolate([[12.5, 0.7], [15, 1.4], [17, 2.2]], view.zoom) / k;
    pen.setLineDash(dash.map((length) => length / k));
    for (const chunk of chunks) if (chunk.box.meets(view.box)) pen.stroke(chunk.path);
  }
  pen.setLineDash([]); pen.globalAlpha = 1;
}

function drawCompounds(pen, scene, state, view) {
  if (view.zoom < COMPOUND_ZOOM) return;
  const k = view.scale;
  pen.lineJoin = 'round';
  for (const one of scene.compounds) {
    if (!one.shape || !one.shape.box.meets(view.box)) continue;
    const open = state.open === 'c' + one.index;
    pen.fillStyle = WALLS.fill; pen.fill(one.shape.path, 'evenodd');
    pen.strokeStyle = noGate(one) ? COLOURS.unknown : WALLS.outline;
    pen.setLineDash(noGate(one) ? [4 / k, 3 / k] : []);
    pen.globalAlpha = open ? 1 : 0.7;
    pen.lineWidth = (open ? 2.4 : interpolate([[13.5, 0.7], [16, 1.5]], view.zoom)) / k;
    pen.stroke(one.shape.path);
    pen.globalAlpha = 1;
  }
  pen.setLineDash([]);
}

// Where nobody knows a gate: a question in the middle.
function drawQuestions(pen, scene, view) {
  if (view.zoom < GATE_ZOOM) return;
  const k = view.scale, { box } = view;
  for (const one of scene.compounds) {
    if (noGate(one) && box.has(one.x, one.y)) drawQuestion(pen, one.x, one.y, k);
  }
}

function drawQuestion(pen, x, y, k) {
  pen.beginPath(); pen.arc(x, y, 7 / k, 0, 7);
  pen.fillStyle = '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.unknown; pen.lineWidth = 1.2 / k;
  pen.setLineDash([2 / k, 1.5 / k]); pen.stroke(); pen.setLineDash([]);
  pen.fillStyle = COLOURS.unknown; pen.textAlign = 'center'; pen.textBaseline = 'middle';
  pen.font = '700 ' + 10 / k + 'px system-ui, sans-serif';
  pen.fillText('?', x, y + 0.5 / k);
}

const gateSize = (zoom) => interpolate([[15, 2.8], [16, 4], [18, 5.5]], zoom);

// Mapped: a filled square. Inferred: a hollow one. Shut: crossed.
function drawGate(pen, gate, x, y, k, r) {
  const s = r / k;
  pen.lineJoin = 'miter'; pen.lineCap = 'butt';
  pen.beginPath(); pen.rect(x - s, y - s, 2 * s, 2 * s);
  pen.strokeStyle = '#ffffff'; pen.lineWidth = (r * 0.9) / k; pen.stroke();
  const filled = gate.mapped && gate.state !== 'shut';
  pen.fillStyle = filled ? WALLS.gate : '#ffffff'; pen.fill();
  pen.strokeStyle = WALLS.gate; pen.lineWidth = Math.min(1.6, 0.4 * r) / k;
  if (!filled) pen.stroke();
  if (gate.state !== 'shut') return;
  pen.beginPath();
  pen.moveTo(x - s, y - s); pen.lineTo(x + s, y + s); pen.moveTo(x + s, y - s); pen.lineTo(x - s, y + s);
  pen.stroke();
}

function drawGates(pen, scene, state, view) {
  if (view.zoom < GATE_ZOOM) return;
  const k = view.scale, { box } = view, r = gateSize(view.zoom);
  for (const gate of scene.gates) {
    if (!box.has(gate.x, gate.y)) continue;
    pen.globalAlpha = state.town === null || gate.town === state.town ? 1 : 0.35;
    drawGate(pen, gate, gate.x, gate.y, k, state.open === 'p' + gate.index ? 1.5 * r : r);
  }
  pen.globalAlpha = 1;
}

function drawOpening(pen, x, y, rank, lit, view) {
  const k = view.scale, r = rankSize(view);
  pen.beginPath(); roundedBox(pen, x - r, y - r, 2 * r, 2 * r, 0.45 * r);
  pen.fillStyle = lit ? WALLS.opening : '#ffffff'; pen.fill();
  pen.strokeStyle = WALLS.opening; pen.lineWidth = 1.8 / k; pen.stroke();
  pen.fillStyle = lit ? '#ffffff' : WALLS.opening;
  pen.textAlign = 'center'; pen.textBaseline = 'middle';
  pen.font = '700 ' + (rank > 99 ? 0.85 : 1.1) * r + 'px system-ui, sans-serif';
  pen.fillText(String(rank), x, y + 0.7 / k);
}

// The numbers of the ranked openings, while their list is in front or one of them is open; from afar only the first.
function drawOpenings(pen, scene, state, view) {
  const placed = [], r = rankSize(view), { box } = view;
  const lit = (gain) => state.open === 'o' + gain.index;
  const here = state.tab === 'gates' ? scene.gains.filter((one) => state.town === null || one.town === state.town) : [];
  const listed = view.zoom < COMPOUND_ZOOM ? here.slice(0, GAINS_AFAR) : here;
  for (const gain of scene.gains.filter(lit).concat(listed)) {
    if (!box.has(gain.x, gain.y)) continue;
    if (placed.some((other) => Math.hypot(other.x - gain.x, other.y - gain.y) < 2.15 * r)) continue;
    placed.push(gain);
    drawOpening(pen, gain.x, gain.y, gain.rank, lit(gain), view);
  }
  return placed;
}

// ---- words and cards

const compoundName = (one, words) => (one && one.name) || words.say('compound_unnamed');

function compoundCard(one, page) {
  const { words } = page;
  return [
    make('h3', {}, compoundName(one, words)),
    factList([
      ...countsOf(one, words),
      [words.say('compound_state'), words.term('state', one.state)],
      [words.say('gates_mapped'), one.gates_mapped ? words.number(one.gates_mapped) : null],
      [words.say('gates_inferred'), one.gates_inferred ? words.number(one.gates_inferred) : null],
      [words.say('town'), one.town],
    ]),
    noGate(one) ? make('p', { class: 'note' }, words.say('no_gate_long')) : null,
  ];
}

const passWords = (passes, words) => (passes || '').split(';').filter((part) => part)
  .map((part) => (words.has('passes_' + part) ? words.say('passes_' + part) : words.term('profile', part))).join(words.betweenNames);

function gateCard(gate, page) {
  const { words, scene } = page;
  const kind = gate.mapped ? 'gate_mapped' : gate.inferred ? 'gate_inferred' : 'gate_none';
  return [
    make('h3', {}, gate.name || words.say('gate')),
    factList([
      [words.say('compound'), gate.compound === null ? null : compoundName(scene.compounds[gate.compound], words)],
      [words.say('gate_known'), words.say(kind)],
      [words.say('status'), words.term('gate', gate.state)],
      [words.say('gate_who'), gate.mapped ? passWords(gate.passes, words) : null],
      [words.say('gate_hours'), gate.hours],
      [words.say('town'), gate.town],
    ]),
    gate.mapped ? null : make('p', { class: 'note' }, words.say(gate.inferred ? 'gate_inferred_long' : 'gate_none_long')),
  ];
}

function gainCard(gain, page) {
  const { words, scene } = page;
  const station = gain.facility === null ? null : scene.facilities[gain.facility];
  return [
    make('h3', {}, make('span', { class: 'rank opening' }, gain.rank), gainName(gain, page)),
    factList([
      ...countsOf(gain, words).map(([kind, people]) => [words.say('gain_of', { kind }), people]),
      [words.say('gain_kind'), words.term('gain', gain.kind)],
      [words.say('gain_path'), gain.path_m ? words.say('metres', { metres: words.metres(gain.path_m) }) : null],
      [words.say('gain_instead'), gain.alternatives ? words.say('gain_instead_value', { count: gain.alternatives }) : null],
      [words.say('gain_reach'), stationLink(station, page)],
      [words.say('town'), gain.town],
    ]),
    unseen(gain, page) ? make('p', { class: 'note' }, words.say('gain_unseen_long')) : null,
    make('p', { class: 'how' }, words.say('gains_how', { minutes: shortNumber(page.lastCutoff) })),
  ];
}

// Whether no gate of the compound is known: it may have one there already.
const unseen = (gain, page) => gain.compound !== null && noGate(page.scene.compounds[gain.compound]);

function gainName(gain, page) {
  const inside = gain.compound === null ? null : page.scene.compounds[gain.compound];
  return gain.name || compoundName(inside, page.words);
}

function gainItem(gain, page) {
  const { words, scene } = page;
  const station = gain.facility === null ? null : scene.facilities[gain.facility];
  const why = [unseen(gain, page) ? words.say('gain_unseen') : words.term('gain', gain.kind), station ? words.say('gain_to', { station: stationName(station, words) }) : null]
    .filter((text) => text).join(words.betweenFacts);
  const kind = [page.gapKind, ...page.data.kinds].find((one) => gain['people_' + one] > 0) || page.gapKind;
  const people = words.say('gain_people', { people: words.persons(gain['people_' + kind] || 0) });
  const who = kind === page.gapKind ? null : make('span', { class: 'gap-kind' }, words.say('kind_' + kind));
  const said = (who ? who.textContent + ' ' : '') + people, name = gainName(gain, page);
  return rankedItem('o' + gain.index, { of: 'gain', look: ' opening', rank: gain.rank, name, why, people: [who, people], onclick: () => page.openGain(gain),
    label: words.say('gain_row', { rank: gain.rank, name, people: said, why }) }, page);
}

// How many gates and walls were looked at for this list.
function lookedAt(page) {
  const { words, data } = page;
  const parts = data.openings.filter((row) => row.considered > 0)
    .map((row) => words.say('looked_at', { count: words.number(row.considered), kind: words.term('opening', row.kind) }));
  return parts.length ? make('p', { class: 'gaps-how' }, words.say('looked_at_all', { parts: parts.join(words.betweenNames) })) : null;
}

function renderGains(page) {
  const { words, scene, data } = page;
  if (!scene.gains.length) return;
  const here = page.gainsHere(), shown = here.slice(0, page.gapsShown);
  const rest = scene.gains.length < data.gains.total ? words.say('gains_first', { count: words.number(scene.gains.length), total: words.number(data.gains.total) }) : null;
  const more = here.length > shown.length ? make('button', { type: 'button', class: 'more', id: 'more-gains', onclick: () => { page.gapsShown += GAPS_SHOWN; page.render(); } },
    words.say('more', { count: words.number(Math.min(here.length - shown.length, GAPS_SHOWN)) })) : null;
  put('tab-gates',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('gains_title', { kind: words.say('people_of_' + page.gapKind) })),
      make('span', {}, words.say('gaps_count', { count: words.number(here.length) }))),
    make('p', { class: 'gaps-how' }, words.say('gains_how', { minutes: shortNumber(page.lastCutoff) }), rest),
    make('ol', { id: 'gains', class: 'list' }, here.length ? shown.map((gain) => gainItem(gain, page)) : make('li', { class: 'gap-none' }, words.say('gains_none'))),
    more, lookedAt(page));
}
