// A card for each kind of people: share, target, whether it is met.

import { isKnown } from '../data/values.js';
import { doubtWords } from './doubt.js';
import { make } from './elements.js';
import { whoWords } from './wording.js';

export function kindCard(kind, page) {
  const { words, state, summary } = page;
  const row = page.state.figure(kind);
  const judged = summary.target(state.whom, page.state.area, kind, page.state.cutoff);
  const check = page.state.changed && row ? judgeAgain(judged, row) : judged;
  const now = page.state.changed ? summary.row({}, page.state.area, kind, page.state.lastCutoff) : null;
  const share = row && row.people && isKnown(row.share) ? row.share : null;
  const range = isKnown(share) && row.unknown > 0 ? words.say('range', { low: words.share(row.share_low), high: words.share(row.share_high) }) : null;
  const target = check && isKnown(check.target)
    ? words.say(check.target_year ? 'target_year' : 'target', { target: words.target(check.target), year: check.target_year }) : null;
  const doubt = page.state.changed ? null : doubtWords(check, page);
  return make('li', { class: 'card' },
    make('span', { class: 'card-kind' }, state.whom.group ? whoWords(state.whom, page) : words.say('kind_' + kind)),
    make('span', { class: 'card-share' + (isKnown(share) ? '' : ' none') }, isKnown(share) ? words.shareBeside(share, check && check.target) : words.say('no_share')),
    range ? make('span', { class: 'card-range',
      title: words.say('range_long', { low: words.share(row.share_low), high: words.share(row.share_high) }) }, range) : null,
    now && isKnown(now.share) ? make('span', { class: 'card-before' }, words.say(page.state.proposing ? 'before_built' : 'before_changed', { share: words.share(now.share) }),
      now.unknown > 0 ? make('span', { class: 'source' }, words.say('range', { low: words.share(now.share_low), high: words.share(now.share_high) })) : null) : null,
    state.whom.group && row ? make('span', { class: 'card-target' }, words.say('group_people', { people: words.persons(row.people) })) : null,
    check ? make('span', { class: 'card-result ' + check.result + (doubt ? ' unsure' : '') }, words.say(check.result)) : null,
    target ? make('span', { class: 'card-target' }, target) : null,
    doubt ? make('span', { class: 'card-doubt' }, doubt.flatMap((part, i) => [i === 1 || (i && words.language !== 'zh') ? ' ' : '', make('span', {}, part)])) : null);
}

function judgeAgain(check, row) {
  if (!check || !isKnown(check.target) || !row.people) return check;
  const result = row.share_low >= check.target ? 'met' : row.share_high < check.target ? 'missed' : 'undecided';
  return { ...check, result };
}
