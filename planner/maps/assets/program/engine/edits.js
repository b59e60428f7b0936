// The edits of a scenario file, checked as planner/sources/scenario_file.py checks them: one that will not do is a Fault.

import { Fault, findLike, quote } from './faults.js';
import { findHoursFault } from './hours.js';
import { readServices } from './services.js';

export const VERSION = 1;
export const MOST_EDITS = 1000;
const MOST_POINTS = 200, MOST_SIGNS = 200, MOST_REMARK = 500, MOST = 1e12, MOST_PEOPLE = 1e7, MAX_LATITUDE = 85;
const MOST_RADIUS_M = 2000, MOST_GROUPS = 50, MOST_UNITS = 5000, YEARS = [1900, 2200], KINDS = ['residential', 'industrial', 'commercial'];
const RESERVED = ['all'];
// What somebody may say is wrong.
const ABOUT = ['station', 'gate', 'street', 'hours'];

const owns = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const isPlain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// ---- values

const makeTextReader = (most) => (value, key) => {
  if (typeof value !== 'string' || !value.trim()) throw new Fault('text', { key, value: quote(value) });
  if ([...value].length > most || /[\p{C}\p{Zl}\p{Zp}]/u.test(value)) throw new Fault('one_line', { key, most });
  return value.trim();
};

const readText = makeTextReader(MOST_SIGNS), readRemark = makeTextReader(MOST_REMARK);

const readOptional = (value, key) => (value === '' || value === null ? '' : readText(value, key));

export function readName(value, key) {
  const text = readText(value, key);
  if (RESERVED.includes(text)) throw new Fault('reserved', { key, value: text });
  return text;
}

function readHours(value, key) {
  const text = readOptional(value, key), fault = findHoursFault(text);
  if (fault) throw new Fault('hours_' + fault, { value: quote(text) });
  return text;
}

function readOffers(value, key) {
  const text = readOptional(value, key);
  for (const [, hours] of text ? readServices(text) : []) readHours(hours, key);
  return text;
}

function readFlag(value, key) {
  if (typeof value !== 'boolean') throw new Fault('flag', { key, value: quote(value) });
  return value;
}

const makeReader = (low, high, what) => (value, key) => {
  if (!(typeof value === 'number' && low <= value && value <= high)) throw new Fault(what, { key, value: quote(value) });
  return value;
};

const readLon = makeReader(-180, 180, 'lon'), readLat = makeReader(-MAX_LATITUDE, MAX_LATITUDE, 'lat'), readAmount = makeReader(0, MOST, 'amount');

function readWhole(value, key, low, high) {
  if (!Number.isInteger(value) || value < low || value > high) throw new Fault('whole', { key, value: quote(value), low, high });
  return value;
}

const readVotes = (value, key) => readWhole(value, key, 0, MOST_PEOPLE), readMark = (value, key) => readWhole(value, key, 1, 5), readYear = (value, key) => readWhole(value, key, ...YEARS);

const makeChoiceReader = (known) => (value, key) => {
  if (!known.includes(value)) throw new Fault('choice', { key, value: quote(value), known: known.join(', ') });
  return value;
};

const readAbout = makeChoiceReader(ABOUT), readKind = makeChoiceReader(KINDS);

// Numbers above nothing.
const makeAboveReader = (most) => (value, key) => {
  if (!(typeof value === 'number' && value > 0 && value <= most)) throw new Fault('above', { key, value: quote(value), most });
  return value;
};

const readPeople = makeAboveReader(MOST_PEOPLE), readShare = makeAboveReader(1), readRadius = makeAboveReader(MOST_RADIUS_M);

function readGroups(value, key) {
  if (!isPlain(value) || Object.keys(value).length > MOST_GROUPS) throw new Fault('groups', { key, value: quote(value) });
  return new Map(Object.keys(value).map((name) => [readText(name, key), readAmount(value[name], key + ': ' + name)]));
}

function readUnits(value, key) {
  if (!Array.isArray(value) || !value.length || value.length > MOST_UNITS) throw new Fault('list', { key, most: MOST_UNITS });
  return [...new Set(value.map((one) => readText(one, key)))];
}

function readPath(value) {
  if (!Array.isArray(value) || value.length < 2) throw new Fault('path_short');
  if (value.length > MOST_POINTS) throw new Fault('path_corners', { corners: value.length, most: MOST_POINTS });
  return value.map((corner, i) => {
    if (!Array.isArray(corner) || corner.length !== 2) throw new Fault('path_corner', { corner: i + 1, value: quote(corner) });
    return [readLon(corner[0], 'path ' + (i + 1)), readLat(corner[1], 'path ' + (i + 1))];
  });
}

// ---- edits

