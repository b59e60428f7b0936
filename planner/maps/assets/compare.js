// Before and after: what each edit of a scenario brings and takes, and who loses.

function ledgerTable(page) {
  const { words, plan } = page;
  if (!plan.marks.length) return null;
  const priced = plan.marks.some((mark) => isKnown(mark.cost));
  const losing = plan.marks.some((mark) => residentsOf(mark.lost) > 0);
  const cells = plan.marks.map((mark) => [
    make('button', { type: 'button', class: 'edit', 'data-site': mark.index, 'aria-current': page.state.open === 's' + mark.index ? 'true' : null, onclick: () => page.openMark(mark),
      onpointerenter: () => page.hover('s' + mark.index), onpointerleave: () => page.hover(null) },
    make('span', { class: 'rank site' + (mark.op === 'close' ? ' closes' : '') }, mark.number),
    make('span', { class: 'edit-text' }, make('span', { class: 'edit-name' }, markName(mark, words)), make('span', { class: 'source' }, [words.term('op', mark.op), isKnown(mark.cost) ? words.say('cost_of', { cost: costWords(mark.cost, page) }) : null].filter((part) => part).join(words.betweenFacts)))),
    gainedWords(mark, words), ...(losing ? [lostWords(mark, words)] : []),
    ...(priced ? [isKnown(mark.gained_per_cost) ? words.people(residentsOf(mark.gained_per_cost)) : words.say('not_judged')] : []),
  ]);
  const heads = ['edit', 'col_gained', ...(losing ? ['col_lost'] : []), ...(priced ? ['col_per_cost'] : [])];
  const { cost } = plan.scenario;
  return [table(words.say('ledger_caption', { kind: words.say('people_of_' + (page.data.comparison.kind || 'residential')) }), heads.map((key) => words.say(key)), cells, page, 'ledger'), make('p', { class: 'how' }, words.say('ledger_how'), isKnown(cost) ? words.say('ledger_cost', { cost: costWords(cost, page) }) : null)];
}

// People newly covered by an edit; below them those who could not be judged before.
function gainedWords(mark, words) {
  const doubt = mark.gained_unknown || 0, sure = residentsOf(mark.gained) - doubt;
  return [sure > 0 ? make('b', { class: 'more-people' }, signed(sure, words)) : '0',
    doubt > 0 ? make('span', { class: 'source' }, words.say('gained_doubt', { people: words.people(doubt) })) : null];
}
// Where stations are added that have room for only so many: covered says nothing of it.
function roomWords(page) {
  const { words, plan } = page;
  if (!plan.marks.some((mark) => isKnown(mark.capacity))) return '';
  return words.say('room_not_counted') + (isKnown(plan.scenario.room) ? words.say('room_added', { people: words.persons(plan.scenario.room) }) : '');
}

const lostWords = (mark, words) => (residentsOf(mark.lost) > 0 ? make('b', { class: 'less' }, signed(-residentsOf(mark.lost), words)) : '0');

function editCard(mark, page) {
  const { words } = page;
  const counts = (gained, lost, doubt) => {
    const sure = Object.fromEntries(Object.entries(gained || {}).map(([kind, people]) => [kind, people - ((doubt || {})[kind] || 0)]));
    return Object.entries({ gain_of: sure, doubt_of: doubt || {}, loss_of: lost || {} }).flatMap(([key, people]) => page.data.kinds
      .filter((kind) => people[kind] > 0).map((kind) => [words.say(key, { kind: words.say('kind_' + kind) }), words.persons(people[kind])]));
  };
  const found = mark.gained_by_kind ? counts(mark.gained_by_kind, mark.lost_by_kind, mark.gained_unknown_by_kind) : counts({ residential: residentsOf(mark.gained) }, { residential: residentsOf(mark.lost) });
  const at = (mark.moments || []).map((row) => [momentWords(row.moment, page), counts(row.gained_by_kind, row.lost_by_kind, row.gained_unknown_by_kind).map(([term, people]) => term + ' ' + people).join(words.betweenClauses)]);
  return [
    make('h3', {}, make('span', { class: 'rank site' + (mark.op === 'close' ? ' closes' : '') }, mark.number), markName(mark, words)),
    factList([
      [words.say('edit'), words.term('op', mark.op)],
      ...(found.length ? found : [[words.say('edit_effect'), words.say(at.length ? 'edit_only_then' : 'edit_nobody')]]), ...at,
      [words.say('capacity'), isKnown(mark.capacity) ? words.persons(mark.capacity) : null],
      [words.say('cost'), isKnown(mark.cost) ? costWords(mark.cost, page) : null],
      [words.say('col_per_cost'), isKnown(mark.gained_per_cost) ? words.people(residentsOf(mark.gained_per_cost)) : null],
    ]),
    make('p', { class: 'how' }, words.say('ledger_how')),
  ];
}

