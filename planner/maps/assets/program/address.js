// The address follows what the reader sees, and the page follows the address.

import { byId, make } from './panel/elements.js';
import { cardKey, cardWords, placeOf, placeWords, readLink, knowsLink, writeLink } from './state/link.js';

const MOVED_MS = 300; // so long after the map has moved

export class Address {
  constructor(page) { this.page = page; this.written = null; this.timer = 0; this.started = false; }

  // A notebook's frame has no address of its own.
  get isOwn() { return ['file:', 'http:', 'https:'].includes(location.protocol) && window.top === window; }

  get link() {
    const { state, map, camera, words, data } = this.page, { lat, lng } = map.getCenter();
    return writeLink({ ...state.forLink, card: cardWords(state.open), at: camera.atArea ? null : placeWords({ lat, lng, zoom: map.getZoom() }),
      lang: words.language === data.language ? null : words.language });
  }

  // Show what an address says; all else as at first.
  follow(link) {
    const { page } = this, values = readLink(link);
    page.state.follow(values);
    const key = cardKey(values.get('card')), place = placeOf(values.get('at'), page.data.bounds), lang = values.get('lang');
    const before = page.words.language;
    page.words.language = Object.keys(page.data.texts).includes(lang) ? lang : page.data.language;
    page.render();
    if (page.trying) page.trying.followAddress({ spoken: before !== page.words.language });
    const toPlace = () => page.map.setView([place.lat, place.lng], place.zoom, { animate: false });
    if (place) { page.camera.leaveArea(); toPlace(); } else if (page.state.routing && page.state.route !== null) page.camera.showRoutes(page.state.route, { still: true });
    else if (page.state.lecturing) page.camera.showLesson({ still: true }); else page.camera.showArea({ still: true });
    if (page.state.routing && page.state.route !== null) page.scrollToRoute();
    if (key !== null && page.cards.openKey(key) && place) toPlace();
  }

  start() {
    this.follow(location.hash);
    window.addEventListener('hashchange', () => {
      const { hash } = location; // closing a card writes another
      if (!knowsLink(hash)) return;
      this.page.cards.close();
      this.follow(hash);
    });
    this.page.map.on('moveend', () => this.keepSoon());
    this.started = true;
    this.keep();
  }

  keepSoon() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), MOVED_MS);
  }

  // Write the address of what is seen now.
  keep() {
    clearTimeout(this.timer);
    if (!this.started || !this.isOwn) return;
    const { link } = this;
    if (link === this.written) return;
    this.written = link;
    // Some browsers allow only so many in a while: the next one is written.
    try { history.replaceState(null, '', location.pathname + location.search + link); } catch (error) { if (!(error instanceof DOMException)) throw error; }
  }

  // Copy the whole address; where the browser does not let a page copy, show it to be copied by hand.
  async copy() {
    const { words } = this.page, url = location.href.split('#')[0] + this.link;
    const done = await copyText(url);
    const field = /** @type {HTMLInputElement} */ (byId('link-field'));
    field.value = url;
    field.hidden = done;
    if (!done) { field.focus(); field.select(); }
    byId('share-said').replaceChildren(words.say(done ? 'copied' : 'copy_by_hand'));
    this.page.tell(words.say(done ? 'copied' : 'copy_by_hand'));
  }
}

async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try { await navigator.clipboard.writeText(text); return true; } catch (error) { if (!(error instanceof DOMException)) throw error; }
  }
  // A page opened from a file has no clipboard of its own: a selected field is copied.
  const active = /** @type {HTMLElement | null} */ (document.activeElement), field = make('textarea', { class: 'sr', readonly: true });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (active) active.focus({ preventScroll: true });
  return done;
}
