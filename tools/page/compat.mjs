// Tells what a script and styles use that browsers of 2020 do not have, by MDN's browser-compat-data:
// `node compat.mjs FILE...` writes [{feature, missing: [browser]}] as JSON.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse as parseScript } from 'acorn';
import { ancestor } from 'acorn-walk';
import { generate, parse as parseStyles, walk } from 'css-tree';
import { declarations, displays, hadGaps, selectorsOf } from './flex_gaps.mjs';

const data = createRequire(import.meta.url)('@mdn/browser-compat-data');
const OLDEST = { chrome: 86, firefox: 91, safari: 14.0 };
// All three have it, but chat apps went on with older cores of Chrome for years.
const HELD_BACK = { '.replaceAll': ['chrome 84 and before'] };

// ---- one feature

function isThere(statements, version) {
  return [statements].flat().some((one) => !one.flags && !one.prefix && !one.alternative_name && one.version_added
    && one.version_added !== 'preview' && !(one.version_removed && parseFloat(one.version_removed) <= version)
    && parseFloat(String(one.version_added).replace('≤', '')) <= version);
}

const lacking = (entry) => Object.entries(OLDEST)
  .filter(([browser, version]) => !isThere(entry.__compat.support[browser] || [], version)).map(([browser]) => browser);

// Names stand in several interfaces: missing is what none of them has.
function missingFrom(entries) {
  const found = entries.filter((entry) => entry && entry.__compat).map(lacking);
  return found.length ? found.reduce((all, one) => all.filter((browser) => one.includes(browser))) : [];
}

const own = (table, name) => (Object.prototype.hasOwnProperty.call(table, name) ? table[name] : undefined);

// ---- scripts

const builtins = data.javascript.builtins;
// What a page like this one meets; of all interfaces there are, some have any word one can think of.
const MET = /^(Abort|Animation|Blob|CSS$|Canvas|Clipboard|Crypto$|DOM|DataTransfer|Document|Element|Event|File|Font|HTML|History|ImageBitmap|ImageData|IntersectionObserver|Intl|Keyboard|Location|MediaQuery|Message|MouseEvent|MutationObserver|Navigator|Node|Offscreen|Path2D|Performance$|PointerEvent|Range|ReadableStream|ResizeObserver|Response|Selection|Storage|SVG.*Element|Text|Touch|TreeWalker|UIEvent|URL|WheelEvent|Window|Worker)/;
const interfaces = [...Object.values(builtins), ...Object.keys(data.api).filter((name) => MET.test(name)).map((name) => data.api[name])];
const withMember = (name) => interfaces.map((one) => own(one, name) || own(one, name + '_static')).filter(Boolean);
const OBJECTS = { document: ['Document', 'Node', 'EventTarget'], window: ['Window'], navigator: ['Navigator'], location: ['Location'],
  history: ['History'], performance: ['Performance', 'EventTarget'], globalThis: ['Window'] };

// What a name means as a variable of the whole program.
const asGlobal = (name) => [own(builtins, name), own(builtins.globals || {}, name), own(data.api, name), own(data.api.Window, name)].filter(Boolean);

function ofObject(object, name) {
  if (own(builtins, object)) return [own(builtins[object], name) || own(builtins[object], name + '_static')].filter(Boolean);
  const owners = own(OBJECTS, object);
  return owners ? owners.map((owner) => own(data.api[owner], name)).concat(asGlobal(object === 'window' || object === 'globalThis' ? name : '')).filter(Boolean) : null;
}

