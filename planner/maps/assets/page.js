// The page: one state, written to the panel and drawn on the map after every change.

class Page {
  constructor(map, data) {
    this.map = map; this.data = data;
    this.words = new Words(data.texts, data.language);
    this.summary = new Summary(data);
    this.scene = buildScene(data);
    this.towns = this.scene.areas.filter((area) => area.town).map((area) => area.name);
    this.lastCutoff = data.cutoffs.length ? data.cutoffs[data.cutoffs.length - 1] : 15;
    this.gapKind = data.kinds[0] || 'residential';
    this.gapsShown = GAPS_SHOWN;
    this.plans = this.scene.plans;
    if (data.proposal) this.scene.closed = data.proposal.closed.map((place) => this.scene.facilities[place]);
    this.state = {
      plan: 0, after: this.plans.length > 0, other: null, folds: new Set(),
      town: null, cutoff: this.lastCutoff, view: {}, tab: 'gaps', open: null, hover: null, layersOpen: false,
      bandProfile: this.summary.plan,
      layers: { reach: true, gaps: true, unknown: true, facilities: true, streets: true, backdrop: true, areas: true, demand: false,
        compounds: true, gates: true, barriers: true, sites: true, changes: true, candidates: false },
    };
    this.printing = false;
    this.near = null;
    this.tabs = this.tabsHere();
    [this.state.tab] = this.tabs;
    this.followPlan();
    this.camera = new Camera(this);
    this.finder = new Finder(map, this.scene, this.state);
  }

  start() {
    this.sheet = new Sheet(this);
    const panBy = this.map.panBy;
    this.map.panBy = (offset, options) => panBy.call(this.map, offset, STILL.matches ? { ...options, animate: false } : options);
    this.addControls();
    this.readHash();
    this.render();
    this.camera.goTo(this.camera.areaBounds(), { still: true });
    this.camera.fitted = this.camera.hasRoom;
    this.ground = this.addCanvas('ground', 350, (pen, view) => drawGround(pen, this.scene, this.state, view));
    this.findings = this.addCanvas('findings', 360, (pen, view) => {
      drawFindings(pen, this.scene, this.state, view);
      if (this.data.synthetic) drawWatermark(pen, this.words.say('synthetic'), view);
    });
    this.marks = this.addCanvas('marks', 370, (pen, view) => drawPointedAt(pen, this.scene, this.state, view));
    this.listen();
    preparePrint(this);
    document.body.dataset.ready = 'true';
  }

  addCanvas(name, order, draw) {
    this.map.createPane(name).style.zIndex = order;
    this.map.getPane(name).style.pointerEvents = 'none';
    return new CanvasLayer(draw, { pane: name, scene: this.scene }).addTo(this.map);
  }

  addControls() {
    this.zoomer = L.control.zoom({ position: 'topright', zoomInTitle: '', zoomOutTitle: '' }).addTo(this.map);
    L.control.scale({ position: 'bottomleft', imperial: false, maxWidth: 120 }).addTo(this.map);
    const Home = L.Control.extend({
      onAdd: () => {
        this.home = make('button', { type: 'button', class: 'home', onclick: () => this.camera.goTo(this.camera.areaBounds()) }, '⤢');
        const bar = make('div', { class: 'leaflet-bar' }, this.home);
        L.DomEvent.disableClickPropagation(bar);
        return bar;
      },
    });
    new Home({ position: 'topright' }).addTo(this.map);
  }

