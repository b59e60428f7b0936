// Opens cards on the map, one at a time, and moves the map to what a card is about.

import { gapCard, unknownCard } from './gap_card.js';
import { placeCard } from './my_place_card.js';
import { facilityCard } from './station_card.js';
import { changedCard, editCard, siteCard } from './change_cards.js';
import { longerCard } from './longer_card.js';
import { leftCard, stopCard } from './route_cards.js';
import { peopleCard, trialCard } from './trial_cards.js';
import { compoundCard, gainCard, gateCard } from './wall_cards.js';
import { placedMark } from '../data/plans.js';
import { Box, PLANE_ZOOM } from '../data/plane.js';
import { legTo } from '../data/routes.js';
import { byId, make } from '../panel/elements.js';
import { rememberFocus } from '../panel/focus.js';
import { standOf } from '../map/places.js';
import { NARROW } from '../panel/media.js';
import { stopName } from '../panel/route_words.js';
import { gainName, gapName, stationName } from '../panel/wording.js';

export class Cards {
  constructor(page) { this.page = page; this.popup = this.giveBack = null; }

  show(key, latlng, content, { pan = true, lift = 0 } = {}) {
    const { page } = this, { words, data, map } = page;
    this.close();
    const from = rememberFocus(page.state.tabs[0]), listed = byId('panel').contains(document.activeElement);
    page.sheet.giveWay();
    const demo = data.synthetic ? make('p', { class: 'demo-note' }, words.say('synthetic')) : null;
    const card = make('div', { class: 'card-body', 'data-card': key }, content, demo);
    const margins = page.camera.margins(0);
    const popup = L.popup({ maxWidth: 300, minWidth: 210, autoPan: pan, offset: [0, 7 - lift], className: 'planner-card',
      autoPanPaddingTopLeft: margins.paddingTopLeft, autoPanPaddingBottomRight: margins.paddingBottomRight })
      .setLatLng(latlng).setContent(card);
    page.state.open = key;
    popup.openOn(map);
    // A part that unfolds makes the card grow upwards.
    card.addEventListener('toggle', ({ target }) => {
      if (!popup.isOpen()) return;
      /** @type {any} */ (popup)._adjustPan();
      if (target.open) target.scrollIntoView({ block: 'nearest' });
    }, true);
    this.popup = popup;
    const close = popup.getElement().querySelector('.leaflet-popup-close-button');
    close.setAttribute('aria-label', words.say('close'));
    popup.getElement().setAttribute('role', 'dialog');
    popup.getElement().setAttribute('tabindex', '-1');
    popup.getElement().setAttribute('aria-label', card.querySelector('h3').textContent);
    page.render();
    if (listed) this.takeFocus(from);
  }

  // The focus goes to the open card; when that closes, `giveBack` puts it where it was.
  takeFocus(giveBack) {
    this.giveBack = giveBack;
    this.popup.getElement().focus({ preventScroll: true });
  }

  close() { if (this.popup) this.page.map.closePopup(this.popup); }

  // The map tells that a card was closed, by whatever means.
  forget(popup) {
    if (popup !== this.popup) return;
    const { giveBack } = this, active = document.activeElement, within = active === document.body || popup.getElement().contains(active);
    this.popup = this.giveBack = null;
    this.page.state.open = this.page.state.place = null;
    this.page.render();
    this.page.sheet.comeBack();
    if (giveBack && within) giveBack();
  }

  // Open the card of what was clicked, at the place of the click where it has no place of its own.
  open(key, latlng) {
    const { page } = this, { scene, state } = page, index = Number(key.slice(1));
    switch (key[0]) {
      case 'f': this.openFacility(scene.facilities[index]); break;
      case 'g': this.openGap(state.gaps[index], { move: false }); page.scrollToGap(index); break;
      case 's': this.openMark(state.plan.marks[index]); break;
      case 'n': this.show(key, latlng, changedCard(state.plan.after.gained[index], false, page)); break;
      case 'l': this.show(key, latlng, changedCard(state.plan.after.lost[index], true, page)); break;
      case 'b': page.openSite(scene.proposed.marks[index]); break;
      case 'o': this.openGain(scene.gains[index]); break;
      case 'h': this.openLonger(scene.longer[index]); break;
      case 'p': this.show(key, scene.plane.latLng(scene.gates[index].x, scene.gates[index].y), gateCard(scene.gates[index], page)); break;
      case 'c': this.openCompound(scene.compounds[index], latlng); break;
      case 'k': page.chooseLesson({ kind: 'committee', index }); break;
      case 'e': page.chooseLesson({ kind: 'host', index }); break;
      case 't': this.openStop(scene.walks.stops[index]); break;
      case 'x': this.openLeft(scene.walks.leftOut[index]); break;
      case 'u': this.show(key, latlng, unknownCard(state.unknown[index], page)); break;
    }
  }

