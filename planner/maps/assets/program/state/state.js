// What the reader has chosen, and what follows from it: which figures, which gaps, which scenario.
// It knows nothing of the window, the map or how things are drawn.

import { reshapeGaps } from '../data/plans.js';
import { KINDS, owns, peopleByKind } from '../data/values.js';
import { Trial } from './trial.js';

// How it is today, what is proposed, scenarios beside today, and what the reader tries.
const VIEWS = ['today', 'proposal', 'comparison', 'trial'];
export const TABS = ['town', 'sites', 'changes', 'trial', 'gaps', 'todo', 'hours', 'routes', 'courses', 'data'];
// Tabs that show something beside reach and gaps, and the layers that make way for it.
const QUIET = ['routes', 'courses'];
const MAKE_WAY = ['reach', 'gaps', 'unknown', 'demand', 'compounds', 'gates', 'barriers', 'sites', 'changes', 'candidates'];
const HIDDEN = Object.fromEntries(MAKE_WAY.map((name) => [name, false]));
export const GAPS_SHOWN = 30; // so many rows of a list, and so many more at each click
const GAPS_FIRST = 10; // so many gaps stand out on the map from afar

export class State {
  constructor(data, scene, summary) {
    this.data = data; this.scene = scene; this.summary = summary;
    this.towns = scene.areas.filter((area) => area.town).map((area) => area.name);
    this.lastCutoff = data.cutoffs.length ? data.cutoffs[data.cutoffs.length - 1] : 15;
    this.firstKind = this.chosenKind = data.kinds[0] || 'residential';
    this.gapsShown = GAPS_SHOWN;
    this.trial = new Trial();
    const there = { today: true, proposal: scene.proposed, comparison: scene.scenarios.length, trial: data.tries };
    this.views = VIEWS.filter((name) => there[name]);
    this.view = this.views.includes(data.view) ? data.view : 'today';
    this.planPlace = 0; this.after = true; this.other = null;
    this.town = null; this.cutoff = this.lastCutoff; this.whom = {};
    this.open = null; this.hover = null; this.place = null; this.basemapSeen = false; this.layersOpen = false; this.sureOpen = false; this.folds = new Set();
    this.numbered = null; // on paper the gaps with numbers, {gap, sign}; on the screen each has its rank
    this.route = null; this.moving = null; // the route chosen, and where on it a group is while it is played: {route, minutes}
    this.lessonKind = 'committee'; this.lesson = null; this.lecture = null; // of courses: a committee, host or course chosen, {kind, index}; the session that is open
    this.switches = { reach: true, gaps: true, unknown: true, facilities: true, streets: true, backdrop: true, areas: true, labels: true, basemap: true, demand: false,
      compounds: true, gates: true, barriers: true, sites: true, changes: true, candidates: false, routes: true, courses: true };
    this.tab = this.firstTab;
    this.followPlan();
  }

  // What an older result does not have gets no tab. What to do comes second, whatever is shown first.
  get tabs() {
    const { summary, scene, view } = this;
    const first = { proposal: 'sites', comparison: 'changes', trial: 'trial' }[view];
    const there = { town: this.data.town_page, gaps: true, todo: scene.gains.length || scene.longer.length || scene.proposed,
      hours: summary.moments.length + summary.conditions.length + summary.services.length, routes: scene.walks.about, courses: scene.courses.about, data: summary.completeness.towns.length + (summary.uncertainty.areas || []).length };
    // The page of one town begins with what is there.
    const order = first ? [first, 'town', 'todo', 'gaps', 'hours', 'routes', 'courses', 'data'] : ['town', 'gaps', 'todo', 'hours', 'routes', 'courses', 'data'];
    return order.filter((name) => name === first || there[name]);
  }

  // The tab that is in front at first: that of routes or courses on a page that is about them.
  get firstTab() { return this.tabs.includes(this.data.view) ? this.data.view : this.tabs[0]; }

  get proposing() { return this.view === 'proposal'; }
  get comparing() { return this.view === 'comparison'; }
  get trying() { return this.view === 'trial'; }

  // Whether routes are in front, or courses; whether the map makes way for what is.
  get routing() { return this.tab === 'routes'; }
  get lecturing() { return this.tab === 'courses'; }
  get quiet() { return QUIET.includes(this.tab); }

