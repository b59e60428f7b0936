// Services of a station as edits name them: `政务=Mo-Fr 09:00-17:00 | 文体`.

import { Fault } from './faults.js';

// A single bar separates; hours may hold || and bars inside quotes.
const PIECE = /"[^"]*"?|\|+|[^"|]+/g;

// [name, hours] of each, hours '' where it has none of its own.
export function readServices(text) {
  const parts = [''];
  for (const piece of text.replace(/｜/g, '|').replace(/＝/g, '=').match(PIECE) || []) {
    if (piece === '|') parts.push(''); else parts[parts.length - 1] += piece;
  }
  const found = new Map();
  for (const part of parts) {
    const at = part.indexOf('='), name = (at < 0 ? part : part.slice(0, at)).trim(), hours = at < 0 ? '' : part.slice(at + 1).trim();
    if (!name || name === 'all' || found.has(name) || (at >= 0 && !hours)) throw new Fault('services', { text: part.trim() });
    found.set(name, hours);
  }
  return [...found];
}
