// The page: what the reader chose, written to the panel and drawn on the map after every change.

import { Address } from './address.js';
import { Cards } from './cards/cards.js';
import { Plane } from './data/plane.js';
import { buildScene } from './data/scene.js';
import { Summary } from './data/summary.js';
import { readBytes, unpack } from './data/unpack.js';
import { Words } from './data/words.js';
import { findingsDependOn, marksDependOn } from './drawing/findings.js';
import { groundDependsOn } from './drawing/ground.js';
import { Labels } from './drawing/labels.js';
import { drawMarks, drawSigns, drawTile, paintingNames } from './drawing/picture.js';
import { Slices } from './drawing/slices.js';
import { BARRIER_ZOOM, COMPOUND_ZOOM, GATE_ZOOM, PLACE_ZOOM } from './drawing/zooms.js';
import { WhatIf } from './engine/client.js';
import { fillIn } from './engine/drawn.js';
import { listenToKeys } from './keys.js';
import { Basemap } from './map/basemap.js';
import { Camera } from './map/camera.js';
import { CanvasLayer } from './map/canvas.js';
import { Finder } from './map/finder.js';
import { LaterCanvas } from './map/later_canvas.js';
import { Places } from './map/places.js';
import { TileLayer } from './map/tile_layer.js';
import { Zooming } from './map/zooming.js';
import { byId, make } from './panel/elements.js';
import { rememberFocus } from './panel/focus.js';
import { renderTables } from './panel/figures.js';
import { renderLegend } from './panel/legend.js';
import { STILL } from './panel/media.js';
import { renderPanel, renderTab } from './panel/panel.js';
import { routeName } from './panel/route_words.js';
import { Search } from './panel/search.js';
import { Share } from './panel/share.js';
import { Sheet } from './panel/sheet.js';
import { Printing } from './print/printing.js';
import { Player } from './player.js';
import { takePicture } from './snapshot.js';
import { State } from './state/state.js';
import { Files } from './trial/files.js';
import { Gestures } from './trial/gestures.js';
import { Trying } from './trial/trying.js';

class Page {
  // `whatIf`: from `startWhatIf`.
  constructor(map, data, whatIf) {
    this.map = map; this.data = data; this.whatIf = whatIf;
    this.words = new Words(data.texts, data.language);
    this.summary = new Summary(data);
    this.scene = buildScene(data);
    this.state = new State(data, this.scene, this.summary);
    this.undrawn = new Set(); // parts of the map
    this.near = null; // how many signs of the legend the zoom shows
    this.camera = new Camera(this);
    this.finder = new Finder(map, this.scene, this.state);
    this.places = new Places(this.scene, this.state, data.committees);
    this.cards = new Cards(this);
    this.address = new Address(this);
    this.share = new Share(this, takePicture);
    this.player = new Player(this);
  }

  start() {
    this.sheet = new Sheet(this);
    this.printing = new Printing(this);
    this.search = new Search(this);
    const { panBy } = this.map;
    this.map.panBy = (offset, options) => panBy.call(this.map, offset, STILL.matches ? { ...options, animate: false } : options);
    this.addControls();
    this.address.start();
    this.addLayers();
    this.basemap = new Basemap(this);
    this.listen();
    byId('poster').remove();
    document.body.dataset.ready = 'true';
    if (!this.whatIf) return;
    this.trying = new Trying(this);
    this.gestures = new Gestures(this);
    this.files = new Files(this);
  }

