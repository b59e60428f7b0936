// The panel: sentence, cards, choices, the ranked list. It is written anew on every change.

const GAPS_SHOWN = 30;
const TABS = ['sites', 'changes', 'gaps', 'gates', 'hours', 'data'];
const byId = (id) => document.getElementById(id);

function put(id, ...children) {
  const element = byId(id);
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// A text with {share} and the like, those values emphasised.
function emphasise(words, key, values, strong) {
  const parts = words.form(key, values).split(/(\{\w+\})/);
  return parts.filter((part) => part).map((part) => {
    const name = part.startsWith('{') ? part.slice(1, -1) : null;
    if (!name) return part;
    return owns(strong, name) ? make('b', { class: strong[name] }, values[name]) : String(values[name]);
  });
}

// Where, who and when the figures are of, as the sentence begins.
function viewWords(page) {
  const { words, state, summary } = page, { view } = state;
  const place = state.town === null ? words.say('in_all') : words.say('in_town', { town: state.town });
  if (view.moment) return words.say('place_moment', { place, moment: momentWords(view.moment, page) });
  const profile = view.group ? (page.figure() || {}).profile : view.profile;
  if (!profile || profile === summary.plan) return place;
  return words.say('place_profile', { place, profile: whoWords({ profile }, page) });
}

// Whether the figures are of the plan's own walkers; others may ride.
function onFoot(page) {
  const { view } = page.state, profile = view.group ? (page.figure() || {}).profile : view.profile;
  return !profile || profile === page.summary.plan;
}

function sentenceWords(page) {
  const { words, state, data } = page, { view } = state;
  const kind = data.kinds[0];
  if (!kind) return [words.say('sentence_no_coverage')];
  const then = page.after && afterSentence(page);
  if (then) return then;
  const place = viewWords(page), row = page.figure();
  const people_of = view.group ? whoWords(view, page) : words.say('people_of_' + kind), minutes = shortNumber(page.cutoff);
  if (!row || !row.people) return [words.say('sentence_no_people', { place, people_of })];
  if (!isKnown(row.share)) return [words.say('sentence_no_share', { place, people_of, minutes })];
  const parts = emphasise(words, view.moment ? 'sentence_share_moment' : onFoot(page) ? 'sentence_share' : 'sentence_share_profile',
    { place, share: words.share(row.share), people_of, minutes, among: row.unknown ? words.say('among_known', { low: words.share(row.share_low), high: words.share(row.share_high) }) : '' }, { share: 'good' });
  return [...parts, ...leftWords(page, row, kind, people_of)];
}

// Who is left out, and who cannot be judged.
function leftWords(page, row, kind, people_of) {
  const { words } = page, unknown = row.unknown / row.people, parts = [];
  const gaps = gapsWith(page, kind).length;
  // The people of gaps too small to outline are among those left out.
  const scattered = page.gapsHere().some((gap) => gap.scattered && gap['people_' + kind] > 0);
  const values = { people: words.people(row.gap), gaps: words.number(gaps), people_of, places: words.say('scattered_places_' + kind) };
  const left = row.gap <= 0 ? (row.unknown > 0 ? 'sentence_none_known' : 'sentence_none_left')
    : !page.asPlanned || (page.after && page.after.lost.length) ? 'sentence_left' : !gaps ? 'sentence_left_scattered' : scattered ? 'sentence_left_both' : 'sentence_left_gaps';
  parts.push(...emphasise(words, left, values, { people: 'bad' }));
  if (row.unknown > 0) {
    parts.push(...emphasise(words, 'sentence_unknown', { share: words.share(unknown), people_of }, {}));
  } else parts.push(words.say('sentence_end'));
  return parts;
}

// How far the share varies over the repeats, which draw uncertain figures anew.
function repeatsLine(page) {
  const { words, summary, data } = page;
  if (page.after) return data.proposal ? [make('b', { class: 'proof ' + (data.proposal.status === 'proved' ? 'proved' : '') }, proofWords(page))] : roomWords(page);
  const kind = data.kinds[0], row = page.asPlanned && kind ? summary.range(page.area, kind) : null;
  return row ? words.say('repeats_line', { repeats: summary.uncertainty.repeats, people_of: words.say('people_of_' + kind),
    low: words.share(row.share_min), high: words.share(row.share_max) }) : '';
}

function kindCard(kind, page) {
  const { words, state, summary, data } = page;
  const row = page.figure(kind);
  const judged = summary.target(state.view, page.area, kind, page.cutoff);
  const check = page.after && row ? judgeAgain(judged, row) : judged;
  const now = page.after ? summary.row({}, page.area, kind, page.lastCutoff) : null;
  const share = row && row.people && isKnown(row.share) ? row.share : null;
  const range = isKnown(share) && row.unknown > 0 ? words.say('range', { low: words.share(row.share_low), high: words.share(row.share_high) }) : null;
  const target = check && isKnown(check.target)
    ? words.say(check.target_year ? 'target_year' : 'target', { target: words.target(check.target), year: check.target_year }) : null;
  const doubt = page.after ? null : doubtWords(check, page);
  return make('li', { class: 'card' },
    make('span', { class: 'card-kind' }, state.view.group ? whoWords(state.view, page) : words.say('kind_' + kind)),
    make('span', { class: 'card-share' + (isKnown(share) ? '' : ' none') }, isKnown(share) ? words.shareBeside(share, check && check.target) : words.say('no_share')),
    range ? make('span', { class: 'card-range',
      title: words.say('range_long', { low: words.share(row.share_low), high: words.share(row.share_high) }) }, range) : null,
    now && isKnown(now.share) ? make('span', { class: 'card-before' }, words.say(data.proposal ? 'before_built' : 'before_changed', { share: words.share(now.share) }),
      now.unknown > 0 ? make('span', { class: 'source' }, words.say('range', { low: words.share(now.share_low), high: words.share(now.share_high) })) : null) : null,
    state.view.group && row ? make('span', { class: 'card-target' }, words.say('group_people', { people: words.persons(row.people) })) : null,
    check ? make('span', { class: 'card-result ' + check.result + (doubt ? ' unsure' : '') }, words.say(check.result)) : null,
    target ? make('span', { class: 'card-target' }, target) : null,
    doubt ? make('span', { class: 'card-doubt' }, doubt.flatMap((part, i) => [i === 1 || (i && words.language !== 'zh') ? ' ' : '', make('span', {}, part)])) : null);
}

// Options are [value, text], or [heading, [options]].
function select(id, label, options, chosen, onchange) {
  const option = ([value, text]) => (Array.isArray(text) ? make('optgroup', { label: value }, text.map(option)) : make('option', { value }, text));
  const list = make('select', { id, onchange: (event) => onchange(event.target.value) }, options.map(option));
  list.value = chosen;
  return make('label', { class: 'choice choice-' + id }, make('span', { class: 'sr' }, label), list);
}

function choiceControls(page) {
  const { words, state, data, summary } = page;
  const made = [];
  if (page.towns.length > 1) {
    const all = [['', words.say('towns_all', { count: page.towns.length })]];
    made.push(select('town', words.say('town'), all.concat(page.towns.map((name) => ['=' + name, name])),
      state.town === null ? '' : '=' + state.town, (value) => page.chooseTown(value === '' ? null : value.slice(1))));
  }
  if (data.cutoffs.length > 1) {
    made.push(select('minutes', words.say('minutes'),
      data.cutoffs.map((minutes) => [String(minutes), words.say('minutes_value', { minutes: shortNumber(minutes) })]),
      String(page.cutoff), (value) => page.chooseCutoff(Number(value))));
  } else if (data.cutoffs.length) {
    made.push(make('span', { class: 'choice fixed' }, words.say('minutes_value', { minutes: shortNumber(data.cutoffs[0]) })));
  }
  if (summary.profiles.length || summary.groups.length) made.push(whoChoice(page));
  if (state.view.moment) { // a moment is chosen in the tab of hours; here it is shown and can be cleared
    const chosen = momentWords(state.view.moment, page);
    made.push(make('button', { type: 'button', id: 'moment', class: 'choice chip', onclick: () => page.chooseView({}), 'aria-label': words.say('moment_clear', { moment: chosen }) },
      make('span', {}, chosen), make('span', { 'aria-hidden': 'true' }, ' ×')));
  }
  return made;
}

function whoChoice(page) {
  const { words, state, summary } = page, { view } = state;
  const profiles = [['', whoWords({}, page)], ...summary.profiles.map((name) => ['p' + name, whoWords({ profile: name }, page)])];
  const groups = summary.groups.map((name) => ['g' + name, whoWords({ group: name }, page)]);
  const options = groups.length ? [...(profiles.length > 1 ? [[words.say('by_profile'), profiles]] : profiles), [words.say('by_group'), groups]] : profiles;
  return select('who', words.say('group'), options, view.group ? 'g' + view.group : view.profile ? 'p' + view.profile : '',
    (value) => page.chooseView(value === '' ? {} : { [value[0] === 'g' ? 'group' : 'profile']: value.slice(1) }));
}

const gapsWith = (page, kind) => page.gapsHere().filter((gap) => !gap.scattered && gap['people_' + kind] > 0);

// The people of the kind by which gaps are ranked; where a gap has none of them, those of another kind.
function gapPeople(gap, page) {
  const { words } = page;
  const kind = [page.gapKind, ...page.data.kinds].find((one) => gap['people_' + one] > 0) || page.gapKind;
  const people = words.persons(gap['people_' + kind] || 0);
  return kind === page.gapKind ? [people] : [make('span', { class: 'gap-kind' }, words.say('kind_' + kind)), ' ', people];
}

// A row of a ranked list: a button that opens the card of `key`, with number, name, why and people.
function rankedItem(key, { of, look = '', rank, name, why, people, label, onclick }, page) {
  return make('li', {}, make('button', {
    type: 'button', class: 'gap' + look, ['data-' + of]: key.slice(1), 'aria-current': page.state.open === key ? 'true' : null, 'aria-label': label,
    onclick, onpointerenter: () => page.hover(key), onpointerleave: () => page.hover(null),
  },
  make('span', { class: 'rank' + look }, rank),
  make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, name), make('span', { class: 'gap-why' }, why)),
  make('span', { class: 'gap-people' }, people)));
}

