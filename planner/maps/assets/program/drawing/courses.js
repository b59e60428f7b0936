// Courses: lines from committees to hosts by how people come, hosts by how many, committees whose order is not met.

import { COACH, FAR, WALK, linesOf, numberHosts, ordersShown } from '../data/courses.js';
import { unique } from '../data/values.js';
import { COLOURS } from './colours.js';
import { interpolate, numberSize, writeAt } from './pens.js';

// Each way to come has a colour and a dash, [none, length, gap] in pixels.
export const WAYS = [{ colour: '#1f6f60', dash: [] }, { colour: '#a15c00', dash: [7, 4] }, { colour: '#8a1f6a', dash: [1.5, 4.5] }];
const UNMET = COLOURS.gapEdge;
const EMPTY_ZOOM = 12.5; // from here on hosts without a session are drawn

// Returns what can be pointed at by its sign: committees and hosts. Of all of them only who walks has lines: those of coaches
// would hide them. What is chosen has all.
export function drawCourses(pen, scene, state, viewport) {
  const { courses } = scene;
  if (!state.lecturing || !state.layers.courses) return { homes: [], rooms: [] };
  const orders = ordersShown(courses, state), chosen = state.lesson !== null || state.lecture !== null, here = (one) => state.town === null || one.town === state.town;
  const lines = linesOf(chosen ? orders : orders.filter((order) => order.by !== COACH)), ends = linesOf(orders), rooms = unique(ends.map((line) => line.host));
  const homes = chosen ? unique(ends.map((line) => line.committee)) : courses.committees.filter((one) => one.people > 0 && here(one) && !Number.isNaN(one.x));
  const others = chosen || viewport.zoom < EMPTY_ZOOM ? [] : courses.hosts.filter((host) => !rooms.includes(host) && here(host));
  for (const host of others) drawEmptyHost(pen, host.x, host.y, viewport);
  drawLines(pen, lines, chosen, viewport);
  for (const one of homes) drawHome(pen, one.x, one.y, chosen ? worstWay(one, orders) : mostWay(one), { lit: false, chosen }, viewport);
  const lonely = lonelyHere(courses, state, chosen);
  for (const one of lonely) drawUnmet(pen, one.x, one.y, { lit: false }, viewport);
  const numbers = numberHosts(courses, state.lesson);
  for (const host of [...rooms].sort((a, b) => a.people - b.people)) drawHost(pen, host, { number: numbers.get(host) || null, lit: isLesson(state, 'host', host) }, viewport);
  return { homes: unique(homes.concat(lonely)), rooms: rooms.concat(others) };
}

const isLesson = ({ lesson }, kind, one) => lesson !== null && lesson.kind === kind && lesson.index === one.index;

// Committees of which an order is not met.
function lonelyHere({ committees }, state, chosen) {
  const { lesson, lecture, town } = state;
  if (lecture !== null || (chosen && lesson.kind !== 'committee')) return [];
  return committees.filter((one) => one.unmet > 0 && !Number.isNaN(one.x) && (chosen ? lesson.index === one.index : town === null || one.town === town));
}

// How most people of a committee come.
export function mostWay({ by_walk: walk, by_far: far, by_coach: coach }) {
  const most = Math.max(walk || 0, far || 0, coach || 0);
  return walk === most ? WALK : far === most ? FAR : COACH;
}

// The hardest way that people of a committee come, of the orders shown.
const worstWay = (committee, orders) => Math.max(...orders.filter((order) => order.committee === committee).map((order) => order.by || 0));

function drawLines(pen, lines, chosen, viewport) {
  const k = viewport.scale, wide = chosen ? 2.4 : interpolate([[10.5, 1], [13, 1.6]], viewport.zoom);
  pen.lineCap = 'round';
  for (const way of [COACH, FAR, WALK]) {
    const { colour, dash } = WAYS[way], path = new Path2D();
    let any = false;
    for (const { by, committee, host } of lines) {
      if ((by || 0) !== way) continue;
      any = true;
      path.moveTo(committee.x, committee.y); path.lineTo(host.x, host.y);
    }
    if (!any) continue;
    if (chosen) { pen.strokeStyle = '#ffffff'; pen.lineWidth = (wide + 2.6) / k; pen.stroke(path); }
    pen.globalAlpha = chosen ? 1 : 0.5;
    pen.setLineDash(dash.map((length) => length / k));
    pen.strokeStyle = colour; pen.lineWidth = (way === COACH ? wide + 0.8 : wide) / k; pen.stroke(path);
    pen.setLineDash([]); pen.globalAlpha = 1;
  }
  pen.lineCap = 'butt';
}