  listen() {
    const { map } = this;
    map.on('click', (event) => this.openAt(event.latlng, L.Browser.mobile ? 10 : 0));
    map.on('mousemove', (event) => this.hover(this.finder.at(event.latlng)));
    map.on('mouseout', () => this.hover(null));
    map.on('popupclose', (event) => { if (event.popup === this.popup) { this.popup = null; this.set({ open: null }); this.sheet.comeBack(); } });
    window.addEventListener('hashchange', () => { if (this.readHash()) { this.render(); this.camera.goTo(this.camera.areaBounds()); } });
    byId('lang').addEventListener('click', () => { this.words.language = this.words.other; this.closeCard(); this.render(); this.sheet.describe(); this.findings.repaint(); });
    byId('more').addEventListener('click', () => { this.gapsShown += GAPS_SHOWN; renderGaps(this); });
    byId('skip').addEventListener('click', (event) => { event.preventDefault(); const [first] = this.tabs, list = byId(first === 'gaps' ? 'gaps' : 'tab-' + first); if (this.state.tab !== first) this.openTab(first); (list.querySelector('button') || list).focus(); });
    // The figures open below the edge of the panel: scroll them into sight.
    byId('figures-title').addEventListener('click', () => requestAnimationFrame(() => {
      if (byId('figures').open) byId('figures').scrollIntoView({ block: 'start' });
    }));
    for (const id of ['tab-sites', 'tab-gaps', 'tab-gates']) byId(id).addEventListener('keydown', (event) => this.moveInList(event, byId(id)));
    byId('tabs').addEventListener('keydown', (event) => this.moveInTabs(event));
    map.on('zoomend', () => this.explainSigns());
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.closeCard(); });
    new ResizeObserver(() => this.camera.fitRoom()).observe(map.getContainer());
  }

  // ---- state

  // The list of gaps is always there; what an older result does not have gets no tab.
  tabsHere() {
    const { summary, scene } = this;
    const there = { sites: this.data.proposal, changes: this.data.comparison && this.plans.length, gaps: true, gates: scene.gains.length, hours: summary.moments.length + summary.services.length,
      data: summary.completeness.towns.length + (summary.uncertainty.areas || []).length };
    return TABS.filter((name) => there[name]);
  }

  openTab(name) {
    this.closeCard();
    this.gapsShown = GAPS_SHOWN;
    this.set({ tab: name });
    byId('to-' + name).focus({ preventScroll: true });
  }

  // Which people and which moment the figures count; groups and moments are counted at the last cutoff only.
  chooseView(view) {
    const cutoffs = this.summary.cutoffsOf(view);
    const cutoff = cutoffs.includes(this.state.cutoff) ? this.state.cutoff : this.lastCutoff;
    const drawn = view.profile && this.scene.bands.some((band) => band.profile === view.profile);
    this.choose({ view, cutoff, bandProfile: drawn ? view.profile : this.summary.plan });
  }

  chooseCutoff(cutoff) {
    const fits = this.summary.cutoffsOf(this.state.view).includes(cutoff);
    this.choose(fits ? { cutoff } : { cutoff, view: {}, bandProfile: this.summary.plan });
  }

  get cutoff() { return this.state.cutoff; }

  // Whether the figures are of the plan's own walkers at the last cutoff: the gaps of the map are drawn by those.
  get asPlanned() {
    const { view, cutoff } = this.state;
    return cutoff === this.lastCutoff && !view.group && !view.profile && !view.moment;
  }

  // Kinds of people with a card each; of a group only its own.
  get kinds() { return this.state.view.group ? [null] : this.data.kinds; }

  // The scenario shown. `after`: what it changes; null where the figures are of another group, profile, moment or cutoff.
  get plan() { return this.plans[this.state.plan] || null; }
  get shownAfter() { return this.state.after && this.asPlanned; }
  get after() { return this.plan && this.shownAfter ? this.plan.after : null; }

  // The map and the gaps follow the scenario.
  followPlan() {
    this.scene.plan = this.plan;
    reshapeGaps(this.scene.gaps, this.plan && this.state.after ? this.plan.after : null);
  }

  switchAfter(after) {
    this.closeCard();
    Object.assign(this.state, { after }, after ? { view: {}, cutoff: this.lastCutoff, bandProfile: this.summary.plan } : {});
    this.followPlan();
    this.set({});
    this.announce();
  }

  choosePlan(plan) {
    this.closeCard();
    Object.assign(this.state, { plan, after: true });
    this.followPlan();
    this.set({});
    this.announce();
  }

  showOther(other) {
    this.closeCard();
    this.set({ other: this.state.other === other ? null : other });
  }

  figure(kind = this.data.kinds[0], area = this.area) {
    const then = this.after && this.after.coverage.find((row) => row.area === area && row.kind === kind);
    return then || this.summary.row(this.state.view, area, kind, this.cutoff);
  }

  get area() { return this.state.town === null ? 'all' : this.state.town; }
  get areaName() { return this.state.town === null ? this.words.say('area_all') : this.state.town; }

  set(changes) { Object.assign(this.state, changes); this.render(); }

  render() {
    // The element that had the focus is written anew, so the focus goes to its successor.
    const active = document.activeElement, id = active && active.id, gap = active && active.dataset && active.dataset.gap;
    const gain = active && active.dataset && active.dataset.gain;
    const layer = active && active.dataset && active.dataset.layer, site = active && active.dataset && active.dataset.site;
    renderPanel(this);
    renderLegend(this);
    document.body.classList.toggle('carded', this.state.open !== null);
    const successor = site ? byId('tab-' + this.tabs[0]).querySelector('[data-site="' + site + '"]') : gain ? byId('tab-gates').querySelector('[data-gain="' + gain + '"]') : gap ? byId('gaps').querySelector('[data-gap="' + gap + '"]')
      : layer ? byId('legend').querySelector('[data-layer="' + layer + '"]') : id ? byId(id) : null;
    if (successor && successor !== document.activeElement) successor.focus({ preventScroll: true });
    for (const [selector, key] of [['.leaflet-control-zoom-in', 'zoom_in'], ['.leaflet-control-zoom-out', 'zoom_out'], ['.home', 'whole']]) {
      const button = this.map.getContainer().querySelector(selector);
      button.setAttribute('aria-label', this.words.say(key)); button.title = this.words.say(key);
    }
    if (this.ground) { this.ground.repaint(); this.findings.repaint(); this.marks.repaint(); }
  }

  choose(changes) { this.closeCard(); this.set(changes); this.announce(); }

  switchLayer(name, on) { this.set({ layers: Object.assign(this.state.layers, { [name]: on }) }); }

  announce() { byId('live').textContent = byId('sentence').textContent; }

  chooseTown(town) {
    this.closeCard();
    this.gapsShown = GAPS_SHOWN;
    this.set({ town });
    if (location.protocol !== 'about:') { // a notebook's frame has no address of its own
      const hash = town === null ? '' : '#town=' + encodeURIComponent(town);
      history.replaceState(null, '', location.pathname + location.search + hash);
    }
    this.camera.goTo(this.camera.areaBounds());
    this.announce();
  }

  readHash() {
    const match = /^#town=(.+)$/.exec(location.hash);
    if (!match) return false;
    let town = match[1];
    try { town = decodeURIComponent(town); } catch (error) { if (!(error instanceof URIError)) throw error; }
    if (!this.towns.includes(town)) return false;
    this.gapsShown = GAPS_SHOWN;
    Object.assign(this.state, { town, open: null });
    return true;
  }

  // The gaps here by rank; with a scenario by the people who are still left out.
  gapsHere() {
    const here = this.scene.gaps.filter((gap) => !gap.gone && (this.state.town === null || gap.town === this.state.town));
    const left = (gap) => gap['people_' + this.gapKind] || 0;
    return this.plan && this.state.after ? here.sort((a, b) => left(b) - left(a)) : here;
  }

  gainsHere() { return this.state.town === null ? this.scene.gains : this.scene.gains.filter((gain) => gain.town === this.state.town); }

  // ---- the map

  hover(key) {
    if (key === this.state.hover) return;
    this.state.hover = key;
    this.map.getContainer().style.cursor = key ? 'pointer' : '';
    this.marks.repaint();
  }

  // ---- cards

  showCard(key, latlng, content, { pan = true, lift = 0 } = {}) {
    this.closeCard();
    this.sheet.giveWay();
    const { words, data } = this;
    const demo = data.synthetic ? make('p', { class: 'demo-note' }, words.say('synthetic')) : null;
    const card = make('div', { class: 'card-body', 'data-card': key }, content, demo);
    const margins = this.camera.margins(0);
    const popup = L.popup({ maxWidth: 300, minWidth: 210, autoPan: pan, offset: [0, 7 - lift], className: 'planner-card',
      autoPanPaddingTopLeft: margins.paddingTopLeft, autoPanPaddingBottomRight: margins.paddingBottomRight })
      .setLatLng(latlng).setContent(card);
    this.state.open = key;
    popup.openOn(this.map);
    this.popup = popup;
    const close = popup.getElement().querySelector('.leaflet-popup-close-button');
    close.setAttribute('aria-label', words.say('close'));
    popup.getElement().setAttribute('role', 'dialog');
    popup.getElement().setAttribute('aria-label', card.querySelector('h3').textContent);
    this.render();
  }

  closeCard() { if (this.popup) this.map.closePopup(this.popup); }

  openGap(gap, { move = true } = {}) {
    if (!gap.shape) return;
    this.sheet.giveWay();
    const { plane } = this.scene;
    const box = gap.shape.box, seen = gap.route ? box.join(gap.route.box) : box;
    let place = plane.latLng(gap.x, gap.y);
    if (move) {
      const { zoom, width } = this.camera.goTo(seen.bounds(plane), { above: 255, maxZoom: 15.5 });
      const room = Math.max(0, width / 2 - 165) * Math.pow(2, PLANE_ZOOM - zoom), middle = (seen.x0 + seen.x1) / 2;
      place = plane.latLng(Math.max(middle - room, Math.min(middle + room, box.xTop)), box.y0);
    }
    this.showCard('g' + gap.index, place, gapCard(gap, this), { pan: !move });
    byId('live').textContent = gapName(gap, this.words);
  }

  openFacility(sign) {
    const place = this.scene.plane.latLng(sign.x, sign.y);
    if (!this.map.getBounds().contains(place)) this.map.setView(place, this.map.getZoom(), { animate: false });
    this.showCard('f' + sign.index, place, facilityCard(sign, this));
  }

  // A site or an edit: with the people it reaches, or with its path.
  openMark(mark) {
    this.sheet.giveWay();
    const { plane } = this.scene, around = 300;
    const box = new Box(), { gained, lost } = this.plan.after;
    if (!placedMark(mark)) return;
    const own = gained.concat(lost).filter((row) => row.site === mark.index && row.shape).map((row) => row.shape);
    box.add(mark.x - around, mark.y - around); box.add(mark.x + around, mark.y + around);
    const all = [...own, mark.line].filter((part) => part).reduce((seen, part) => seen.join(part.box), box);
    this.camera.goTo(all.bounds(plane), { above: 285, maxZoom: 15.5 });
    this.showCard('s' + mark.index, plane.latLng(mark.x, mark.y), this.data.proposal ? siteCard(mark, this) : editCard(mark, this), { pan: true, lift: 15 });
    byId('live').textContent = markName(mark, this.words);
    const item = byId('tab-' + this.tabs[0]).querySelector('[data-site="' + mark.index + '"]');
    if (item && this.state.tab === this.tabs[0] && !NARROW.matches) item.scrollIntoView({ block: 'nearest' });
  }

  openGain(gain) {
    this.sheet.giveWay();
    const { plane, compounds } = this.scene;
    const inside = gain.compound === null ? null : compounds[gain.compound].shape;
    const box = new Box();
    const around = 250; // pixels of the plane, some 500 m
    box.add(gain.x - around, gain.y - around); box.add(gain.x + around, gain.y + around);
    this.camera.goTo((inside ? box.join(inside.box) : box).bounds(plane), { above: 200, maxZoom: 16 });
    this.showCard('o' + gain.index, plane.latLng(gain.x, gain.y), gainCard(gain, this), { pan: false, lift: 12 });
    byId('live').textContent = gainName(gain, this);
  }

  openAt(latlng, slack) {
    const key = this.finder.at(latlng, { units: true, slack });
    if (!key) { this.closeCard(); return; }
    const index = Number(key.slice(1));
    if (key[0] === 'f') this.openFacility(this.scene.facilities[index]);
    else if (key[0] === 'g') { this.openGap(this.scene.gaps[index], { move: false }); this.scrollToGap(index); }
    else if (key[0] === 's') this.openMark(this.plan.marks[index]);
    else if (key[0] === 'n') this.showCard(key, latlng, changedCard(this.plan.after.gained[index], false, this));
    else if (key[0] === 'l') this.showCard(key, latlng, changedCard(this.plan.after.lost[index], true, this));
    else if (key[0] === 'o') this.openGain(this.scene.gains[index]);
    else if (key[0] === 'p') this.showCard(key, this.scene.plane.latLng(this.scene.gates[index].x, this.scene.gates[index].y), gateCard(this.scene.gates[index], this));
    else if (key[0] === 'c') this.showCard(key, latlng, compoundCard(this.scene.compounds[index], this));
    else if (key[0] === 'u') this.showCard(key, latlng, unknownCard(this.scene.unknown[index], this));
    else this.showCard(key, latlng, unitCard(index, this));
  }

  scrollToGap(index) {
    if (this.state.tab !== 'gaps') return;
    const place = this.gapsHere().filter((gap) => !gap.scattered).findIndex((gap) => gap.index === index);
    if (place >= this.gapsShown) { this.gapsShown = place + 1; renderGaps(this); }
    const item = byId('gaps').querySelector('[data-gap="' + index + '"]');
    if (item) item.scrollIntoView({ block: 'nearest' });
  }

  moveInList(event, list) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const buttons = [...list.querySelectorAll('button.gap')];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (next) { next.focus(); event.preventDefault(); }
  }

  moveInTabs(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const { tabs, state } = this;
    this.openTab(tabs[(tabs.indexOf(state.tab) + step + tabs.length) % tabs.length]);
    event.preventDefault();
  }

  // The legend explains what the zoom shows: it is written anew where that changes.
  explainSigns() {
    const near = [COMPOUND_ZOOM, GATE_ZOOM, BARRIER_ZOOM].filter((zoom) => this.map.getZoom() >= zoom).length;
    if (near !== this.near) { this.near = near; renderLegend(this); }
  }
}

window.plannerPage = function plannerPage(map) {
  const page = new Page(map, readData(byId('planner-data')));
  page.start();
  return page;
};