function gapItem(gap, page) {
  const { words } = page;
  const people = gapPeople(gap, page);
  if (gap.scattered) {
    return make('li', { class: 'gap plain' }, make('span', { class: 'rank none' }),
      make('span', { class: 'gap-text' }, make('span', { class: 'gap-name' }, gapName(gap, words)),
        make('span', { class: 'gap-why' }, words.say('scattered_why'))),
      make('span', { class: 'gap-people' }, people));
  }
  const near = gap.minutes === null ? words.say('gap_no_path')
    : words.say('gap_line', { minutes: words.minutes(gap.minutes, page.lastCutoff) });
  const unsure = unsureWords(gap, page);
  const why = [causeWords(gap, words), near, unsure].filter((text) => text).join(words.betweenFacts);
  const said = people.map((part) => part.textContent || part).join('');
  return rankedItem('g' + gap.index, { of: 'gap', rank: gap.rank, name: gapName(gap, words), why, people, onclick: () => page.openGap(gap),
    label: words.say('gap_row', { rank: gap.rank, name: gapName(gap, words), people: said, why }) }, page);
}

// A note for figures of other people or another moment: the gaps on the map are still the plan's own.
function renderNote(page) {
  const { words, state, data, scene } = page, { view } = state;
  const other = view.group || view.profile || view.moment;
  const units = view.moment && scene.demand.only_at && !state.layers.demand
    ? make('button', { type: 'button', class: 'link', id: 'show-units', onclick: () => page.switchLayer('demand', true) }, words.say('show_units')) : null;
  put('gaps-note', words.say(other ? 'gaps_view' : 'gaps_cutoff', { minutes: shortNumber(page.lastCutoff), who: whoWords({}, page) }), units ? ' ' : null, units)
    .hidden = page.asPlanned || !data.cutoffs.length;
}