  // From below: the ground, in tiles; signs; what the pointer is on.
  addLayers() {
    const { plane } = this.scene, { state } = this, held = () => this.zooming.busy;
    const onCanvas = (name, order, draw, { Layer = CanvasLayer, ...more }) => new Layer((pen, viewport) => draw(pen, this, viewport), { pane: this.addPane(name, order), plane, held, told: (drawn) => this.tellDrawn(name, drawn), ...more }).addTo(this.map);
    this.zooming = new Zooming(this.map, () => this.catchUp());
    this.ahead = new Slices(() => this.workingAhead(), held);
    this.ground = new TileLayer({
      pane: this.addPane('ground', 350), plane, held,
      draw: (pen, viewport, solid) => drawTile(pen, this, viewport, { solid }),
      looks: () => groundDependsOn(state) + this.notice,
      opaque: () => !state.basemapSeen,
      told: (drawn) => this.tellDrawn('ground', drawn),
    }).addTo(this.map);
    this.findings = onCanvas('findings', 360, (pen, page, viewport) => { this.finder.signs = drawSigns(pen, page, viewport); }, { looks: () => findingsDependOn(state) });
    this.labels = new Labels(this.scene, (done) => { this.tellDrawn('labels', done); if (done) this.names.repaint(); }, held);
    this.names = onCanvas('names', 365, paintingNames, { Layer: LaterCanvas, looks: (pen) => this.labels.listAt(this.map.getZoom(), state, pen), shown: () => state.layers.labels });
    this.marks = onCanvas('marks', 370, (pen, page, viewport) => drawMarks(pen, page, viewport, this.finder.signs), { looks: () => marksDependOn(state), shown: () => state.hover !== null || state.place !== null || state.trying || state.moving !== null });
  }

  // What the reader may choose next.
  *workingAhead() {
    yield* this.scene.choices.workingAhead();
    yield* this.scene.classes.workingAhead(this.scene.own);
  }

  // What is on the map, for those who wait until all of it is drawn.
  tellDrawn(part, drawn) {
    if (drawn) this.undrawn.delete(part); else this.undrawn.add(part);
    document.body.dataset.drawn = String(!this.undrawn.size);
    if (!this.undrawn.size) this.ahead.wake();
  }

  // The map was zoomed: draw for where it is now.
  catchUp() {
    for (const layer of [this.ground, this.findings, this.names, this.marks]) layer.catchUp();
    this.explainSigns();
  }

  addPane(name, order) {
    this.map.createPane(name).style.zIndex = order;
    this.map.getPane(name).style.pointerEvents = 'none';
    return name;
  }

  // Whether a layer is one that somebody added with folium: neither paper nor picture shows those.
  isAdded(layer) { return !(layer instanceof L.Popup || layer instanceof L.Tooltip || [this.ground, this.findings, this.names, this.marks, ...this.basemap.layers].includes(layer)); }

  get hasAdded() {
    let found = false;
    this.map.eachLayer((layer) => { found = found || this.isAdded(layer); });
    return found;
  }

  // What is written over the map of invented data.
  get notice() { return this.data.synthetic ? this.words.say('synthetic') : ''; }

  addControls() {
    L.control.zoom({ position: 'topright', zoomInTitle: '', zoomOutTitle: '' }).addTo(this.map);
    L.control.scale({ position: 'bottomleft', imperial: false, maxWidth: 120 }).addTo(this.map);
    const Home = L.Control.extend({
      onAdd: () => {
        const home = make('button', { type: 'button', class: 'home', onclick: () => this.camera.showArea() }, '⤢');
        const bar = make('div', { class: 'leaflet-bar' }, home);
        L.DomEvent.disableClickPropagation(bar);
        return bar;
      },
    });
    new Home({ position: 'topright' }).addTo(this.map);
    const Menu = L.Control.extend({ onAdd: () => { L.DomEvent.disableClickPropagation(this.share.place); return this.share.place; } });
    new Menu({ position: 'topright' }).addTo(this.map);
  }

