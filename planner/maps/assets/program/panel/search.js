// The search box: a combobox with a list of at most twelve hits, as WAI-ARIA describes it.

import { listEntries } from '../search/entries.js';
import { NameIndex } from '../search/match.js';
import { byId, make, writeFor } from './elements.js';

const MOST = 12, PAUSE_MS = 40;

export class Search {
  constructor(page) {
    this.page = page; this.index = null; this.hits = []; this.active = -1; this.timer = 0; this.shownFor = null;
    this.box = byId('search-box'); this.list = byId('search-list');
    this.box.addEventListener('input', (event) => { if (!event.isComposing) this.soon(); });
    this.box.addEventListener('compositionend', () => this.soon());
    this.box.addEventListener('focus', () => this.prepare());
    this.box.addEventListener('keydown', (event) => this.press(event));
    this.box.addEventListener('blur', () => this.close());
    // A press on the list must not take the focus away before its click comes.
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
  }

  // Made when first needed: until then nobody waits for it.
  prepare() {
    if (!this.index) this.index = new NameIndex(listEntries(this.page.scene), this.page.data.readings || {});
  }

  describe() {
    const { words } = this.page;
    writeFor('search-box', words.language, () => {
      this.box.setAttribute('aria-label', words.say('search')); this.box.placeholder = words.say('search_hint'); this.box.title = words.say('search');
      this.list.setAttribute('aria-label', words.say('search'));
    });
    this.close();
  }

  soon() { clearTimeout(this.timer); this.timer = setTimeout(() => this.show(), PAUSE_MS); }

  show() {
    const { words } = this.page, typed = this.box.value.trim();
    this.prepare(); this.shownFor = this.box.value;
    this.hits = this.index.find(typed, MOST); this.active = -1;
    this.list.replaceChildren(...this.hits.map((hit, at) => this.option(hit, at)));
    if (typed && !this.hits.length) this.list.append(make('li', { class: 'search-none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, words.say('search_none')));
    this.list.hidden = !typed;
    this.box.setAttribute('aria-expanded', String(Boolean(typed)));
    this.box.removeAttribute('aria-activedescendant');
    if (typed) this.page.tell(this.hits.length ? words.say('search_count', { count: this.hits.length }) : words.say('search_none'));
  }

  option(hit, at) {
    const { words, state } = this.page, rank = hit.kind === 'gap' && state.asPlanned ? state.gapRank(hit.target) : null;
    const kind = words.say(hit.kind === 'gap' && !rank ? 'gap' : 'place_' + hit.kind, { rank });
    return make('li', { id: 'hit-' + at, role: 'option', 'aria-selected': 'false', onclick: () => this.choose(hit) },
      make('span', { class: 'hit-name' }, hit.name), make('span', { class: 'hit-what' }, [kind, hit.town].filter((text) => text).join(words.betweenFacts)));
  }

  press(event) {
    if (event.isComposing) return;
    const { key } = event, open = !this.list.hidden, last = this.hits.length - 1;
    if (key === 'ArrowDown') { if (open) this.mark(this.active < last ? this.active + 1 : 0); else this.show(); }
    else if (key === 'ArrowUp' && open) this.mark(this.active > 0 ? this.active - 1 : last);
    else if (key === 'Enter') { clearTimeout(this.timer); if (!open || !this.isCurrent()) this.show(); const hit = this.hits[Math.max(0, this.active)]; if (hit) this.choose(hit); }
    else if (key === 'Escape' && open) { this.close(); event.stopPropagation(); }
    else if (key === 'Escape' && this.box.value) { this.box.value = ''; event.stopPropagation(); }
    else return;
    event.preventDefault();
  }

  // Whether the list is that of what stands in the box: Enter may come before the pause is over.
  isCurrent() { return this.shownFor === this.box.value; }

  mark(at) {
    const options = this.list.querySelectorAll('[role=option]:not([aria-disabled])');
    options.forEach((one, i) => one.setAttribute('aria-selected', String(i === at)));
    this.active = options[at] ? at : -1;
    if (this.active < 0) return;
    this.box.setAttribute('aria-activedescendant', options[at].id);
    options[at].scrollIntoView({ block: 'nearest' });
  }

  choose(hit) {
    this.box.value = hit.name;
    this.close();
    const { page } = this;
    if (hit.kind === 'town') page.chooseTown(hit.name);
    else if (hit.kind === 'gap') this.openGap(hit.target);
    else if (hit.kind === 'station') page.cards.flyToFacility(hit.target);
    else page.cards.flyToPlace(hit);
  }

  // A gap of the plan, which the choice or the proposal in view may not have.
  openGap(gap) {
    const { page } = this;
    page.showPlanned();
    if (gap.gone) page.choose((state) => state.switchAfter(false));
    page.cards.openGap(gap);
    page.scrollToGap(gap.index);
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true; this.active = -1;
    this.box.setAttribute('aria-expanded', 'false');
    this.box.removeAttribute('aria-activedescendant');
  }
}
