// What changes: the figures, gaps and outlines once sites are built or a scenario is carried out.

import { readLineSets, readPoints, readShapes } from './decode.js';
import { withExactShares } from './summary.js';
import { PEOPLE_OF } from './values.js';

function buildAfter(after, plane) {
  const outlined = (columns) => {
    const shapes = readShapes(columns.shape, plane), rows = [];
    for (let i = 0; i < columns.count; i++) {
      const row = { index: i, shape: shapes[i], site: columns.site[i], facility: columns.facility[i] };
      for (const name of PEOPLE_OF) row[name] = columns[name][i];
      rows.push(row);
    }
    return rows;
  };
  const { gaps } = after;
  return {
    coverage: after.coverage.map(withExactShares), gained: outlined(after.gained), lost: outlined(after.lost),
    gaps: gaps.touched ? { ...gaps, shapes: readShapes(gaps.shape, plane), xy: readPoints(gaps.label, plane) } : null,
  };
}

const SITE_FIELDS = ['town', 'action', 'domain', 'cost', 'gain', 'gain_unknown', 'served', 'capacity', 'no_room', 'reasons', 'runs_share', 'frontage_m'];

// The proposal with its sites as numbered marks; null where the page has none.
export function buildProposed({ plane, proposal }) {
  if (!proposal) return null;
  const { sites } = proposal, xy = readPoints(sites.xy, plane), lines = readLineSets(sites.frontage, plane);
  const marks = Array.from({ length: sites.count }, (_, i) => ({
    index: i, number: sites.order[i] || i + 1, op: 'add', name: sites.name[i], x: xy[2 * i], y: xy[2 * i + 1], line: lines[i],
    ...Object.fromEntries(SITE_FIELDS.map((field) => [field, sites[field][i]])),
  }));
  return { name: null, after: buildAfter(proposal.after, plane), marks };
}

// The scenarios that are compared, each with its edits as numbered marks.
export function buildScenarios({ plane, comparison }) {
  return (comparison ? comparison.scenarios : []).map((scenario) => {
    const xy = readPoints(scenario.edits.xy, plane), lines = readLineSets(scenario.edits.line, plane);
    const marks = scenario.ledger.map((row, i) => ({ ...row, index: i, number: row.edit || i + 1, x: xy[2 * i], y: xy[2 * i + 1], line: lines[i] }));
    return { name: scenario.name, after: buildAfter(scenario.after, plane), marks, scenario };
  });
}

// The gaps as they are now, or what is left of them.
export function reshapeGaps(gaps, after) {
  gaps.forEach((gap, i) => {
    gap.own = gap.own || { shape: gap.shape, x: gap.x, y: gap.y, people_low: gap.people_low, people_high: gap.people_high, runs_share: gap.runs_share,
      ...Object.fromEntries(PEOPLE_OF.map((name) => [name, gap[name]])) };
    Object.assign(gap, gap.own, { gone: false });
    if (!after || !after.gaps || !after.gaps.touched[i]) return;
    const shape = after.gaps.shapes[i];
    for (const name of PEOPLE_OF) gap[name] = after.gaps[name][i];
    Object.assign(gap, { people_low: null, people_high: null, runs_share: null, shape, gone: !(shape || gap.scattered) || !PEOPLE_OF.some((name) => gap[name] > 0) });
    if (shape) Object.assign(gap, { x: after.gaps.xy[2 * i], y: after.gaps.xy[2 * i + 1] });
    if (gap.gone) gap.shape = null;
  });
}

export const placedMark = (mark) => !Number.isNaN(mark.x);
