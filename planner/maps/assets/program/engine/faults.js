// What is wrong with an edit or a file, by the key of a text: whoever shows it says it in the reader's language.

export class Fault extends Error {
  // `values`: what stands in the text, itself text; `edit`: {number, op, id} of the edit that it is about.
  constructor(key, values = {}, edit = null) {
    super(key);
    this.key = key; this.values = values; this.edit = edit;
  }

  // What a message from the worker carries, and back.
  get plain() { return { key: this.key, values: this.values, edit: this.edit }; }
  static from({ key, values, edit }) { return new Fault(key, values, edit); }
}

const SHOWN = 60;

// A value from outside in a message: on one line, its beginning.
export function quote(value) {
  const text = value === undefined ? '' : JSON.stringify(value).replace(/[\p{C}\p{Z}]/gu, ' ');
  return text.length <= SHOWN ? text : [...text].slice(0, SHOWN - 3).join('') + '...';
}

// The name most like a text, null for none that is like it; `least`: 1 is the same, 0 nothing alike.
export function findLike(text, names, least = 0.5) {
  let best = null, most = least;
  for (const name of names) {
    const longest = Math.max(text.length, name.length);
    if (!longest || Math.min(text.length, name.length) / longest < most) continue;
    const like = 1 - countChanges(text, name) / longest;
    if (like > most || (like === most && best === null)) { best = name; most = like; }
  }
  return best;
}

// Letters to put in, take out or exchange until one text is the other.
function countChanges(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[other.length];
}