// Other kinds of people and groups, in the area or town chosen.
function kindsChanges(page) {
  const { words, data, plan } = page, { groups } = plan.scenario;
  const kinds = data.kinds.map((kind) => {
    const before = page.summary.row({}, page.area, kind, page.lastCutoff), row = plan.after.coverage.find((one) => one.area === page.area && one.kind === kind);
    return row && before ? [words.say('kind_' + kind), before, row] : null;
  });
  const sided = (row, when) => ({ ...row, ...Object.fromEntries(['share', 'share_low', 'share_high', 'unknown'].map((name) => [name, row[name + '_' + when]])),
    gained: row.gained - (row.gained_unknown || 0) });
  const others = groups.filter((row) => row.area === page.area && (row.kind === data.kinds[0] || !data.kinds.includes(row.kind)))
    .map((row) => [titleOf(page, 'group', row.group), sided(row, 'before'), sided(row, 'after')]);
  const rows = kinds.filter((row) => row).concat(others).map(([name, before, after]) => [name, shareWithEnds(before, words), shareWithEnds(after, words, true),
    gainedCell(after, words), after.lost > 0 ? make('span', { class: 'less' }, signed(-after.lost, words)) : '0']);
  if (!rows.length) return null;
  return table(words.say('kinds_before_after', { place: page.areaName, minutes: shortNumber(page.lastCutoff) }), ['col_kind', 'now_changed', 'after_changed', 'col_gained', 'col_lost'].map((key) => words.say(key)), rows, page);
}

function losersTable(page) {
  const { words, plan, state } = page, { losers, losers_total: total } = plan.scenario;
  const here = losers.filter((row) => state.town === null || !row.town || row.town === state.town);
  if (!here.length) return null;
  const minutes = (value) => (isKnown(value) ? words.minutes(value, page.lastCutoff) : words.say('gap_no_path'));
  const rows = here.map((row) => [make('span', {}, row.facility || row.town || row.area || words.say('demand_unit'), make('span', { class: 'source' }, [row.facility ? row.town : null, row.kind ? words.say('kind_' + row.kind) : null].filter((part) => part).join(' · '))),
    isKnown(row.people) ? words.people(row.people) : words.say('not_judged'),
    isKnown(row.minutes_before) || isKnown(row.minutes_after) ? minutes(row.minutes_before) + ' → ' + minutes(row.minutes_after) : words.say('not_judged')]);
  return [table(words.say('losers_caption'), ['losers_where', 'people', 'walk'].map((key) => words.say(key)), rows, page, 'wrapped'),
    total > losers.length ? make('p', { class: 'how' }, words.say('losers_more', { count: words.number(losers.length), total: words.number(total) })) : null];
}

function renderChanges(page) {
  const { words, data, plan } = page;
  if (!data.comparison || !plan) return;
  const { scenario } = plan;
  const safe = scenario.additions_only ? make('p', { class: 'safe' }, words.say('nobody_loses')) : null;
  put('tab-changes',
    make('div', { class: 'gaps-head' }, make('h2', {}, words.say('changes_title')), make('span', {}, words.say('gaps_count', { count: words.number(plan.marks.length) }))),
    make('div', { class: 'tables' }, safe, ledgerTable(page), townChanges(page, { losses: true }), kindsChanges(page)),
    make('div', { class: 'folds' },
      fold(page, 'losers', words.say('losers_title', { count: words.number(scenario.losers_total) }), losersTable(page) || []),
      scenario.warnings.length ? make('p', { class: 'how' }, words.say('scenario_warnings', { count: scenario.warnings.length })) : null));
}
