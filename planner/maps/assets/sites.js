// A proposal: the ranked sites with their reasons, the proof, the curve, and what else would do.

const SVG = 'http://www.w3.org/2000/svg';
const MINIMISING = ['lscp', 'p-median', 'p-center']; // models whose value is to be as small as possible

function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  for (const child of children.flat()) if (child) element.append(child);
  return element;
}

// A share that says how far off at most: never rounded down.
function atMost(value) {
  const percent = value * 100, step = percent < 0.1 ? 100 : 10;
  return String(Math.ceil(percent * step - 1e-9) / step) + '%';
}

function proofWords(page) {
  const { words, data } = page, { status, gap } = data.proposal;
  const far = !isKnown(gap) ? words.say('proof_none') : gap <= 1e-9 ? words.say('proof_best') : words.say('proof_gap', { gap: atMost(gap) });
  const proof = words.say(status === 'proved' ? 'proof_proved' : status === 'first answer' ? 'proof_first' : 'proof_stopped', { far });
  return proof + ofWhom(page);
}

// For whom the proof holds, where some people cannot be judged: it says nothing of those.
function ofWhom(page) {
  const { words, data } = page, { judged, cannot_be_judged: unknown } = data.proposal;
  const sum = (people) => Object.values(people || {}).reduce((all, one) => all + one, 0), in_doubt = sum(unknown);
  if (in_doubt < 0.5) return '';
  const listed = (people) => Object.keys(people).filter((kind) => people[kind] >= 0.5)
    .map((kind) => words.say('people_count_of', { people: words.people(people[kind]), people_of: words.say('people_of_' + kind) })).join(words.betweenNames);
  return words.say('proof_of_known', { judged: listed(judged), unknown: listed(unknown), share: words.share(in_doubt / (in_doubt + sum(judged))) });
}

// Whether the sites have room for only so many: then people are served, not only within the walk.
const isServed = (page) => Boolean(page.data.proposal) && page.data.proposal.model === 'capacitated';

// A value of the model in its own unit; `full`: not rounded, where two values are compared.
function valueWords(value, page, full = false) {
  const { words, data } = page, { unit } = data.proposal;
  if (!isKnown(value)) return words.say('not_judged');
  if (unit === 'share') return words.share(value);
  const shown = ['people', 'residents', 'weighted people', 'person-minutes'].includes(unit) ? (full ? words.number(value) : words.people(value)) : String(Math.round(value * 10) / 10);
  return words.has('unit_of_' + unit) ? words.say('unit_of_' + unit, { value: shown }) : shown + ' ' + (unit || '');
}

function standsOf(site, page) {
  const { runs } = page.data.proposal.robustness;
  return runs && isKnown(site.runs_share) ? { times: Math.round(site.runs_share * runs), repeats: runs } : null;
}

function siteItem(site, page) {
  const { words } = page, stands = standsOf(site, page), gain = residentsOf(site.gain);
  const unsure = stands && site.runs_share < SURE_SHARE ? words.say('gap_unsure', stands) : null;
  const why = [words.term('action', site.action), site.town, unsure].filter((text) => text).join(words.betweenFacts);
  const people = isKnown(gain) ? '+' + words.persons(gain) : '';
  return rankedItem('s' + site.index, { of: 'site', look: ' site', rank: site.number, name: markName(site, words), why, people, onclick: () => page.openMark(site),
    label: words.say('gap_row', { rank: site.number, name: markName(site, words), people, why }) }, page);
}

