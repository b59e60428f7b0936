// The part of an address that leads to what the reader sees: #town=...&tab=todo&card=gap-3.

// Longer addresses are none of ours.
const LONGEST = 1000;

// What a card is about, as the address says it.
const CARDS = { g: 'gap', f: 'station', u: 'unknown', d: 'place', c: 'estate', p: 'gate', o: 'opening', s: 'site', n: 'gained', l: 'lost', h: 'longer', t: 'stop', x: 'left' };

// The address of these values; what is null stands as it was at first and is left out.
export function writeLink(values) {
  const parts = Object.keys(values).filter((name) => values[name] !== null && values[name] !== undefined && values[name] !== '')
    .map((name) => name + '=' + encodeURIComponent(values[name]).replace(/%2C/g, ','));
  return parts.length ? '#' + parts.join('&') : '';
}

// The values of an address, each as it stands there: whoever uses one checks it. What cannot be read is left out.
export function readLink(link) {
  const values = new Map();
  if (link.length > LONGEST) return values;
  for (const part of link.replace(/^#/, '').split('&')) {
    const at = part.indexOf('=');
    if (at < 1) continue;
    try { values.set(part.slice(0, at), decodeURIComponent(part.slice(at + 1))); } catch (error) { if (!(error instanceof URIError)) throw error; }
  }
  return values;
}

// A card's key as the address says it, and back; null for what is none.
export const cardWords = (key) => (key && CARDS[key[0]] ? CARDS[key[0]] + '-' + (Number(key.slice(1)) + 1) : null);

export function cardKey(words) {
  const match = /^([a-z]+)-([1-9]\d{0,6})$/.exec(words || '');
  const letter = match ? Object.keys(CARDS).find((one) => CARDS[one] === match[1]) : null;
  return letter ? letter + (Number(match[2]) - 1) : null;
}

// Latitude, longitude and zoom, and back; null for what is none, or lies outside the bounds [west, south, east, north].
export const placeWords = ({ lat, lng, zoom }) => [lat.toFixed(4), lng.toFixed(4), String(Math.round(zoom * 10) / 10)].join(',');

export function placeOf(words, [west, south, east, north]) {
  const parts = (words || '').split(',');
  if (parts.length !== 3 || !parts.every((part) => /^-?\d{1,3}(\.\d{1,6})?$/.test(part))) return null;
  const [lat, lng, zoom] = parts.map(Number), wide = east - west, high = north - south;
  const inside = lat >= south - high && lat <= north + high && lng >= west - wide && lng <= east + wide;
  return inside && zoom >= 1 && zoom <= 19 ? { lat, lng, zoom } : null;
}

const NAMES = ['town', 'view', 'plan', 'then', 'tab', 'kind', 'group', 'profile', 'moment', 'condition', 'class', 'minutes', 'route', 'lesson', 'card', 'at', 'lang'];

// Whether an address says anything of the page.
export const knowsLink = (link) => [...readLink(link).keys()].some((name) => NAMES.includes(name));
