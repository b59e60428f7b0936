// From the bytes that the page carries, no longer compressed, to the columns of docs/whatif.md: typed arrays by name, beside the head's texts and figures.

import { runAll } from './steps.js';

const NOT_WHOLE = 'the what-if data of the page are not whole', FORMAT = 1;

// Columns of places and lengths, in steps as they are written.
const METRES = /^(nodes|bends|barriers|compounds|land|area|counted|towns|facilities|units)\.d?[xy]$|^(units\.edge|facilities\.spread)$|_along$/;

/** @type {(bytes: Uint8Array) => any} {head, columns}; fails where the bytes are not whole or of another format */
export const readWhatIf = (bytes) => runAll(reading(bytes));

/** The same in steps. @param {Uint8Array} bytes @returns {Generator<void, any, void>} */
export function* reading(bytes) {
  if (bytes.length < 4) throw new RangeError(NOT_WHOLE);
  const start = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start)));
  if (head.format !== FORMAT) throw new RangeError(NOT_WHOLE);
  const columns = {}, scales = head.scales || {};
  let at = start;
  for (const [name, how, count] of head.columns) {
    const [column, next] = READERS[how](bytes, at, count);
    columns[name] = METRES.test(name) ? divide(column, head.steps_a_metre) : scales[name] > 1 ? divide(column, scales[name]) : column;
    at = next;
    yield;
  }
  if (at !== bytes.length) throw new RangeError(NOT_WHOLE);
  return { head, columns };
}

function divide(column, by) {
  const out = new Float64Array(column.length);
  for (let i = 0; i < out.length; i++) out[i] = column[i] / by;
  return out;
}

const READERS = { flags: readFlags, whole: readWhole, steps: readSteps, figures: readFigures };

function readFlags(bytes, at, count) {
  const out = new Uint8Array(count), end = at + ((count + 7) >> 3);
  if (end > bytes.length) throw new RangeError(NOT_WHOLE);
  for (let i = 0; i < count; i++) out[i] = (bytes[at + (i >> 3)] >> (i & 7)) & 1;
  return [out, end];
}

function readWhole(bytes, at, count) {
  if (count > bytes.length - at) throw new RangeError(NOT_WHOLE);
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++], code = byte & 127;
    for (let bits = 7; byte > 127; bits += 7) { byte = bytes[at++]; code |= (byte & 127) << bits; }
    out[i] = (code >>> 1) ^ -(code & 1);
  }
  return [out, at];
}

function readSteps(bytes, at, count) {
  const [out, end] = readWhole(bytes, at, count);
  for (let i = 1; i < count; i++) out[i] += out[i - 1];
  return [out, end];
}

function readFigures(bytes, at, count) {
  const end = at + 8 * count;
  if (end > bytes.length) throw new RangeError(NOT_WHOLE);
  return [new Float64Array(bytes.slice(at, end).buffer), end];
}
