// Everything that is drawn, placed on the plane once.

import { Choices } from './choices.js';
import { Classes } from './classes.js';
import { buildCourses } from './courses.js';
import { readLines, readPoints, readRoutes, readShapes, rowsOf } from './decode.js';
import { buildNames } from './names.js';
import { buildProposed, buildScenarios } from './plans.js';
import { buildRoutes } from './routes.js';
import { unique } from './values.js';
import { buildWalls } from './walls.js';

// From changes to the numbers themselves.
function sumUp(changes) {
  let sum = 0;
  return changes.map((change) => (sum += change));
}

export function buildScene(data) {
  const { plane } = data, placed = buildFacilities(data.facilities, plane), choices = new Choices(data);
  const areas = readShapes(data.areas.shape, plane), middleXY = readPoints(data.areas.middle, plane);
  const middles = areas.map((_, i) => ({ x: middleXY[2 * i], y: middleXY[2 * i + 1] }));
  const bands = data.bands.map((band) => ({ ...band, shape: readShapes(band.shape, plane)[0] }));
  const shapesOf = (kind) => (data.backdrop[kind] ? readShapes(data.backdrop[kind], plane) : []);
  return {
    plane,
    areas: data.areas.name.map((name, i) => ({ name, town: data.areas.town[i], shape: areas[i], middle: middles[i] })),
    names: buildNames(data),
    whole: data.whole ? readShapes(data.whole, plane)[0] : null,
    bands,
    reach: unique(bands.map((band) => band.minutes)).sort((a, b) => a - b),
    water: shapesOf('water'),
    green: shapesOf('green'),
    streets: data.streets.map((lines) => readLines(lines, plane)),
    ...placed,
    own: buildLeftOut(data, plane),
    choices,
    classes: new Classes(data, choices),
    ...buildWalls(data),
    longer: buildLonger(data.longer, placed.facilities),
    proposed: buildProposed(data),
    scenarios: buildScenarios(data),
    walks: buildRoutes(data),
    courses: buildCourses(data, placed.facilities),
    others: data.proposal ? { ...data.proposal.others, xy: readPoints(data.proposal.others.xy, plane) } : { rows: [], name: [], xy: [] },
    candidates: data.proposal ? readPoints(data.proposal.candidates, plane) : [],
    closed: data.proposal ? data.proposal.closed.map((place) => placed.facilities[place]) : [],
    asked: data.proposal && data.proposal.why_not ? readPoints(data.proposal.why_not.xy, plane) : null,
    demand: data.demand.count
      ? { ...data.demand, xy: readPoints(data.demand.xy, plane), combination: data.demand.pattern ? sumUp(data.demand.pattern) : null }
      : { count: 0, kind: [], verdict: [], people: [], minutes: [], xy: [], combination: null },
  };
}

// Of a column that older results do not have.
const valueAt = (column, i) => (column ? column[i] : null);

function buildFacilities(columns, plane) {
  const facilities = [], xy = columns.count ? readPoints(columns.xy, plane) : [];
  for (let i = 0; i < columns.count; i++) {
    facilities.push({
      index: i, x: xy[2 * i], y: xy[2 * i + 1], name: columns.name[i], level: columns.level[i],
      domain: columns.domain[i], status: columns.status[i], reason: columns.reason[i],
      hours: columns.hours ? columns.hours[columns.hours_at[i]] : null, joined: columns.joined[i], in_ring: columns.in_ring[i], approximate: (columns.approximate || [])[i] === true,
      load: valueAt(columns.load_2sfca, i), visits: valueAt(columns.visits_per_year, i), byCapacity: columns.by_capacity === true,
      people: Object.entries(columns.people).map(([kind, counts]) => ({ kind, counts: counts.map((row) => row[i]) })),
    });
  }
  const weight = (sign) => ({ district: 2, town: 1 })[sign.level] || 0;
  return { facilities, facilitiesByWeight: [...facilities].sort((a, b) => weight(a) - weight(b)) };
}

function buildGaps(columns, plane) {
  const shapes = readShapes(columns.shape, plane), routes = columns.count ? readRoutes(columns.route, plane) : [];
  return rowsOf(columns, plane, 'label').map((gap, i) => ({ ...gap, shape: shapes[i], route: routes[i] }));
}

// Of the plan's own people; the state has those of what is chosen.
const buildLeftOut = (data, plane) => ({ gaps: buildGaps(data.gaps, plane), unknown: buildUnknown(data.unknown, plane), verdict: data.demand.verdict || [] });

function buildUnknown(columns, plane) {
  const shapes = readShapes(columns.shape, plane);
  return rowsOf(columns, plane, null).map((area, i) => ({ ...area, shape: shapes[i] }));
}

// Stations that would serve more if they were open longer, at the place of each.
const buildLonger = (columns, facilities) => rowsOf(columns, null, null).map((row) => ({ ...row, x: facilities[row.facility].x, y: facilities[row.facility].y }));
