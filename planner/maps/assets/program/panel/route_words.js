// What is said of routes: on the tab, on cards and on paper.

import { clockOf, minutesOf, warningsOf } from '../data/routes.js';
import { isKnown } from '../data/values.js';
import { dateWords } from './dates.js';
import { paceWords } from './wording.js';

export const routeName = (route, words) => words.say('routes_name', { number: route.number, theme: route.theme || words.say('routes_no_theme') });

export const stopName = (stop, words) => stop.name || words.say('routes_stop_unnamed');

const whole = (minutes) => Math.max(0, Math.round(minutes));

export const timesWords = (from, until) => [from, until].filter((time) => time).join('–');

// Hours and minutes: 2 小时 30 分钟.
export function longWords(minutes, words) {
  const all = whole(minutes), hours = Math.floor(all / 60), rest = all % 60;
  if (!hours) return words.say('minutes_value', { minutes: all });
  return rest ? words.say('routes_hours_minutes', { hours, minutes: rest }) : words.say('routes_hours', { hours });
}

// "Sa 09:00" or "2026-10-10T09:00": when routes begin.
export function beginWords(begin, words) {
  const week = /^(Mo|Tu|We|Th|Fr|Sa|Su) (\d\d:\d\d)$/.exec(begin || ''), date = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(begin || '');
  if (week) return words.say('day_' + week[1]) + ' ' + week[2];
  return date ? dateWords(date[1], words) + ' ' + date[2] : begin || '';
}

export function legWords(leg, words) {
  const minutes = whole(leg.minutes) || '<1';
  return words.say(leg.by === 'coach' ? 'routes_leg_coach' : 'routes_leg_walk', { minutes, metres: words.metres(leg.metres) });
}

export const warningWords = (leg, page) => warningsOf(leg, page.scene.walks.about).map(({ key, values }) => page.words.say(key, values));

// How long people walk, ride and wait.
export function walkWords(route, words) {
  return [['routes_walks', route.walk_minutes], ['routes_rides', route.ride_minutes], ['routes_waits', route.wait_minutes]]
    .filter(([, minutes]) => Number(minutes) >= 0.5).map(([key, minutes]) => words.say(String(key), { minutes: whole(minutes) })).join(words.betweenFacts);
}

// Toilets and rest on the way, counted by kind.
export function restWords(route, words) {
  const kinds = ['toilets', 'bench', 'shelter', 'drinking_water'];
  const parts = kinds.map((kind) => [kind, route.beside.filter((one) => one.kind === kind).length]).filter(([, count]) => count)
    .map(([kind, count]) => words.say('routes_rest_count', { kind: words.term('rest', kind), count }));
  return parts.length ? words.say('routes_rest', { parts: parts.join(words.betweenNames) }) : words.say('routes_rest_none');
}

// What is asked of all routes.
export function askedWords(page) {
  const { words, scene } = page, { question } = scene.walks.about;
  const values = { when: beginWords(question.begin, words), hours: longWords(question.minutes || 0, words), leg: whole(question.most_leg_minutes), walk: whole(question.most_walk_minutes),
    group: words.number(question.group || 0), pace: question.profile ? paceWords(question.profile, page) : '' };
  return words.say(question.profile ? 'routes_how' : 'routes_how_plain', values);
}

// How good they are at least.
export function proofWords(page) {
  const { words, scene } = page, { status, gap } = scene.walks.about;
  if (status === 'proved') return words.say('routes_best');
  return isKnown(gap) ? words.say('routes_gap', { gap: words.share(gap) }) : words.say('routes_no_bound');
}

export function volunteersWords(page) {
  const { volunteers } = page.scene.walks.about;
  if (!volunteers || !isKnown(volunteers.used)) return null;
  return page.words.say(isKnown(volunteers.most) ? 'routes_volunteers' : 'routes_volunteers_used', { used: page.words.number(volunteers.used), most: page.words.number(volunteers.most || 0) });
}

// What a group does at a time of a route.
export function momentOf(route, step, minutes, words) {
  const clock = clockOf(minutes);
  if (!step) return clock;
  if (step.stop) {
    const opens = minutesOf(step.stop.begin), waits = opens !== null && minutes < opens && step.stop.wait_minutes > 0;
    return words.say(waits ? 'routes_now_waits' : 'routes_now_at', { clock, name: stopName(step.stop, words) });
  }
  const name = step.to ? stopName(step.to, words) : route.finish || words.say('routes_finish');
  return words.say(step.leg && step.leg.by === 'coach' ? 'routes_now_rides' : 'routes_now_walks', { clock, name });
}

// Why a site is in no route.
export function reasonWords(site, words) {
  const reason = words.term('routes_reason', site.reason), detail = site.detail[words.language];
  return detail ? words.say('routes_reason_detail', { reason, detail }) : reason;
}