function siteCard(site, page) {
  const { words, data } = page, stands = standsOf(site, page);
  const gain = site.gain && typeof site.gain === 'object' ? site.gain : { residential: residentsOf(site.gain) };
  const reasons = reasonsList(site.reasons, words);
  return [
    make('h3', {}, make('span', { class: 'rank site' }, site.number), markName(site, words)),
    factList([
      ...data.kinds.filter((kind) => gain[kind] > 0).map((kind) => [words.say(isServed(page) ? 'served_of' : 'gain_of', { kind: words.say('kind_' + kind) }), words.persons(gain[kind])]),
      [words.say('capacity'), isServed(page) && isKnown(site.capacity) ? words.persons(site.capacity) : null],
      [words.say('no_room'), site.no_room > 0 ? words.persons(site.no_room) : null],
      ...(reasons ? [] : [
        [words.say('gain_unknown'), residentsOf(site.gain_unknown) > 0 ? words.persons(residentsOf(site.gain_unknown)) : null],
        [words.say('action'), site.action ? words.term('action', site.action) : null],
        [words.say('cost'), isKnown(site.cost) ? costWords(site.cost, page) : null],
        [words.say('frontage'), site.frontage_m > 0 ? words.say('frontage_value', { metres: words.metres(site.frontage_m) }) : null],
        [words.say('repeated'), stands ? words.say(stands.times === stands.repeats ? 'chosen_always' : 'chosen_in', stands) : null],
      ]),
      [words.say('domain'), site.domain ? words.term('domain', site.domain) : null],
      [words.say('town'), site.town],
    ]),
    reasons, // they say the rest
  ];
}

function costWords(cost, page) {
  const { words, data } = page, unit = (data.proposal || data.comparison).cost_unit;
  const shown = Math.abs(cost) >= 1000 ? words.number(cost) : String(Math.round(cost * 100) / 100);
  return unit ? shown + (words.language === 'zh' && words.has('cost_unit_' + unit) ? '' : ' ') + words.term('cost_unit', unit) : shown;
}

// What the 1st, 2nd ... 20th site buys: the people newly covered by the best choice of each size.
function curvePicture(page) {
  const { words, data, plan } = page, { curve } = data.proposal;
  if (curve.length < 2) return null;
  const chosen = plan.marks.length, most = curve[curve.length - 1], wide = 336, high = 148, left = 8, right = 12, top = 22, base = 20;
  const x = (sites) => left + ((wide - left - right) * sites) / most.sites;
  const highest = Math.max(...curve.map((point) => point.value), 1), y = (value) => high - base - ((high - base - top) * value) / highest;
  const best = curve.find((point) => point.sites === chosen) || null, last = curve[curve.length - 1];
  const { steps } = data.proposal, own = steps.length ? steps[steps.length - 1].total : null; // other models cover less than the best
  const here = best && { ...best, value: isKnown(own) ? own : best.value };
  const path = 'M' + [[0, 0], ...curve.map((point) => [point.sites, point.value])].map(([sites, value]) => x(sites).toFixed(1) + ' ' + y(value).toFixed(1)).join('L');
  const text = (px, py, anchor, content, look = '') => makeSvg('text', { x: px.toFixed(1), y: py.toFixed(1), 'text-anchor': anchor, class: look }, content);
  const near = here && x(last.sites) - x(here.sites) < 110;
  const first = curve[0].value, second = here ? stepAt(curve, chosen) : null, more = here ? last.value - here.value : 0;
  const said = [words.say(isServed(page) ? 'curve_first_served' : 'curve_first', { people: words.persons(first) }),
    here && chosen > 1 && Math.abs(here.value - best.value) < 0.5 ? words.say('curve_last', { sites: words.number(chosen), people: words.persons(second) }) : null,
    here && last.sites > chosen ? words.say('curve_more', { sites: words.number(last.sites - chosen), people: words.persons(more) }) : null]
    .filter((part) => part).join(words.language === 'zh' ? '，' : '; ') + words.fullStop;
  const picture = makeSvg('svg', { viewBox: '0 0 ' + wide + ' ' + high, class: 'curve', role: 'img', 'aria-label': words.say(isServed(page) ? 'curve_title_served' : 'curve_title') + ' ' + said },
    makeSvg('path', { d: path + 'L' + x(last.sites).toFixed(1) + ' ' + y(0) + 'L' + x(0) + ' ' + y(0) + 'Z', class: 'curve-area' }),
    makeSvg('line', { x1: x(0), y1: y(0), x2: wide - right, y2: y(0), class: 'curve-axis' }),
    here ? makeSvg('line', { x1: x(chosen), y1: y(here.value), x2: x(chosen), y2: y(0), class: 'curve-here' }) : null,
    makeSvg('path', { d: path, class: 'curve-line' }),
    curve.map((point) => makeSvg('circle', { cx: x(point.sites).toFixed(1), cy: y(point.value).toFixed(1), r: point.sites === chosen ? 5 : 2.6, class: point.sites === chosen ? 'curve-chosen' : 'curve-dot' },
      makeSvg('title', {}, words.say('curve_point', { sites: words.number(point.sites), people: words.persons(point.value), step: words.persons(stepAt(curve, point.sites)) })))),
    here ? text(x(chosen) + (near ? -8 : 8), y(here.value) + (near ? -6 : 18), near ? 'end' : 'start', words.say('curve_label', { sites: words.number(chosen), people: words.persons(here.value) }), 'curve-strong') : null,
    here && last.sites > chosen && !near ? text(x(last.sites) + 4, y(last.value) - 8, 'end', words.persons(last.value)) : null,
    text(x(1), high - 5, 'middle', '1'), chosen > 2 && chosen < last.sites - 1 ? text(x(chosen), high - 5, 'middle', String(chosen)) : null,
    text(x(last.sites), high - 5, 'middle', String(last.sites)));
  return make('figure', { class: 'curve-box' }, make('figcaption', {}, words.say(isServed(page) ? 'curve_title_served' : 'curve_title')), picture, make('p', { class: 'how' }, said));
}

