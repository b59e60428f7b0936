// What can be tried on the card of a station, a gate, a way to open, or a place, and the card of an edit.

import { DAYS, hoursOf } from '../state/edits.js';
import { MARKS, oneLine } from '../state/remarks.js';
import { factList, make, select } from '../panel/elements.js';
import { effectWords, groupWords, trialName } from '../panel/trial_words.js';
import { compoundName, costUnit, gainName, titleOf } from '../panel/wording.js';

const button = (page, id, key, onclick, look = '') => make('button', { type: 'button', id, class: look, onclick }, page.words.say(key));

/** @type {(id: string, label: string, attributes?: any, value?: any) => any} */
function field(id, label, attributes = {}, value = '') {
  const input = make(attributes.rows ? 'textarea' : 'input', { id, autocomplete: 'off', ...attributes });
  input.value = value === null || value === undefined ? '' : value;
  return make('label', { class: 'trial-field' }, make('span', {}, label), input);
}

const valueOf = (form, id) => oneLine(form.querySelector('#' + id).value);
const numberOf = (form, id) => { const text = valueOf(form, id); return text === '' ? null : Number(text); };

/** @type {(onsubmit: (form: any) => void, ...parts: any[]) => any} */
function formOf(onsubmit, ...parts) {
  return make('form', { class: 'trial-form', onsubmit: (event) => { event.preventDefault(); onsubmit(event.currentTarget); } }, ...parts);
}

function behind(page, id, key, ...content) { return make('details', { class: 'trial-behind', id }, make('summary', {}, page.words.say(key)), content); }

// ---- stations

function hoursForm(id, page) {
  const { words } = page, times = Array.from({ length: 49 }, (_, i) => String(Math.floor(i / 2)).padStart(2, '0') + (i % 2 ? ':30' : ':00'));
  const options = times.map((time) => [time, time]), noChange = () => {};
  return formOf((form) => page.trying.setHours(id, hoursOf(valueOf(form, 'trial-days'), valueOf(form, 'trial-from'), valueOf(form, 'trial-to'))),
    select('trial-days', words.say('trial_days'), DAYS.map((days) => [days, words.say('trial_days_' + days.replace(/\W/g, ''))]), 'Mo-Fr', noChange),
    make('div', { class: 'trial-row' }, select('trial-from', words.say('trial_from'), options.slice(0, 48), '08:30', noChange), make('span', { 'aria-hidden': 'true' }, '–'), select('trial-to', words.say('trial_to'), options.slice(1), '18:00', noChange)),
    make('button', { type: 'submit', class: 'strong' }, words.say('trial_set_hours')), make('p', { class: 'how' }, words.say('trial_hours_how')));
}

// Nothing where nothing can be tried.
export function stationTrial(sign, page) {
  const { state, trying } = page;
  if (!trying || !state.trial.ready) return null;
  const id = trying.idOf('f' + sign.index);
  if (!id) return null;
  const open = trying.counts(id), timed = page.summary.moments.length > 0;
  return make('div', { class: 'trial-on-card' },
    state.trying && state.trial.edits.length ? make('p', { class: 'how' }, page.words.say('trial_card_today')) : null,
    state.trying ? make('div', { class: 'trial-ways' },
      open ? button(page, 'trial-move', 'trial_move', () => trying.hold('move', id)) : null,
      open ? button(page, 'trial-close', 'trial_close', () => trying.close(id)) : button(page, 'trial-reopen', 'trial_reopen', () => trying.reopen(id), 'strong')) : null,
    state.trying && open && timed ? behind(page, 'trial-hours', 'trial_hours', hoursForm(id, page)) : null,
    behind(page, 'trial-mark', 'remark_rate', markForm(id, page)),
    behind(page, 'trial-wrong', 'remark_wrong', wrongForm(page, { abouts: ['station', 'hours'], id, place: null })));
}

// ---- gates and openings

