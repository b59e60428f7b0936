// The cards of a compound, a gate and an opening.

import { countsOf } from './gap_card.js';
import { shortNumber } from '../data/values.js';
import { noGate } from '../data/walls.js';
import { gainTrial, gateTrial } from './trial_cards.js';
import { factList, make } from '../panel/elements.js';
import { compoundName, gainName, passWords, stationLink, unseen } from '../panel/wording.js';

export function compoundCard(one, page) {
  const { words } = page;
  return [
    make('h3', {}, compoundName(one, words)),
    factList([
      ...countsOf(one, words),
      [words.say('compound_state'), words.term('state', one.state)],
      [words.say('gates_mapped'), one.gates_mapped ? words.number(one.gates_mapped) : null],
      [words.say('gates_inferred'), one.gates_inferred ? words.number(one.gates_inferred) : null],
      [words.say('town'), one.town],
    ]),
    noGate(one) ? make('p', { class: 'note' }, words.say('no_gate_long')) : null,
  ];
}

export function gateCard(gate, page) {
  const { words, scene } = page;
  const kind = gate.mapped ? 'gate_mapped' : gate.inferred ? 'gate_inferred' : 'gate_none';
  return [
    make('h3', {}, gate.name || words.say('gate')),
    factList([
      [words.say('compound'), gate.compound === null ? null : compoundName(scene.compounds[gate.compound], words)],
      [words.say('gate_known'), words.say(kind)],
      [words.say('status'), words.term('gate', gate.state)],
      [words.say('gate_who'), gate.mapped ? passWords(gate.passes, words) : null],
      [words.say('gate_hours'), gate.hours],
      [words.say('town'), gate.town],
    ]),
    gate.mapped ? null : make('p', { class: 'note' }, words.say(gate.inferred ? 'gate_inferred_long' : 'gate_none_long')),
    gateTrial(gate, page),
  ];
}

export function gainCard(gain, page) {
  const { words, scene } = page;
  const station = gain.facility === null ? null : scene.facilities[gain.facility];
  return [
    make('h3', {}, make('span', { class: 'rank gain' }, page.state.todoRank('o' + gain.index)), gainName(gain, page)),
    factList([
      ...countsOf(gain, words).map(([kind, people]) => [words.say('gain_of', { kind }), people]),
      [words.say('gain_kind'), words.term('gain', gain.kind)],
      [words.say('gain_path'), gain.path_m ? words.say('metres', { metres: words.metres(gain.path_m) }) : null],
      [words.say('gain_instead'), gain.alternatives ? words.say('gain_instead_value', { count: gain.alternatives }) : null],
      [words.say('gain_reach'), stationLink(station, page)],
      [words.say('town'), gain.town],
    ]),
    unseen(gain, page) ? make('p', { class: 'note' }, words.say('gain_unseen_long')) : null,
    make('p', { class: 'how' }, words.say('gains_how', { minutes: shortNumber(page.state.lastCutoff) })),
    gainTrial(gain, page),
  ];
}
