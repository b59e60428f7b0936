// The tables behind a click, the legend and the switches of the layers.

function table(caption, heads, rows, page) {
  const { words, data } = page;
  const note = data.synthetic ? make('span', { class: 'demo-note' }, words.say('synthetic')) : null;
  return make('div', { class: 'scroll' }, make('table', {},
    make('caption', {}, caption, ' ', note),
    make('thead', {}, make('tr', {}, heads.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, rows.map((row) => make('tr', {}, row.map((cell, i) =>
      (i === 0 ? make('th', { scope: 'row' }, cell) : make('td', {}, cell))))))));
}

function coverageTable(page) {
  const { words, state, summary, data } = page;
  const rows = data.kinds.concat(data.kinds.length > 1 ? ['all'] : [])
    .map((kind) => [kind, summary.row(page.area, kind, state.cutoff, state.profile)])
    .filter(([, row]) => row)
    .map(([kind, row]) => [words.say('kind_' + kind), words.people(row.covered), words.people(row.gap), words.people(row.unknown),
      row.share === null ? words.say('no_share') : words.share(row.share)]);
  const heads = ['col_kind', 'col_covered', 'col_gap', 'col_unknown', 'col_share'].map((key) => words.say(key));
  return table(words.say('table_caption', { place: page.areaName, minutes: whole(state.cutoff) }), heads, rows, page);
}

function checkWords(row, words) {
  const within = row.cutoff_m ? words.say('check_within_metres', { metres: words.number(row.cutoff_m) })
    : row.cutoff_minutes ? words.say('check_within_minutes', { minutes: whole(row.cutoff_minutes) }) : null;
  const level = row.level && row.level !== 'any' ? words.term('level', row.level) : words.say('check_any');
  return [words.has('kind_' + row.kind) ? words.say('kind_' + row.kind) : row.kind, level, within]
    .filter((text) => text).join(' · ');
}

// Where a rule comes from, in small print under the check.
function ruleSource(row, words) {
  const parts = [row.tier ? words.term('tier', row.tier) : null, row.source, row.status ? words.term('rule', row.status) : null];
  const text = parts.filter((part) => part).join(' · ');
  return text ? make('span', { class: 'source' }, text) : null;
}

function checksTable(page) {
  const { words, summary } = page;
  const rows = summary.checks.filter((row) => row.area === page.area && row.result).map((row) => {
    const target = row.target === null || row.target === undefined ? '–' : '≥' + words.target(row.target);
    const year = row.target_year ? ' (' + row.target_year + ')' : '';
    const share = row.share === null || row.share === undefined ? words.say('no_share') : words.shareBeside(row.share, row.target);
    return [make('span', {}, checkWords(row, words), ruleSource(row, words)), share, target + year, make('span', { class: 'card-result ' + row.result }, words.say(row.result))];
  });
  if (!rows.length) return null;
  const heads = ['col_check', 'col_share', 'col_target', 'col_result'].map((key) => words.say(key));
  return table(words.say('checks_caption', { place: page.areaName }), heads, rows, page);
}

function renderTables(page) {
  const { words, data } = page;
  put('figures-title', words.say('figures'));
  put('tables',
    data.kinds.length ? coverageTable(page) : null, checksTable(page),
    make('p', { class: 'how' }, words.say('how')),
    data.warnings ? make('p', { class: 'how' }, words.say('warnings', { count: data.warnings })) : null);
}

function legendRows(page) {
  const { words, scene, state } = page;
  const has = (test) => scene.facilities.some(test);
  const sign = (changes) => ({ sign: { level: null, joined: true, in_ring: false, status: 'open', ...changes } });
  const rows = scene.legendBands.map((band) => [{ band: band.colour }, words.say('band', { minutes: whole(band.minutes) }), 'reach']);
  if (scene.gaps.length) rows.push([{ gap: true }, words.say('gap'), 'gaps']);
  if (scene.unknown.length) rows.push([{ unknown: true }, words.say('unknown_area'), 'unknown']);
  for (const level of ['district', 'town', 'neighbourhood']) {
    if (has((one) => one.level === level)) rows.push([sign({ level }), words.say('level_' + level), 'facilities', 'detail']);
  }
  if (scene.facilities.length) rows.push([sign({}), words.say('station'), 'facilities', 'simple']);
  if (!has((one) => ['district', 'town', 'neighbourhood'].includes(one.level)) && rows.length) rows[rows.length - 1].splice(3, 1, 'always');
  if (has((one) => one.status === 'planned')) rows.push([sign({ status: 'planned' }), words.say('status_planned'), 'facilities', 'detail']);
  if (has((one) => !one.joined)) rows.push([sign({ joined: false }), words.say('not_joined'), 'facilities', 'detail']);
  if (has((one) => one.in_ring)) rows.push([sign({ in_ring: true }), words.say('in_ring'), 'facilities', 'detail']);
  if (has((one) => one.status === 'closed')) rows.push([sign({ status: 'closed' }), words.say('status_closed'), 'facilities', 'detail']);
  if (state.layers.demand) {
    ['covered', 'gap', 'unknown'].forEach((name, verdict) => rows.push([{ verdict }, words.say('demand_' + name), 'demand', 'detail']));
  }
  return rows;
}

function layersHere(page) {
  const { scene } = page;
  const there = {
    reach: scene.bands.length, gaps: scene.gaps.length, unknown: scene.unknown.length, facilities: scene.facilities.length,
    streets: scene.streets.some((chunks) => chunks.length), backdrop: scene.water.length + scene.green.length,
    areas: scene.areas.length, demand: scene.demand.count,
  };
  return Object.keys(there).filter((name) => there[name]);
}

function renderLegend(page) {
  const { words, state } = page;
  const rows = legendRows(page);
  const few = window.matchMedia('(max-height: 620px), (max-width: 960px)').matches;
  const seen = rows.filter((row) => row[3] !== (few ? 'detail' : 'simple')).length;
  const deep = seen > 6 ? Math.ceil(seen / 2) : seen;
  const signs = make('ul', { class: 'signs' }, rows.map(([what, text, layer, only]) =>
    make('li', { class: (only || '') + (state.layers[layer] ? '' : ' off') }, legendSwatch(what), make('span', {}, text))));
  signs.style.setProperty('--rows', deep);
  const switches = make('fieldset', { class: 'switches', hidden: !state.layersOpen },
    make('legend', { class: 'sr' }, words.say('layers')),
    layersHere(page).map((name) => {
      const box = make('input', { type: 'checkbox', onchange: (event) => page.switchLayer(name, event.target.checked), 'data-layer': name });
      box.checked = state.layers[name];
      return make('label', {}, box, make('span', {}, words.say('layer_' + name)));
    }));
  const button = make('button', { type: 'button', class: 'layers-button', 'aria-expanded': String(state.layersOpen),
    onclick: () => { page.set({ layersOpen: !state.layersOpen }); byId('legend').querySelector('.layers-button').focus(); } }, words.say('layers'));
  put('legend', signs, make('div', { class: 'layers-row' }, button), switches).setAttribute('aria-label', words.say('legend'));
}