  // Open the card that an address names; tell whether there is such a thing here.
  openKey(key) {
    const { page } = this, { scene, state } = page, index = Number(key.slice(1)), { plan } = state;
    const after = plan && state.after ? plan.after : { gained: [], lost: [] };
    const rows = { g: state.gaps, f: scene.facilities, u: state.unknown, c: scene.compounds, p: scene.gates, o: scene.gains, h: scene.longer, t: scene.walks.stops, x: scene.walks.leftOut,
      s: plan ? plan.marks : [], n: after.gained, l: after.lost }[key[0]];
    const row = rows ? rows[index] : index < scene.demand.count ? { x: scene.demand.xy[2 * index], y: scene.demand.xy[2 * index + 1] } : null;
    if (!row || ('gucnl'.includes(key[0]) && !row.shape) || ('sx'.includes(key[0]) && !placedMark(row))) return false;
    if (key[0] === 'g') { this.openGap(row); return true; }
    const { box } = row.shape || {};
    const [x, y] = box && 'ucnl'.includes(key[0]) ? [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2] : [row.x, row.y];
    this.open(key, scene.plane.latLng(x, y));
    return true;
  }

  openCompound(one, latlng = this.page.scene.plane.latLng(one.x, one.y)) { this.show('c' + one.index, latlng, compoundCard(one, this.page)); }

  // What is at a point of the map: nearest station, minutes, verdict, hours.
  openPlace(place) {
    const { page } = this, spot = place.lead || place;
    page.state.place = place;
    this.show('m0', page.scene.plane.latLng(spot.x, spot.y), placeCard(place, page), { lift: 6 });
    page.state.place = place; // closing the card before it has forgotten the one before
    page.marks.repaint();
  }

  // Fly to a hit of the search, and open the card of what is there.
  flyToPlace({ kind, name, town, target }) {
    const { page } = this, { scene } = page, street = kind === 'street', stand = street ? standOf(target) : target;
    const place = page.places.placeAt(stand.x, stand.y, { name, kind, town, units: target.units });
    page.sheet.giveWay();
    page.camera.goTo(this.boxAround(place).bounds(scene.plane), { above: 300, maxZoom: 16 });
    this.openPlace(place);
    page.tell(name);
  }

  flyToFacility(sign) {
    const { page } = this;
    page.sheet.giveWay();
    page.camera.goTo(this.boxAround(sign).bounds(page.scene.plane), { above: 220, maxZoom: 16 });
    this.openFacility(sign);
    page.tell(sign.name);
  }

  // Some 300 m round a place, with the station to which a line is drawn.
  boxAround({ x, y, lead }) {
    const box = new Box(), around = 150;
    box.add(x - around, y - around); box.add(x + around, y + around);
    if (lead) { box.add(lead.x, lead.y); if (lead.station) box.add(lead.station.x, lead.station.y); }
    return box;
  }

  openGap(gap, { move = true } = {}) {
    const { page } = this, { plane } = page.scene;
    if (!gap.shape) return;
    page.sheet.giveWay();
    const { box } = gap.shape, seen = gap.route ? box.join(gap.route.box) : box;
    let place = plane.latLng(gap.x, gap.y);
    if (move) {
      const { zoom, width } = page.camera.goTo(seen.bounds(plane), { above: 255, maxZoom: 15.5 });
      const room = Math.max(0, width / 2 - 165) * Math.pow(2, PLANE_ZOOM - zoom), middle = (seen.x0 + seen.x1) / 2;
      place = plane.latLng(Math.max(middle - room, Math.min(middle + room, box.xTop)), box.y0);
    }
    this.show('g' + gap.index, place, gapCard(gap, page), { pan: !move });
    page.tell(gapName(gap, page.words));
  }

  // Who comes to a place or leaves it, asked on a card.
  openPeople(op, latlng) {
    this.show('m0', latlng, peopleCard(op, latlng, this.page), { lift: 6 });
    this.popup.getElement().querySelector('input').focus({ preventScroll: true });
  }

