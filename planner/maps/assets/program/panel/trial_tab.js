// The tab where edits are tried: what can be done, the edits there are, and the file that keeps them.

import { TOOLS } from '../state/trial.js';
import { hasRemarks } from '../state/remarks.js';
import { make, makeSvg, put } from './elements.js';
import { fold, townChanges } from './folds.js';
import { thenSwitch } from './views.js';
import { rankedItem } from './ranked.js';
import { balanceWords, effectWords, trialName } from './trial_words.js';
import { costWords, markName } from './wording.js';

const OP_OF = { add: 'add', path: 'add_path', people: 'add_people', leave: 'remove_people' };
const ICONS = {
  add: 'M12 21c-4-5-6.5-8-6.5-11.5a6.5 6.5 0 0 1 13 0C18.5 13 16 16 12 21zM12 6.5v6M9 9.5h6',
  path: 'M4 19l5-6 5 2 6-9M4 19h.01M20 6h.01', people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 2.5-6 6-6s6 2 6 6M18 7v6M15 10h6', leave: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 2.5-6 6-6s6 2 6 6M15 10h6',
  undo: 'M8 5L4 9l4 4M4 9h9a6 6 0 0 1 0 12H9', redo: 'M16 5l4 4-4 4M20 9h-9a6 6 0 0 0 0 12h4',
};

const icon = (name) => makeSvg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, makeSvg('path', { d: ICONS[name] }));

function tools(page) {
  const { words, state } = page, { about, tool } = state.trial, there = TOOLS.filter((name) => about.ops.includes(OP_OF[name]));
  return make('div', { class: 'trial-tools', role: 'group', 'aria-label': words.say('trial_tools') },
    there.map((name) => make('button', { type: 'button', id: 'tool-' + name, 'aria-pressed': String(Boolean(tool && tool.name === name)), onclick: () => page.trying.hold(name) },
      icon(name), make('span', {}, words.say('trial_tool_' + name)))));
}

function editItem(mark, page) {
  const { words } = page, cost = costWords(mark.cost, page), why = [effectWords(mark, page), cost ? words.say('cost_of', { cost }) : null].filter((text) => text).join(words.betweenFacts);
  const row = rankedItem('s' + mark.index, { of: 'site', look: mark.op === 'close' || mark.op === 'remove_people' ? ' site closes' : ' site', rank: mark.number, name: trialName(mark, page), why,
    people: balanceWords(mark, page), onclick: () => page.cards.openMark(mark) }, page);
  row.classList.add('trial-edit');
  row.append(make('button', { type: 'button', class: 'trial-remove', id: 'remove-' + mark.index, 'aria-label': words.say('trial_remove', { name: trialName(mark, page) }), title: words.say('trial_remove', { name: trialName(mark, page) }),
    onclick: () => page.trying.remove(mark.index) }, '×'));
  if (mark.warnings.length) row.append(make('p', { class: 'trial-warning' }, mark.warnings.join(words.betweenSentences)));
  return row;
}

function editsPart(page) {
  const { words, state } = page, { trial, plan: { marks } } = state;
  const step = (name, count) => make('button', { type: 'button', id: 'trial-' + name, class: 'trial-step', disabled: count === 0, 'aria-label': words.say('trial_' + name), title: words.say('trial_' + name), onclick: () => page.trying[name]() }, icon(name));
  const shared = (trial.warned || []).filter(({ number }) => number === 0).map(({ text }) => make('p', { class: 'trial-warning' }, text));
  return [
    make('div', { class: 'gaps-head trial-head' }, make('h2', {}, words.say('trial_edits', { count: words.number(marks.length) })), marks.length ? thenSwitch(page) : null, make('div', { class: 'trial-steps' }, step('undo', trial.counts.undo), step('redo', trial.counts.redo))),
    make('ol', { class: 'list', id: 'trial-list', tabindex: '-1' }, marks.length ? marks.map((mark) => editItem(mark, page)) : make('li', { class: 'gap-none' }, words.say('trial_none'))),
    ...shared,
  ];
}

