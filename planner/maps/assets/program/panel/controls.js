// The choices of town, minutes and people.

import { shortNumber } from '../data/values.js';
import { make, select } from './elements.js';
import { choiceWords, classWords, whenWords } from './wording.js';

export function choiceControls(page) {
  const { words, state, data, summary } = page;
  const made = [];
  if (state.towns.length > 1) {
    const all = [['', words.say('towns_all', { count: state.towns.length })]];
    made.push(select('town', words.say('town'), all.concat(state.towns.map((name) => ['=' + name, name])),
      state.town === null ? '' : '=' + state.town, (value) => page.chooseTown(value === '' ? null : value.slice(1))));
  }
  // Of what has minutes and walkers of its own only the town can be chosen, unless something else is chosen already.
  if (state.quiet && state.asPlanned) return made;
  if (data.cutoffs.length > 1 && !state.trying) {
    made.push(select('minutes', words.say('minutes'),
      data.cutoffs.map((minutes) => [String(minutes), words.say('minutes_value', { minutes: shortNumber(minutes) })]),
      String(state.cutoff), (value) => page.choose(() => state.chooseCutoff(Number(value)))));
  } else if (data.cutoffs.length) {
    made.push(make('span', { class: 'choice fixed' }, words.say('minutes_value', { minutes: shortNumber(state.lastCutoff) })));
  }
  if (summary.profiles.length || summary.groups.length || (summary.classes.length && !state.trying)) made.push(whoChoice(page));
  if (state.when) { // a moment or a condition is chosen in the tab of hours; here it is shown and can be cleared
    const chosen = whenWords(state.whom, page);
    made.push(make('button', { type: 'button', id: 'moment', class: 'choice chip', onclick: () => page.choose(() => state.chooseWhom({})), 'aria-label': words.say(state.whom.condition ? 'condition_clear' : 'moment_clear', { moment: chosen, condition: chosen }) },
      make('span', {}, chosen), make('span', { 'aria-hidden': 'true' }, ' ×')));
  }
  return made;
}

// The first letter of a value in the list of people -> what is chosen by it.
const PARTS = { g: 'group', p: 'profile', c: 'class' };

function whoChoice(page) {
  const { words, state, summary } = page, { whom } = state;
  /** @type {any[]} values with their texts, and at the end the classes below a heading */
  // The plan's own pace goes without saying: this is what the narrow list shows at rest.
  const options = [['', summary.plan ? words.say('who_everybody') : choiceWords({}, page)], ...summary.groups.map((name) => ['g' + name, choiceWords({ group: name }, page)]),
    ...summary.profiles.map((name) => ['p' + name, choiceWords({ profile: name }, page)])];
  if (summary.classes.length && !state.trying) options.push([words.say('classes'), summary.classes.map((key) => ['c' + key, classWords(key, page)])]);
  return select('who', words.say('group'), options, whom.group ? 'g' + whom.group : whom.profile ? 'p' + whom.profile : whom.class ? 'c' + whom.class : '',
    (value) => page.choose(() => state.chooseWhom(value === '' ? {} : { [PARTS[value[0]]]: value.slice(1) })));
}