function stepAt(curve, sites) {
  const at = curve.findIndex((point) => point.sites === sites), before = at > 0 ? curve[at - 1].value : 0;
  return isKnown(curve[at].step) ? curve[at].step : curve[at].value - before;
}

// Choices that are nearly as good: which sites each leaves out, and what it costs.
function alternativesList(page) {
  const { words, data, state, scene } = page, { rows } = scene.others;
  if (!rows.length) return null;
  const names = (places, list) => places.map((place) => list[place]).join(words.betweenNames);
  const items = rows.map((row, i) => {
    const left = row.left.map((place) => page.plan.marks[place].number).join(words.betweenNames);
    const added = names(row.added, scene.others.name.map((name) => name || words.say('site_unnamed')));
    const why = [row.left.length ? words.say('other_left', { sites: left }) : null, row.added.length ? words.say('other_added', { sites: added }) : null]
      .filter((part) => part).join(words.betweenClauses);
    const worse = MINIMISING.includes(data.proposal.model) ? '+' : '−';
    const part = data.proposal.value ? words.share(Math.abs(row.loss / data.proposal.value)) : '';
    return make('li', {}, make('button', { type: 'button', class: 'gap other', id: 'other-' + i, 'aria-pressed': String(state.other === i), onclick: () => page.showOther(i) },
      make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, words.say('other_name', { rank: row.rank || i + 1 })), make('span', { class: 'gap-why' }, why)),
      make('span', { class: 'gap-people' }, row.loss > 0 ? worse + valueWords(row.loss, page) : words.say('other_same'), row.loss > 0 ? make('span', { class: 'gap-kind' }, worse + part) : null)));
  });
  return [make('p', { class: 'how' }, words.say('others_how')), make('ul', { class: 'list others' }, items)];
}

function staysTable(page) {
  const { words, data } = page, { stays } = data.proposal;
  if (!stays.length) return null;
  const near = stays.some((row) => isKnown(row.in_reach));
  const rows = stays.map((row) => [words.term('cause', row.cause), words.people(row.residents), ...(near ? [words.people(row.in_reach)] : []),
    isKnown(row.gaps) ? words.number(row.gaps) : words.say('not_judged')]);
  return [table(words.say('stays_caption'), ['cause', 'kind_residential', ...(near ? ['col_in_reach'] : []), 'tab_gaps'].map((key) => words.say(key)), rows, page),
    near ? make('p', { class: 'how' }, words.say('stays_how')) : null];
}

