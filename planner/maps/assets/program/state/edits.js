// Edits of a scenario file as the page makes them.

// Seven decimals are a centimetre, as fine as maps keep places.
export const round = (degrees) => Math.round(degrees * 1e7) / 1e7;
const at = ({ lat, lng }) => ({ lon: round(lng), lat: round(lat) });

// An id that nothing has: a letter for what it is, and a number.
export function freeId(letter, taken) {
  const known = new Set(taken);
  let number = 1;
  while (known.has(letter + number)) number++;
  return letter + number;
}

const LETTERS = { add: 'N', add_path: 'P', open_gate: 'G', add_people: 'E', remove_people: 'R' };

// The id of something new, none of those of the edits or of the stations there are.
export const newId = (op, edits, taken = []) => freeId(LETTERS[op], edits.map(({ id }) => id).concat(taken));

export const makeAdd = (id, place, name) => ({ op: 'add', id, name, ...at(place) });
// A site of the proposal, with what `planner site` writes of it into its scenario as far as the page knows it.
export const makeSite = (id, place, { name, action, domain, capacity, cost }) => filled({ ...makeAdd(id, place, name), action, domain, capacity, cost });
export const makeMove = (id, place) => ({ op: 'move', id, ...at(place) });
export const makeClose = (id) => ({ op: 'close', id });
export const makeReopen = (id) => ({ op: 'add', id });
export const makeHours = (id, hours) => ({ op: 'hours', id, opening_hours: hours });
export const makeGate = (id, name) => filled({ op: 'open_gate', id, name });
export const makePath = (id, places, name) => ({ op: 'add_path', id, name, path: places.map(({ lat, lng }) => [round(lng), round(lat)]) });
export const makePeople = (id, place, values) => ({ op: 'add_people', id, ...at(place), ...filled(values) });
export const makeLeave = (id, place, values) => ({ op: 'remove_people', id, ...at(place), ...filled(values) });

export const DAYS = ['Mo-Su', 'Mo-Fr', 'Mo-Sa', 'Sa,Su'];

// Opening hours of some days from one time to another, as OSM writes them; the whole day where both are the same.
export function hoursOf(days, from, to) {
  const daily = days === 'Mo-Su', times = from === to ? '00:00-24:00' : from + '-' + to;
  if (daily && from === to) return '24/7';
  return (daily ? '' : days + ' ') + times;
}

// What stands in a form: what was left empty is left out.
const filled = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined));

// Where an edit that put something on the map is moved: itself, not by another edit. Null where it has to be another one.
export function moved(edits, id, place) {
  const last = edits.map((edit) => edit.id).lastIndexOf(id), edit = edits[last];
  if (!edit || !('lon' in edit) || (edit.op !== 'add' && edit.op !== 'move')) return null;
  return edits.map((one, i) => (i === last ? { ...one, ...at(place) } : one));
}

export const without = (edits, number) => edits.filter((_, i) => i !== number);

// An edit with other values; those left empty are taken out.
export function changed(edits, number, values) {
  return edits.map((edit, i) => {
    if (i !== number) return edit;
    const kept = Object.fromEntries(Object.entries(edit).filter(([key]) => !(key in values)));
    return { ...kept, ...filled(values) };
  });
}
