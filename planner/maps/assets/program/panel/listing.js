// What stands in the tab in front as a table to take along: whole, with its headings, made-up data marked in every row.

import { isKnown, peopleByKind } from '../data/values.js';
import { writeCsv } from '../data/csv.js';
import { byId } from './elements.js';
import { lessonTable } from './courses_tab.js';
import { gapWhy } from './gap_list.js';
import { legTo } from '../data/routes.js';
import { stopName, warningWords } from './route_words.js';
import { tableRows } from './table.js';
import { todoName, todoWhy } from './todo_tab.js';
import { effectWords, trialName } from './trial_words.js';
import { costUnit, gapName, markName, peopleOf, stationName } from './wording.js';

const whole = (value) => (isKnown(value) ? Math.round(value) : null);
const headsOf = (kinds, page, nameOf) => kinds.map((kind) => page.words.say('col_people_of', { kind: nameOf(kind, page) }));
const peopleHeads = (page) => headsOf(page.data.kinds, page, (kind) => page.words.say('people_of_' + kind));

function gapTable(page) {
  const { words, state, scene } = page, { list, scattered } = state.gapsHere();
  const kinds = state.whom.group ? [state.gapKind] : state.kinds; // a group is of one kind
  const heads = [words.say('col_rank'), words.say('col_name'), words.say('town'), ...headsOf(kinds, page, peopleOf), words.say('cause'), words.say('nearest'), words.say('col_minutes')];
  const rows = list.concat(scattered).map((gap) => [state.gapRank(gap), gapName(gap, words), gap.town, ...kinds.map((kind) => whole(gap['people_' + kind] || 0)),
    gap.scattered ? words.say('scattered_why') : gapWhy({ ...gap, minutes: null }, page).split(words.betweenFacts)[0], gap.nearest === null ? null : stationName(scene.facilities[gap.nearest], words), whole(gap.minutes)]);
  return [heads, ...rows];
}

function todoTable(page) {
  const { words, state, data } = page;
  const heads = [words.say('col_rank'), words.say('col_name'), words.say('town'), ...peopleHeads(page), words.say('todo_measure')];
  return [heads, ...state.todoHere().map((one) => [one.rank, todoName(one, page), one.of.town, ...data.kinds.map((kind) => whole(one.people[kind] || 0)), todoWhy(one, page)])];
}

function siteTable(page) {
  const { words, state, data } = page;
  const heads = [words.say('col_rank'), words.say('col_name'), words.say('town'), ...peopleHeads(page), words.say('action')];
  return [heads, ...state.sitesHere().map((site) => [site.number, markName(site, words), site.town, ...data.kinds.map((kind) => whole(peopleByKind(site.gain)[kind])), words.term('action', site.action)])];
}

// The edits that are tried; null where there are none.
function editTable(page) {
  const { words, state, data } = page, { marks } = state.plan, unit = costUnit(page), ways = ['gained', 'lost'];
  if (!marks.length) return null;
  const ofKinds = (make) => [].concat(...data.kinds.map((kind) => ways.map((way) => make(kind, way))));
  const heads = [words.say('col_rank'), words.say('edit'), ...ofKinds((kind, way) => words.say('col_' + way) + words.betweenFacts + words.say('col_people_of', { kind: words.say('people_of_' + kind) })), words.say('cost') + (unit ? ' (' + unit + ')' : ''), words.say('edit_effect')];
  return [heads, ...marks.map((mark) => [mark.number, trialName(mark, page), ...ofKinds((kind, way) => whole(mark[way + '_by_kind'][kind] || 0)), mark.cost, effectWords(mark, page)])];
}

// Every stop of the route chosen, or of all.
function stopTable(page) {
  const { words, state } = page;
  const heads = ['routes_route', 'routes_theme_head', 'col_rank', 'routes_site', 'routes_arrive', 'routes_leave', 'routes_dwell', 'routes_walk_head', 'routes_metres_head', 'routes_warning_head', 'routes_helpers', 'routes_template_head'].map((key) => words.say(key));
  return [heads, ...state.routesLit().flatMap((route) => route.stops.map((stop) => {
    const leg = legTo(route, stop.order);
    return [route.number, route.theme, stop.order, stopName(stop, words), stop.arrive, stop.leave, whole(stop.dwell_minutes), leg ? whole(leg.minutes) : null, leg ? whole(leg.metres) : null,
      leg ? warningWords(leg, page).join(words.betweenSentences) : null, whole(stop.volunteers), stop.template ? stop.template.name : null];
  }))];
}

const LISTS = { gaps: gapTable, todo: todoTable, sites: siteTable, trial: editTable, routes: stopTable, courses: lessonTable };

// The rows of the tab in front: of its list, else of its first table; null where it has neither.
export function rowsInFront(page) {
  const { tab } = page.state;
  if (LISTS[tab]) return LISTS[tab](page);
  const table = byId('tab-' + tab).querySelector('table');
  return table ? tableRows(table) : null;
}

// As CSV. A last column says that the data are made up, in every row, for a row may be copied alone.
export function listingText(rows, page) {
  const { words, data } = page, wide = Math.max(...rows.map((row) => row.length));
  const full = rows.map((row) => [...row, ...Array(wide - row.length).fill(null)]);
  return writeCsv(data.synthetic ? full.map((row, i) => [...row, words.say(i ? 'synthetic' : 'col_note')]) : full);
}