  // The layers that are drawn: those that are switched on, without what makes way.
  get layers() { return this.quiet ? { ...this.switches, ...HIDDEN, ...(this.lecturing ? { facilities: false } : {}) } : this.switches; }
  makesWay(layer) { return (this.quiet && MAKE_WAY.includes(layer)) || (this.lecturing && layer === 'facilities'); } // hosts have signs of their own

  // One route, or all of them.
  chooseRoute(route) { this.route = route; this.moving = null; }

  // A committee, host or course, {kind, index}, or all of them.
  chooseLesson(lesson) {
    this.lesson = lesson; this.lecture = null;
    if (lesson) this.lessonKind = lesson.kind;
  }

  chooseLessonKind(kind) { this.lessonKind = kind; this.chooseLesson(null); }
  openLecture(index) { this.lecture = this.lecture === index ? null : index; }

  chooseView(view) {
    this.view = view; this.other = null;
    if (view === 'trial') { // edits are judged at the last cutoff alone, and of all classes
      this.cutoff = this.lastCutoff;
      if (this.whom.class || this.whom.condition) this.whom = {};
    }
    this.switchAfter(true);
    if (!this.tabs.includes(this.tab) || view !== 'today') [this.tab] = this.tabs;
  }

  chooseTab(tab) { this.gapsShown = GAPS_SHOWN; this.tab = tab; this.moving = null; }

  chooseTown(town) {
    this.gapsShown = GAPS_SHOWN; this.town = town;
    if (this.route !== null && !this.routesHere().some((route) => route.index === this.route)) this.chooseRoute(null);
  }

  // The routes that come through the chosen town, and the sites there that are in none.
  routesHere() { return this.scene.walks.routes.filter((route) => route.stops.some((stop) => this.isHere(stop))); }
  leftHere() { return this.scene.walks.leftOut.filter((site) => this.isHere(site)); }

  // The routes of them that are drawn in full: the one chosen, or all.
  routesLit() { return this.routesHere().filter((route) => this.route === null || route.index === this.route); }

  isHere({ x, y }) {
    if (this.town === null) return true;
    const area = this.scene.areas.find((one) => one.name === this.town);
    return Boolean(area && area.shape && area.shape.has(x, y));
  }

  // Whose gaps and whose share: lists, outlines and numbers follow.
  chooseKind(kind) { this.gapsShown = GAPS_SHOWN; this.gapKind = kind; }

  showMore() { this.gapsShown += GAPS_SHOWN; }

  // Which people, moment or condition the figures count; all but profiles are counted at the last cutoff only.
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

  // The moment or the condition chosen; null for none.
  get when() { return this.whom.moment || this.whom.condition || null; }

  // What was worked out for the people, moment and minutes chosen; null for the plan's own, or where nothing was. A class is
  // part of everybody.
  get choice() { return this.asPlanned || this.isOwnClass ? null : this.scene.choices.find(this.whom, this.cutoff); }

  // Whether a class of the plan's own people at its last cutoff is chosen.
  get isOwnClass() { return Boolean(this.whom.class) && this.cutoff === this.lastCutoff; }

  // Whether the gaps shown are of what is chosen; an older result has the plan's own alone.
  get gapsFit() { return this.asPlanned || this.isOwnClass || this.choice !== null; }

  // Gaps, areas in doubt and verdicts of units follow what is chosen; the scene keeps the plan's own.
  followChoice() {
    const shown = this.changed && this.changed.leftGaps ? { gaps: this.changed.leftGaps, unknown: this.changed.unknown, verdict: this.changed.verdict } : this.withoutEdits;
    this.gaps = shown.gaps; this.unknown = shown.unknown; this.verdict = shown.verdict;
    this.ranked = null;
    this.gapsShown = GAPS_SHOWN;
  }

  // Gaps, areas in doubt and verdicts of what is chosen, as they are today.
  get withoutEdits() {
    const { choice, scene } = this, everybody = choice ? scene.choices.of(choice) : scene.own;
    return this.whom.class && this.gapsFit ? scene.classes.show(this.whom.class, choice, everybody) : everybody;
  }

