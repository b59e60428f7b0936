// Whether opening hours are open at a moment, as planner/plan/moments.py tells it.

import { CLOSED, DAY, OPEN, UNKNOWN, readRules } from './hours_rules.js';

// The first day from which hours have to open, and for how long it is waited for that.
const SINCE = Date.UTC(2026, 2, 9), WAIT_DAYS = 11 * 366, DAY_MS = 86400000;

// A day as rules ask about it: Monday is 0, January is 0.
function dayOf(ms, holiday) {
  const date = new Date(ms);
  return { weekday: (date.getUTCDay() + 6) % 7, month: date.getUTCMonth(), holiday };
}

// A moment "2026-03-10T19:30", and whether the day before and its own are public holidays.
export function readMoment(at, [before, holiday]) {
  const [year, month, day, hour, minute] = at.split(/[-T:]/).map(Number), ms = new Date(Date.UTC(2000, month - 1, day)).setUTCFullYear(year);
  return { today: dayOf(ms, holiday), yesterday: dayOf(ms - DAY_MS, before), minute: hour * 60 + minute };
}

// Whether hours are open: true, false, or null where nobody knows. Empty hours are always open.
export function isOpen(text, moment) {
  if (!text) return true;
  const state = findState(readRules(text), moment);
  return state === UNKNOWN ? null : state === OPEN;
}

// 'unread' for hours that only Python reads, 'never' for those that never open, else ''.
export function findHoursFault(text) {
  if (!text) return '';
  const rules = readRules(text);
  if (!rules) return 'unread';
  return mayOpen(rules) ? '' : rules.some(({ days }) => days && days.holidays) ? 'unread' : 'never';
}

// Whether rules open, or may open, on any day to come. Nobody knows school holidays. Public ones fall on days that Python
// knows: hours that open on these alone have to do so whatever the day.
function mayOpen(rules) {
  if (rules.some(({ days }) => days && days.school)) return true;
  const minutes = minutesOf(rules), days = listDays();
  const opens = ([today, yesterday]) => minutes.some((minute) => findState(rules, { today, yesterday, minute }) !== CLOSED);
  return days.some(opens) || days.every(([today, yesterday]) => opens([{ ...today, holiday: true }, yesterday]));
}

// The days to come, each with the one before it, as far as they differ for rules.
function listDays() {
  const found = new Map();
  for (let n = 0; n < WAIT_DAYS; n++) {
    const today = dayOf(SINCE + n * DAY_MS, false), yesterday = dayOf(SINCE + (n - 1) * DAY_MS, false);
    found.set([today.weekday, today.month, yesterday.month].join(), [today, yesterday]);
  }
  return [...found.values()];
}

// A state changes only where a span or its open end does; past midnight that is on the next day.
const minutesOf = (rules) => [0, ...rules.reduce((all, { spans }) => all.concat(...spans.map(({ start, end, doubt }) => [start, end, doubt].map((one) => one % DAY))), [])];

// On its days a rule that opens replaces all before it, one that closes removes its own times, one after a comma adds its
// times, and one after || counts where all before it are closed.
function findState(rules, { today, yesterday, minute }) {
  let state = CLOSED;
  for (const rule of rules) {
    if (rule.operator === '||' && state !== CLOSED) continue;
    const here = applies(rule, today), before = applies(rule, yesterday);
    if (here && rule.onWords) state = state === CLOSED ? CLOSED : UNKNOWN;
    else if (here && rule.operator === ';' && rule.state !== CLOSED) state = CLOSED;
    state = (here && judgeMinute(rule, minute)) || (before && judgeMinute(rule, minute + DAY)) || state;
  }
  return state;
}

function applies({ days }, day) {
  if (!days) return true;
  if (days.months && !days.months[day.month]) return false;
  return !days.weekdays || days.weekdays[day.weekday] || (days.holidays && day.holiday);
}

// What a rule says of a minute counted from the start of its day, null if nothing.
function judgeMinute(rule, minute) {
  if (!rule.spans.length) return minute < DAY ? rule.state : null;
  if (rule.spans.some(({ start, end }) => start <= minute && minute < end)) return rule.state;
  if (rule.spans.some(({ end, doubt }) => end <= minute && minute < doubt)) return rule.state === OPEN ? UNKNOWN : rule.state;
  return null;
}