const ALWAYS = { id: readName, cost: readAmount, proposer: readText, reason: readRemark, votes: readVotes }, AT = { lon: readLon, lat: readLat }, OFFER = { opening_hours: readHours, services: readOffers };
const OF_PEOPLE = { ...AT, name: readText, kind: readKind, year: readYear };
// What checks each key of an op.
const KEYS = {
  add: { ...ALWAYS, ...AT, ...OFFER, name: readText, level: readOptional, domain: readOptional, action: readOptional, capacity: readAmount, open_to_outsiders: readFlag },
  move: { ...ALWAYS, ...AT },
  close: ALWAYS,
  hours: { ...ALWAYS, ...OFFER },
  level: { ...ALWAYS, level: readOptional },
  open_gate: { ...ALWAYS, ...AT, name: readText },
  add_path: { ...ALWAYS, name: readText, path: readPath, access: readText },
  add_people: { ...ALWAYS, ...OF_PEOPLE, people: readPeople, groups: readGroups },
  remove_people: { ...ALWAYS, ...OF_PEOPLE, radius_m: readRadius, demand_ids: readUnits, share: readShare },
};
export const OPS = Object.keys(KEYS), PEOPLE_OPS = ['add_people', 'remove_people'], STREET_OPS = ['open_gate', 'add_path'];
// Of each of these an op needs one key.
const NEEDED = { move: [['lon']], hours: [['opening_hours', 'services']], level: [['level']], add_path: [['path']], add_people: [['lon'], ['kind'], ['people']] };

function checkWhom(row) {
  const byId = owns(row, 'demand_ids');
  if (byId && (owns(row, 'lon') || owns(row, 'radius_m'))) throw new Fault('whom');
  for (const key of ['radius_m', 'lon']) if (!byId && !owns(row, key)) throw new Fault('key_missing', { key });
}

function checkKeys(row, allowed) {
  for (const key of Object.keys(row)) if (!allowed.includes(key)) throw new Fault('key_unknown', { key: quote(key), like: findLike(key, allowed, 0) || allowed[0] });
}

// {number, op, id, lonlat, path, cost, values, given} of an edit; `given`: as it stands in the file.
export function readEdit(row, number) {
  const edit = { number, op: isPlain(row) && typeof row.op === 'string' && owns(KEYS, row.op) ? row.op : '', id: '' };
  try {
    if (!isPlain(row)) throw new Fault('no_edit', { value: quote(row) });
    if (!edit.op) throw new Fault(owns(row, 'op') ? 'op_unknown' : 'op_missing', { value: quote(row.op), ops: Object.keys(KEYS).join(', ') });
    const keys = KEYS[edit.op], values = {};
    if (typeof row.id === 'string') edit.id = [...row.id].slice(0, MOST_SIGNS).join('');
    checkKeys(row, ['op', ...Object.keys(keys)]);
    if (!owns(row, 'id')) throw new Fault('key_missing', { key: 'id' });
    for (const key of Object.keys(keys)) if (owns(row, key)) values[key] = keys[key](row[key], key);
    if (owns(values, 'lon') !== owns(values, 'lat')) throw new Fault('key_missing', { key: owns(values, 'lon') ? 'lat' : 'lon' });
    for (const needed of NEEDED[edit.op] || []) if (!needed.some((key) => owns(row, key))) throw new Fault('key_missing', { key: needed.join(' / ') });
    if (edit.op === 'remove_people') checkWhom(row);
    const { id, lon, lat, path = null, cost = null, ...rest } = values;
    return { ...edit, id, lonlat: lon === undefined ? null : [lon, lat], path, cost, values: rest, given: JSON.parse(JSON.stringify(row)) };
  } catch (error) {
    throw error instanceof Fault && !error.edit ? new Fault(error.key, error.values, edit) : error;
  }
}

// Edits that follow `before` others.
export function readEdits(rows, before = 0) {
  if (!Array.isArray(rows)) throw new Fault('no_edits');
  if (before + rows.length > MOST_EDITS) throw new Fault('edits_many', { edits: before + rows.length, most: MOST_EDITS });
  return rows.map((row, i) => readEdit(row, before + i + 1));
}

// ---- what else its writer has to say of today: it changes nothing

const CORRECTION = { about: readAbout, id: readName, lon: readLon, lat: readLat, text: readRemark, proposer: readText };
const MARK = { id: readName, mark: readMark, remark: readRemark };

function readSayings(content, name, keys, needed) {
  const rows = owns(content, name) ? content[name] : [];
  if (!Array.isArray(rows) || rows.length > MOST_EDITS) throw new Fault('list', { key: name, most: MOST_EDITS });
  for (const row of rows) {
    if (!isPlain(row)) throw new Fault('no_edit', { value: quote(row) });
    checkKeys(row, Object.keys(keys));
    for (const key of needed) if (!owns(row, key)) throw new Fault('key_missing', { key: name + ': ' + key });
    for (const key of Object.keys(row)) keys[key](row[key], name + ': ' + key);
  }
  return rows;
}

// {name, edits, more: corrections and marks as the file has them} of a scenario of a plan, from what JSON made of it.
export function readScenario(content, plan) {
  if (!isPlain(content)) throw new Fault('no_scenario');
  checkKeys(content, ['version', 'plan', 'name', 'edits', 'corrections', 'marks']);
  for (const key of ['version', 'plan', 'edits']) if (!owns(content, key)) throw new Fault('key_missing', { key });
  if (content.version !== VERSION) throw new Fault('version', { value: quote(content.version), version: VERSION });
  const about = readText(content.plan, 'plan'), name = owns(content, 'name') ? readName(content.name, 'name') : '';
  if (about !== plan) throw new Fault('other_plan', { value: about, plan });
  const corrections = readSayings(content, 'corrections', CORRECTION, ['about', 'text']), marks = readSayings(content, 'marks', MARK, ['id', 'mark']);
  if (!Array.isArray(content.edits) || !(content.edits.length || corrections.length || marks.length)) throw new Fault('no_edits');
  return { name, edits: readEdits(content.edits), more: { ...(corrections.length ? { corrections } : {}), ...(marks.length ? { marks } : {}) } };
}