function renderGaps(page) {
  const { words } = page;
  const here = page.gapsHere(), outlined = here.filter((gap) => !gap.scattered);
  put('gaps-title', words.say('gaps_title', { kind: words.say('people_of_' + page.gapKind) }));
  const ranked = gapsWith(page, page.gapKind).length;
  put('gaps-count', words.say(ranked < outlined.length && ranked ? 'gaps_count_of' : 'gaps_count',
    { count: words.number(outlined.length), ranked: words.number(ranked), kind: words.say('people_of_' + page.gapKind) }));
  const shown = outlined.slice(0, page.gapsShown);
  const rest = outlined.length - shown.length;
  const scattered = rest ? [] : here.filter((gap) => gap.scattered);
  put('gaps', here.length ? shown.concat(scattered).map((gap) => gapItem(gap, page))
    : make('li', { class: 'gap-none' }, words.say('gaps_none')));
  const more = put('more', words.say('more', { count: words.number(Math.min(rest, GAPS_SHOWN)) }));
  more.hidden = rest <= 0;
}

// The tabs: the list of gaps, then gates, hours and data where a result has them.
function renderTabs(page) {
  const { words, state, tabs } = page;
  const bar = put('tabs', tabs.map((name) => make('button', { type: 'button', role: 'tab', id: 'to-' + name, 'aria-controls': 'tab-' + name,
    'aria-selected': String(state.tab === name), tabindex: state.tab === name ? null : '-1', onclick: () => page.openTab(name) }, words.say('tab_' + name))));
  bar.hidden = tabs.length < 2;
  bar.setAttribute('aria-label', words.say('tabs'));
  for (const name of TABS) {
    const place = byId('tab-' + name);
    place.hidden = !tabs.includes(name) || (state.tab !== name && !page.printing);
    if (tabs.length > 1) { place.setAttribute('role', 'tabpanel'); place.setAttribute('aria-labelledby', 'to-' + name); }
  }
}

