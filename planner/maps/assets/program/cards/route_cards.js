// The cards of a stop of a route, and of a site that is in none.

import { legTo } from '../data/routes.js';
import { factList, make } from '../panel/elements.js';
import { legWords, reasonWords, routeName, stopName, timesWords, warningWords } from '../panel/route_words.js';
import { routeSign } from '../panel/routes_tab.js';

export function stopCard(stop, page) {
  const { words, scene } = page, route = scene.walks.routes[stop.route], leg = legTo(route, stop.order);
  const at = (order) => route.stops.find((one) => one.order === order), minutes = (value) => words.say('minutes_value', { minutes: Math.round(value) });
  return [
    make('h3', {}, routeSign('stop-sign', stop.order, route.colour), stopName(stop, words)),
    factList([
      [words.say('routes_route'), routeName(route, words)],
      [words.say('routes_times'), timesWords(stop.arrive, stop.leave)],
      [words.say('routes_wait'), stop.wait_minutes >= 0.5 ? words.say('routes_wait_until', { minutes: Math.round(stop.wait_minutes), time: stop.begin }) : null],
      [words.say('routes_dwell'), minutes(stop.dwell_minutes)],
      [words.say('routes_get_there'), leg ? legWords(leg, words) : null],
      [words.say('routes_helpers'), stop.volunteers > 0 ? words.persons(stop.volunteers) : null],
    ]),
    ...(leg ? warningWords(leg, page).map((text) => make('p', { class: 'note' }, text)) : []),
    templatePart(stop.template, page),
    stop.note ? make('p', {}, stop.note) : null,
    make('p', { class: 'stop-ways' }, [[at(stop.order - 1), 'routes_before'], [at(stop.order + 1), 'routes_after']].map(([other, key]) => (other
      ? make('button', { type: 'button', class: 'link', onclick: () => page.cards.openStop(other) }, words.say(String(key), { name: stopName(other, words) })) : null))),
  ];
}

// What a visit is made of, with its link where that leads to the web.
function templatePart(template, page) {
  const { words } = page;
  if (!template) return null;
  const name = template.minutes === null ? template.name : words.say('routes_template_minutes', { name: template.name, minutes: Math.round(template.minutes) });
  return make('div', { class: 'stop-template' }, make('b', {}, words.say('routes_template', { name })), template.text ? make('p', {}, template.text) : null,
    template.link ? make('a', { class: 'link', href: template.link, target: '_blank', rel: 'noopener noreferrer' }, words.say('routes_template_link')) : null);
}

export function leftCard(site, page) {
  const { words } = page;
  return [
    make('h3', {}, stopName(site, words)),
    factList([[words.say('routes_theme_head'), site.theme], [words.say('routes_why'), reasonWords(site, words)]]),
    make('p', { class: 'how' }, words.say('routes_left_how')),
  ];
}
