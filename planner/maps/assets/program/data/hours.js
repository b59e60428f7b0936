// Opening hours in OSM's syntax, in words. What is not understood stays as it is written.

const NAME = '(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)', MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const TIME = '\\d{1,2}:\\d{2}', TIMES = TIME + '(?:-' + TIME + '\\+?|\\+)(?:, ?' + TIME + '(?:-' + TIME + '\\+?|\\+))*';
const RULE = new RegExp('^(?:(' + MONTH + '(?:-' + MONTH + ')?):? )?(?:(' + NAME + '(?:[-,] ?' + NAME + ')*) ?)?(' + TIMES + '|24/7|off|closed)?$');

const listWords = (text, words, wordOf) => text.split(/, ?/).map((part) => {
  const [from, to] = part.split('-');
  return to ? words.say('hours_span', { from: wordOf(from), to: wordOf(to) }) : wordOf(from);
}).join(words.betweenNames);

const timeWords = (times, words) => times.split(/, ?/)
  .map((time) => (time.endsWith('+') ? words.say('hours_open_end', { time: time.slice(0, -1) }) : time.replace('-', '–'))).join(words.betweenNames);

// A rule in words, null where it is not understood.
function ruleWords(rule, words) {
  const [whole, months, days, times] = RULE.exec(rule) || [];
  if (!whole) return null;
  const closed = times === 'off' || times === 'closed', always = times === '24/7' || !times;
  const when = days && days !== 'Mo-Su' ? listWords(days, words, (day) => words.say('hours_day_' + day))
    : days || !(months || closed || always) ? words.say('hours_daily') : null;
  return [months ? listWords(months, words, (month) => words.say('hours_month_' + month)) : null, when,
    closed ? words.say('hours_off') : always ? words.say('hours_always') : timeWords(times, words)].filter((part) => part).join(' ');
}

// The hours in the reader's language; null where there are none.
export function hoursWords(text, words) {
  const given = (text || '').trim();
  if (!given) return null;
  const rules = given.split(/ ?; ?/).filter((rule) => rule).map((rule) => ruleWords(rule, words));
  return rules.length && rules.every((rule) => rule !== null) ? rules.join(words.betweenSentences) : given;
}
