// Where the map looks: at the area or at what a card is about, beside the panel and the legend.

import { chosenOf, linesOf, ordersShown } from '../data/courses.js';
import { Box } from '../data/plane.js';
import { byId } from '../panel/elements.js';
import { NARROW, STILL } from '../panel/media.js';

export class Camera {
  constructor(page) {
    this.page = page;
    this.fitted = false; // whether the area has been shown once
    this.atArea = false; // whether the map shows the whole area or town chosen, as it was shown
    page.map.on('movestart zoomstart', () => { if (!this.showing) this.atArea = false; });
    page.map.on('moveend', () => { this.showing = false; });
  }

  // A page in a frame that is not shown yet has no room, so nothing could be fitted into it.
  get hasRoom() { const { x, y } = this.page.map.getSize(); return x > 0 && y > 0; }

  fitRoom() {
    this.page.map.invalidateSize({ animate: false });
    if (this.fitted || !this.hasRoom) return;
    this.fitted = true;
    this.showArea({ still: true });
  }

  // On a phone, where the sheet gives way or comes back: what showed the whole area shows it in the room there is now.
  followSheet() {
    if (!NARROW.matches || !this.atArea) return;
    const bar = byId('trial-bar').getBoundingClientRect(), legend = byId('legend').getBoundingClientRect();
    this.showArea({ still: true, above: Math.max(0, bar.bottom - legend.bottom) });
  }

  // Show the whole area or the town chosen.
  showArea({ still = false, above = 0 } = {}) {
    this.atArea = this.showing = true;
    this.goTo(this.areaBounds(), { still, above });
    this.fitted = this.hasRoom;
  }

  // One route, or all of them.
  showRoutes(index, { still = false } = {}) {
    const { scene, state } = this.page, boxes = (index === null ? state.routesHere() : [scene.walks.routes[index]]).map(({ box }) => box).filter((box) => !box.empty);
    if (!boxes.length) return;
    const box = boxes.reduce((all, one) => all.join(one));
    this.leaveArea();
    this.page.sheet.giveRoom();
    this.goTo(box.grown(60).bounds(this.page.scene.plane), { still, maxZoom: 16, names: 80 });
    this.fitted = this.hasRoom;
  }

  // Who goes where: the ends of what is chosen, or the area.
  showLesson({ still = false } = {}) {
    const { scene, state } = this.page, ends = linesOf(ordersShown(scene.courses, state)).flatMap(({ committee, host }) => [committee, host]), chosen = chosenOf(scene.courses, state.lesson), box = new Box();
    if (!chosen && state.lecture === null) { this.showArea({ still }); return; }
    for (const { x, y } of ends.concat(chosen && chosen.x ? [chosen] : [])) if (!Number.isNaN(x)) box.add(x, y);
    if (box.empty) return;
    this.leaveArea();
    this.page.sheet.giveRoom();
    this.goTo(box.grown(150).bounds(scene.plane), { still, maxZoom: 15.5 });
    this.fitted = this.hasRoom;
  }

  // Stay where an address says.
  leaveArea() { this.atArea = this.showing = false; this.fitted = true; }

  areaBounds() {
    const { plane, areas } = this.page.scene, [west, south, east, north] = this.page.data.bounds;
    const town = areas.find((area) => area.name === this.page.state.town && area.shape);
    return town && this.page.state.town !== null ? town.shape.box.bounds(plane) : [[south, west], [north, east]];
  }

  // The middle of what neither panel nor sheet covers, as a point of the map.
  get middle() {
    const size = this.page.map.getSize(), panel = byId('panel').getBoundingClientRect(), legend = byId('legend').getBoundingClientRect();
    return NARROW.matches ? L.point(size.x / 2, (legend.bottom + size.y - this.page.sheet.height) / 2) : L.point((panel.right + size.x) / 2, size.y / 2);
  }

  margins(above) {
    // The part of the map that neither panel, legend nor card covers.
    const panel = byId('panel').getBoundingClientRect(), legend = byId('legend').getBoundingClientRect();
    const top = NARROW.matches ? legend.bottom + 10 : byId('search-box').getBoundingClientRect().bottom + 8;
    const fits = this.page.map.getSize().y - top - this.page.sheet.height > above + 90;
    return NARROW.matches
      ? { paddingTopLeft: [16, top + (fits ? above : 0)], paddingBottomRight: [16, this.page.sheet.height + 34] }
      : { paddingTopLeft: [panel.right + 20, top + above], paddingBottomRight: [60, 40] };
  }

  // Whether bounds that are shown as large as they fit lie below the legend in part.
  meetsLegend(bounds, margins, zoom) {
    const { map } = this.page, size = map.getSize(), [left, top] = margins.paddingTopLeft, [right, bottom] = margins.paddingBottomRight;
    const legend = byId('legend').getBoundingClientRect(), shown = map.project(bounds.getSouthEast(), zoom).subtract(map.project(bounds.getNorthWest(), zoom));
    return (left + size.x - right + shown.x) / 2 > legend.left && (top + size.y - bottom + shown.y) / 2 > legend.top;
  }

  // Beside the legend or above it where it would be in the way and that costs little zoom, else behind it.
  besideLegend(bounds, margins, isArea) {
    if (NARROW.matches) return margins;
    const legend = byId('legend').getBoundingClientRect();
    const size = this.page.map.getSize(), [right, bottom] = margins.paddingBottomRight;
    const zoomWith = (padding) => this.page.map.getBoundsZoom(bounds, false, L.point(margins.paddingTopLeft).add(padding));
    const most = zoomWith([right, bottom]);
    // Of a card it cannot be told: the legend grows as the map comes near.
    if (isArea && !this.meetsLegend(bounds, margins, most)) return margins;
    const beside = [size.x - legend.left + 16, bottom], over = [right, size.y - legend.top + 16];
    const chosen = [beside, over].find((padding) => zoomWith(padding) >= most - 0.5);
    return chosen ? { ...margins, paddingBottomRight: chosen } : margins;
  }

  // Show what lies between two corners; returns the zoom and how wide the part is that nothing covers.
  goTo(corners, { above = 0, still = false, maxZoom = 17, names = 0 } = {}) {
    const bounds = L.latLngBounds(corners);
    const animate = !still && !STILL.matches;
    const free = this.margins(above), room = NARROW.matches ? 0 : names; // names stand beside what is shown
    free.paddingTopLeft[0] += room; free.paddingBottomRight[0] += room;
    const margins = this.besideLegend(bounds, free, !above);
    const taken = L.point(margins.paddingTopLeft).add(margins.paddingBottomRight);
    this.page.map.fitBounds(bounds, { ...margins, maxZoom, animate, duration: 0.4 });
    return { zoom: Math.min(maxZoom, this.page.map.getBoundsZoom(bounds, false, taken)), width: this.page.map.getSize().x - taken.x };
  }
}
