// The legend, and the switches of the layers.

import { reachColours } from '../drawing/colours.js';
import { placedMark } from '../data/plans.js';
import { VERDICTS, shortNumber } from '../data/values.js';
import { noGate } from '../data/walls.js';
import { legendSwatch } from '../drawing/swatch.js';
import { BARRIER_ZOOM, COMPOUND_ZOOM, GATE_ZOOM } from '../drawing/zooms.js';
import { courseLegend } from './courses_tab.js';
import { byId, make, put, writeFor } from './elements.js';
import { NARROW } from './media.js';
import { paceWords } from './wording.js';

export function legendRows(page) {
  const { words, scene, state, data } = page;
  const has = (test) => scene.facilities.some(test);
  const sign = (changes) => ({ sign: { level: null, joined: true, in_ring: false, status: 'open', ...changes } });
  const colours = reachColours(scene.reach.length);
  const rows = state.bandProfile === null ? [] : scene.reach.map((minutes, i) => [{ band: colours[i] }, bandWords(minutes, page), 'reach']);
  if (state.gaps.length) rows.push([{ gap: true }, words.say('gap'), 'gaps']);
  if (state.unknown.length) rows.push([{ unknown: true }, words.say('unknown_area'), 'unknown']);
  for (const level of ['district', 'town', 'neighbourhood']) {
    if (has((one) => one.level === level)) rows.push([sign({ level }), words.say('level_' + level), 'facilities', 'detail']);
  }
  if (scene.facilities.length) rows.push([sign({}), words.say('station'), 'facilities', 'simple']);
  if (!has((one) => ['district', 'town', 'neighbourhood'].includes(one.level)) && rows.length) rows[rows.length - 1].splice(3, 1, 'always');
  if (has((one) => one.status === 'planned')) rows.push([sign({ status: 'planned' }), words.say('status_planned'), 'facilities', 'detail']);
  if (has((one) => !one.joined)) rows.push([sign({ joined: false }), words.say('not_joined'), 'facilities', 'detail']);
  if (has((one) => one.in_ring)) rows.push([sign({ in_ring: true }), words.say(data.town_page ? 'town_in_ring' : 'in_ring'), 'facilities', 'detail']);
  if (has((one) => one.status === 'closed')) rows.push([sign({ status: 'closed' }), words.say('status_closed'), 'facilities', 'detail']);
  if (state.when && has((one) => scene.choices.isShut(one, state.when))) rows.push([sign({ shut: true }), words.say('shut_then'), 'facilities', 'always']);
  if (state.layers.demand) {
    VERDICTS.forEach((name, verdict) => rows.push([{ verdict }, words.say('demand_' + name), 'demand', 'detail']));
  }
  const shown = changeLegend(page).concat(todoRows(page), rows, wallRows(page)).filter((row) => !state.makesWay(row[2]));
  return routeRows(page).concat(state.lecturing ? courseLegend(page) : [], state.routing ? fewStations(shown) : shown);
}

// Whose reach it is, where it is not that of the plan's own people.
function bandWords(minutes, { words, state, summary }) {
  const band = words.say('band', { minutes: shortNumber(minutes) });
  return state.walker === summary.plan ? band : words.say('band_of', { band, pace: paceWords(state.walker, { words, data: state.data }) });
}

// The legend explains the signs of walls only at zooms at which the map draws them.
function wallRows(page) {
  const { words, scene } = page, zoom = page.map.getZoom(), rows = [];
  const gates = (test) => zoom >= GATE_ZOOM && scene.gates.some(test);
  const add = (shown, what, key, layer) => { if (shown) rows.push([what, words.say(key), layer, 'detail']); };
  add(zoom >= COMPOUND_ZOOM && scene.compounds.length, { compound: true }, 'compound', 'compounds');
  add(zoom >= GATE_ZOOM && scene.compounds.some(noGate), { question: true }, 'sign_no_gate', 'compounds');
  add(gates((one) => one.mapped && one.state !== 'shut'), { gate: { mapped: true, state: 'open' } }, 'sign_gate_mapped', 'gates');
  add(gates((one) => !one.mapped && one.state !== 'shut'), { gate: { mapped: false, state: 'open' } }, 'sign_gate_inferred', 'gates');
  add(gates((one) => one.state === 'shut'), { gate: { mapped: false, state: 'shut' } }, 'sign_gate_shut', 'gates');
  add(zoom >= BARRIER_ZOOM && scene.barriers.length, { barriers: scene.barriers.map((one) => one.kind) }, 'layer_barriers', 'barriers');
  return rows;
}

