// The tables behind a click, the legend and the switches of the layers.

// A row is a list of cells, or {group} for a heading over the rows below it.
function table(caption, heads, rows, page) {
  const { words, data } = page;
  const note = data.synthetic ? make('span', { class: 'demo-note' }, words.say('synthetic')) : null;
  return make('div', { class: 'scroll' }, make('table', {},
    make('caption', {}, caption, ' ', note),
    make('thead', {}, make('tr', {}, heads.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, rows.map((row) => (row.group
      ? make('tr', { class: 'group' }, make('th', { scope: 'rowgroup', colspan: heads.length }, row.group))
      : make('tr', {}, row.map((cell, i) => (i === 0 ? make('th', { scope: 'row' }, cell) : make('td', {}, cell)))))))));
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

function renderTables(page) {
  const { words, data } = page;
  put('figures-title', words.say('figures'));
  put('tables',
    data.kinds.length ? coverageTable(page) : null, make('p', { class: 'how' }, words.say('how')), checksTable(page),
    domainsTable(page), committeesTable(page),
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