function renderPanel(page) {
  const { words, data, state } = page;
  document.documentElement.lang = words.language === 'zh' ? 'zh-CN' : 'en';
  const last = page.lastCutoff;
  const heading = data.proposal ? words.say('heading_sites') : data.comparison ? words.say('heading_compare') : last === 15 || !data.cutoffs.length ? words.say('heading_15') : words.say('heading', { minutes: shortNumber(last) });
  put('heading', heading);
  document.title = [heading, data.title, data.synthetic ? words.say('synthetic') : null].filter((text) => text).join(' · ');
  put('place', [data.title, dateWords(data.date, words), words.say('notice')].filter((text) => text).join(' · '));
  put('demo', words.say('synthetic')).hidden = !data.synthetic;
  put('sentence', sentenceWords(page));
  put('cards', page.kinds.map((kind) => kindCard(kind, page))).setAttribute('aria-label', words.say('kinds'));
  byId('cards').hidden = !page.kinds.length;
  put('repeats', repeatsLine(page)).hidden = !repeatsLine(page);
  renderSwitch(page);
  put('choices', choiceControls(page)).hidden = !byId('choices').children.length;
  renderNote(page);
  renderTabs(page);
  renderSites(page);
  renderChanges(page);
  renderGaps(page);
  renderGains(page);
  renderHours(page);
  renderComplete(page);
  renderTables(page);
  const lang = put('lang', words.say('lang_other'));
  lang.setAttribute('aria-label', words.say('lang_switch'));
  lang.lang = words.language === 'zh' ? 'en' : 'zh-CN';
  put('skip', words.say('to_list'));
  put('foot', footWords(page));
  put('mapcredit', footWords(page, false));
  put('print-mark', data.synthetic ? words.say('synthetic') : '');
  byId('panel').setAttribute('aria-label', words.say('panel'));
  page.map.getContainer().setAttribute('aria-label', words.say('map'));
  document.body.classList.toggle('narrowed', state.town !== null);
}

function footWords(page, withDemo = true) {
  const { words, data } = page;
  const parts = [words.say(data.invented_streets ? 'credit_synthetic' : 'credit', { credit: data.credit }), words.say('notice'), withDemo && data.synthetic ? words.say('synthetic') : null];
  return parts.filter((text) => text).join(' · ');
}

function dateWords(date, words) {
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?/.exec(date || '');
  if (!match) return date || '';
  const [, year, month, day] = match;
  if (words.language === 'zh') return year + '年' + Number(month) + '月' + (day ? Number(day) + '日' : '');
  const options = { year: 'numeric', month: 'long', day: day ? 'numeric' : undefined, timeZone: 'UTC' };
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day || 1))).toLocaleDateString('en-GB', options);
}