// One line for all facilities: beside routes their kinds do not matter.
const fewStations = (rows) => rows.filter(([, , layer, only]) => layer !== 'facilities' || only !== 'detail').map(([what, text, layer, only]) => [what, text, layer, layer === 'facilities' ? 'always' : only]);

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

// Themes of the routes shown, each in its colour, and the signs beside them.
function routeRows(page) {
  const { words, scene, state } = page, { routes, about } = scene.walks;
  if (!state.routing || !routes.length) return [];
  const shown = state.routesLit();
  const has = (test) => shown.some((route) => route.beside.some(({ kind }) => test(kind)));
  const rows = about.themes.filter(({ name }) => shown.some((route) => route.theme === name)).map(({ name, colour }) => [{ route: { colour } }, words.say('routes_theme', { theme: name }), 'routes', 'always']);
  if (shown.some((route) => route.legs.some(({ by }) => by === 'coach'))) rows.push([{ route: { colour: '#1c2430', dashed: true } }, words.say('routes_coach'), 'routes', 'always']);
  rows.push([{ stop: true }, words.say('routes_stop_sign'), 'routes', 'always']);
  if (state.leftHere().length) rows.push([{ left: true }, words.say('routes_left_sign'), 'routes', 'detail']);
  if (state.route === null) return rows;
  const rest = (kind, key) => rows.push([{ rest: kind }, capital(words.say(key)), 'routes', 'detail']);
  if (has((kind) => kind === 'toilets')) rest('toilets', 'rest_toilets');
  if (has((kind) => kind === 'bench' || kind === 'shelter')) rest('bench', 'routes_rest_sign');
  if (has((kind) => kind === 'drinking_water')) rest('drinking_water', 'rest_drinking_water');
  return rows;
}

function todoRows(page) {
  const { words, state } = page, rows = [];
  if (state.tab !== 'todo') return rows;
  const here = state.todoHere();
  for (const what of ['site', 'gain', 'longer']) if (here.some((one) => one.what === what)) rows.push([{ todo: what }, words.say('todo_' + what), 'gaps', 'always']);
  return rows;
}

function layersHere(page) {
  const { scene, state } = page;
  const there = {
    sites: state.plan, changes: state.plan, candidates: state.proposing && scene.candidates.length, reach: state.bandProfile === null ? 0 : scene.bands.length, gaps: state.gaps.length, unknown: state.unknown.length, facilities: scene.facilities.length,
    streets: scene.streets.some((lines) => lines.last), backdrop: scene.water.length + scene.green.length,
    routes: state.routing, courses: state.lecturing, areas: scene.areas.length, labels: scene.areas.length + scene.names.places.length + scene.names.streets.length, basemap: page.data.basemap, demand: scene.demand.count,
    compounds: scene.compounds.length, gates: scene.gates.length, barriers: scene.barriers.length,
  };
  return Object.keys(there).filter((name) => there[name] && !state.makesWay(name));
}

const isFar = (name, page) => page.map.getZoom() < ({ compounds: COMPOUND_ZOOM, gates: GATE_ZOOM, barriers: BARRIER_ZOOM }[name] || 0);

export function renderLegend(page) {
  const { words, state } = page, rows = legendRows(page), layers = layersHere(page).map((name) => [name, state.layers[name], isFar(name, page)]);
  const few = window.matchMedia('(max-height: 620px), (max-width: 960px)').matches;
  writeFor('legend', [words.language, rows, state.layers, layers, few, state.layersOpen, state.bandProfile === null, state.quiet], () => writeLegend(page, rows, layers, few));
}

