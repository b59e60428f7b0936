// The tab of gates: what an opened gate would bring.

import { GAPS_SHOWN } from '../state/state.js';
import { shortNumber } from '../data/values.js';
import { make, put } from './elements.js';
import { rankedItem } from './ranked.js';
import { gainName, stationName, unseen } from './wording.js';

function gainItem(gain, page) {
  const { words, scene } = page;
  const station = gain.facility === null ? null : scene.facilities[gain.facility];
  const why = [unseen(gain, page) ? words.say('gain_unseen') : words.term('gain', gain.kind), station ? words.say('gain_to', { station: stationName(station, words) }) : null]
    .filter((text) => text).join(words.betweenFacts);
  const kind = [page.state.gapKind, ...page.data.kinds].find((one) => gain['people_' + one] > 0) || page.state.gapKind;
  const people = words.say('gain_people', { people: words.persons(gain['people_' + kind] || 0) });
  const who = kind === page.state.gapKind ? null : make('span', { class: 'gap-kind' }, words.say('kind_' + kind));
  const said = (who ? who.textContent + ' ' : '') + people, name = gainName(gain, page);
  return rankedItem('o' + gain.index, { of: 'gain', look: ' opening', rank: gain.rank, name, why, people: [who, people], onclick: () => page.cards.openGain(gain),
    label: words.say('gain_row', { rank: gain.rank, name, people: said, why }) }, page);
}

// How many gates and walls were looked at for this list.
function lookedAt(page) {
  const { words, data } = page;
  const parts = data.openings.filter((row) => row.considered > 0)
    .map((row) => words.say('looked_at', { count: words.number(row.considered), kind: words.term('opening', row.kind) }));
  return parts.length ? make('p', { class: 'gaps-how' }, words.say('looked_at_all', { parts: parts.join(words.betweenNames) })) : null;
}

export function renderGains(page) {
  const { words, scene, data } = page;
  if (!scene.gains.length) return;
  const here = page.state.gainsHere(), shown = here.slice(0, page.state.gapsShown);
  const rest = scene.gains.length < data.gains.total ? words.say('gains_first', { count: words.number(scene.gains.length), total: words.number(data.gains.total) }) : null;
  const more = here.length > shown.length ? make('button', { type: 'button', class: 'more', id: 'more-gains', onclick: () => { page.state.showMore(); page.render(); } },
    words.say('more', { count: words.number(Math.min(here.length - shown.length, GAPS_SHOWN)) })) : null;
  put('tab-gates',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('gains_title', { kind: words.say('people_of_' + page.state.gapKind) })),
      make('span', {}, words.say('gaps_count', { count: words.number(here.length) }))),
    make('p', { class: 'gaps-how' }, words.say('gains_how', { minutes: shortNumber(page.state.lastCutoff) }), rest),
    make('ol', { id: 'gains', class: 'list' }, here.length ? shown.map((gain) => gainItem(gain, page)) : make('li', { class: 'gap-none' }, words.say('gains_none'))),
    more, lookedAt(page));
}
