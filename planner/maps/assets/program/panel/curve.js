// The curve of a proposal, as a picture.

import { isKnown } from '../data/values.js';
import { make, makeSvg } from './elements.js';
import { isServed } from './sentence.js';

// What the 1st, 2nd ... 20th site buys: the people newly covered by the best choice of each size.
export function curvePicture(page) {
  const { words, data } = page, { plan } = page.state, { curve } = data.proposal;
  if (curve.length < 2) return null;
  const chosen = plan.marks.length, most = curve[curve.length - 1], wide = 336, high = 148, left = 8, right = 12, top = 22, base = 20;
  const x = (sites) => left + ((wide - left - right) * sites) / most.sites;
  const highest = Math.max(...curve.map((point) => point.value), 1), y = (value) => high - base - ((high - base - top) * value) / highest;
  const best = curve.find((point) => point.sites === chosen) || null, last = curve[curve.length - 1];
  const { steps } = data.proposal, own = steps.length ? steps[steps.length - 1].total : null; // other models cover less than the best
  const here = best && { ...best, value: isKnown(own) ? own : best.value };
  const path = 'M' + [[0, 0], ...curve.map((point) => [point.sites, point.value])].map(([sites, value]) => x(sites).toFixed(1) + ' ' + y(value).toFixed(1)).join('L');
  const text = (px, py, anchor, content, look = '') => makeSvg('text', { x: px.toFixed(1), y: py.toFixed(1), 'text-anchor': anchor, class: look }, content);
  const near = here && x(last.sites) - x(here.sites) < 110;
  const first = curve[0].value, second = here ? stepAt(curve, chosen) : null, more = here ? last.value - here.value : 0;
  const said = [words.say(isServed(page) ? 'curve_first_served' : 'curve_first', { people: words.persons(first) }),
    here && chosen > 1 && Math.abs(here.value - best.value) < 0.5 ? words.say('curve_last', { sites: words.number(chosen), people: words.persons(second) }) : null,
    here && last.sites > chosen ? words.say('curve_more', { sites: words.number(last.sites - chosen), people: words.persons(more) }) : null]
    .filter((part) => part).join(words.language === 'zh' ? '，' : '; ') + words.fullStop;
  const picture = makeSvg('svg', { viewBox: '0 0 ' + wide + ' ' + high, class: 'curve', role: 'img', 'aria-label': words.say(isServed(page) ? 'curve_title_served' : 'curve_title') + ' ' + said },
    makeSvg('path', { d: path + 'L' + x(last.sites).toFixed(1) + ' ' + y(0) + 'L' + x(0) + ' ' + y(0) + 'Z', class: 'curve-area' }),
    makeSvg('line', { x1: x(0), y1: y(0), x2: wide - right, y2: y(0), class: 'curve-axis' }),
    here ? makeSvg('line', { x1: x(chosen), y1: y(here.value), x2: x(chosen), y2: y(0), class: 'curve-here' }) : null,
    makeSvg('path', { d: path, class: 'curve-line' }),
    curve.map((point) => makeSvg('circle', { cx: x(point.sites).toFixed(1), cy: y(point.value).toFixed(1), r: point.sites === chosen ? 5 : 2.6, class: point.sites === chosen ? 'curve-chosen' : 'curve-dot' },
      makeSvg('title', {}, words.say('curve_point', { sites: words.number(point.sites), people: words.persons(point.value), step: words.persons(stepAt(curve, point.sites)) })))),
    here ? text(x(chosen) + (near ? -8 : 8), y(here.value) + (near ? -6 : 18), near ? 'end' : 'start', words.say('curve_label', { sites: words.number(chosen), people: words.persons(here.value) }), 'curve-strong') : null,
    here && last.sites > chosen && !near ? text(x(last.sites) + 4, y(last.value) - 8, 'end', words.persons(last.value)) : null,
    text(x(1), high - 5, 'middle', '1'), chosen > 2 && chosen < last.sites - 1 ? text(x(chosen), high - 5, 'middle', String(chosen)) : null,
    text(x(last.sites), high - 5, 'middle', String(last.sites)));
  return make('figure', { class: 'curve-box' }, make('figcaption', {}, words.say(isServed(page) ? 'curve_title_served' : 'curve_title')), picture, make('p', { class: 'how' }, said));
}

function stepAt(curve, sites) {
  const at = curve.findIndex((point) => point.sites === sites), before = at > 0 ? curve[at - 1].value : 0;
  return isKnown(curve[at].step) ? curve[at].step : curve[at].value - before;
}