// Signs that were drawn before, by what they show.
const swatches = new Map();

function swatchOf(what) {
  const key = JSON.stringify(what);
  if (!swatches.has(key)) swatches.set(key, legendSwatch(what));
  return swatches.get(key);
}

function writeLegend(page, rows, layers, few) {
  const { words, scene, state } = page;
  const seen = rows.filter((row) => row[3] !== (few ? 'detail' : 'simple')).length;
  const deep = seen > 16 ? Math.ceil(seen / 3) : seen > 6 ? Math.ceil(seen / 2) : seen;
  const signs = make('ul', { class: 'signs' }, rows.map(([what, text, layer, only]) =>
    make('li', { class: (only || '') + (state.layers[layer] ? '' : ' off') }, swatchOf(what), make('span', {}, text))));
  signs.style.setProperty('--rows', deep);
  const switches = make('fieldset', { class: 'switches', hidden: !state.layersOpen },
    make('legend', { class: 'sr' }, words.say('layers')),
    layers.map(([name, on, far]) => {
      const box = make('input', { type: 'checkbox', onchange: (event) => page.switchLayer(name, event.target.checked), 'data-layer': name });
      box.checked = on;
      return make('label', { class: far ? 'far' : null }, box, make('span', {}, words.say('layer_' + name), far ? make('span', { class: 'source' }, words.say('layer_near')) : null));
    }));
  const button = make('button', { type: 'button', class: 'layers-button', 'aria-expanded': String(state.layersOpen),
    onclick: () => { state.layersOpen = !state.layersOpen; page.render(); byId('legend').querySelector('.layers-button').focus(); } }, words.say('layers'));
  const note = scene.bands.length && state.bandProfile === null && !state.quiet ? make('p', { class: 'legend-note' }, words.say('band_none')) : null;
  put('legend', signs, note, make('div', { class: 'layers-row' }, button), switches).setAttribute('aria-label', words.say('legend'));
  // On a phone search and buttons stand below it, however high it is.
  if (NARROW.matches) document.documentElement.style.setProperty('--legend', byId('legend').offsetHeight + 'px');
}

function changeLegend(page) {
  const { words, scene, state } = page, { plan } = state, rows = [];
  if (!plan) return rows;
  const ops = (test) => plan.marks.some((mark) => placedMark(mark) && test(mark.op));
  const key = state.proposing ? 'site_proposed' : state.trying ? 'edit' : 'edit_mark';
  if (state.proposing && scene.closed.length) rows.push([{ ring: { number: null, op: 'close' } }, words.say('op_close'), 'sites', 'always']);
  if (ops((op) => op !== 'close')) rows.push([{ ring: { number: null } }, words.say(key), 'sites', 'always']);
  if (ops((op) => op === 'close')) rows.push([{ ring: { number: null, op: 'close' } }, words.say('op_close'), 'sites', 'always']);
  if (state.after && plan.after.gained.length) rows.push([{ gained: true }, words.say('newly_covered'), 'changes', 'always']);
  if (state.after && plan.after.lost.length) rows.push([{ lost: true }, words.say('no_longer_covered'), 'changes', 'always']);
  if (state.proposing && plan.marks.some((mark) => mark.line) && page.map.getZoom() >= 12.5) rows.push([{ stretch: {} }, words.say('frontage'), 'sites', 'detail']);
  if (plan.marks.some((mark) => mark.line && mark.op === 'add_path') && page.map.getZoom() >= 12.5) rows.push([{ stretch: { dash: [6, 5] } }, words.say('op_add_path'), 'sites', 'detail']);
  if (state.proposing && scene.asked) rows.push([{ ring: { number: '?', dashed: true } }, words.say('why_not_place'), 'sites', 'detail']);
  if (state.other !== null) rows.push([{ ring: { number: null, dashed: true } }, words.say('site_instead'), 'sites', 'detail']);
  if (state.proposing && scene.candidates.length && state.layers.candidates) rows.push([{ candidate: true }, words.say('candidate'), 'candidates', 'detail']);
  return rows;
}