function stepsTable(page) {
  const { words, data, plan } = page, { steps } = data.proposal;
  if (!steps.length) return null;
  const free = steps.some((row) => isKnown(row.free_value));
  const rows = steps.map((row) => [row.step + (row.site === null ? '' : ' · ' + markName(plan.marks[row.site], words)), '+' + words.people(row.gain), words.people(row.total),
    ...(free ? [isKnown(row.free_value) ? words.people(row.free_value) : words.say('not_judged')] : [])]);
  const heads = ['site', 'col_gained', 'col_total', ...(free ? ['col_free'] : [])];
  return [table(words.say(isServed(page) ? 'steps_caption_served' : 'steps_caption'), heads.map((key) => words.say(key)), rows, page), free ? make('p', { class: 'how' }, words.say('steps_how')) : null];
}

function proofList(page) {
  const { words, data } = page, { model, value, bound, gap, seconds, first_seconds: first, limits, robustness } = data.proposal;
  const seconds_ = (time) => (isKnown(time) ? words.say('seconds', { seconds: time < 1 ? time.toFixed(2) : time.toFixed(1) }) : null);
  const rows = [
    [words.say('model'), words.term('model', model)],
    [words.say('value'), valueWords(value, page, true)],
    [words.say('bound'), isKnown(bound) ? valueWords(bound, page, true) : words.say('proof_none')],
    [words.say('proof'), isKnown(gap) ? (gap <= 1e-9 ? words.say('proof_best') : words.say('proof_gap', { gap: atMost(gap) })) : words.say('proof_none')],
    [words.say('time'), [seconds_(seconds), isKnown(first) ? words.say('time_first', { seconds: seconds_(first) }) : null].filter((part) => part).join(words.betweenClauses)],
    [words.say('survives'), !data.proposal.reasons && robustness.runs && isKnown(robustness.stands) ? words.say(robustness.stands >= robustness.runs ? 'survives_all' : 'survives_in', { times: words.number(robustness.stands), repeats: words.number(robustness.runs) }) : null],
  ];
  const costs = (limits || []).map((row) => [words.say('limit_of', { label: row.label }), words.say('limit_cost', { value: valueWords(row.cost, page) })]);
  return [reasonsList(data.proposal.reasons, words), make('div', { class: 'facts-of' }, factList(rows.concat(costs))), make('p', { class: 'how' }, words.say('proof_how'))];
}

function whyNot(page) {
  const { words, data } = page, row = data.proposal.why_not;
  if (!row) return null;
  const gain = residentsOf(row.gain), reasons = reasonsList(row.reasons, words);
  return [make('p', { class: 'how' }, words.say('why_not_how')), reasons || factList([
    [words.say('why_not_gain'), isKnown(gain) ? words.persons(gain) : null],
    [words.say('why_not_loss'), isKnown(row.loss) ? words.persons(row.loss) : null],
    [words.say('why_not_instead'), row.instead],
  ])];
}

function renderSites(page) {
  const { words, data, state, plan } = page;
  if (!data.proposal) return;
  const here = plan.marks.filter((site) => state.town === null || site.town === state.town);
  const others = page.scene.others.rows.length;
  put('tab-sites',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('sites_title')), make('span', {}, words.say('gaps_count', { count: words.number(here.length) }))),
    make('ol', { id: 'sites', class: 'list', tabindex: '-1' }, here.length ? here.map((site) => siteItem(site, page)) : make('li', { class: 'gap-none' }, words.say('sites_none'))),
    curvePicture(page),
    make('div', { class: 'folds' },
      fold(page, 'others', words.say('others_title', { count: words.number(others) }), alternativesList(page) || []),
      fold(page, 'towns', words.say('towns_title'), townChanges(page, { losses: plan.after.lost.length > 0 }) || []),
      fold(page, 'stays', words.say('stays_title'), staysTable(page) || []),
      fold(page, 'steps', words.say('steps_title'), stepsTable(page) || []),
      fold(page, 'whynot', words.say('why_not_title'), whyNot(page) || []),
      fold(page, 'proof', words.say('proof_title'), proofList(page))));
}
