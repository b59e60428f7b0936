// Opening hours as text -> rules, as planner/plan/_hours_parser.py reads them: times, states, comments and days of the week
// with months and holidays. Dates, weeks and offsets of days are left to Python: what holds them is not read here.

export const OPEN = 'open', CLOSED = 'closed', UNKNOWN = 'unknown';
export const DAY = 24 * 60;
export const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const LONGEST = 1000;
const SUN = { dawn: 6 * 60, sunrise: 7 * 60, sunset: 19 * 60, dusk: 20 * 60 };
const STATES = { open: OPEN, closed: CLOSED, off: CLOSED, unknown: UNKNOWN };
const WORDS = new Map([...WEEKDAYS, 'PH', 'SH', ...MONTHS, ...Object.keys(STATES), ...Object.keys(SUN)].map((word) => [word.toLowerCase(), word]));
// Signs of Chinese keyboards and of print for those of the syntax.
const SIGNS = new Map([...'：；，－（）［］＋／～~–—−‐‑“”„＂　\xa0０１２３４５６７８９'].map((sign, i) => [sign, ':;,-()[]+/-------""""  0123456789'[i]]));
const CLOCK = '\\d{1,2}:\\d\\d', EVENT = '(?:' + Object.keys(SUN).join('|') + ')';
const TIME = CLOCK + '|' + EVENT + '|\\(' + EVENT + '[+-]' + CLOCK + '\\)';
const SPAN = new RegExp('^(' + TIME + ')(?:-(' + TIME + '))?(\\+?)$');
// A time has no digit before it; a bracket begins one as well: (sunset-01:00).
const FIRST_TIME = new RegExp('(^|[^\\d(])(' + CLOCK + ')|' + EVENT + '|\\(');
const END = new RegExp('(?:(' + Object.keys(STATES).join('|') + ')\\s*)?("")?$');
const listOf = (one) => one + '(?:,' + one + ')*', spanOf = (names) => '(?:' + names.join('|') + ')(?:-(?:' + names.join('|') + '))?';
// Holidays stand before or after the days of the week, not among them.
const NAMED = listOf(spanOf(WEEKDAYS)), HOLIDAYS = listOf('(?:PH|SH)');
const DAYS = new RegExp('^(?:(' + listOf(spanOf(MONTHS)) + ')(?: |$))?(' + HOLIDAYS + '(?:,' + NAMED + ')?|' + NAMED + '(?:,' + HOLIDAYS + ')?)?$');

class NotReadError extends Error {}
const refuse = () => { throw new NotReadError(); };

// Rules {operator, days, spans, state, onWords} in their order; null for what is not read here.
export function readRules(text) {
  try {
    if (text.length > LONGEST) refuse();
    const rules = splitRules(normalise(text)).map(([operator, rule]) => readRule(operator, rule));
    return rules.length ? rules : null;
  } catch (error) {
    if (error instanceof NotReadError) return null;
    throw error;
  }
}

// Comments emptied, words as specified, punctuation in ASCII.
function normalise(text) {
  const quoted = [...text].map((sign) => SIGNS.get(sign) || sign).join('').split('"');
  if (quoted.length % 2 === 0) refuse();
  const plain = quoted.filter((_, i) => i % 2 === 0).map((part) => part.replace(/[A-Za-z]+/g, (word) => WORDS.get(word.toLowerCase()) || refuse())).join('""');
  if (!/^[\x20-\x7e]*$/.test(plain)) refuse();
  return plain.split(/ +/).filter((part) => part).join(' ');
}

function splitRules(text) {
  const found = [];
  let operator = ';';
  for (const part of text.split(/(;|\|\|)/)) {
    if (part === ';' || part === '||') operator = part;
    else if (part.trim()) {
      splitAtCommas(part).forEach((rule, i) => found.push([i ? ',' : operator, rule]));
      operator = ';';
    } else if (operator === '||') refuse();
  }
  if (operator === '||') refuse(); // it promises a fallback that is not there
  return found;
}

