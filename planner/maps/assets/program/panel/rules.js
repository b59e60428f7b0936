// The tables of rules, domains and committees.

import { isKnown, shortNumber } from '../data/values.js';
import { doubtWords } from './doubt.js';
import { make } from './elements.js';
import { endsOf } from './shares.js';
import { table } from './table.js';
import { areaName, momentWords, stationName, whoWords } from './wording.js';

function checkWords(row, page) {
  const { words } = page;
  const within = row.cutoff_m ? words.say('check_within_metres', { metres: words.number(row.cutoff_m) })
    : row.cutoff_minutes ? words.say('check_within_minutes', { minutes: shortNumber(row.cutoff_minutes) }) : null;
  const level = row.level && row.level !== 'any' ? words.term('level', row.level) : words.say('check_any');
  const who = row.profile && row.profile !== page.summary.plan ? whoWords({ profile: row.profile }, page) : null;
  const where = (row.domains || '').split(';').filter((name) => name).map((name) => words.term('domain', name)).join(words.betweenNames);
  const when = row.moment ? momentWords(row.moment, page) : null;
  return [words.has('kind_' + row.kind) ? words.say('kind_' + row.kind) : row.kind, level, where, within, who, when]
    .filter((text) => text).join(' · ');
}

// In small print under the check: where the rule's figure comes from, and its standing.
function ruleSource(row, words) {
  const analogy = !row.analogy ? null : row.target_year ? words.say('analogy_year', { year: row.target_year }) : words.say('analogy');
  const parts = [row.source ? words.term('source', row.source) : null, row.status ? words.term('rule', row.status) : null, analogy];
  const text = parts.filter((part) => part).join(' · ');
  return text ? make('span', { class: 'source' }, text) : null;
}

// The target, and whether it is met, missed or undecided; a rule without a target has no result.
function checkResult(row, page) {
  const { words } = page;
  if (!row.result) return words.say('not_judged');
  const unsure = row.result === 'undecided' && row.share_low !== null && row.share_low !== undefined;
  const title = unsure ? words.say('range_long', { low: words.share(row.share_low), high: words.share(row.share_high) }) : null;
  const year = row.target_year && !row.analogy ? ' (' + row.target_year + ')' : '';
  const doubt = doubtWords(row, page);
  return make('span', {}, '≥' + words.target(row.target) + year,
    make('span', { class: 'card-result ' + row.result + (doubt ? ' unsure' : ''), title: doubt ? doubt.join(' ') : title }, words.say(row.result)));
}

function checkRow(row, page) {
  const { words } = page;
  const share = row.share === null || row.share === undefined ? words.say('no_share') : words.shareBeside(row.share, row.target);
  return [make('span', {}, checkWords(row, page), ruleSource(row, words)),
    make('span', {}, share, endsOf(row, words) ? make('span', { class: 'source' }, endsOf(row, words)) : null), checkResult(row, page)];
}

// Every rule that is checked in the chosen area, grouped by tier.
export function checksTable(page) {
  const { words, summary } = page;
  const here = summary.checks.filter((row) => row.area === page.state.area);
  if (!here.length) return null;
  const tiers = [...new Set(here.map((row) => row.tier || ''))];
  const rows = tiers.flatMap((tier) => {
    const group = here.filter((row) => (row.tier || '') === tier);
    return [...(tier ? [{ group: words.term('tier', tier) }] : []), ...group.map((row) => checkRow(row, page))];
  });
  const heads = ['col_check', 'col_share', 'col_target'].map((key) => words.say(key));
  return table(words.say('checks_caption', { place: areaName(page) }), heads, rows, page);
}

// The share of all people of a kind; where some cannot be judged, below it the range up to the
// share that would be covered if all of those were.
function domainShare(row, words) {
  if (!row || !row.people) return words.say('not_judged');
  const low = row.covered / row.people, high = row.share_high;
  return make('span', {}, words.share(low), isKnown(high) && high - low > 5e-5
    ? make('span', { class: 'source' }, words.say('range', { low: words.share(low), high: words.share(high) })) : null);
}

// Domains are counted for the whole area; one person may be in reach of several.
export function domainsTable(page) {
  const { words, data, state } = page;
  if (state.town !== null || !data.domains.length) return null;
  const names = [...new Set(data.domains.map((row) => row.domain))];
  const rows = names.map((name) => {
    const of = data.domains.filter((row) => row.domain === name);
    const shares = data.kinds.map((kind) => of.find((row) => row.kind === kind))
      .map((row) => domainShare(row, words));
    return [name ? words.term('domain', name) : words.say('domain_none'), words.number(of[0].facilities), ...shares];
  });
  const heads = [words.say('domain'), words.say('col_stations'), ...data.kinds.map((kind) => words.say('kind_' + kind))];
  return [table(words.say('domains_caption', { place: areaName(page), minutes: shortNumber(state.lastCutoff) }), heads, rows, page),
    make('p', { class: 'how' }, words.say('domains_how'))];
}

function committeeRow(one, page) {
  const { words, scene } = page;
  const own = one.own === null ? null : scene.facilities[one.own];
  const minutes = (value) => (value === null ? words.say('no_path') : words.minutes(value, page.state.lastCutoff));
  const state = own && own.status && own.status !== 'open' ? ' · ' + words.term('status', own.status) : '';
  const station = own ? words.say('own_station', { name: stationName(own, words) }) + state : words.say('own_none');
  const walks = one.people ? [own ? minutes(one.minutes_own) : words.say('not_judged'), minutes(one.minutes_nearest)]
    : [words.say('not_judged'), words.say('not_judged')];
  return [make('span', {}, one.name, make('span', { class: 'source' }, station)), words.people(one.people), ...walks];
}

export function committeesTable(page) {
  const { words, state, data } = page;
  const here = state.town === null ? [] : data.committees.filter((one) => one.town === state.town);
  if (!here.length) return null;
  const heads = ['committee', 'kind_residential', 'col_own', 'col_nearest'].map((key) => words.say(key));
  const caption = words.say('committees_caption', { place: areaName(page), count: words.number(here.length) });
  return [table(caption, heads, here.map((one) => committeeRow(one, page)), page),
    make('p', { class: 'how' }, words.say('committees_how'))];
}