  // The kind of people whose gaps are listed: of a group its own, of a class one that it has.
  get gapKind() {
    if (this.whom.class) return this.kinds.includes(this.chosenKind) ? this.chosenKind : this.kinds[0];
    return (this.whom.group && this.scene.choices.kindOf(this.whom.group)) || this.chosenKind;
  }
  set gapKind(kind) { this.chosenKind = kind; }

  // Who walks in what is chosen.
  get walker() {
    const { group, profile } = this.whom, row = group ? this.summary.rows(this.whom)[0] : null;
    return (row ? row.profile : profile) || this.summary.plan;
  }

  // Whose reach is drawn; null where it was not drawn for what is chosen: reach is drawn whatever the hours, for the usual walk.
  get bandProfile() {
    const { walker } = this;
    return !this.when && this.scene.bands.some((band) => !band.profile || !walker || band.profile === walker) ? walker || '' : null;
  }

  // Whether the plan's own people at its last cutoff are chosen, at any hour.
  get asPlanned() {
    const { group, profile, class: housing } = this.whom;
    return this.cutoff === this.lastCutoff && !group && !profile && !this.when && !housing;
  }

  // Kinds of people with a card each; of a group only its own, of a class those that it has.
  get kinds() {
    if (this.whom.class) return this.data.kinds.filter((kind) => this.summary.rows(this.whom).some((row) => row.kind === kind));
    return this.whom.group ? [null] : this.data.kinds;
  }

  // The kind that the sentence is about; null for a group, which is of its own kind.
  get leadKind() { return this.whom.group ? null : this.gapKind; }

  // The scenario shown. `changed`: what it changes; null where the figures are of another group, profile, moment or cutoff.
  get plan() { return this.proposing ? this.scene.proposed : this.comparing ? this.scene.scenarios[this.planPlace] : this.trying ? this.trial.plan : null; }
  get shownAfter() { return this.after && (this.trying ? this.trial.answers(this.whom) : this.asPlanned); }
  get changed() { return this.plan && this.shownAfter ? this.plan.after : null; }

  // The gaps follow the scenario.
  followPlan() {
    reshapeGaps(this.scene.own.gaps, this.plan && this.after && !this.trying ? this.plan.after : null);
    this.followChoice();
  }

  switchAfter(after) {
    this.after = after;
    if (after && !this.trying) this.choosePlanned();
    this.followPlan();
  }

  choosePlan(place) {
    this.planPlace = place; this.after = true;
    this.followPlan();
  }

  showOther(other) { this.other = this.other === other ? null : other; }

  get area() { return this.town === null ? 'all' : this.town; }

  figure(kind = this.leadKind, area = this.area) {
    const then = this.changed && this.changed.coverage.find((row) => row.area === area && row.kind === kind);
    return then || this.summary.row(this.whom, area, kind, this.cutoff);
  }

  // How it is without the scenario: for the plan's own walkers; beside what the reader tries for whom is chosen.
  figureBefore(kind = this.gapKind, area = this.area) { return this.summary.row(this.trying ? this.whom : {}, area, kind, this.lastCutoff); }

  // The gaps here that leave out people of the chosen kind, those first that leave out most: what the sentence counts,
  // the list shows and the map numbers. `scattered`: people outside any outline. Without people all gaps count.
  gapsHere() {
    const asked = String([this.town, this.gapKind]);
    if (this.ranked && this.ranked.asked === asked) return this.ranked;
    const left = (gap) => gap['people_' + this.gapKind] || 0;
    const here = this.gaps.filter((gap) => this.isGap(gap) && (this.town === null || gap.town === this.town));
    here.sort((a, b) => left(b) - left(a));
    const list = here.filter((gap) => !gap.scattered);
    this.ranked = { asked, list, scattered: here.filter((gap) => gap.scattered), places: new Map(list.map((gap, i) => [gap.index, i + 1])) };
    return this.ranked;
  }

  // Whether people of the chosen kind are left out there: a park's workers are none of the residents' gaps.
  isGap(gap) { return !gap.gone && (gap['people_' + this.gapKind] > 0 || !this.data.kinds.length); }

  // The number of a gap in the list and on the map; null where it is not in the list.
  gapRank(gap) { return this.gapsHere().places.get(gap.index) || null; }

  // Whether a gap stands out from afar.
  isFirst(gap) { const rank = this.gapRank(gap); return rank !== null && rank <= GAPS_FIRST; }

