// The menu on the map: copy the address, take along the table or the map.

import { fileName } from '../data/csv.js';
import { download } from './download.js';
import { byId, make, put } from './elements.js';
import { listingText, rowsInFront } from './listing.js';

export class Share {
  constructor(page, draw) {
    this.page = page; this.draw = draw;
    this.button = make('button', { type: 'button', class: 'share-button', id: 'share-button', 'aria-controls': 'share', 'aria-expanded': 'false', onclick: () => this.toggle() });
    this.menu = make('div', { class: 'share', id: 'share', hidden: true, onkeydown: (event) => { if (event.key === 'Escape') { this.toggle(false); this.button.focus(); event.stopPropagation(); } } });
    this.box = make('div', { class: 'leaflet-bar share-box' }, this.button);
    this.place = make('div', { class: 'share-place' }, this.box, this.menu);
  }

  toggle(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
    if (open) { this.render(); this.menu.querySelector('button').focus(); }
  }

  render() {
    this.button.replaceChildren(this.page.words.say('share'));
    if (!this.menu.hidden) this.renderMenu();
  }

  renderMenu() {
    const { page } = this, { words } = page;
    const item = (id, key, onclick) => make('button', { type: 'button', id, onclick }, words.say(key));
    this.menu.replaceChildren(
      item('copy-link', 'copy_link', () => page.address.copy()),
      make('input', { id: 'link-field', readonly: true, hidden: true, 'aria-label': words.say('copy_link') }),
      rowsInFront(page) ? item('save-table', 'save_table', () => this.saveTable(rowsInFront(page))) : '',
      item('save-map', 'save_map', () => this.saveMap()),
      make('p', { id: 'share-said', class: 'share-said' }));
  }

  name(part, ending) { return fileName([this.page.data.title, this.page.state.town, part, this.page.data.date], ending); }

  saveTable(rows, part = this.page.words.say('tab_' + this.page.state.tab)) {
    download(this.name(part, 'csv'), new Blob([listingText(rows, this.page)], { type: 'text/csv;charset=utf-8' }));
    this.say('saved');
  }

  saveMap() {
    this.draw(this.page).toBlob((blob) => { if (blob) download(this.name(this.page.words.say('map_name'), 'png'), blob); }, 'image/png');
    this.say('saved');
  }

  say(key) {
    if (byId('share-said')) put('share-said', this.page.words.say(key));
    this.page.tell(this.page.words.say(key));
  }
}