// A comma after times or after a state begins a rule, unless another time follows times.
function splitAtCommas(text) {
  const rules = [];
  let whole = false, stated = false;
  for (const given of text.split(',')) {
    const piece = given.trim(), goesOn = !whole || (!stated && firstTime(piece) === 0);
    if (rules.length && goesOn) rules[rules.length - 1] += ',' + piece; else rules.push(piece);
    const body = rules[rules.length - 1].replace(/^"":/, '');
    stated = END.exec(body)[0] !== '';
    whole = stated || firstTime(body) >= 0 || body === '24/7';
  }
  return rules;
}

// Where the first time stands in a text, -1 for none.
function firstTime(text) {
  const found = FIRST_TIME.exec(text);
  return found ? found.index + (found[1] || '').length : -1;
}

function readRule(operator, given) {
  let text = given.trim();
  const words = /^""\s*:/.exec(text);
  if (words) text = text.slice(words[0].length).trim();
  const end = END.exec(text), state = end[1] ? STATES[end[1]] : end[2] ? UNKNOWN : OPEN;
  const rest = text.slice(0, end.index).trim(), at = firstTime(rest);
  const times = (at < 0 ? '' : rest.slice(at)).replace(/ /g, '');
  let days = (at < 0 ? rest : rest.slice(0, at)).trim().replace(/ :/g, ':').replace(/:$/, '').trim();
  if (days === '24/7' && !times) days = '';
  else if (!text && !words) refuse();
  const spans = times ? times.split(',').map(readSpan) : [];
  return { operator, days: readDays(days), spans, state: words ? UNKNOWN : state, onWords: Boolean(words) };
}

// {months, weekdays, holidays, school}: months and weekdays as flags, null for all; null for every day.
function readDays(text) {
  if (!text) return null;
  const [whole, months, days] = DAYS.exec(text) || [];
  if (!whole) refuse();
  const parts = days ? days.split(',') : [], named = parts.filter((part) => part !== 'PH' && part !== 'SH');
  return { months: months ? flagsOf(months.split(','), MONTHS) : null, weekdays: days ? flagsOf(named, WEEKDAYS) : null,
    holidays: parts.includes('PH'), school: parts.includes('SH') };
}

// Which of some names in a circle are listed; a span may lead over its end: Fr-Mo.
function flagsOf(parts, names) {
  const flags = names.map(() => false);
  for (const part of parts) {
    const [from, to] = part.split('-').map((name) => names.indexOf(name)), last = to === undefined ? from : to;
    for (let i = from; ; i = (i + 1) % names.length) { flags[i] = true; if (i === last) break; }
  }
  return flags;
}

// In minutes from the beginning of its day; until `doubt` nobody knows whether it is still open.
function readSpan(text) {
  const [whole, from, to, open] = SPAN.exec(text) || [];
  if (!whole || (to === undefined && !open)) refuse();
  const start = minutesOf(from);
  let end = to === undefined ? start : minutesOf(to);
  if (to !== undefined && end <= start) end += DAY;
  if (start < 0 || start >= DAY || end > 2 * DAY) refuse();
  return { start, end, doubt: open ? Math.max(end, guessEnd(end)) : end };
}

// When an open end is over at the latest.
function guessEnd(last) {
  if (last < 17 * 60) return DAY;
  return Math.min(last + (last >= 22 * 60 ? 8 : 10) * 60, 2 * DAY);
}

function minutesOf(text) {
  const event = Object.keys(SUN).find((name) => text.includes(name));
  if (!event) return clockOf(text);
  const sign = /[+-]/.exec(text);
  if (!sign) return SUN[event];
  const offset = clockOf(text.slice(sign.index + 1, -1));
  return SUN[event] + (sign[0] === '-' ? -offset : offset);
}

function clockOf(text) {
  const [hour, minute] = text.split(':').map(Number);
  return minute > 59 ? refuse() : hour * 60 + minute;
}
