// What changes: the figures, gaps and outlines once sites are built or a scenario is carried out.

const PEOPLE_OF = KINDS.map((kind) => 'people_' + kind);

function buildAfter(after, plane) {
  const outlined = (columns) => {
    const shapes = readShapes(columns.shape, plane), rows = [];
    for (let i = 0; i < columns.count; i++) {
      const row = { index: i, shape: shapes[i], site: columns.site[i], facility: columns.facility[i] };
      for (const name of PEOPLE_OF) row[name] = columns[name][i];
      rows.push(row);
    }
    return rows;
  };
  const { gaps } = after;
  return {
    coverage: after.coverage.map(withExactShares), gained: outlined(after.gained), lost: outlined(after.lost),
    gaps: gaps.touched ? { ...gaps, shapes: readShapes(gaps.shape, plane), xy: readPoints(gaps.label, plane) } : null,
  };
}

// Every scenario of the page, a proposal being one: its outlines, and its sites or edits as numbered marks.
function buildPlans(data) {
  const { plane, proposal, comparison } = data;
  if (proposal) {
    const xy = readPoints(proposal.sites.xy, plane), lines = readLineSets(proposal.sites.frontage, plane), { sites } = proposal;
    const marks = Array.from({ length: sites.count }, (_, i) => ({
      index: i, number: sites.order[i] || i + 1, op: 'add', name: sites.name[i], x: xy[2 * i], y: xy[2 * i + 1], line: lines[i],
      ...Object.fromEntries(['town', 'action', 'domain', 'cost', 'gain', 'gain_unknown', 'served', 'capacity', 'no_room', 'reasons', 'runs_share', 'frontage_m'].map((field) => [field, sites[field][i]])),
    }));
    return [{ name: null, after: buildAfter(proposal.after, plane), marks }];
  }
  return (comparison ? comparison.scenarios : []).map((scenario) => {
    const xy = readPoints(scenario.edits.xy, plane), lines = readLineSets(scenario.edits.line, plane);
    const marks = scenario.ledger.map((row, i) => ({ ...row, index: i, number: row.edit || i + 1, x: xy[2 * i], y: xy[2 * i + 1], line: lines[i] }));
    return { name: scenario.name, after: buildAfter(scenario.after, plane), marks, scenario };
  });
}

// The gaps as they are now, or what is left of them.
function reshapeGaps(gaps, after) {
  gaps.forEach((gap, i) => {
    gap.own = gap.own || { shape: gap.shape, x: gap.x, y: gap.y, people_low: gap.people_low, people_high: gap.people_high, runs_share: gap.runs_share,
      ...Object.fromEntries(PEOPLE_OF.map((name) => [name, gap[name]])) };
    Object.assign(gap, gap.own, { gone: false });
    if (!after || !after.gaps || !after.gaps.touched[i]) return;
    const shape = after.gaps.shapes[i];
    for (const name of PEOPLE_OF) gap[name] = after.gaps[name][i];
    Object.assign(gap, { people_low: null, people_high: null, runs_share: null, shape, gone: !(shape || gap.scattered) || !PEOPLE_OF.some((name) => gap[name] > 0) });
    if (shape) Object.assign(gap, { x: after.gaps.xy[2 * i], y: after.gaps.xy[2 * i + 1] });
    if (gap.gone) gap.shape = null;
  });
}