export function gateTrial(gate, page) {
  const { state, trying } = page;
  if (!trying || !state.trial.ready) return null;
  const id = trying.idOf('p' + gate.index);
  return make('div', { class: 'trial-on-card' },
    state.trying && id ? make('div', { class: 'trial-ways' }, openedBefore(state, id) ? make('p', { class: 'how' }, page.words.say('trial_opened')) : button(page, 'trial-gate', 'trial_gate', () => trying.openGate(id, gateName(gate, page)), 'strong')) : null,
    behind(page, 'trial-wrong', 'remark_wrong', wrongForm(page, { abouts: ['gate'], id, place: page.scene.plane.latLng(gate.x, gate.y) })));
}

// Most gates of the map have no name: their estate's tells which it is.
function gateName({ name, compound }, { words, scene }) {
  return name || (compound === null ? null : words.say('trial_gate_of', { compound: compoundName(scene.compounds[compound], words) }));
}

const openedBefore = (state, id) => state.trial.edits.some((edit) => edit.op === 'open_gate' && edit.id === id);

// From the list of what to do: the same opening, tried.
export function gainTrial(gain, page) {
  const { state, trying } = page;
  if (!trying || !state.trial.ready || !gain.id || openedBefore(state, gain.id)) return null;
  return make('div', { class: 'trial-on-card' }, make('div', { class: 'trial-ways' }, button(page, 'trial-gate', 'trial_this', () => {
    if (!state.trying) page.choose(() => state.chooseView('trial'));
    trying.openGate(gain.id, gainName(gain, page));
  }, 'strong')));
}

// ---- people

export function peopleCard(op, latlng, page) {
  const { words, data, trying } = page, kinds = data.kinds.map((kind) => [kind, words.say('people_of_' + kind)]), noChange = () => {}, shareOf = (percent) => (percent === 100 ? null : percent / 100);
  const values = (form) => (op === 'people'
    ? { name: valueOf(form, 'trial-who'), kind: valueOf(form, 'trial-kind'), people: numberOf(form, 'trial-people'), year: numberOf(form, 'trial-year') }
    : { name: valueOf(form, 'trial-who'), kind: valueOf(form, 'trial-kind'), radius_m: numberOf(form, 'trial-radius'), share: shareOf(numberOf(form, 'trial-share')), year: numberOf(form, 'trial-year') });
  const amount = op === 'people' ? [field('trial-people', words.say('trial_people'), { type: 'number', min: 1, max: 1000000, step: 1, required: true, inputmode: 'numeric' }, 1000)]
    : [field('trial-share', words.say('trial_share'), { type: 'number', min: 1, max: 100, step: 1, required: true, inputmode: 'numeric' }, 100), select('trial-radius', words.say('trial_radius'), [50, 100, 150, 200, 300, 500, 1000].map((metres) => [String(metres), words.say('trial_radius_of', { metres })]), '150', noChange)];
  return [make('h3', {}, words.say('trial_tool_' + op)),
    formOf((form) => trying.addPeople(op, latlng, values(form)),
      field('trial-who', words.say('trial_estate'), { maxlength: 60 }),
      select('trial-kind', words.say('trial_whom'), op === 'people' ? kinds : [['', words.say('trial_everybody')], ...kinds], op === 'people' ? kinds[0][0] : '', noChange), ...amount,
      field('trial-year', words.say('trial_year'), { type: 'number', min: 1900, max: 2200, step: 1, inputmode: 'numeric' }),
      make('button', { type: 'submit', class: 'strong' }, words.say('trial_make')))];
}

// ---- an edit