function listScript(text, told) {
  // Anything younger than 2020 in the grammar itself is an error here.
  const tree = parseScript(text, { ecmaVersion: 2020 });
  const declared = new Set();
  const bind = (pattern) => {
    if (!pattern) return;
    if (pattern.type === 'Identifier') declared.add(pattern.name);
    for (const part of pattern.properties || pattern.elements || []) bind(part && (part.value || part.argument || part));
    bind(pattern.left); bind(pattern.argument);
  };
  const functionLike = (node) => { if (node.id) bind(node.id); node.params.forEach(bind); };
  ancestor(tree, { VariableDeclarator: (node) => bind(node.id), Function: functionLike, Class: (node) => bind(node.id),
    CatchClause: (node) => bind(node.param) });
  const ownNames = namedHere(tree);
  const member = (name, entries) => { if (!ownNames.has(name)) told('.' + name, missingFrom(entries)); };
  ancestor(tree, {
    MemberExpression(node) {
      if (node.computed) return;
      const { object, property: { name } } = node;
      const known = object.type === 'Identifier' && !declared.has(object.name) ? ofObject(object.name, name) : null;
      member(name, known && known.length ? known : withMember(name));
    },
    Identifier(node) { if (!declared.has(node.name)) told(node.name, missingFrom(asGlobal(node.name))); },
    Literal(node) {
      if (!node.regex) return;
      if (/\(\?<[=!]/.test(node.regex.pattern)) told('lookbehind', ['safari']);
      if (/[dv]/.test(node.regex.flags)) told('flag of a regular expression', ['chrome', 'firefox', 'safari']);
    },
    ObjectPattern(node) { for (const { key, computed } of node.properties) if (key && !computed && key.name) member(key.name, withMember(key.name)); },
  });
}

// Names of its own objects: not what browsers mean by them. The language's own (`at`) are never left out.
function namedHere(tree) {
  const names = new Set();
  const add = (key, computed) => { if (!computed && key.name && !Object.values(builtins).some((one) => own(one, key.name))) names.add(key.name); };
  ancestor(tree, {
    ObjectExpression: (node) => node.properties.forEach((one) => one.key && add(one.key, one.computed)),
    MethodDefinition: (node) => add(node.key, node.computed),
    AssignmentExpression: ({ left }) => { if (left.type === 'MemberExpression') add(left.property, left.computed); },
  });
  return names;
}

// ---- styles

// Of the screen without a phone's bars, of containers, of lines: from 2022 on.
const YOUNG_UNITS = /^([sld]v(h|w|i|b|min|max)|cq(w|h|i|b|min|max)|r?lh|r?cap|ric|rex|rch)$/;

function listStyles(text, told) {
  const tree = parseStyles(text), of = displays(tree), { properties, selectors, types } = data.css;
  const prefixed = (name) => name.startsWith('-'); // browsers leave out what they do not know, and these are meant for some
  walk(tree, function visit(node) {
    if (node.type === 'Atrule' && !prefixed(node.name)) told('@' + node.name, missingFrom([own(data.css['at-rules'], node.name)]));
    if (node.type === 'PseudoClassSelector' || node.type === 'PseudoElementSelector') if (!prefixed(node.name)) told(':' + node.name, missingFrom([own(selectors, node.name)]));
    if (node.type === 'Function' && !prefixed(node.name)) told(node.name + '()', missingFrom([own(types, node.name), own(types.color || {}, node.name)]));
    if (node.type === 'Dimension' && YOUNG_UNITS.test(node.unit)) told(node.unit, Object.keys(OLDEST));
    if (node.type !== 'Declaration' || prefixed(node.property) || this.atrulePrelude) return; // a condition asks, it does not use
    const property = own(properties, node.property);
    told(node.property, property ? missingFrom([property]) : []);
    walk(node.value, (part) => {
      if (part.type === 'Identifier' && property && own(property, part.name)) told(node.property + ': ' + part.name, missingFrom([property[part.name]]));
    });
  });
  walk(tree, { visit: 'Rule', enter(rule) {
    const said = declarations(rule), gap = ['gap', 'row-gap', 'column-gap'].find((name) => said[name]);
    if (!gap || selectorsOf(rule).every((selector) => hadGaps(of.get(selector)))) return;
    // The build adds margins for Safari 14.0 beside it: see flex_gaps.mjs.
    if (!mended(tree, rule)) told('gap in the flex box ' + generate(rule.prelude), lacking(properties.gap.flex_context));
  } });
}

function mended(tree, rule) {
  const beside = new Set();
  walk(tree, { visit: 'Rule', enter(other) { if (this.atrule && /hyphens/.test(generate(this.atrule.prelude))) selectorsOf(other).forEach((one) => beside.add(one.replace(/>.*$/, ''))); } });
  return selectorsOf(rule).every((selector) => beside.has(selector.replace(/>.*$/, '')));
}

// ---- all files

const found = new Map();
const tell = (feature, missing) => {
  const all = missing.length ? missing : own(HELD_BACK, feature) || [];
  if (all.length) found.set(feature, all);
};
for (const file of process.argv.slice(2)) (file.endsWith('.css') ? listStyles : listScript)(readFileSync(file, 'utf8'), tell);
console.log(JSON.stringify([...found].map(([feature, missing]) => ({ feature, missing }))));