  listen() {
    const { map } = this;
    map.on('click', (event) => { if (!this.gestures || !this.gestures.endsIn(event.originalEvent)) this.openAt(event.latlng, L.Browser.mobile ? 10 : 0); });
    map.on('mousemove', (event) => this.hover(this.finder.keyAt(event.latlng, { areas: map.getZoom() < PLACE_ZOOM })));
    map.on('mouseout', () => this.hover(null));
    map.on('popupclose', (event) => this.cards.forget(event.popup));
    map.on('layeradd layerremove', ({ layer }) => { if (this.isAdded(layer)) this.printing.forget(); });
    listenToKeys(this);
    byId('lang').addEventListener('click', () => this.switchLanguage());
    byId('sure-button').addEventListener('click', () => this.toggleSure());
    byId('more').addEventListener('click', () => { this.state.showMore(); renderTab(this); });
    byId('skip').addEventListener('click', (event) => { event.preventDefault(); this.skipToList(); });
    // The figures open below the edge of the panel: scroll them into sight.
    byId('figures-title').addEventListener('click', () => {
      if (!byId('figures').open) renderTables(this, { opening: true });
      requestAnimationFrame(() => { if (byId('figures').open) byId('figures').scrollIntoView({ block: 'start' }); });
    });
    new ResizeObserver(() => this.camera.fitRoom()).observe(map.getContainer());
  }

  // ---- what the reader chooses

  // Change the state, show it, and tell a screen reader what the figures are now.
  choose(change) {
    this.cards.close();
    change(this.state);
    if (this.trying && !this.state.trying) this.trying.letGo();
    this.render();
    this.tellFigures();
    if (this.trying && this.state.trying) this.trying.choseWhom();
  }

  // Gaps that are searched for are the plan's own.
  showPlanned() { if (!this.state.asPlanned) this.choose((state) => state.choosePlanned()); }

  chooseTown(town) {
    this.choose((state) => state.chooseTown(town));
    this.camera.showArea();
  }

  // A site of the proposal, from the list of what to do: the proposal comes into view.
  openSite(site) {
    const { tab } = this.state;
    if (!this.state.proposing) this.choose((state) => { state.chooseView('proposal'); state.tab = tab; });
    this.cards.openMark(site);
  }

  // One route in full, or all of them.
  chooseRoute(index) {
    this.cards.close();
    const chosen = this.state.route === index ? null : index;
    this.state.chooseRoute(chosen);
    this.render();
    this.camera.showRoutes(chosen);
    const [route] = chosen === null ? [] : [this.scene.walks.routes[chosen]];
    if (route) this.tell(routeName(route, this.words));
  }

  // A committee, host or course {kind, index} with its sessions, or all of them.
  chooseLesson(lesson) {
    this.cards.close();
    this.state.chooseLesson(lesson);
    this.render();
    this.camera.showLesson();
    const head = byId('tab-courses').querySelector('.lesson-about');
    if (!head) return;
    this.tell(head.querySelector('h3').textContent);
    head.previousElementSibling.scrollIntoView({ block: 'start' });
  }

  chooseLessonKind(kind) {
    this.state.chooseLessonKind(kind);
    this.render();
    this.camera.showLesson();
  }

  // A session of what is chosen with everybody who goes there; once more, and it closes.
  openLecture(index) {
    this.state.openLecture(index);
    this.render();
    this.camera.showLesson();
  }

  scrollToRoute() {
    const item = byId('route-' + (this.state.route + 1));
    if (item) item.scrollIntoView({ block: 'start' });
  }

  openTab(name) {
    this.cards.close();
    this.state.chooseTab(name);
    this.render();
    byId('to-' + name).focus({ preventScroll: true });
  }

  switchLanguage() {
    this.words.language = this.words.other;
    this.cards.close();
    this.render();
    this.sheet.describe();
    if (this.trying) this.trying.sayAgain();
  }

  skipToList() {
    const [first] = this.state.tabs, list = byId(first === 'gaps' ? 'gaps' : 'tab-' + first);
    if (this.state.tab !== first) this.openTab(first);
    (list.querySelector('button') || list).focus();
  }

  toggleSure() { this.state.sureOpen = !this.state.sureOpen; this.render(); }

  switchLayer(name, on) {
    this.state.switches[name] = on;
    if (name === 'basemap') this.basemap.show(on);
    this.render();
  }

  hover(key) {
    if (key === this.state.hover) return;
    this.state.hover = key;
    this.map.getContainer().style.cursor = key ? 'pointer' : '';
    this.marks.repaint();
  }

