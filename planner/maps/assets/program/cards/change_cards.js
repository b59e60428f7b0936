// The cards of a proposed site, an edit, and of who gains or loses.

import { countsOf } from './gap_card.js';
import { isKnown, peopleByKind, residentsOf } from '../data/values.js';
import { factList, linkTo, make } from '../panel/elements.js';
import { reasonsList } from '../panel/folds.js';
import { isServed } from '../panel/sentence.js';
import { standsOf } from '../panel/sites_tab.js';
import { costWords, markName, momentWords, stationLink } from '../panel/wording.js';

export function siteCard(site, page) {
  const { words, data } = page, stands = standsOf(site, page);
  const gain = peopleByKind(site.gain);
  const reasons = reasonsList(site.reasons, words);
  return [
    make('h3', {}, make('span', { class: 'rank site' }, site.number), markName(site, words)),
    factList([
      ...data.kinds.filter((kind) => gain[kind] > 0).map((kind) => [words.say(isServed(page) ? 'served_of' : 'gain_of', { kind: words.say('kind_' + kind) }), words.persons(gain[kind])]),
      [words.say('capacity'), isServed(page) && isKnown(site.capacity) ? words.persons(site.capacity) : null],
      [words.say('no_room'), site.no_room > 0 ? words.persons(site.no_room) : null],
      ...(reasons ? [] : [
        [words.say('gain_unknown'), residentsOf(site.gain_unknown) > 0 ? words.persons(residentsOf(site.gain_unknown)) : null],
        [words.say('action'), site.action ? words.term('action', site.action) : null],
        [words.say('cost'), costWords(site.cost, page)],
        [words.say('frontage'), site.frontage_m > 0 ? words.say('frontage_value', { metres: words.metres(site.frontage_m) }) : null],
        [words.say('repeated'), stands ? words.say(stands.times === stands.repeats ? 'chosen_always' : 'chosen_in', stands) : null],
      ]),
      [words.say('domain'), site.domain ? words.term('domain', site.domain) : null],
      [words.say('town'), site.town],
    ]),
    reasons, // they say the rest
  ];
}

export function editCard(mark, page) {
  const { words } = page;
  const counts = (gained, lost, doubt) => {
    const sure = Object.fromEntries(Object.entries(gained || {}).map(([kind, people]) => [kind, people - ((doubt || {})[kind] || 0)]));
    return Object.entries({ gain_of: sure, doubt_of: doubt || {}, loss_of: lost || {} }).flatMap(([key, people]) => page.data.kinds
      .filter((kind) => people[kind] > 0).map((kind) => [words.say(key, { kind: words.say('kind_' + kind) }), words.persons(people[kind])]));
  };
  const found = mark.gained_by_kind ? counts(mark.gained_by_kind, mark.lost_by_kind, mark.gained_unknown_by_kind) : counts({ residential: residentsOf(mark.gained) }, { residential: residentsOf(mark.lost) });
  const at = (mark.moments || []).map((row) => [momentWords(row.moment, page), counts(row.gained_by_kind, row.lost_by_kind, row.gained_unknown_by_kind).map(([term, people]) => term + ' ' + people).join(words.betweenClauses)]);
  return [
    make('h3', {}, make('span', { class: 'rank site' + (mark.op === 'close' ? ' closes' : '') }, mark.number), markName(mark, words)),
    factList([
      [words.say('edit'), words.term('op', mark.op)],
      ...(found.length ? found : [[words.say('edit_effect'), words.say(at.length ? 'edit_only_then' : 'edit_nobody')]]), ...at,
      [words.say('capacity'), isKnown(mark.capacity) ? words.persons(mark.capacity) : null],
      [words.say('cost'), costWords(mark.cost, page)],
      [words.say('col_per_cost'), isKnown(mark.gained_per_cost) ? words.people(residentsOf(mark.gained_per_cost)) : null],
    ]),
    make('p', { class: 'how' }, words.say('ledger_how')),
  ];
}

export function changedCard(row, lost, page) {
  const { words, scene } = page, { plan } = page.state;
  const station = row.facility === null ? null : scene.facilities[row.facility];
  const mark = row.site === null ? null : plan.marks[row.site];
  const link = mark ? linkTo(mark, mark.number + ' · ' + markName(mark, words), (one) => page.cards.openMark(one)) : stationLink(station, page);
  return [
    make('h3', {}, words.say(lost ? 'no_longer_covered' : 'newly_covered')),
    factList([...countsOf(row, words), [words.say(lost ? 'covered_by_before' : 'covered_by_after'), link]]),
  ];
}
