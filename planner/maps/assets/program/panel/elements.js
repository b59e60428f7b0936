// Elements of the page. Every text of the data enters as text, never as markup.

import { isKnown, owns } from '../data/values.js';
import { closeUp } from '../data/words.js';

/** @type {(id: string) => any} */
export const byId = (id) => document.getElementById(id);

/** @returns {any} the element, with these attributes, listeners and children */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

export function put(id, ...children) {
  const element = byId(id);
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const written = new WeakMap();

// Write an element anew unless it was last written for the same: `dependsOn` is all that decides what it says.
export function writeFor(id, dependsOn, write) {
  const element = byId(id), asked = JSON.stringify(dependsOn);
  if (written.get(element) === asked) return;
  written.set(element, asked);
  write();
}

// Options are [value, text], or [heading, [options]].
export function select(id, label, options, chosen, onchange) {
  const option = ([value, text]) => (Array.isArray(text) ? make('optgroup', { label: value }, text.map(option)) : make('option', { value }, text));
  const list = make('select', { id, onchange: (event) => onchange(event.target.value) }, options.map(option));
  list.value = chosen;
  return make('label', { class: 'choice choice-' + id }, make('span', { class: 'sr' }, label), list);
}

export function factList(rows) {
  const list = make('dl', {});
  for (const [term, value] of rows) {
    if (value === null || value === undefined || value === '') continue;
    list.append(make('dt', {}, term), make('dd', {}, value));
  }
  return list;
}

// A button that opens a card; null where there is nothing to open.
export const linkTo = (target, text, open) => (target ? make('button', { type: 'button', class: 'link', onclick: () => open(target) }, text) : null);

const SVG = 'http://www.w3.org/2000/svg';

export function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  for (const child of children.flat()) if (child) element.append(child);
  return element;
}

// A share as a thin bar. Screen readers skip it, since the figure stands beside it.
export function bar(row) {
  const wide = row && row.people && isKnown(row.share) ? Math.round(row.share * 1000) / 10 : 0;
  const filled = make('span', { class: 'fill' });
  filled.style.width = wide + '%';
  return make('span', { class: 'meter', 'aria-hidden': 'true' }, filled);
}

// A text with {share} and the like, those values emphasised.
export function emphasise(words, key, values, strong) {
  let before = '';
  return words.form(key, values).split(/(\{\w+\})/).filter((part) => part).map((part) => {
    const name = part.startsWith('{') ? part.slice(1, -1) : null, said = name ? String(values[name]) : part;
    const text = before.endsWith('万') ? closeUp('万' + said).slice(1) : said;
    before = said;
    return name && owns(strong, name) ? make('b', { class: strong[name] }, text) : text;
  });
}
