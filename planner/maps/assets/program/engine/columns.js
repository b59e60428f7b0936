// From the bytes that the page carries, no longer compressed, to the columns of docs/whatif.md: typed arrays by name, beside the head's texts and figures.

import { readingColumns } from './written.js';
import { placing } from './places.js';
import { runAll } from './steps.js';

// Columns of places and lengths, in steps as they are written.
const METRES = /^(nodes|bends|barriers|compounds|land|area|counted|towns|facilities|units)\.d?[xy]$|^(units\.edge|facilities\.spread)$|_along$/;

/** @type {(bytes: Uint8Array) => any} {head, columns}; fails where the bytes are not whole or of another format */
export const readWhatIf = (bytes) => runAll(reading(bytes));

/** The same in steps. @param {Uint8Array} bytes @returns {Generator<void, any, void>} */
export function* reading(bytes) {
  const { head, columns: written } = yield* readingColumns(bytes), columns = {}, scales = head.scales || {};
  for (const [name, column] of Object.entries(written)) {
    columns[name] = METRES.test(name) ? divide(column, head.steps_a_metre) : scales[name] > 1 ? divide(column, scales[name]) : column;
    yield;
  }
  return { head, columns: head.degrees ? { ...columns, ...(yield* placing(head, written)) } : columns };
}

function divide(column, by) {
  const out = new Float64Array(column.length);
  for (let i = 0; i < out.length; i++) out[i] = column[i] / by;
  return out;
}