  // A sign, a number or from afar an area; else the place itself: no click hits nothing.
  openAt(latlng, slack, byKey = false) {
    if (this.trying && this.state.trying && this.trying.click(latlng, byKey)) return;
    const { plane } = this.scene, key = this.finder.keyAt(latlng, { slack, areas: this.map.getZoom() < PLACE_ZOOM });
    if (key) this.cards.open(key, latlng); else this.cards.openPlace(this.places.placeAt(plane.x(latlng.lng), plane.y(latlng.lat)));
  }

  // ---- what is shown

  tell(text) { byId('live').textContent = text; }
  tellFigures() { this.tell(byId('sentence').textContent); }

  render() {
    const keepFocus = rememberFocus(this.state.tabs[0]);
    renderPanel(this);
    renderLegend(this);
    this.printing.describe();
    this.printing.forget();
    this.search.describe();
    document.body.classList.toggle('carded', this.state.open !== null);
    document.body.classList.toggle('trying', this.state.trying);
    keepFocus();
    for (const [selector, key] of [['.leaflet-control-zoom-in', 'zoom_in'], ['.leaflet-control-zoom-out', 'zoom_out'], ['.home', 'whole']]) {
      const button = /** @type {HTMLElement} */ (this.map.getContainer().querySelector(selector));
      button.setAttribute('aria-label', this.words.say(key)); button.title = this.words.say(key);
    }
    this.share.render();
    this.address.keep();
    if (this.ground) { this.ground.repaint(); this.findings.repaint(); this.names.repaint(); this.marks.repaint(); }
  }

  // The legend explains what the zoom shows: it is written anew where that changes.
  explainSigns() {
    const near = [COMPOUND_ZOOM, GATE_ZOOM, BARRIER_ZOOM].filter((zoom) => this.map.getZoom() >= zoom).length;
    if (near !== this.near) { this.near = near; renderLegend(this); }
  }

  scrollToTrial() { byId('tabs').scrollIntoView({ block: 'start' }); }

  scrollToGap(index) {
    const { state } = this;
    if (state.tab !== 'gaps') return;
    const place = state.gapsHere().list.findIndex((gap) => gap.index === index);
    if (place >= state.gapsShown) { state.gapsShown = place + 1; renderTab(this); }
    const item = byId('gaps').querySelector('[data-gap="' + index + '"]');
    if (item) item.scrollIntoView({ block: 'nearest' });
  }
}

// For so long at most the page waits for its worker to start.
const WORKER_MS = 100;

// folium's part of the page calls this with the map that it made.
globalThis.plannerPage = async (map) => {
  globalThis.plannerStarted = true;
  try {
    let tellUsable;
    const whatIf = startWhatIf(new Promise((usable) => { tellUsable = usable; }));
    // A worker starts only while this thread has nothing else to do, and then works beside it.
    if (whatIf) await Promise.race([whatIf.worker, new Promise((go) => setTimeout(go, WORKER_MS))]);
    const data = await readData();
    if (!data) return;
    const page = new Page(map, data, whatIf);
    globalThis.planner = page;
    page.start();
    requestAnimationFrame(() => setTimeout(tellUsable));
  } catch (error) {
    showPoster(); // what cannot start leaves the picture that every file carries
    throw error;
  }
};

// Scenarios are worked out beside the page, which is read meanwhile, or once it can be used. null where there is nothing
// to work with, in the page of an older run.
function startWhatIf(usable) {
  const payload = document.getElementById('planner-whatif'), script = document.getElementById('planner-engine');
  if (!payload || !script) return null;
  return new WhatIf({ script: script.textContent, payload: payload.textContent, usable, say: (key, values) => globalThis.planner.words.say(key, values) });
}

async function readData() {
  try {
    const read = await unpack(byId('planner-data').textContent), whatIf = document.getElementById('planner-whatif');
    const data = read.streets ? read : fillIn(read, await readBytes(whatIf.textContent)); // a small page carries its streets once
    return { ...data, plane: new Plane(data.origin, data.step), tries: whatIf !== null };
  } catch {
    showPoster();
    byId('poster-broken').hidden = false;
    return null;
  }
}

const showPoster = () => document.documentElement.classList.remove('starting');
