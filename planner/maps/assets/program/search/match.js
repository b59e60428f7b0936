// Finds names by what people type: Chinese, full pinyin, initials, or letters of any language.

// How well a name fits, the best first.
const FITS = { exact: 0, prefix: 1, read: 2, readPrefix: 3, inside: 4, readInside: 5, near: 6 };

const RARELY = 0.5;

// One way to write what people write in many: wide letters, capitals, accents.
function plain(text) {
  if (/^[\u4e00-\u9fff]*$/.test(text)) return text;
  return text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').normalize('NFKC').toLowerCase().replace(/[\s·'’\-—–_./、，,()（）]+/g, ' ').trim();
}

const squeezed = (text) => plain(text).replace(/ /g, '');

// Whether the rest of the query can be read along the signs from `at` on: the end of the match, or -1. A Chinese sign is
// matched by itself, by a whole reading, by its first letter, or at the end by the begin of a reading.
function readAlong(query, from, signs, readings, at) {
  if (from === query.length) return at;
  if (at === signs.length) return -1;
  if (signs[at] === ' ') return readAlong(query, from, signs, readings, at + 1);
  if (signs[at] === query[from]) {
    const end = readAlong(query, from + 1, signs, readings, at + 1);
    if (end >= 0) return end;
  }
  for (const reading of readings[at]) {
    if (query.startsWith(reading, from)) {
      const end = readAlong(query, from + reading.length, signs, readings, at + 1);
      if (end >= 0) return end;
    }
    if (reading.startsWith(query.slice(from))) return at + 1;
    if (reading[0] === query[from]) {
      const end = readAlong(query, from + 1, signs, readings, at + 1);
      if (end >= 0) return end;
    }
  }
  return -1;
}

// Whether one is the other but for one sign, put in, left out or changed.
function differByOne(one, other) {
  let from = 0, end = 0;
  while (from < one.length && one[from] === other[from]) from++;
  while (end < Math.min(one.length, other.length) - from && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return Math.max(one.length, other.length) - from - end <= 1;
}

export class NameIndex {
  // Entries are {name, order, ...}: `order` ranks the kinds of those that fit alike. `readings` of a Chinese sign
  // are its pinyin, parted by spaces.
  constructor(entries, readings) {
    this.readings = new Map(Object.entries(readings).map(([sign, text]) => {
      const ways = text.split(' ');
      // ü is typed v or u.
      return [sign, ways.concat(ways.filter((way) => way.includes('v')).map((way) => way.replace('v', 'u')))];
    }));
    this.rows = entries.map((entry) => ({ entry, text: plain(entry.name), signs: null, ways: null, usual: null }));
  }

  prepare(row) {
    if (row.signs) return row;
    row.signs = Array.from(row.text);
    row.ways = row.signs.map((sign) => this.readings.get(sign) || []);
    row.usual = row.ways.map((ways) => ways.slice(0, 1));
    return row;
  }

  // The best entries, at most so many.
  find(typed, most = 12) {
    const query = squeezed(typed);
    if (!query) return [];
    const hits = [], latin = /[a-z]/.test(query);
    for (const row of this.rows) {
      const fit = this.fit(query, row, latin);
      if (fit !== null) hits.push({ row, fit });
    }
    if (hits.length < most && query.length >= 2) this.addNear(query, hits);
    hits.sort((a, b) => a.fit - b.fit || a.row.entry.order - b.row.entry.order || a.row.text.length - b.row.text.length
      || (a.row.text < b.row.text ? -1 : a.row.text > b.row.text ? 1 : 0));
    return hits.slice(0, most).map((hit) => hit.row.entry);
  }

  fit(query, row, latin) {
    const text = row.text.includes(' ') ? row.text.replace(/ /g, '') : row.text, place = text.indexOf(query);
    if (place === 0) return text.length === query.length ? FITS.exact : FITS.prefix;
    if (place > 0) return FITS.inside;
    if (!latin) return null;
    const { signs, ways, usual } = this.prepare(row);
    const [first] = query;
    for (let at = 0; at < signs.length; at++) {
      if (signs[at] !== first && !ways[at].some((way) => way[0] === first)) continue;
      const end = readAlong(query, 0, signs, ways, at);
      if (end < 0) continue;
      // Dictionaries know readings that hardly anybody uses.
      const rare = readAlong(query, 0, signs, usual, at) < 0 ? RARELY : 0;
      return (at ? FITS.readInside : end === signs.length ? FITS.read : FITS.readPrefix) + rare;
    }
    return null;
  }

  // Names like it: with all its signs in their order, or but for one of them.
  addNear(query, hits) {
    const known = new Set(hits.map((hit) => hit.row));
    const holds = (text) => { let from = 0; for (const sign of text) if (sign === query[from]) from++; return from === query.length; };
    for (const row of this.rows) {
      if (known.has(row) || Math.abs(row.text.length - query.length) > 4) continue;
      const start = row.text.slice(0, query.length);
      if (holds(row.text) || (query.length >= 3 && (differByOne(query, row.text) || differByOne(query, start)))) hits.push({ row, fit: FITS.near });
    }
  }
}
