// The panel: what of it is in sight and has to say something else is written anew on every change.

import { shortNumber } from '../data/values.js';
import { choiceControls } from './controls.js';
import { renderChanges } from './compare_tab.js';
import { renderComplete } from './data_tab.js';
import { renderCourses } from './courses_tab.js';
import { dateWords } from './dates.js';
import { byId, make, put, writeFor } from './elements.js';
import { renderTables } from './figures.js';
import { renderSwitch, renderViews } from './views.js';
import { renderGaps, renderNote } from './gap_list.js';
import { renderHours } from './hours_tab.js';
import { kindCard, sureWords } from './kind_cards.js';
import { briefWords, proofLine, sentenceWords } from './sentence.js';
import { renderRoutes } from './routes_tab.js';
import { renderSites } from './sites_tab.js';
import { renderTabs } from './tabs.js';
import { renderTodo } from './todo_tab.js';
import { renderTown } from './town_tab.js';
import { renderTrial } from './trial_tab.js';

// Written only while they are in front, or for paper: writing them all takes long on a slow PC.
const RENDER_TAB = { town: renderTown, sites: renderSites, changes: renderChanges, trial: renderTrial, gaps: renderGaps, todo: renderTodo, hours: renderHours, routes: renderRoutes, courses: renderCourses, data: renderComplete };

export function renderPanel(page) {
  const { words, state } = page, { language } = words, { figuresRestOn } = state;
  writeFor('heading', [language, state.view], () => renderTexts(page));
  writeFor('sentence', [language, figuresRestOn], () => renderFigures(page));
  writeFor('sure', [language, figuresRestOn, state.sureOpen], () => renderSure(page));
  writeFor('views', [language, state.view], () => renderViews(page));
  writeFor('then', [language, state.view, state.planPlace, state.shownAfter, state.trying && [state.tab, state.trial.changes]], () => renderSwitch(page));
  writeFor('choices', [language, state.view, state.town, state.cutoff, state.whom, state.quiet], () => { put('choices', choiceControls(page)).hidden = !byId('choices').children.length; });
  writeFor('gaps-note', [language, figuresRestOn, state.layers.demand], () => renderNote(page));
  writeFor('tabs', [language, state.tabs, state.tab], () => renderTabs(page));
  renderTab(page);
  renderTables(page);
  document.body.classList.toggle('narrowed', state.town !== null);
}

// The tab in front.
export function renderTab(page) {
  const { words, state } = page, { tab, figuresRestOn, gapsShown, open, other, route, lesson, lessonKind, lecture } = state;
  writeFor('tab-' + tab, [words.language, figuresRestOn, gapsShown, open, other, route, lesson, lessonKind, lecture], () => RENDER_TAB[tab](page));
}

// What is of the page as a whole.
function renderTexts(page) {
  const { words, data } = page;
  document.documentElement.lang = words.language === 'zh' ? 'zh-CN' : 'en';
  const heading = headingWords(page);
  put('heading', heading);
  document.title = [heading, data.title, data.synthetic ? words.say('synthetic') : null].filter((text) => text).join(' · ');
  put('place', [data.title, dateWords(data.date, words)].filter((text) => text).join(' · '), make('span', { class: 'place-notice' }, ' · ' + words.say('notice')));
  put('demo', words.say('synthetic')).hidden = !data.synthetic;
  const lang = put('lang', words.say('lang_other'));
  lang.setAttribute('aria-label', words.say('lang_other') + ' · ' + words.say('lang_switch'));
  lang.lang = words.language === 'zh' ? 'en' : 'zh-CN';
  put('skip', words.say('to_list'));
  put('foot', footWords(page, false), data.synthetic ? make('span', { class: 'foot-demo' }, ' · ' + words.say('synthetic')) : null);
  put('mapcredit', footWords(page, false));
  byId('panel').setAttribute('aria-label', words.say('panel'));
  page.map.getContainer().setAttribute('aria-label', words.say('map_keys'));
}

function renderFigures(page) {
  put('sentence', sentenceWords(page));
  put('brief', briefWords(page) || sentenceWords(page));
  put('proof', proofLine(page)).hidden = !proofLine(page);
}

// The cards tell whether what they open is open.
function renderSure(page) {
  const { words, state } = page;
  renderCards(page);
  put('sure', state.sureOpen ? sureWords(page) : null).hidden = !state.sureOpen;
  put('sure-button', words.say('sure')).setAttribute('aria-expanded', String(state.sureOpen));
  byId('sure-button').hidden = !state.kinds.length;
}

function renderCards(page) {
  const { words, state } = page;
  put('cards', state.kinds.map((kind) => kindCard(kind, page))).setAttribute('aria-label', words.say('kinds'));
  byId('cards').hidden = !state.kinds.length;
}

// What follows the pointer while something is dragged.
export function renderFollowed(page) {
  renderFigures(page);
  renderCards(page);
}

export function headingWords({ words, state, data }) {
  if (state.trying) return words.say('heading_trial');
  if (state.proposing || state.comparing) return words.say(state.proposing ? 'heading_sites' : 'heading_compare');
  return state.lastCutoff === 15 || !data.cutoffs.length ? words.say('heading_15') : words.say('heading', { minutes: shortNumber(state.lastCutoff) });
}

export function footWords(page, withDemo = true) {
  const { words, data } = page;
  const parts = [words.say(data.invented_streets ? 'credit_synthetic' : 'credit', { credit: data.credit }), data.basemap ? words.say('basemap_credit_' + data.basemap.name) : null, words.say('notice'), withDemo && data.synthetic ? words.say('synthetic') : null];
  return parts.filter((text) => text).join(' · ');
}
