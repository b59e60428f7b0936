// The card of longer hours: who lives near a station that is shut when they could come.

import { countsOf } from './gap_card.js';
import { factList, make } from '../panel/elements.js';
import { momentWords, stationLink, stationName } from '../panel/wording.js';

export function longerCard(one, page) {
  const { words, scene } = page, station = scene.facilities[one.facility];
  const others = one.others.map(([moment, people]) => [words.say('longer_at', { moment: momentWords(moment, page) }), words.persons(people)]);
  return [
    make('h3', {}, make('span', { class: 'rank longer' }, page.state.todoRank('h' + one.index)), stationName(station, words)),
    factList([
      [words.say('todo_measure'), words.say('longer_open', { moment: momentWords(one.moment, page) })],
      ...countsOf(one, words),
      ...others,
      [words.say('station'), stationLink(station, page)],
      [words.say('town'), one.town],
    ]),
    make('p', { class: 'how' }, words.say('longer_how', { minutes: page.state.lastCutoff })),
  ];
}