// A disc for who walks, a diamond for a long walk, a ring for a coach: they differ in grey too.
export function drawHome(pen, x, y, way, { lit, chosen }, viewport) {
  const k = viewport.scale, size = chosen || lit ? 4.8 : interpolate([[9, 1.4], [10.5, 2.5], [13, 3.8], [15, 4.6]], viewport.zoom), r = size / k, { colour } = WAYS[way];
  pen.beginPath();
  if (way === FAR) { const d = 1.25 * r; pen.moveTo(x, y - d); pen.lineTo(x + d, y); pen.lineTo(x, y + d); pen.lineTo(x - d, y); pen.closePath(); } else pen.arc(x, y, r, 0, 7);
  const hollow = (way === COACH) !== lit;
  if (!hollow) { pen.strokeStyle = '#ffffff'; pen.lineWidth = 1.6 / k; pen.stroke(); }
  pen.fillStyle = hollow ? '#ffffff' : colour; pen.fill();
  if (hollow) { pen.strokeStyle = colour; pen.lineWidth = Math.max(1.1, 0.42 * size) / k; pen.stroke(); }
}

// A square with a cross: nobody comes for this order.
export function drawUnmet(pen, x, y, { lit }, viewport) {
  const k = viewport.scale, r = interpolate([[10.5, 4], [13, 5.5]], viewport.zoom) / k, c = 0.5 * r;
  pen.fillStyle = lit ? UNMET : '#ffffff'; pen.fillRect(x - r, y - r, 2 * r, 2 * r);
  pen.strokeStyle = UNMET; pen.lineWidth = 1.8 / k; pen.strokeRect(x - r, y - r, 2 * r, 2 * r);
  pen.strokeStyle = lit ? '#ffffff' : UNMET;
  pen.beginPath(); pen.moveTo(x - c, y - c); pen.lineTo(x + c, y + c); pen.moveTo(x + c, y - c); pen.lineTo(x - c, y + c); pen.stroke();
}

function drawEmptyHost(pen, x, y, viewport) {
  const k = viewport.scale, r = interpolate([[10.5, 1.4], [13, 3]], viewport.zoom) / k;
  pen.beginPath(); pen.arc(x, y, r, 0, 7);
  pen.fillStyle = '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.pale; pen.lineWidth = 1.2 / k; pen.stroke();
}

// The area of its disc grows with the people who come; in it its number in the list, else how many sessions it holds.
export const hostPixels = (people, zoom) => Math.min(17, Math.max(interpolate([[9, 2.5], [11, 4.5]], zoom), Math.sqrt(people) * interpolate([[9, 0.12], [10.5, 0.22], [13, 0.4]], zoom)));

export function drawHost(pen, host, { number, lit }, viewport) {
  const k = viewport.scale, size = number === null ? hostPixels(host.people, viewport.zoom) : 11, r = size / k;
  pen.beginPath(); pen.arc(host.x, host.y, r, 0, 7);
  pen.fillStyle = lit ? COLOURS.facility : number === null ? 'rgba(255,255,255,.88)' : '#ffffff'; pen.fill();
  pen.strokeStyle = COLOURS.facility; pen.lineWidth = 2.2 / k; pen.stroke();
  const text = number === null ? host.sessions : number;
  if (size >= 9) writeAt(pen, text, host.x, host.y, { size: numberSize(text, size), colour: lit ? '#ffffff' : COLOURS.facility, scale: k });
}

// What the pointer is on.
export function drawPointedCourse(pen, { courses }, { lesson }, kind, index, viewport) {
  const host = kind === 'e' ? courses.hosts[index] : null;
  if (host) { drawHost(pen, host, { number: numberHosts(courses, lesson).get(host) || null, lit: true }, viewport); return; }
  const one = courses.committees[index];
  if (one.unmet > 0) drawUnmet(pen, one.x, one.y, { lit: true }, viewport);
  else drawHome(pen, one.x, one.y, mostWay(one), { lit: true, chosen: true }, viewport);
}
