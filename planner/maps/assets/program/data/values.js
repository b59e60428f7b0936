// Small questions that every part of the page asks of a value.

export const KINDS = ['residential', 'industrial', 'commercial'];

// Verdicts of units by their number in the payload.
export const VERDICTS = ['covered', 'gap', 'unknown'], COVERED = 0, GAP = 1, UNKNOWN = 2;

export const PEOPLE_OF = KINDS.map((kind) => 'people_' + kind);

// Object.hasOwn is younger than the browsers of old office PCs.
export const owns = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

export const unique = (values) => [...new Set(values)];

export const isKnown = (value) => value !== null && value !== undefined;

export function shortNumber(minutes) { return String(Math.round(minutes * 10) / 10); }

// People by kind; an older result counts residents alone.
export const peopleByKind = (gain) => (gain !== null && typeof gain === 'object' ? gain : { residential: gain || 0 });

export const residentsOf = (gain) => (gain === null || gain === undefined ? null : typeof gain === 'object' ? gain.residential : gain);