  openFacility(sign) {
    const { page } = this, place = page.scene.plane.latLng(sign.x, sign.y);
    if (!page.map.getBounds().contains(place)) page.map.setView(place, page.map.getZoom(), { animate: false });
    this.show('f' + sign.index, place, facilityCard(sign, page));
  }

  // A site or an edit: with the people it reaches, or with its path.
  openMark(mark) {
    const { page } = this, { scene, state } = page, { plane } = scene, around = 300;
    if (!placedMark(mark)) return;
    page.sheet.giveWay();
    const box = new Box(), { gained, lost } = state.plan.after;
    const own = gained.concat(lost).filter((row) => row.site === mark.index && row.shape).map((row) => row.shape);
    box.add(mark.x - around, mark.y - around); box.add(mark.x + around, mark.y + around);
    const all = [...own, mark.line].filter((part) => part).reduce((seen, part) => seen.join(part.box), box);
    page.camera.goTo(all.bounds(plane), { above: 285, maxZoom: 15.5 });
    const card = state.trying ? trialCard(mark, page) : state.proposing ? siteCard(mark, page) : editCard(mark, page);
    this.show('s' + mark.index, plane.latLng(mark.x, mark.y), card, { pan: true, lift: 15 });
    page.tell(card[0].textContent);
    const item = byId('tab-' + state.tabs[0]).querySelector('[data-site="' + mark.index + '"]');
    if (item && state.tab === state.tabs[0] && !NARROW.matches) item.scrollIntoView({ block: 'nearest' });
  }

  openGain(gain) {
    const { page } = this, { plane, compounds } = page.scene;
    page.sheet.giveWay();
    const inside = gain.compound === null ? null : compounds[gain.compound].shape;
    const box = new Box();
    const around = 250; // pixels of the plane, some 500 m
    box.add(gain.x - around, gain.y - around); box.add(gain.x + around, gain.y + around);
    page.camera.goTo((inside ? box.join(inside.box) : box).bounds(plane), { above: 200, maxZoom: 16 });
    this.show('o' + gain.index, plane.latLng(gain.x, gain.y), gainCard(gain, page), { pan: false, lift: 12 });
    page.tell(gainName(gain, page));
  }

  // A stop of a route, which is chosen with it.
  openStop(stop) {
    const { page } = this, { scene, state } = page, { plane } = scene, around = 700;
    if (!state.routing || state.route !== stop.route) {
      this.close();
      if (!state.routing) state.chooseTab('routes');
      state.chooseRoute(stop.route);
    }
    page.sheet.giveWay();
    const box = new Box();
    box.add(stop.x - around, stop.y - around); box.add(stop.x + around, stop.y + around);
    const leg = legTo(scene.walks.routes[stop.route], stop.order);
    page.camera.goTo((leg && leg.line ? box.join(leg.line.box) : box).bounds(plane), { above: 265, maxZoom: 15.5 });
    this.show('t' + stop.index, plane.latLng(stop.x, stop.y), stopCard(stop, page), { pan: true, lift: 11 });
    page.tell(stopName(stop, page.words));
    const item = byId('tab-routes').querySelector('[data-stop="' + stop.index + '"]');
    if (item && !NARROW.matches) item.scrollIntoView({ block: 'nearest' });
  }

  // A site that is in no route.
  openLeft(site) {
    const { page } = this, { plane } = page.scene, place = plane.latLng(site.x, site.y);
    if (!placedMark(site)) return;
    if (!page.state.routing) page.state.chooseTab('routes');
    page.sheet.giveWay();
    if (!page.map.getBounds().contains(place)) page.map.setView(place, Math.max(14, page.map.getZoom()), { animate: false });
    this.show('x' + site.index, place, leftCard(site, page), { lift: 5 });
    page.tell(stopName(site, page.words));
  }

  openLonger(one) {
    const { page } = this, { plane } = page.scene, around = 600;
    page.sheet.giveWay();
    const box = new Box();
    box.add(one.x - around, one.y - around); box.add(one.x + around, one.y + around);
    page.camera.goTo(box.bounds(plane), { above: 200, maxZoom: 15.5 });
    this.show('h' + one.index, plane.latLng(one.x, one.y), longerCard(one, page), { pan: false, lift: 12 });
    page.tell(stationName(page.scene.facilities[one.facility], page.words));
  }
}
