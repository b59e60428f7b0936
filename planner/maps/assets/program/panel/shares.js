// Shares and people, with the ends between which they lie.

import { isKnown, residentsOf } from '../data/values.js';
import { make } from './elements.js';

export const shareOf = (row, words) => (!row || !row.people ? words.say('not_judged') : !isKnown(row.share) ? words.say('no_share') : words.share(row.share));

// The low and high end of a share, where some people cannot be judged.
export const endsOf = (row, words) => (row && row.people && row.unknown > 0 && isKnown(row.share) && isKnown(row.share_low)
  ? words.say('range', { low: words.share(row.share_low), high: words.share(row.share_high) }) : null);

// A share; below it its low and high end, where some people cannot be judged.
export function shareWithEnds(row, words, strong) {
  const share = shareOf(row, words), ends = endsOf(row, words);
  return make('span', {}, strong ? make('b', {}, share) : share, ends ? make('span', { class: 'source' }, ends) : null);
}

export const signed = (value, words) => (value > 0 ? '+' : value < 0 ? '−' : '') + words.people(Math.abs(value));

// People newly covered; below them those who could not be judged before, and those whom planned stations cover.
export function gainedCell(row, words) {
  const below = (key, people) => (people > 0 ? make('span', { class: 'source' }, words.say(key, { people: words.people(people) })) : null);
  return make('span', {}, row.gained > 0 ? signed(row.gained, words) : '0', below('gained_doubt', row.gained_unknown), below('gained_planned', row.planned));
}

// People newly covered by an edit; below them those who could not be judged before.
export function gainedWords(mark, words) {
  const doubt = mark.gained_unknown || 0, sure = residentsOf(mark.gained) - doubt;
  return [sure > 0 ? make('b', { class: 'more-people' }, signed(sure, words)) : '0',
    doubt > 0 ? make('span', { class: 'source' }, words.say('gained_doubt', { people: words.people(doubt) })) : null];
}

export const lostWords = (mark, words) => (residentsOf(mark.lost) > 0 ? make('b', { class: 'less' }, signed(-residentsOf(mark.lost), words)) : '0');