function filePart(page) {
  const { words, state } = page, { trial } = state, some = trial.edits.length > 0 || hasRemarks(trial.remarks);
  const choose = make('input', { type: 'file', id: 'trial-file', class: 'sr', tabindex: '-1', 'aria-hidden': 'true', accept: '.json,application/json', onchange: (event) => { const [file] = event.target.files; event.target.value = ''; if (file) page.files.open(file); } });
  const name = make('input', { type: 'text', id: 'trial-name', maxlength: 60, autocomplete: 'off', placeholder: words.say('trial_file_name'), 'aria-label': words.say('trial_file_name'), oninput: (event) => { trial.name = event.target.value; } });
  name.value = trial.name;
  return make('div', { class: 'trial-file' },
    some ? make('div', { class: 'trial-save' }, name, make('button', { type: 'button', id: 'trial-save', class: 'strong', onclick: () => page.files.save() }, words.say('trial_save'))) : null,
    make('div', { class: 'trial-save' },
      make('button', { type: 'button', id: 'trial-open', onclick: () => choose.click() }, words.say('trial_open')), choose,
      trial.edits.length ? make('button', { type: 'button', id: 'trial-reset', onclick: () => page.trying.reset() }, words.say('trial_reset')) : null),
    make('p', { class: 'how' }, words.say('trial_private')));
}

// The sites of the proposal, each on or off.
function sitesPart(page) {
  const { words, scene } = page;
  if (!scene.proposed) return [];
  return scene.proposed.marks.map((site) => {
    const box = make('input', { type: 'checkbox', id: 'trial-site-' + site.index, onchange: (event) => page.trying.switchSite(site, event.target.checked) });
    box.checked = page.trying.hasSite(site);
    return make('label', { class: 'trial-site' }, box, make('span', { class: 'rank site' }, site.number), make('span', {}, markName(site, words)), site.town ? make('span', { class: 'source' }, site.town) : null);
  });
}

function remarksPart(page) {
  const { words, state } = page, { corrections, marks } = state.trial.remarks;
  const row = (list, i, text, more) => make('li', {}, make('span', {}, text, more ? make('span', { class: 'source' }, more) : null),
    make('button', { type: 'button', class: 'trial-remove', id: 'drop-' + list + '-' + i, 'aria-label': words.say('trial_remove', { name: text }), onclick: () => page.trying.forgetRemark(list, i) }, '×'));
  return corrections.length + marks.length ? [make('ul', { class: 'trial-remarks' },
    corrections.map((one, i) => row('corrections', i, words.say('remark_about_' + one.about) + words.betweenFacts + one.text, one.proposer)),
    marks.map((one, i) => row('marks', i, page.trying.nameOf(one.id) + words.betweenFacts + words.say('remark_mark', { mark: one.mark }), one.remark)))] : [];
}

export function renderTrial(page) {
  const { words, state } = page, { trial } = state;
  if (!state.trying) return;
  if (!trial.ready) { put('tab-trial', make('p', { class: 'gap-none' }, trial.failed || words.say('trial_starting'))); return; }
  const count = trial.remarks.corrections.length + trial.remarks.marks.length, sites = sitesPart(page);
  put('tab-trial',
    tools(page), trial.edits.length ? null : make('p', { class: 'trial-how' }, words.say('trial_how')),
    trial.fault ? make('p', { class: 'trial-fault', role: 'alert' }, trial.fault) : null,
    editsPart(page),
    sites.length ? make('div', { class: 'folds' }, fold(page, 'trialsites', words.say('trial_sites', { count: sites.length }), sites)) : null,
    state.changed ? make('div', { class: 'folds' }, fold(page, 'trialtowns', words.say('towns_title'), townChanges(page, { losses: state.changed.lost.length > 0 }) || [])) : null,
    count ? make('div', { class: 'folds' }, fold(page, 'remarks', words.say('trial_remarks', { count }), remarksPart(page))) : null,
    filePart(page));
}
