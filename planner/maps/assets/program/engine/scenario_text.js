// A scenario file as text: JSON read strictly, each key once.

import { Fault } from './faults.js';

const MOST_BYTES = 5000000;
// Strings, brackets, commas and colons; all else says nothing about keys.
const SIGN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

// What JSON makes of the text of a file; a Fault where it is none, or a key stands twice.
export function parseScenario(text) {
  if (new Blob([text]).size > MOST_BYTES) throw new Fault('file_large', { most: MOST_BYTES / 1000000 });
  let content;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) throw new Fault('file_broken');
    throw error;
  }
  checkKeysOnce(text);
  return content;
}

// JSON would keep the last of two.
function checkKeysOnce(text) {
  const open = []; // the keys of each object around, null in a list
  let last = '';
  for (const [sign] of text.matchAll(SIGN)) {
    const keys = open[open.length - 1];
    if (sign === '{') open.push(new Set());
    else if (sign === '[') open.push(null);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ':' && keys) {
      const key = JSON.parse(last);
      if (keys.has(key)) throw new Fault('key_twice', { key });
      keys.add(key);
    }
    last = sign;
  }
}
