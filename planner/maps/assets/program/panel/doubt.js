// How sure a result is, in words.

import { isKnown, unique } from '../data/values.js';
import { make } from './elements.js';
import { SURE_SHARE } from './wording.js';

// How many repeats give which result of a target, where too few of them agree with the one shown, which comes first.
// Returned in parts, so that a narrow card breaks lines between them.
export function doubtWords(check, page) {
  const { words, summary } = page, { repeats } = summary.uncertainty;
  const row = check && repeats ? summary.judged(check) : null;
  if (!row || row.result_stands >= SURE_SHARE) return null;
  const results = unique([check.result, 'missed', 'undecided', 'met']).filter((result) => row[result] > 0);
  const zh = words.language === 'zh';
  const parts = results.map((result, i) => words.say('times_' + result, { times: words.number(row[result]) }) + (i === results.length - 1 ? '' : zh ? '，' : ','));
  return [words.say('doubt', { repeats: words.number(repeats) }), ...parts];
}

// In how many repeats the result of a target is the one shown.
export function standsWords(row, page) {
  const { words, summary } = page;
  if (!isKnown(row.result_stands) || !row.result) return words.say('not_judged');
  const times = Math.round(row.result_stands * summary.uncertainty.repeats);
  return words.say('stands_short', { result: words.say(row.result), times, repeats: summary.uncertainty.repeats });
}

const spread = (range, unit) => (Array.isArray(range) ? [range[0], range[range.length - 1]].map((value) => String(value)).join('–') + unit : null);

// What the repeats drew from, in one sentence.
export function rangesWords(page) {
  const { words, summary } = page, { repeats, ranges } = summary.uncertainty;
  if (!repeats) return null;
  const given = ranges || {};
  const modes = (given.gates || []).map((mode) => words.term('mode', mode)).join(words.betweenNames);
  const parts = [
    isKnown(given.speed) ? words.say('range_speed', { range: spread(given.speed, '') }) : null,
    isKnown(given.access_limit_m) ? words.say('range_limit', { range: spread(given.access_limit_m, '') }) : null,
    isKnown(given.access_detour) ? words.say('range_detour', { range: spread(given.access_detour, '') }) : null,
    isKnown(given.crossing_delay) ? words.say('range_delay', { range: spread(given.crossing_delay, '') }) : null,
    modes ? words.say('range_gates', { modes }) : null,
  ].filter((part) => part);
  return make('p', { class: 'how' }, words.say('repeats_how', { repeats }), parts.join(words.betweenSentences), words.fullStop);
}