function changeLegend(page) {
  const { words, scene, state } = page, { plan } = scene, rows = [];
  if (!plan) return rows;
  const ops = (test) => plan.marks.some((mark) => placedMark(mark) && test(mark.op));
  const key = page.data.proposal ? 'site_proposed' : 'edit_mark';
  if (scene.closed.length) rows.push([{ ring: { number: null, op: 'close' } }, words.say('op_close'), 'sites', 'always']);
  if (ops((op) => op !== 'close')) rows.push([{ ring: { number: null } }, words.say(key), 'sites', 'always']);
  if (ops((op) => op === 'close')) rows.push([{ ring: { number: null, op: 'close' } }, words.say('op_close'), 'sites', 'always']);
  if (state.after && plan.after.gained.length) rows.push([{ gained: true }, words.say('newly_covered'), 'changes', 'always']);
  if (state.after && plan.after.lost.length) rows.push([{ lost: true }, words.say('no_longer_covered'), 'changes', 'always']);
  if (page.data.proposal && plan.marks.some((mark) => mark.line) && page.map.getZoom() >= 12.5) rows.push([{ stretch: {} }, words.say('frontage'), 'sites', 'detail']);
  if (plan.marks.some((mark) => mark.line && mark.op === 'add_path') && page.map.getZoom() >= 12.5) rows.push([{ stretch: { dash: [6, 5] } }, words.say('op_add_path'), 'sites', 'detail']);
  if (scene.asked) rows.push([{ ring: { number: '?', dashed: true } }, words.say('why_not_place'), 'sites', 'detail']);
  if (state.other !== null) rows.push([{ ring: { number: null, dashed: true } }, words.say('site_instead'), 'sites', 'detail']);
  if (scene.candidates.length && state.layers.candidates) rows.push([{ candidate: true }, words.say('candidate'), 'candidates', 'detail']);
  return rows;
}

// ---- words

function judgeAgain(check, row) {
  if (!check || !isKnown(check.target) || !row.people) return check;
  const result = row.share_low >= check.target ? 'met' : row.share_high < check.target ? 'missed' : 'undecided';
  return { ...check, result };
}

const signed = (value, words) => (value > 0 ? '+' : value < 0 ? '−' : '') + words.people(Math.abs(value));
const residentsOf = (gain) => (gain === null || gain === undefined ? null : typeof gain === 'object' ? gain.residential : gain);

function reasonsList(reasons, words) {
  const lines = (reasons && (reasons[words.language] || reasons[words.other])) || [];
  return lines.length ? make('ul', { class: 'reasons', 'aria-label': words.say('reasons') }, lines.map((text) => make('li', {}, text))) : null;
}

function afterSentence(page) {
  const { words, data } = page, kind = data.kinds[0];
  if (!kind) return [words.say('sentence_no_coverage')];
  const row = page.figure(), before = page.summary.row({}, page.area, kind, page.lastCutoff);
  const people_of = words.say('people_of_' + kind);
  if (!row || !row.people || !isKnown(row.share) || !before) return null;
  const sites = page.plan.marks.filter((mark) => mark.op === 'add').length;
  const values = { sites: words.number(sites), place: page.state.town === null ? words.say('the_area') : page.state.town, people_of, minutes: shortNumber(page.cutoff),
    before: isKnown(before.share) ? words.share(before.share) : words.say('no_share'), share: words.share(row.share),
    gained: words.people(row.gained), lost: words.people(row.lost), beside: besideWords(row, people_of, words), ends: changedEnds(before, row, words) };
  const strong = { share: 'good', gained: 'good', lost: row.lost ? 'bad' : '', sites: '' };
  const more = row.gained > 0 || row.gained_unknown > 0;
  const key = data.proposal ? (!more && !(row.planned > 0) ? 'sentence_sites_none' : row.gained <= 0 ? 'sentence_sites_doubt' : isServed(page) ? 'sentence_sites_served' : 'sentence_sites')
    : row.lost > 0 ? 'sentence_both_ways' : more ? 'sentence_gained_only' : 'sentence_unchanged';
  const room = row.no_room > 0 ? emphasise(words, 'sentence_no_room', { people: words.people(row.no_room) }, { people: 'bad' }) : [];
  return [...emphasise(words, key, values, strong), ...leftWords(page, row, kind, people_of), ...room];
}

// Beside the people newly covered: those who could not be judged before, and those whom planned stations cover.
function besideWords(row, people_of, words) {
  const parts = [['gained_beside', row.gained_unknown], ['planned_beside', row.planned]].filter(([, people]) => people > 0)
    .map(([key, people]) => words.say(key, { people: words.people(people), people_of }));
  return parts.length ? words.say('beside', { who: parts.join(words.language === 'zh' ? '；' : ', and ') }) : '';
}

// The low and high ends of a share before and after, where some people cannot be judged.
function changedEnds(before, row, words) {
  if (!(before.unknown > 0 || row.unknown > 0)) return '';
  const ends = (one) => words.say('range', { low: words.share(one.share_low), high: words.share(one.share_high) });
  return words.say('share_ends', { before: ends(before), after: ends(row) });
}

