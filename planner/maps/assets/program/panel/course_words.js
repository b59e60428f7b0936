// How the page says days, ways and places of sessions.

import { COACH, FAR } from '../data/courses.js';
import { isKnown } from '../data/values.js';

const WAYS = ['walk', 'far', 'coach'];

// 9月3日 周四, or Thu 3 September.
export function dayWords(date, words) {
  const [year, month, day] = date.split('-').map(Number), at = new Date(Date.UTC(year, month - 1, day)), weekday = words.say('courses_weekday_' + at.getUTCDay());
  if (words.language === 'zh') return month + '月' + day + '日 ' + weekday;
  return weekday + ' ' + day + ' ' + at.toLocaleDateString('en-GB', { month: 'short', timeZone: 'UTC' });
}

const clock = (minutes) => Math.floor(minutes / 60) + ':' + String(minutes % 60).padStart(2, '0');
export const hoursWords = ({ begin, end }) => clock(begin) + '–' + clock(end);
export const whenWords = (session, words) => dayWords(session.date, words) + ' ' + hoursWords(session);

export const hostName = (host, words) => (host && host.name) || words.say('courses_host_unnamed');

// A committee, or the town where it ordered itself.
export const whoseOf = (order, words) => (order.committee ? committeeName(order.committee, words) : order.name || words.say('courses_of_town', { town: order.town || '' }));

// In the tables of the payload a town that orders itself may be a row without a name.
export const committeeName = (committee, words) => committee.name || words.say('courses_of_town', { town: committee.town || '' });

// How they come, with the minutes where they walk.
export function wayWords({ by, minutes }, words, about) {
  if (by === COACH) return words.say('courses_way_coach');
  const walk = isKnown(minutes) ? words.minutes(minutes, by === FAR ? about.far_minutes : about.walk_minutes) : '';
  return words.say('courses_way_' + (WAYS[by] || 'walk'), { minutes: walk });
}

// How many come each way: rows of [key, people], without those of nobody.
export function waysOf({ by_walk: walk, by_far: far, by_coach: coach, unmet }) {
  return [['walk', walk], ['far', far], ['coach', coach], ['unmet', unmet]].filter(([, people]) => people > 0);
}

export const wayName = (way, page) => page.words.say('courses_by_' + way, { walk: page.scene.courses.about.walk_minutes, far: page.scene.courses.about.far_minutes });

// How near to the fewest sessions these are.
export function proofWords(page) {
  const { words, scene } = page, { status, gap, bound } = scene.courses.about;
  if (status === 'proved') return words.say('courses_best');
  return isKnown(gap) && isKnown(bound) ? words.say('courses_gap', { bound: words.number(Math.ceil(bound - 1e-6)), gap: words.share(gap) }) : '';
}
