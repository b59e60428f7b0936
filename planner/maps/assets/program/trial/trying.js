// Tries what the reader changes on the map: asks the engine, and puts what it finds into the state.

import { buildTried, nothingTried } from '../data/tried.js';
import { placeReach } from '../data/tried_reach.js';
import { markTried } from '../data/tried_marks.js';
import * as edits from '../state/edits.js';
import { addCorrection, dropRemark, noRemarks, setMark } from '../state/remarks.js';
import { renderFollowed } from '../panel/panel.js';
import { renderBar } from '../panel/trial_bar.js';

const REST_MS = 120;

export class Trying {
  constructor(page) {
    this.page = page; this.engine = page.whatIf;
    this.turn = 0;
    this.today = new Map(); // verdicts and people without edits, by whom
    this.exchanged = new Map(); // name and remarks that were replaced, by how many calls could be undone then
    this.working = 0; // how many changes of the page's own are being made
    this.behind = false; // whether another program has made some that the page does not show yet
    this.engine.whenChanged = () => this.hearChange();
    this.refused = null; // the engine's error behind the fault that is told
    this.engine.ready.then((about) => this.begin(about), (error) => { this.refused = error; this.trial.failed = error.message; this.render(); });
  }

  get trial() { return this.page.state.trial; }
  get plane() { return this.page.scene.plane; }

  begin(about) {
    const { facilities, gates, openings, slots } = about.page, { scene } = this.page;
    this.trial.about = about; this.trial.ready = true;
    this.ids = { f: facilities, p: gates };
    this.pageOf = new Map(slots.map((slot, index) => [slot, index]));
    this.stations = new Map(facilities.map((id, i) => [id, scene.facilities[i]]));
    scene.gains.forEach((gain) => { gain.id = gain.gate === null ? openings[gain.index] : gates[gain.gate]; });
    this.render();
  }

  // What is tried has changed: write and draw it.
  render() {
    this.trial.changes++;
    this.page.render(); renderBar(this.page);
  }

  // ---- edits

  // Make an edit; tells whether it could be made.
  make(edit) { return this.renew(() => this.engine.apply([edit])); }

  // All edits anew, after one amid them was changed or taken out.
  replace(rows) {
    if (!rows.length) return this.renew(() => this.engine.reset());
    return this.renew(() => this.engine.openFile(JSON.stringify({ version: 1, plan: this.trial.about.plan, edits: rows })));
  }

  async undo() {
    const place = this.trial.counts.undo;
    return await this.change(() => this.engine.undo()) && this.exchangeKept(place);
  }

  async redo() { return await this.change(() => this.engine.redo()) && this.exchangeKept(this.trial.counts.undo); }

  reset() { return this.startAnew(() => this.engine.reset(), () => ({ name: '', remarks: noRemarks() })); }

  // The text of a scenario file in place of all there is.
  openFile(text) { return this.startAnew(() => this.engine.openFile(text), ({ name, corrections = [], marks = [] }) => ({ name, remarks: { corrections, marks } })); }

  // Edits, name and remarks together; `keptOf`: name and remarks from what the engine says. One undo brings all back.
  startAnew(work, keptOf) {
    const { trial } = this;
    return this.renew(work, (said) => {
      this.exchanged.set(said.undo, trial.kept);
      trial.kept = keptOf(said);
    });
  }

  // `work` makes edits that were not there before: what was undone is gone.
  renew(work, then = (said) => {}) {
    return this.change(async () => {
      const said = await work();
      this.exchanged.delete(said.undo);
      then(said);
      return said;
    });
  }

  // Where edits, name and remarks were replaced together, undo and redo do so, too.
  exchangeKept(place) {
    const { trial, exchanged } = this, other = exchanged.get(place);
    if (other) {
      exchanged.set(place, trial.kept);
      trial.kept = other;
      this.render();
    }
    return true;
  }

  remove(number) { return this.replace(edits.without(this.trial.edits, number)); }
  alter(number, values) { return this.replace(edits.changed(this.trial.edits, number, values)); }

