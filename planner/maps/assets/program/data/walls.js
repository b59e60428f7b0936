// Compounds, their gates, barriers, and what an opened gate would bring, placed on the plane.

import { readLines, readShapes, rowsOf } from './decode.js';

export function buildWalls(data) {
  const { plane } = data;
  const shapes = readShapes(data.compounds.shape, plane);
  const compounds = rowsOf(data.compounds, plane, 'mark');
  compounds.forEach((one, i) => { one.shape = shapes[i]; });
  return {
    compounds,
    gates: rowsOf(data.gates, plane, 'xy'),
    gains: rowsOf(data.gains, plane, 'xy'),
    barriers: Object.entries(data.barriers).map(([kind, lines]) => ({ kind, lines: readLines(lines, plane) })),
  };
}

export const noGate = (compound) => compound.state === 'no gate known';