export function trialCard(mark, page) {
  const { words, state, trying } = page, unit = costUnit(page), { edit } = mark, priced = unit !== null;
  const groups = Object.entries(mark.groups).map(([group, row]) => [titleOf(page, 'group', group), groupWords(row, page)]);
  const named = ['add', 'add_path', 'open_gate', 'add_people', 'remove_people'].includes(mark.op);
  return [
    make('h3', {}, make('span', { class: 'rank site' + (mark.op === 'close' ? ' closes' : '') }, mark.number), trialName(mark, page)),
    make('p', {}, effectWords(mark, page)), factList([...groups, ...(edit.year ? [[words.say('trial_in_year'), edit.year]] : [])]),
    ...mark.warnings.map((text) => make('p', { class: 'note' }, text)),
    make('div', { class: 'trial-on-card' },
      make('div', { class: 'trial-ways' },
        mark.op === 'add' || mark.op === 'move' ? button(page, 'trial-move', 'trial_move', () => trying.hold('move', mark.id)) : null,
        button(page, 'trial-drop', 'trial_take_back', () => trying.remove(mark.index))),
      behind(page, 'trial-more', 'trial_more', formOf((form) => trying.alter(mark.index, {
        ...(named ? { name: valueOf(form, 'trial-called') } : {}), proposer: valueOf(form, 'trial-proposer'), reason: valueOf(form, 'trial-reason'), votes: numberOf(form, 'trial-votes'),
        ...(priced ? { cost: numberOf(form, 'trial-cost') } : {}) }),
      named ? field('trial-called', words.say('trial_called'), { maxlength: 60 }, edit.name || '') : null,
      field('trial-proposer', words.say('trial_proposer'), { maxlength: 60 }, edit.proposer),
      field('trial-reason', words.say('trial_reason'), { rows: 2, maxlength: 500 }, edit.reason),
      make('div', { class: 'trial-row' }, field('trial-votes', words.say('trial_votes'), { type: 'number', min: 0, max: 10000000, step: 1, inputmode: 'numeric' }, edit.votes),
        priced ? field('trial-cost', words.say('cost') + ' (' + unit + ')', { type: 'number', min: 0, step: 'any', inputmode: 'decimal' }, edit.cost) : null),
      make('button', { type: 'submit', class: 'strong' }, words.say('trial_keep')), make('p', { class: 'how' }, words.say('trial_private')))),
      state.after ? null : make('p', { class: 'how' }, words.say('trial_before'))),
  ];
}

// ---- remarks

function markForm(id, page) {
  const { words, state, trying } = page, given = state.trial.remarks.marks.find((one) => one.id === id);
  const choice = (mark) => {
    const radio = make('input', { type: 'radio', name: 'trial-mark', value: mark, required: true });
    radio.checked = Boolean(given) && given.mark === mark;
    return make('label', {}, radio, make('span', {}, mark));
  };
  return formOf((form) => trying.mark({ id, mark: Number(form.elements['trial-mark'].value), remark: valueOf(form, 'trial-remark') }),
    make('fieldset', { class: 'trial-marks' }, make('legend', {}, words.say('remark_marks')), MARKS.map(choice)),
    field('trial-remark', words.say('remark_text'), { maxlength: 500 }, given && given.remark),
    make('button', { type: 'submit', class: 'strong' }, words.say('remark_keep')));
}

function wrongForm(page, { abouts, id, place }) {
  const { words, trying } = page, noChange = () => {};
  return formOf((form) => trying.say({ about: abouts.length > 1 ? valueOf(form, 'trial-about') : abouts[0], id, place, text: valueOf(form, 'trial-text'), proposer: valueOf(form, 'trial-teller') }),
    abouts.length > 1 ? select('trial-about', words.say('remark_what'), abouts.map((one) => [one, words.say('remark_about_' + one)]), abouts[0], noChange) : null,
    field('trial-text', words.say('remark_wrong_text'), { rows: 2, maxlength: 500, required: true }),
    field('trial-teller', words.say('trial_proposer'), { maxlength: 60 }),
    make('button', { type: 'submit', class: 'strong' }, words.say('remark_keep')), make('p', { class: 'how' }, words.say('remark_how')));
}

export function streetTrial(place, page) {
  const { state, trying, scene } = page;
  if (!trying || !state.trial.ready || !place.inside) return null;
  return make('div', { class: 'trial-on-card' }, behind(page, 'trial-wrong', 'remark_wrong', wrongForm(page, { abouts: ['street'], id: null, place: scene.plane.latLng(place.x, place.y) })));
}
