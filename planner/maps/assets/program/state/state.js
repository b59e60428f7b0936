// What the reader has chosen, and what follows from it: which figures, which gaps, which scenario.
// It knows nothing of the window, the map or how things are drawn.

import { reshapeGaps } from '../data/plans.js';
import { KINDS } from '../data/values.js';

// How it is today, what is proposed, and scenarios beside today.
export const VIEWS = ['today', 'proposal', 'comparison'];
export const TABS = ['sites', 'changes', 'gaps', 'todo', 'hours', 'data'];
export const GAPS_SHOWN = 30; // so many rows of a list, and so many more at each click

export class State {
  constructor(data, scene, summary) {
    this.data = data; this.scene = scene; this.summary = summary;
    this.towns = scene.areas.filter((area) => area.town).map((area) => area.name);
    this.lastCutoff = data.cutoffs.length ? data.cutoffs[data.cutoffs.length - 1] : 15;
    this.chosenKind = data.kinds[0] || 'residential';
    this.gapsShown = GAPS_SHOWN;
    const there = { today: true, proposal: scene.proposed, comparison: scene.scenarios.length };
    this.views = VIEWS.filter((name) => there[name]);
    this.view = this.views.includes(data.view) ? data.view : 'today';
    this.planPlace = 0; this.after = true; this.other = null;
    this.town = null; this.cutoff = this.lastCutoff; this.whom = {};
    this.open = null; this.hover = null; this.place = null; this.basemapSeen = false; this.layersOpen = false; this.folds = new Set();
    this.printing = false; // on paper, where `numbered` are the gaps with numbers, {gap, sign}; on the screen each has its rank
    this.numbered = null;
    this.layers = { reach: true, gaps: true, unknown: true, facilities: true, streets: true, backdrop: true, areas: true, labels: true, basemap: true, demand: false,
      compounds: true, gates: true, barriers: true, sites: true, changes: true, candidates: false };
    [this.tab] = this.tabs;
    this.followPlan();
  }

  // What an older result does not have gets no tab. What to do comes second, whatever is shown first.
  get tabs() {
    const { summary, scene, view } = this;
    const first = { proposal: 'sites', comparison: 'changes' }[view];
    const there = { gaps: true, todo: scene.gains.length || scene.longer.length || scene.proposed,
      hours: summary.moments.length + summary.services.length, data: summary.completeness.towns.length + (summary.uncertainty.areas || []).length };
    const order = first ? [first, 'todo', 'gaps', 'hours', 'data'] : ['gaps', 'todo', 'hours', 'data'];
    return order.filter((name) => name === first || there[name]);
  }

  get proposing() { return this.view === 'proposal'; }
  get comparing() { return this.view === 'comparison'; }

  chooseView(view) {
    this.view = view; this.other = null;
    this.switchAfter(true);
    if (!this.tabs.includes(this.tab) || view !== 'today') [this.tab] = this.tabs;
  }

  chooseTab(tab) { this.gapsShown = GAPS_SHOWN; this.tab = tab; }

  chooseTown(town) { this.gapsShown = GAPS_SHOWN; this.town = town; }

  showMore() { this.gapsShown += GAPS_SHOWN; }

  // Which people and which moment the figures count; groups and moments are counted at the last cutoff only.
  chooseWhom(whom) {
    const cutoffs = this.summary.cutoffsOf(whom);
    this.whom = whom;
    this.cutoff = cutoffs.includes(this.cutoff) ? this.cutoff : this.lastCutoff;
    this.followChoice();
  }

  // The plan's own people at its last cutoff, at any hour.
  choosePlanned() { this.chooseWhom({}); this.cutoff = this.lastCutoff; this.followChoice(); }

  chooseCutoff(cutoff) {
    if (!this.summary.cutoffsOf(this.whom).includes(cutoff)) this.chooseWhom({});
    this.cutoff = cutoff;
    this.followChoice();
  }

  // What was worked out for the people, moment and minutes chosen; null for the plan's own, or where nothing was.
  get choice() { return this.asPlanned ? null : this.scene.choices.find(this.whom, this.cutoff); }

  // Whether the gaps shown are of what is chosen; an older result has the plan's own alone.
  get gapsFit() { return this.asPlanned || this.choice !== null; }

  // Gaps, areas in doubt and verdicts of units follow what is chosen.
  followChoice() {
    const { choice, scene } = this;
    Object.assign(scene, choice ? scene.choices.of(choice) : scene.own);
    this.ranked = null;
    this.gapsShown = GAPS_SHOWN;
  }

  // The kind of people whose gaps are listed: of a group its own.
  get gapKind() { return (this.whom.group && this.scene.choices.kindOf(this.whom.group)) || this.chosenKind; }
  set gapKind(kind) { this.chosenKind = kind; }

