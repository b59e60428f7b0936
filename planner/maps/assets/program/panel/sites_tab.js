// The tab of a proposal: its sites, its proof, and what else would do.

import { isKnown, residentsOf } from '../data/values.js';
import { curvePicture } from './curve.js';
import { factList, make, put } from './elements.js';
import { fold, reasonsList, townChanges } from './folds.js';
import { rankedItem } from './ranked.js';
import { atMost, isServed } from './sentence.js';
import { table } from './table.js';
import { SURE_SHARE, markName } from './wording.js';

const MINIMISING = ['lscp', 'p-median', 'p-center']; // models whose value is to be as small as possible

// A value of the model in its own unit; `full`: not rounded, where two values are compared.
function valueWords(value, page, full = false) {
  const { words, data } = page, { unit } = data.proposal;
  if (!isKnown(value)) return words.say('not_judged');
  if (unit === 'share') return words.share(value);
  const shown = ['people', 'residents', 'weighted people', 'person-minutes'].includes(unit) ? (full ? words.number(value) : words.people(value)) : String(Math.round(value * 10) / 10);
  return words.has('unit_of_' + unit) ? words.say('unit_of_' + unit, { value: shown }) : shown + ' ' + (unit || '');
}

export function standsOf(site, page) {
  const { runs } = page.data.proposal.robustness;
  return runs && isKnown(site.runs_share) ? { times: Math.round(site.runs_share * runs), repeats: runs } : null;
}

function siteItem(site, page) {
  const { words } = page, stands = standsOf(site, page), gain = residentsOf(site.gain);
  const unsure = stands && site.runs_share < SURE_SHARE ? words.say('gap_unsure', stands) : null;
  const why = [words.term('action', site.action), site.town, unsure].filter((text) => text).join(words.betweenFacts);
  const people = isKnown(gain) ? '+' + words.persons(gain) : '';
  return rankedItem('s' + site.index, { of: 'site', look: ' site', rank: site.number, name: markName(site, words), why, people, onclick: () => page.cards.openMark(site) }, page);
}

// Choices that are nearly as good: which sites each leaves out, and what it costs.
function alternativesList(page) {
  const { words, data, state, scene } = page, { rows } = scene.others;
  if (!rows.length) return null;
  const names = (places, list) => places.map((place) => list[place]).join(words.betweenNames);
  const items = rows.map((row, i) => {
    const left = row.left.map((place) => state.plan.marks[place].number).join(words.betweenNames);
    const added = names(row.added, scene.others.name.map((name) => name || words.say('site_unnamed')));
    const why = [row.left.length ? words.say('other_left', { sites: left }) : null, row.added.length ? words.say('other_added', { sites: added }) : null]
      .filter((part) => part).join(words.betweenClauses);
    const worse = MINIMISING.includes(data.proposal.model) ? '+' : '−';
    const part = data.proposal.value ? words.share(Math.abs(row.loss / data.proposal.value)) : '';
    return make('li', {}, make('button', { type: 'button', class: 'gap other', id: 'other-' + i, 'aria-pressed': String(state.other === i), onclick: () => page.choose(() => state.showOther(i)) },
      make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, words.say('other_name', { rank: row.rank || i + 1 })), make('span', { class: 'gap-why' }, why)),
      make('span', { class: 'gap-people' }, row.loss > 0 ? worse + valueWords(row.loss, page) : words.say('other_same'), row.loss > 0 ? make('span', { class: 'gap-kind' }, worse + part) : null)));
  });
  return [make('p', { class: 'how' }, words.say('others_how')), make('ul', { class: 'list others' }, items)];
}

function staysTable(page) {
  const { words, data } = page, { stays } = data.proposal;
  if (!stays.length) return null;
  const near = stays.some((row) => isKnown(row.in_reach));
  const rows = stays.map((row) => [words.term('cause', row.cause), words.people(row.residents), ...(near ? [words.people(row.in_reach)] : []),
    isKnown(row.gaps) ? words.number(row.gaps) : words.say('not_judged')]);
  return [table(words.say('stays_caption'), ['cause', 'kind_residential', ...(near ? ['col_in_reach'] : []), 'tab_gaps'].map((key) => words.say(key)), rows, page),
    near ? make('p', { class: 'how' }, words.say('stays_how')) : null];
}

