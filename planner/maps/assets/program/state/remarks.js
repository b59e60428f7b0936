// What somebody says of today beside their edits: what is wrong, and how good a station is.

import { round } from './edits.js';

export const ABOUT = ['station', 'gate', 'street', 'hours'], MARKS = [1, 2, 3, 4, 5];

// A file takes texts on one line.
export const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

export const noRemarks = () => ({ corrections: [], marks: [] });

// `what`: {about, id or null, place or null, text, proposer}; a correction without a text is none.
export function addCorrection(remarks, { about, id, place, text, proposer }) {
  const said = oneLine(text), who = oneLine(proposer);
  if (!said) return remarks;
  const row = { about, ...(id ? { id } : {}), ...(place ? { lon: round(place.lng), lat: round(place.lat) } : {}), text: said, ...(who ? { proposer: who } : {}) };
  return { ...remarks, corrections: [...remarks.corrections, row] };
}

// One mark for a station: another takes its place, and none takes it away.
export function setMark(remarks, { id, mark, remark }) {
  const others = remarks.marks.filter((one) => one.id !== id), said = oneLine(remark);
  return { ...remarks, marks: mark === null ? others : [...others, { id, mark, ...(said ? { remark: said } : {}) }] };
}

export const dropRemark = (remarks, list, number) => ({ ...remarks, [list]: remarks[list].filter((_, i) => i !== number) });

export const hasRemarks = ({ corrections, marks }) => corrections.length + marks.length > 0;