  // The sites of the proposal here.
  sitesHere() { return this.scene.proposed.marks.filter((site) => this.town === null || site.town === this.town); }

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
    const sites = scene.proposed ? scene.proposed.marks.map((site) => ({ key: 'b' + site.index, what: 'site', of: site, people: peopleByKind(site.gain) })) : [];
    const doors = scene.gains.map((gain) => ({ key: 'o' + gain.index, what: 'gain', of: gain, people: peopleOfRow(gain) }));
    const longer = scene.longer.map((one) => ({ key: 'h' + one.index, what: 'longer', of: one, people: peopleOfRow(one) }));
    const here = [...sites, ...doors, ...longer].filter((one) => (town === null || one.of.town === town) && one.people[gapKind] > 0);
    here.sort((a, b) => b.people[gapKind] - a.people[gapKind]);
    here.forEach((one, i) => { one.rank = i + 1; });
    return here;
  }

  // What figures, gaps and their order rest on: they are the same where this is.
  get figuresRestOn() { return JSON.stringify([this.view, this.planPlace, this.after, this.town, this.gapKind, this.cutoff, this.whom, this.trying ? this.trial.changes : 0]); }

  // What the reader chose, as the address says it; null for what stands as it was at first.
  get forLink() {
    const first = this.views.includes(this.data.view) ? this.data.view : 'today', { group, profile, moment, condition, class: housing } = this.whom;
    return {
      town: this.town, view: this.view === first ? null : this.view, plan: this.comparing && this.planPlace ? this.planPlace + 1 : null,
      then: this.plan && !this.after ? 'now' : null, tab: this.tab === this.firstTab ? null : this.tab, route: this.routing && this.route !== null ? this.route + 1 : null,
      lesson: this.lecturing && this.lesson ? this.lesson.kind + '-' + (this.lesson.index + 1) : null,
      kind: this.gapKind === this.firstKind ? null : this.gapKind, group, profile, moment, condition, class: housing,
      minutes: this.cutoff === this.lastCutoff ? null : this.cutoff,
    };
  }

  // Choose what an address says, a Map of texts; all else as at first. What the page does not have is ignored.
  follow(values) {
    const asked = (name, known) => (known.map(String).includes(values.get(name)) ? values.get(name) : null);
    const { summary } = this, town = asked('town', this.towns), kind = asked('kind', this.data.kinds), view = asked('view', this.views);
    const whom = Object.entries({ group: summary.groups, profile: summary.profiles, moment: summary.moments,
      condition: view === 'trial' ? [] : summary.conditions, class: view === 'trial' ? [] : summary.classes })
      .map(([name, known]) => [name, asked(name, known)]).filter(([, value]) => value !== null).slice(0, 1);
    this.chooseView(view || (this.views.includes(this.data.view) ? this.data.view : 'today'));
    const plan = this.comparing ? asked('plan', this.scene.scenarios.map((_, i) => i + 1)) : null;
    if (plan !== null) this.choosePlan(Number(plan) - 1);
    if (this.plan && values.get('then') === 'now') this.switchAfter(false);
    this.chooseTown(town); this.chooseKind(kind || this.firstKind);
    if (whom.length || !this.plan || this.trying) this.chooseWhom(Object.fromEntries(whom));
    const minutes = this.trying ? null : asked('minutes', summary.cutoffsOf(this.whom)), tab = asked('tab', this.tabs);
    this.cutoff = minutes === null ? this.lastCutoff : Number(minutes);
    this.chooseTab(tab || this.firstTab);
    const route = asked('route', this.scene.walks.routes.map((one) => one.number));
    this.chooseRoute(route === null ? null : Number(route) - 1);
    this.chooseLesson(lessonOf(values.get('lesson'), this.scene.courses));
  }
}

// A committee, host or course as an address names it; null where the page has none.
function lessonOf(text, { committees, hosts, courses }) {
  const [kind, number] = (text || '').split('-'), index = Number(number) - 1;
  const rows = { committee: committees, host: hosts, course: courses };
  return owns(rows, kind) && rows[kind][index] ? { kind, index } : null;
}

const peopleOfRow = (row) => Object.fromEntries(KINDS.map((kind) => [kind, row['people_' + kind] || 0]));