  // Who walks in what is chosen.
  get walker() {
    const { group, profile } = this.whom, row = group ? this.summary.rows(this.whom)[0] : null;
    return (row ? row.profile : profile) || this.summary.plan;
  }

  // Whose reach is drawn; null where it was not drawn for what is chosen: reach is drawn whatever the hours.
  get bandProfile() {
    const { walker } = this;
    return !this.whom.moment && this.scene.bands.some((band) => !band.profile || !walker || band.profile === walker) ? walker || '' : null;
  }

  // Whether the figures are of the plan's own walkers at the last cutoff: the gaps of the map are drawn by those.
  get asPlanned() {
    const { group, profile, moment } = this.whom;
    return this.cutoff === this.lastCutoff && !group && !profile && !moment;
  }

  // Kinds of people with a card each; of a group only its own.
  get kinds() { return this.whom.group ? [null] : this.data.kinds; }

  // The scenario shown. `changed`: what it changes; null where the figures are of another group, profile, moment or cutoff.
  get plan() { return this.proposing ? this.scene.proposed : this.comparing ? this.scene.scenarios[this.planPlace] : null; }
  get shownAfter() { return this.after && this.asPlanned; }
  get changed() { return this.plan && this.shownAfter ? this.plan.after : null; }

  // The map and the gaps follow the scenario.
  followPlan() {
    this.scene.plan = this.plan;
    reshapeGaps(this.scene.own.gaps, this.plan && this.after ? this.plan.after : null);
    this.followChoice();
  }

  switchAfter(after) {
    this.after = after;
    if (after) this.choosePlanned();
    this.followPlan();
  }

  choosePlan(place) {
    this.planPlace = place; this.after = true;
    this.followPlan();
  }

  showOther(other) { this.other = this.other === other ? null : other; }

  get area() { return this.town === null ? 'all' : this.town; }

  figure(kind = this.data.kinds[0], area = this.area) {
    const then = this.changed && this.changed.coverage.find((row) => row.area === area && row.kind === kind);
    return then || this.summary.row(this.whom, area, kind, this.cutoff);
  }

  // How it is without the scenario, for the plan's own walkers.
  figureBefore(kind = this.data.kinds[0], area = this.area) { return this.summary.row({}, area, kind, this.lastCutoff); }

  // The gaps here by rank; with a scenario by the people who are still left out.
  gapsHere() {
    const here = this.scene.gaps.filter((gap) => !gap.gone && (this.town === null || gap.town === this.town));
    const left = (gap) => gap['people_' + this.gapKind] || 0;
    // Of a group the ranks of the run are by residents, whose number may be none of its kind.
    return (this.plan && this.after) || this.choice ? here.sort((a, b) => left(b) - left(a)) : here;
  }

  // What can be done here, those first that help most people of the chosen kind: sites, doors, longer hours.
  todoHere() {
    const asked = String([this.town, this.gapKind]);
    if (this.todo && this.todo.asked === asked) return this.todo.list;
    const list = this.listTodo();
    this.todo = { asked, list };
    return list;
  }

  // The number of one of them in the list here.
  todoRank(key) { return (this.todoHere().find((one) => one.key === key) || { rank: null }).rank; }

  listTodo() {
    const { scene, town, gapKind } = this;
    const sites = scene.proposed ? scene.proposed.marks.map((site) => ({ key: 'b' + site.index, what: 'site', of: site, people: peopleOfSite(site) })) : [];
    const doors = scene.gains.map((gain) => ({ key: 'o' + gain.index, what: 'gain', of: gain, people: peopleOfRow(gain) }));
    const longer = scene.longer.map((one) => ({ key: 'h' + one.index, what: 'longer', of: one, people: peopleOfRow(one) }));
    const here = [...sites, ...doors, ...longer].filter((one) => (town === null || one.of.town === town) && KINDS.some((kind) => one.people[kind] > 0));
    here.sort((a, b) => (b.people[gapKind] || 0) - (a.people[gapKind] || 0));
    here.forEach((one, i) => { one.rank = i + 1; });
    return here;
  }

  // The part of the address that leads here again.
  get link() { return this.town === null ? '' : '#town=' + encodeURIComponent(this.town); }

  // Follow a link; tell whether it led anywhere.
  follow(link) {
    const match = /^#town=(.+)$/.exec(link);
    if (!match) return false;
    let town = match[1];
    try { town = decodeURIComponent(town); } catch (error) { if (!(error instanceof URIError)) throw error; }
    if (!this.towns.includes(town)) return false;
    this.chooseTown(town);
    return true;
  }
}

const peopleOfRow = (row) => Object.fromEntries(KINDS.map((kind) => [kind, row['people_' + kind] || 0]));

const peopleOfSite = ({ gain }) => (gain && typeof gain === 'object' ? gain : { residential: gain || 0 });
