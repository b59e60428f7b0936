// The tab of routes: each with its times, that which is chosen with its stops and a way to play it, and what was left out.

import { clockOf, legTo, stepAt } from '../data/routes.js';
import { make, put } from './elements.js';
import { fold } from './folds.js';
import { askedWords, legWords, longWords, momentOf, proofWords, reasonWords, restWords, stopName, timesWords, volunteersWords, walkWords, warningWords } from './route_words.js';
import { table } from './table.js';
import { saidBoth } from './wording.js';

// A sign in the colour of a route: a square for the route, a disc for a stop.
export function routeSign(look, text, colour) {
  const sign = make('span', { class: 'rank ' + look }, text);
  sign.style.setProperty('--theme', colour);
  return sign;
}

function routeItem(route, page) {
  const { words, state } = page, chosen = state.route === route.index;
  const names = route.stops.map((stop) => stopName(stop, words)).join(' → ');
  return make('li', { class: chosen ? 'route chosen' : 'route' },
    make('button', { type: 'button', class: 'gap route-head', id: 'route-' + route.number, 'aria-expanded': String(chosen), onclick: () => page.chooseRoute(route.index) },
      routeSign('route-sign', route.number, route.colour),
      make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, words.say('routes_named', { theme: route.theme || words.say('routes_no_theme'), count: route.stops.length })),
        make('span', { class: 'gap-why' }, chosen ? walkWords(route, words) : names)),
      make('span', { class: 'gap-people' }, timesWords(route.begin, route.end), make('span', { class: 'gap-kind' }, longWords(route.minutes, words)))),
    chosen ? make('div', { class: 'route-more' }, player(route, page), stopList(route, page), aboutRoute(route, page)) : null);
}

// Start and stop, a slider over its time, and what happens then.
function player(route, page) {
  const { words, state } = page, { steps } = route;
  if (!steps.length) return null;
  const first = steps[0].from, last = steps[steps.length - 1].until, now = state.moving ? state.moving.minutes : first;
  const slider = make('input', { type: 'range', id: 'route-time', min: first, max: last, step: 1, 'aria-label': words.say('routes_time'), 'aria-valuetext': momentOf(route, stepAt(route, now), now, words),
    oninput: (event) => page.player.showAt(route, Number(event.target.value)) });
  slider.value = now;
  return make('div', { class: 'route-player' },
    make('button', { type: 'button', id: 'route-play', class: 'route-play', onclick: () => page.player.press(route) }, page.player.buttonWords),
    slider, make('p', { class: 'route-now', id: 'route-now' }, state.moving ? momentOf(route, stepAt(route, now), now, words) : words.say('routes_play_how')));
}

function stopList(route, page) {
  const { words } = page, last = legTo(route, route.stops.length + 1);
  return make('ol', { class: 'stops' },
    route.start ? make('li', { class: 'route-end' }, words.say('routes_start', { time: route.begin || clockOf(route.steps[0].from), name: route.start })) : null,
    route.stops.map((stop) => stopItem(route, stop, page)),
    last || route.finish ? make('li', { class: 'route-end' }, words.say('routes_end', { time: route.end, name: route.finish || words.say('routes_finish') }), last ? [make('span', { class: 'source' }, legWords(last, words)), warned(last, page)] : null) : null);
}

const warned = (leg, page) => warningWords(leg, page).map((text) => make('span', { class: 'route-warning' }, text));

function stopItem(route, stop, page) {
  const { words, state } = page, key = 't' + stop.index, leg = legTo(route, stop.order);
  return make('li', {}, make('button', { type: 'button', class: 'gap stop', 'data-stop': stop.index, id: 'stop-' + stop.index, 'aria-current': state.open === key ? 'true' : null,
    onclick: () => page.cards.openStop(stop), onpointerenter: () => page.hover(key), onpointerleave: () => page.hover(null) },
  routeSign('stop-sign', stop.order, route.colour),
  make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, stopName(stop, words)),
    make('span', { class: 'gap-why' }, [leg ? legWords(leg, words) : null, stop.wait_minutes >= 0.5 ? words.say('routes_waits', { minutes: Math.round(stop.wait_minutes) }) : null].filter((text) => text).join(words.betweenFacts)),
    leg ? warned(leg, page) : null),
  make('span', { class: 'gap-people' }, timesWords(stop.arrive, stop.leave), make('span', { class: 'gap-kind' }, words.say('routes_stays', { minutes: Math.round(stop.dwell_minutes) })))));
}

function aboutRoute(route, page) {
  const { words } = page;
  return make('p', { class: 'how' }, [route.volunteers > 0 ? words.say('routes_volunteers_of', { count: words.number(route.volunteers) }) : null, restWords(route, words)].filter((text) => text).join(words.betweenSentences) + words.fullStop);
}

// Sites left out, those with a reason to mend first.
function leftTable(page) {
  const { words, state } = page, leftOut = state.leftHere();
  if (!leftOut.length) return null;
  const rows = [...leftOut].sort((a, b) => Number(a.reason === 'not chosen') - Number(b.reason === 'not chosen')).map((site) => [
    Number.isNaN(site.x) ? stopName(site, words) : make('button', { type: 'button', class: 'link', onclick: () => page.cards.openLeft(site) }, stopName(site, words)),
    site.theme || '', reasonWords(site, words)]);
  return table(words.say('routes_left_caption'), ['routes_site', 'routes_theme_head', 'routes_why'].map((key) => words.say(key)), rows, page, 'wrapped');
}

export function renderRoutes(page) {
  const { words, state, scene } = page, routes = state.routesHere(), leftOut = state.leftHere();
  const { about } = scene.walks;
  if (!about) return;
  const all = state.route === null ? null : make('button', { type: 'button', class: 'link', id: 'routes-all', onclick: () => page.chooseRoute(state.route) }, words.say('routes_all'));
  put('tab-routes',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('routes_title', { count: words.number(routes.length) })), make('span', {}, all)),
    make('p', { class: 'gaps-how' }, askedWords(page)),
    make('ol', { class: 'list routes', id: 'routes', tabindex: '-1' }, routes.length ? routes.map((route) => routeItem(route, page)) : make('li', { class: 'gap-none' }, words.say('routes_none'))),
    make('p', { class: 'gaps-how' }, [volunteersWords(page), proofWords(page)].filter((text) => text).join(' ')),
    make('div', { class: 'folds' }, fold(page, 'left', words.say('routes_left', { count: words.number(leftOut.length) }), leftTable(page)),
      about.notes.length ? fold(page, 'notes', words.say('routes_notes', { count: words.number(about.notes.length) }), noteList(about.notes, words)) : null));
}

// What else there is to know: rows that were read otherwise, hours that nobody can read.
const noteList = (notes, words) => make('ul', { class: 'reasons' }, notes.map((note) => make('li', {}, saidBoth(note, words))));
