// How many residents share a station, or each place in it, and the visits that were counted there.

import { isKnown, shortNumber } from './values.js';

export function loadWords({ load, visits, byCapacity }, words) {
  const said = [];
  if (isKnown(load)) said.push(byCapacity ? words.say('load_capacity', { value: shortNumber(load) }) : words.say('load_station', { people: words.people(load) }));
  if (isKnown(visits)) said.push(words.say('load_visits', { visits: words.people(visits) }));
  return said.join(words.betweenFacts);
}
