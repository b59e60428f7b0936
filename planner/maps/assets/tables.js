// The tables below the list of gaps (they open by a click), the legend, the switches of the layers.

// A row is a list of cells, or {group} for a heading over the rows below it.
function table(caption, heads, rows, page, look) {
  const { words, data } = page;
  const note = data.synthetic ? make('span', { class: 'demo-note' }, words.say('synthetic')) : null;
  return make('div', { class: 'scroll' }, make('table', { class: look },
    make('caption', {}, caption, ' ', note),
    make('thead', {}, make('tr', {}, heads.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, rows.map((row) => (row.group
      ? make('tr', { class: 'group' }, make('th', { scope: 'rowgroup', colspan: heads.length }, row.group))
      : make('tr', {}, row.map((cell, i) => (i === 0 ? make('th', { scope: 'row' }, cell) : make('td', {}, cell)))))))));
}

function coverageTable(page) {
  const { words, state, data } = page;
  const kinds = state.view.group ? page.kinds : data.kinds.concat(data.kinds.length > 1 ? ['all'] : []);
  const rows = kinds.map((kind) => [kind, page.figure(kind)])
    .filter(([, row]) => row)
    .map(([kind, row]) => [state.view.group ? whoWords(state.view, page) : words.say('kind_' + kind), words.people(row.covered), words.people(row.gap), words.people(row.unknown),
      isKnown(row.share) ? shareWithEnds(row, words) : words.say('no_share')]);
  const heads = ['col_kind', 'col_covered', 'col_gap', 'col_unknown', 'col_share'].map((key) => words.say(key));
  return table(words.say(onFoot(page) ? 'table_caption' : 'table_caption_any', { place: page.areaName, minutes: shortNumber(page.cutoff) }) + viewSuffix(page), heads, rows, page);
}

// The end of a caption: which people and which moment a table counts, where that was chosen.
function viewSuffix(page) {
  const { view } = page.state;
  const who = view.group || view.profile ? whoWords(view, page) : null, when = view.moment ? momentWords(view.moment, page) : null;
  return [who, when].filter((text) => text).map((text) => ' · ' + text).join('');
}

const townLink = (name, page) => (page.towns.includes(name)
  ? make('button', { type: 'button', class: 'link', onclick: () => page.chooseTown(name) }, name) : name);

// A row for each town with its shares; below each share its range over the repeats.
function townsTable(page) {
  const { words, state, summary } = page;
  if (state.town !== null || page.towns.length < 2 || !page.kinds.length) return null;
  const cell = (town, kind) => {
    const row = page.figure(kind, town), range = page.asPlanned ? summary.range(town, kind) : null;
    const made = shareWithEnds(row, words);
    if (range) made.append(make('span', { class: 'source' }, words.say('over_repeats', { low: words.share(range.share_min), high: words.share(range.share_max) })));
    return made;
  };
  const rows = page.towns.map((town) => [townLink(town, page), ...page.kinds.map((kind) => cell(town, kind))]);
  const heads = [words.say('town'), ...page.kinds.map((kind) => (state.view.group ? whoWords(state.view, page) : words.say('kind_' + kind)))];
  const repeats = page.asPlanned && page.towns.some((town) => summary.range(town, page.kinds[0]));
  return [table(words.say(onFoot(page) ? 'towns_caption' : 'towns_caption_any', { minutes: shortNumber(page.cutoff) }) + viewSuffix(page), heads, rows, page),
    repeats ? make('p', { class: 'how' }, words.say('towns_repeats', { repeats: summary.uncertainty.repeats })) : null];
}

function renderTables(page) {
  const { words, data } = page;
  put('figures-title', words.say('figures'));
  put('tables',
    data.kinds.length ? coverageTable(page) : null, make('p', { class: 'how' }, words.say('how')), townsTable(page), checksTable(page),
    domainsTable(page), committeesTable(page),
    data.warnings ? make('p', { class: 'how' }, words.say('warnings', { count: data.warnings })) : null);
}

function legendRows(page) {
  const { words, scene, state } = page;
  const has = (test) => scene.facilities.some(test);
  const sign = (changes) => ({ sign: { level: null, joined: true, in_ring: false, status: 'open', ...changes } });
  const rows = scene.legendBands.map((band) => [{ band: band.colour }, words.say('band', { minutes: shortNumber(band.minutes) }), 'reach']);
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
  return changeLegend(page).concat(rows, wallRows(page));
}

// The legend explains the signs of walls only at zooms at which the map draws them.
function wallRows(page) {
  const { words, scene } = page, zoom = page.map.getZoom(), rows = [];
  const gates = (test) => zoom >= GATE_ZOOM && scene.gates.some(test);
  const add = (shown, what, key, layer) => { if (shown) rows.push([what, words.say(key), layer, 'detail']); };
  add(zoom >= COMPOUND_ZOOM && scene.compounds.length, { compound: true }, 'compound', 'compounds');
  add(zoom >= GATE_ZOOM && scene.compounds.some(noGate), { question: true }, 'sign_no_gate', 'compounds');
  add(gates((one) => one.mapped && one.state !== 'shut'), { gate: { mapped: true, state: 'open' } }, 'sign_gate_mapped', 'gates');
  add(gates((one) => !one.mapped && one.state !== 'shut'), { gate: { mapped: false, state: 'open' } }, 'sign_gate_inferred', 'gates');
  add(gates((one) => one.state === 'shut'), { gate: { mapped: false, state: 'shut' } }, 'sign_gate_shut', 'gates');
  add(zoom >= BARRIER_ZOOM && scene.barriers.length, { barriers: scene.barriers.map((one) => one.kind) }, 'layer_barriers', 'barriers');
  add(page.state.tab === 'gates' && scene.gains.length, { opening: true }, 'sign_opening', 'gates');
  return rows;
}

function layersHere(page) {
  const { scene } = page;
  const there = {
    sites: scene.plan, changes: scene.plan, candidates: scene.candidates.length, reach: scene.bands.length, gaps: scene.gaps.length, unknown: scene.unknown.length, facilities: scene.facilities.length,
    streets: scene.streets.some((chunks) => chunks.length), backdrop: scene.water.length + scene.green.length,
    areas: scene.areas.length, demand: scene.demand.count,
    compounds: scene.compounds.length, gates: scene.gates.length, barriers: scene.barriers.length,
  };
  return Object.keys(there).filter((name) => there[name]);
}

function renderLegend(page) {
  const { words, state } = page;
  const rows = legendRows(page);
  const few = window.matchMedia('(max-height: 620px), (max-width: 960px)').matches;
  const seen = rows.filter((row) => row[3] !== (few ? 'detail' : 'simple')).length;
  const deep = seen > 14 ? Math.ceil(seen / 3) : seen > 6 ? Math.ceil(seen / 2) : seen;
  const signs = make('ul', { class: 'signs' }, rows.map(([what, text, layer, only]) =>
    make('li', { class: (only || '') + (state.layers[layer] ? '' : ' off') }, legendSwatch(what), make('span', {}, text))));
  signs.style.setProperty('--rows', deep);
  const switches = make('fieldset', { class: 'switches', hidden: !state.layersOpen },
    make('legend', { class: 'sr' }, words.say('layers')),
    layersHere(page).map((name) => {
      const box = make('input', { type: 'checkbox', onchange: (event) => page.switchLayer(name, event.target.checked), 'data-layer': name });
      box.checked = state.layers[name];
      const far = page.map.getZoom() < ({ compounds: COMPOUND_ZOOM, gates: GATE_ZOOM, barriers: BARRIER_ZOOM }[name] || 0);
      return make('label', { class: far ? 'far' : null }, box, make('span', {}, words.say('layer_' + name), far ? make('span', { class: 'source' }, words.say('layer_near')) : null));
    }));
  const button = make('button', { type: 'button', class: 'layers-button', 'aria-expanded': String(state.layersOpen),
    onclick: () => { page.set({ layersOpen: !state.layersOpen }); byId('legend').querySelector('.layers-button').focus(); } }, words.say('layers'));
  put('legend', signs, make('div', { class: 'layers-row' }, button), switches).setAttribute('aria-label', words.say('legend'));
}