  // `work` asks the engine; what it refuses is said in one sentence and changes nothing.
  async change(work) {
    const { page, trial } = this;
    trial.preview = null; trial.dragged = null;
    let said;
    this.working++;
    try { said = await work(); } catch (error) {
      this.refuse(error);
      page.state.followPlan();
      this.render(); page.tell(error.message);
      return false;
    } finally { this.working--; }
    this.behind = false;
    trial.fault = null;
    trial.told = page.sheet.place === 'low';
    page.state.after = true;
    trial.warned = said.warned || await this.askWarned();
    trial.counts = { edits: said.edits, undo: said.undo, redo: said.redo };
    await this.follow();
    return true;
  }

  refuse(error) {
    this.refused = error;
    this.trial.fault = error.message;
  }

  // What the engine has said, in the language that the page has now.
  async sayAgain() {
    const { trial, engine, refused } = this, text = refused && engine.toError(refused).message;
    if (trial.failed) trial.failed = text;
    if (trial.fault) trial.fault = text;
    if (!trial.edits.length) { this.render(); return; }
    trial.warned = await this.askWarned();
    await this.follow();
  }

  async askWarned() {
    this.working++;
    try { return (await this.engine.apply([])).warned; } finally { this.working--; }
  }

  // Programs may change the edits beside the reader: the page follows once they rest, in the view where edits are seen.
  hearChange() {
    if (this.working) return;
    this.behind = true;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.catchUp(), REST_MS);
  }

  catchUp() { if (this.behind && this.page.state.trying) this.change(() => this.engine.apply([])); }

  // Ask for all that is shown of whom is chosen; the last question counts.
  async follow() {
    const { page, engine, trial } = this, { state } = page, whom = { ...state.whom }, turn = ++this.turn, today = await this.askToday(whom);
    const [scenario, ledger, now, figures] = await Promise.all([engine.scenario(), engine.ledger(), engine.verdicts(whom), engine.figures(whom)]);
    if (turn !== this.turn) return;
    trial.edits = scenario.edits;
    const marks = markTried({ ledger, edits: scenario.edits, warned: trial.warned || [], stations: this.stations, plane: this.plane });
    const after = scenario.edits.length ? { ...this.build(whom, today, now, figures), ...this.walksOf(now, marks) } : nothingTried().after;
    trial.accept(whom, { marks, after });
    page.cards.close();
    page.hover(null);
    state.followPlan();
    this.render();
    page.tellFigures();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.followReach(whom, turn), REST_MS);
  }

  // The streets within reach take longer: once the reader rests.
  async followReach(whom, turn) {
    const { page, trial } = this, drawn = trial.edits.length && page.state.bandProfile !== null;
    const found = drawn ? await this.engine.reachChanges({ ...whom, group: undefined, profile: page.state.bandProfile || undefined }) : null;
    if (turn !== this.turn) return;
    trial.reach = found && placeReach(found, this.plane);
    trial.version++;
    page.ground.repaint();
  }

  askToday(whom) {
    const key = JSON.stringify(whom), { engine } = this;
    if (!this.today.has(key)) this.today.set(key, Promise.all([engine.verdicts({ ...whom, today: true }), engine.units(whom)]));
    return this.today.get(key);
  }

  build(whom, [before, units], now, figures) {
    const { scene, state, summary } = this.page, { choices, demand } = scene, row = summary.row(whom, 'all', null, state.lastCutoff);
    return buildTried({
      before, now, figures, units, kind: demand.kind, wanted: whom.group ? choices.kindOf(whom.group) || Object.keys(figures)[0] : null,
      towns: this.trial.about.towns, base: state.withoutEdits, choices, xy: demand.xy, cutoff: state.lastCutoff, profile: row && row.profile,
      stationOf: (slot) => (this.pageOf.has(slot) ? this.pageOf.get(slot) : null),
    });
  }

  // Minutes of every unit, null without a way, and its nearest station: one of today, or the name of a new one.
  walksOf({ minutes, nearest }, marks) {
    const added = marks.filter((mark) => mark.op === 'add' && !this.stations.has(mark.id));
    const stations = (i) => (nearest[i] < 0 ? null : this.pageOf.has(nearest[i]) ? this.page.scene.facilities[this.pageOf.get(nearest[i])] : (added[nearest[i] - this.trial.about.page.newSlot] || { name: null }).name);
    return { minutes: Array.from(minutes, (one) => (one < Infinity ? one : null)), stations };
  }

  // Somebody else or another moment was chosen.
  choseWhom() {
    if (this.behind) { this.catchUp(); return; }
    if (this.trial.ready && this.trial.edits.length && !this.trial.answers(this.page.state.whom)) this.follow();
  }

  // The address has led somewhere else. `spoken`: in another language.
  followAddress({ spoken }) {
    if (!this.page.state.trying) this.letGo();
    if (spoken) this.sayAgain(); else this.choseWhom();
  }

  // ---- while something is dragged

  async show(edit) {
    const { page, trial } = this, whom = { ...page.state.whom };
    let found;
    try { found = await this.engine.preview(edit, whom); } catch (error) { if (trial.dragged) this.refuse(error); renderBar(page); return; }
    if (!found || !trial.dragged) return;
    const row = page.summary.row(whom, 'all', null, page.state.lastCutoff), [, units] = await this.askToday(whom), { demand, choices } = page.scene;
    if (!trial.dragged) return;
    const wanted = whom.group ? choices.kindOf(whom.group) : null, still = { verdict: new Uint8Array(0) };
    const { coverage } = buildTried({ before: still, now: { ...still, nearest: [] }, figures: found.figures, units, kind: [], wanted, towns: trial.about.towns,
      base: { gaps: [], unknown: [] }, choices, xy: demand.xy, cutoff: page.state.lastCutoff, profile: row && row.profile, stationOf: () => null });
    trial.fault = null;
    trial.foresee(whom, coverage);
    renderFollowed(page); renderBar(page);
  }

  // ---- what the reader does on the map

  // A click while something is in hand; false where nothing is.
  click(latlng, byKey = false) {
    const { trial } = this, { tool } = trial;
    if (!tool) return false;
    if (tool.name === 'path') this.addCorner(latlng, byKey);
    else if (tool.name === 'add') this.addStation(latlng);
    else if (tool.name === 'move') this.moveStation(tool.id, latlng);
    else this.askPeople(tool.name, latlng);
    return true;
  }

  // The card asks who and how many; nothing is in hand meanwhile, so that nothing lies over it.
  askPeople(name, latlng) {
    this.leave({ stay: true });
    this.page.cards.openPeople(name, latlng);
  }

  hold(name, id = null) {
    const { page, trial } = this;
    page.cards.close();
    trial.told = false;
    trial.hold(trial.tool && trial.tool.name === name && trial.tool.id === id ? null : name, id);
    if (trial.tool) page.sheet.giveWay(); else page.sheet.comeBack();
    this.showTool();
    page.camera.followSheet();
  }

  // Nothing in hand any more. `stay`: on a phone the map stays in sight.
  leave({ stay = false } = {}) {
    if (!this.trial.tool) return false;
    this.trial.hold(null);
    if (stay) this.page.sheet.waiting = null; else this.page.sheet.comeBack();
    this.showTool();
    if (!stay) this.page.camera.followSheet();
    return true;
  }

  // Another view came to the front.
  letGo() {
    this.trial.told = false;
    if (!this.leave()) renderBar(this.page);
  }

  showList() {
    const { page, trial } = this;
    trial.told = false; trial.fault = null;
    page.sheet.settle('half');
    this.render();
    page.scrollToTrial();
  }

  showTool() {
    const { page, trial } = this, { map } = page;
    if (trial.tool && trial.tool.name === 'path') map.doubleClickZoom.disable(); else map.doubleClickZoom.enable();
    map.getContainer().classList.toggle('holding', trial.tool !== null);
    this.render();
    if (trial.tool) page.tell(page.words.say('trial_hint_' + trial.tool.name));
  }

  async addStation(latlng) {
    const { trial, page } = this, id = edits.newId('add', trial.edits, trial.about.page.facilities.concat(trial.about.stations));
    if (await this.make(edits.makeAdd(id, latlng, page.words.say('trial_new_station', { id: id.slice(1) })))) this.leave({ stay: true });
  }

  // A station goes somewhere else: an edit that has put it there is changed, else there is one more.
  async moveStation(id, latlng) {
    const rows = edits.moved(this.trial.edits, id, latlng);
    if (await (rows ? this.replace(rows) : this.make(edits.makeMove(id, latlng)))) this.leave({ stay: true });
  }

  // By the keyboard a corner comes to the map's centre; Enter where the last one is, or after clicks, ends the path.
  addCorner(latlng, byKey) {
    const { trial } = this, x = this.plane.x(latlng.lng), y = this.plane.y(latlng.lat), last = trial.draft[trial.draft.length - 1];
    const pixel = Math.pow(2, 16 - this.page.map.getZoom());
    if (last && ((byKey && !this.cornersByKey) || Math.hypot(last[0] - x, last[1] - y) < 4 * pixel)) { if (byKey) this.endPath(); return; }
    this.cornersByKey = byKey;
    trial.draft.push([x, y]);
    this.page.marks.repaint(); renderBar(this.page);
  }

  dropCorner() { if (this.trial.draft.pop()) { this.page.marks.repaint(); renderBar(this.page); } }

  async endPath() {
    const { trial, page } = this;
    if (trial.draft.length < 2) return;
    const id = edits.newId('add_path', trial.edits), places = trial.draft.map(([x, y]) => this.plane.latLng(x, y));
    if (await this.make(edits.makePath(id, places, page.words.say('trial_new_path', { id: id.slice(1) })))) this.leave({ stay: true });
  }

  // ---- on cards

  nameOf(id) { const station = this.stations.get(id); return (station && station.name) || id; }
  idOf(key) { return (this.ids && this.ids[key[0]] && this.ids[key[0]][Number(key.slice(1))]) || null; }
  // Whether a station serves people with the edits made so far.
  counts(id) { return this.trial.edits.reduce((open, edit) => (edit.id !== id ? open : edit.op === 'close' ? false : edit.op === 'add' ? true : open), this.trial.about.stations.includes(id)); }
  close(id) { return this.make(edits.makeClose(id)); }
  reopen(id) {
    const at = this.trial.edits.map((edit) => edit.op + edit.id).lastIndexOf('close' + id);
    return at >= 0 ? this.remove(at) : this.make(edits.makeReopen(id));
  }

  setHours(id, hours) { return this.make(edits.makeHours(id, hours)); }
  openGate(id, name) { return this.make(edits.makeGate(id, name)); }
  addPeople(op, place, values) {
    const made = op === 'people' ? edits.makePeople(edits.newId('add_people', this.trial.edits), place, values) : edits.makeLeave(edits.newId('remove_people', this.trial.edits), place, values);
    return this.make(made);
  }

  // A site of the proposal, on or off.
  switchSite(site, on) {
    const { trial, page } = this, id = 'site-' + site.number, at = trial.edits.findIndex((edit) => edit.id === id);
    if (!on) return at < 0 ? null : this.remove(at);
    return this.make(edits.makeSite(id, this.plane.latLng(site.x, site.y), { ...site, name: site.name || page.words.say('site_unnamed') }));
  }

  hasSite(site) { return this.trial.edits.some((edit) => edit.id === 'site-' + site.number); }

  // ---- remarks

  say(what) { this.trial.remarks = addCorrection(this.trial.remarks, what); this.thank(); }
  mark(what) { this.trial.remarks = setMark(this.trial.remarks, what); this.thank(); }
  forgetRemark(list, number) { this.trial.remarks = dropRemark(this.trial.remarks, list, number); this.render(); }
  thank() { this.page.cards.close(); this.render(); this.page.tell(this.page.words.say('remark_kept')); }
}