function stepsTable(page) {
  const { words, data } = page, { plan } = page.state, { steps } = data.proposal;
  if (!steps.length) return null;
  const free = steps.some((row) => isKnown(row.free_value));
  const rows = steps.map((row) => [row.step + (row.site === null ? '' : ' · ' + markName(plan.marks[row.site], words)), '+' + words.people(row.gain), words.people(row.total),
    ...(free ? [isKnown(row.free_value) ? words.people(row.free_value) : words.say('not_judged')] : [])]);
  const heads = ['site', 'col_gained', 'col_total', ...(free ? ['col_free'] : [])];
  return [table(words.say(isServed(page) ? 'steps_caption_served' : 'steps_caption'), heads.map((key) => words.say(key)), rows, page), free ? make('p', { class: 'how' }, words.say('steps_how')) : null];
}

function proofList(page) {
  const { words, data } = page, { model, value, bound, gap, seconds, first_seconds: first, limits, robustness } = data.proposal;
  const seconds_ = (time) => (isKnown(time) ? words.say('seconds', { seconds: time < 1 ? time.toFixed(2) : time.toFixed(1) }) : null);
  const rows = [
    [words.say('model'), words.term('model', model)],
    [words.say('value'), valueWords(value, page, true)],
    [words.say('bound'), isKnown(bound) ? valueWords(bound, page, true) : words.say('proof_none')],
    [words.say('proof'), isKnown(gap) ? (gap <= 1e-9 ? words.say('proof_best') : words.say('proof_gap', { gap: atMost(gap) })) : words.say('proof_none')],
    [words.say('time'), [seconds_(seconds), isKnown(first) ? words.say('time_first', { seconds: seconds_(first) }) : null].filter((part) => part).join(words.betweenClauses)],
    [words.say('survives'), !data.proposal.reasons && robustness.runs && isKnown(robustness.stands) ? words.say(robustness.stands >= robustness.runs ? 'survives_all' : 'survives_in', { times: words.number(robustness.stands), repeats: words.number(robustness.runs) }) : null],
  ];
  const costs = (limits || []).map((row) => [words.say('limit_of', { label: row.label }), words.say('limit_cost', { value: valueWords(row.cost, page) })]);
  return [reasonsList(data.proposal.reasons, words), make('div', { class: 'facts-of' }, factList(rows.concat(costs))), make('p', { class: 'how' }, words.say('proof_how'))];
}

function whyNot(page) {
  const { words, data } = page, row = data.proposal.why_not;
  if (!row) return null;
  const gain = residentsOf(row.gain), reasons = reasonsList(row.reasons, words);
  return [make('p', { class: 'how' }, words.say('why_not_how')), reasons || factList([
    [words.say('why_not_gain'), isKnown(gain) ? words.persons(gain) : null],
    [words.say('why_not_loss'), isKnown(row.loss) ? words.persons(row.loss) : null],
    [words.say('why_not_instead'), row.instead],
  ])];
}

export function renderSites(page) {
  const { words, state } = page, { plan } = page.state;
  if (!state.proposing) return;
  const here = state.sitesHere();
  const others = page.scene.others.rows.length;
  put('tab-sites',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('sites_title')), make('span', {}, words.say('gaps_count', { count: words.number(here.length) }))),
    make('ol', { id: 'sites', class: 'list', tabindex: '-1' }, here.length ? here.map((site) => siteItem(site, page)) : make('li', { class: 'gap-none' }, words.say('sites_none'))),
    curvePicture(page),
    make('div', { class: 'folds' },
      fold(page, 'others', words.say('others_title', { count: words.number(others) }), alternativesList(page) || []),
      fold(page, 'towns', words.say('towns_title'), townChanges(page, { losses: plan.after.lost.length > 0 }) || []),
      fold(page, 'stays', words.say('stays_title'), staysTable(page) || []),
      fold(page, 'steps', words.say('steps_title'), stepsTable(page) || []),
      fold(page, 'whynot', words.say('why_not_title'), whyNot(page) || []),
      fold(page, 'proof', words.say('proof_title'), proofList(page))));
}
