// The pointer and the keyboard while something is tried: dragging stations, drawing paths, undo.

import { makeMove } from '../state/edits.js';

const NEAR = 14, NEAR_TOUCH = 22, MOVED = 4; // pixels
// From afar stations lie too close together to take hold of one.
const DRAG_ZOOM = 13;

export class Gestures {
  constructor(page) {
    this.page = page; this.held = null; this.ended = null;
    const map = page.map.getContainer();
    map.addEventListener('pointerdown', (event) => this.start(event), true);
    map.addEventListener('pointermove', (event) => this.move(event));
    for (const end of ['pointerup', 'pointercancel']) map.addEventListener(end, (event) => this.end(event));
    page.map.on('dblclick', () => { if (this.tool === 'path') page.trying.endPath(); });
    document.addEventListener('keydown', (event) => this.press(event), true);
  }

  get tool() { const { tool } = this.page.state.trial; return tool && tool.name; }
  get active() { return this.page.state.trying && this.page.state.trial.ready; }
  // Whether a click is the end of what was dragged, and so means nothing else.
  endsIn({ clientX, clientY, timeStamp }) { return this.ended !== null && timeStamp - this.ended.timeStamp < 300 && clientX === this.ended.clientX && clientY === this.ended.clientY; }

  latlngOf(event) { return this.page.map.mouseEventToLatLng(event); }

  // The station or mark under the pointer that can be dragged; a finger takes hold only of what is marked or open.
  findHeld(event) {
    const { page } = this, { plane } = page.scene, { state, scene, map } = page, latlng = this.latlngOf(event), x = plane.x(latlng.lng), y = plane.y(latlng.lat);
    const touch = event.pointerType === 'touch', reach = (touch ? NEAR_TOUCH : NEAR) * Math.pow(2, 16 - map.getZoom());
    const near = (one) => Math.hypot(one.x - x, one.y - y) < reach;
    const mark = state.after ? state.plan.marks.filter((one) => (one.op === 'add' || one.op === 'move') && near(one)).pop() : null;
    if (mark) return { id: mark.id, x: mark.x, y: mark.y };
    if (map.getZoom() < DRAG_ZOOM) return null;
    const stations = touch ? scene.facilities.filter((one) => state.open === 'f' + one.index) : scene.facilities;
    const found = stations.filter(near).sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))[0], id = found && page.trying.idOf('f' + found.index);
    return id && page.trying.counts(id) && !state.trial.edits.some((edit) => edit.id === id && edit.op === 'move') ? { id, x: found.x, y: found.y } : null;
  }

  start(event) {
    if (!this.active || this.tool || event.button !== 0 || !event.isPrimary || !(event.target instanceof Element) || event.target.closest('.leaflet-control, .leaflet-popup')) return;
    const held = this.findHeld(event);
    if (!held) return;
    this.held = { ...held, pointer: event.pointerId, from: [event.clientX, event.clientY], moving: false };
    this.page.map.dragging.disable();
  }

  move(event) {
    const { held, page } = this;
    if (!held || event.pointerId !== held.pointer) return;
    if (!held.moving) {
      if (Math.hypot(event.clientX - held.from[0], event.clientY - held.from[1]) < MOVED) return;
      held.moving = true;
      page.map.getContainer().setPointerCapture(held.pointer);
      page.map.getContainer().classList.add('dragging-station');
      page.cards.close();
    }
    const latlng = this.latlngOf(event), { plane } = page.scene;
    page.state.trial.dragged = { x: plane.x(latlng.lng), y: plane.y(latlng.lat), from: held };
    page.marks.repaint();
    page.trying.show(makeMove(held.id, latlng));
  }

  end(event) {
    const { held, page } = this;
    if (!held || event.pointerId !== held.pointer) return;
    this.release();
    if (!held.moving) return;
    this.ended = event;
    if (event.type === 'pointerup') { page.trying.moveStation(held.id, this.latlngOf(event)); return; }
    this.letGo();
  }

  // Nothing is held any more, and the map moves again under the pointer.
  release() {
    this.held = null;
    this.page.map.dragging.enable();
    this.page.map.getContainer().classList.remove('dragging-station');
  }

  letGo() {
    const { trial } = this.page.state;
    this.release();
    trial.dragged = null; trial.preview = null; trial.fault = null;
    this.page.trying.render();
  }

  press(event) {
    const { page } = this, typing = event.target instanceof Element && event.target.closest('input, textarea, select');
    if (!this.active) return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !typing && (key === 'z' || key === 'y')) {
      event.preventDefault();
      if (key === 'y' || event.shiftKey) page.trying.redo(); else page.trying.undo();
      return;
    }
    if (typing) return;
    if (event.key === 'Escape') { if (this.held && this.held.moving) this.letGo(); else if (!page.cards.popup) page.trying.leave(); }
    if (this.tool !== 'path') return;
    if (event.key === 'Backspace') { event.preventDefault(); page.trying.dropCorner(); }
  }
}
