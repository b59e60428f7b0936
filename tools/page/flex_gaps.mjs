// Safari 14.0 lays flex boxes out without their gaps (14.1 has them): the same distances as margins, for it alone.

import { generate, parse, walk } from 'css-tree';

// It knows -webkit-hyphens, as every Safari does, and not yet inset, which came with gaps in flex boxes.
const ONLY_THERE = '@supports (-webkit-hyphens: none) and (not (inset: 0))';

/** The styles with a rule after each that has gaps in a flex box; a box is known by its selector. */
export function addFlexGaps(css) {
  const tree = parse(css), of = displays(tree);
  walk(tree, { visit: 'Rule', enter(rule, item, list) {
    const fallback = spaced(rule, of);
    if (fallback) list.insertData(parse(fallback, { context: 'atrule' }), item.next);
  } });
  return generate(tree);
}

/** What the styles say of each selector: its display, whether it wraps, whether it is a column. */
export function displays(tree) {
  const of = new Map();
  walk(tree, { visit: 'Rule', enter(rule) {
    for (const selector of selectorsOf(rule)) {
      const known = of.get(selector) || {};
      const said = declarations(rule);
      for (const name of ['display', 'flex-wrap', 'flex-direction', 'flex-flow', 'columns', 'column-count']) if (name in said) known[name] = said[name];
      of.set(selector, known);
    }
  } });
  return of;
}

export const selectorsOf = (rule) => (rule.prelude.type === 'SelectorList' ? rule.prelude.children.toArray().map((one) => generate(one)) : []);

export function declarations(rule) {
  const said = {};
  rule.block.children.forEach((one) => { if (one.type === 'Declaration') said[one.property] = generate(one.value); });
  return said;
}

// Grids and columns of text had gaps before flex boxes had.
export const hadGaps = (known = {}) => /grid/.test(known.display || '') || 'columns' in known || 'column-count' in known;

function spaced(rule, of) {
  const { gap } = declarations(rule);
  if (!gap || gap === '0') return null;
  const [down, across = down] = gap.split(' '), rules = [];
  for (const selector of selectorsOf(rule)) {
    const known = of.get(selector);
    if (hadGaps(known)) continue;
    const flow = Object.values(known).join(' ');
    if (/\bwrap\b/.test(flow)) rules.push(`${selector}>*{margin:0 ${across} ${down} 0}`);
    else if (/column/.test(flow)) rules.push(`${selector}>*+*{margin-top:${down}}`);
    else rules.push(`${selector}>*+*{margin-left:${across}}`);
  }
  return rules.length ? `${ONLY_THERE}{${rules.join('')}}` : null;
}