// A share; below it its low and high end, where some people cannot be judged.
function shareWithEnds(row, words, strong) {
  const share = shareOf(row, words), ends = endsOf(row, words);
  return make('span', {}, strong ? make('b', {}, share) : share, ends ? make('span', { class: 'source' }, ends) : null);
}

// People newly covered; below them those who could not be judged before, and those whom planned stations cover.
function gainedCell(row, words) {
  const below = (key, people) => (people > 0 ? make('span', { class: 'source' }, words.say(key, { people: words.people(people) })) : null);
  return make('span', {}, row.gained > 0 ? signed(row.gained, words) : '0', below('gained_doubt', row.gained_unknown), below('gained_planned', row.planned));
}

// The switch between now and once built: for the figures, the list of gaps and the map alike.
function renderSwitch(page) {
  const { words, state, plans, data } = page;
  const place = byId('then');
  place.hidden = !plans.length;
  if (!plans.length) return;
  const kind = data.proposal ? 'built' : 'changed';
  const choice = (after, key) => make('button', { type: 'button', id: after ? 'then-after' : 'then-now', 'aria-pressed': String(page.shownAfter === after),
    onclick: () => page.switchAfter(after) }, words.say(key));
  put('then', plans.length > 1 ? select('scenario', words.say('scenario'), plans.map((plan, i) => [String(i), plan.name || words.say('scenario_unnamed')]),
    String(state.plan), (value) => page.choosePlan(Number(value)))
    : plans[0].name ? make('p', { class: 'scenario-name' }, plans[0].name) : null,
  make('div', { class: 'segments', role: 'group', 'aria-label': words.say('then_' + kind) }, choice(false, 'now_' + kind), choice(true, 'after_' + kind)));
}

// A part of the panel behind a click; it stays as it was when the panel is written anew.
function fold(page, name, title, ...content) {
  const inside = content.flat().filter((part) => part);
  if (!inside.length) return null;
  const { folds } = page.state;
  return make('details', { class: 'fold', id: 'fold-' + name, open: folds.has(name) || page.printing,
    ontoggle: (event) => { if (page.printing) return; if (event.target.open) folds.add(name); else folds.delete(name); } },
  make('summary', { id: 'fold-title-' + name }, title), inside);
}

// Shares before and after by town, with who gains and who loses there.
function townChanges(page, { losses }) {
  const { words, data, state, towns, plan } = page, kind = data.kinds[0];
  if (!kind || state.town !== null || towns.length < 2) return null;
  const rows = towns.map((town) => [town, page.summary.row({}, town, kind, page.lastCutoff), plan.after.coverage.find((row) => row.area === town && row.kind === kind)])
    .filter(([, , row]) => row)
    .map(([town, before, row]) => [townLink(town, page), shareWithEnds(before, words), shareWithEnds(row, words, true), gainedCell(row, words),
      ...(losses ? [row.lost > 0 ? make('span', { class: 'less' }, signed(-row.lost, words)) : '0'] : [])]);
  const heads = ['town', data.proposal ? 'now_built' : 'now_changed', data.proposal ? 'after_built' : 'after_changed', 'col_gained', ...(losses ? ['col_lost'] : [])];
  return table(words.say('towns_before_after', { minutes: shortNumber(page.lastCutoff), kind: words.say('people_of_' + kind) }), heads.map((key) => words.say(key)), rows, page);
}

function changedCard(row, lost, page) {
  const { words, plan, scene } = page;
  const station = row.facility === null ? null : scene.facilities[row.facility];
  const mark = row.site === null ? null : plan.marks[row.site];
  const link = mark ? linkTo(mark, mark.number + ' · ' + markName(mark, words), (one) => page.openMark(one)) : stationLink(station, page);
  return [
    make('h3', {}, words.say(lost ? 'no_longer_covered' : 'newly_covered')),
    factList([...countsOf(row, words), [words.say(lost ? 'covered_by_before' : 'covered_by_after'), link]]),
  ];
}

const markName = (mark, words) => mark.name || words.say(mark.op === 'add' ? 'site_unnamed' : 'edit_unnamed');
