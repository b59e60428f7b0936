// A walk made ready: the streets of a profile at a moment, the units joined to them, and the stations that serve on them.

import { JoinedComers, joinColumns } from './comers.js';
import { describePlace } from './grounds.js';
import { Served } from './served.js';

// Fewer changes are made one by one, more of them at once.
const FEW = 24;

export class Ready {
  // `usual`: the same whatever the hours, null for that one itself.
  constructor({ streets, sets }, nUnits, islands, usual = null) {
    this.streets = streets; this.sets = sets; this.nUnits = nUnits; this.islands = islands;
    // What speaks against judging units here, and what that rests on.
    this.grounds = null; this.facts = null;
    this.usual = usual || this;
    this.joined = new WeakMap(); this.groundsOf = new WeakMap(); // of people who have come
    // How a version of a station meets the streets, worked out once.
    this.places = usual && usual.streets === streets ? usual.places : new WeakMap();
    // By what for: those that are open for sure, and those that may be besides.
    this.servers = new Map();
  }

  // Where each unit enters the streets, once facts and lookups have been taken from it: it is what takes most room.
  forgetEntries() { for (const { access } of this.sets) access.entryEdge = access.entryAlong = access.entryMinutes = null; }

  // The stations that serve for something, none at first.
  serverOf(what) {
    if (!this.servers.has(what)) this.servers.set(what, { served: this.makeServed(), here: new Map() });
    return this.servers.get(what);
  }

  makeServed() { return new Served(this.streets, this.sets, this.nUnits); }

  placeOf(version) {
    let place = this.places.get(version);
    if (!place) {
      place = this.makePlace(version);
      this.places.set(version, place);
    }
    return place;
  }

  makePlace({ x, y, closed, outline = -2 }) {
    const place = this.serverOf('open').served.place(x, y, { closed, compound: outline }), { access } = place;
    return { ...place, meets: this.describe(access) };
  }

  describe(access) { return { ...describePlace(this.islands, access, 0), compound: access.compound[0] }; }

  // Stations that serve already, by slot, and how they meet these streets.
  accept(what, served, here) {
    for (const [slot, version] of here) {
      const place = served.places[slot];
      place.meets = this.describe(place.access);
      this.places.set(version, place);
    }
    this.servers.set(what, { served, here: new Map(here) });
  }

  joinedOf(comers) {
    if (!this.joined.has(comers)) this.joined.set(comers, new JoinedComers(this, comers));
    return this.joined.get(comers);
  }

  // What speaks against judging people who have come; it does not depend on hours.
  groundsOfComers(comers) {
    if (this.usual !== this) return this.usual.groundsOfComers(comers);
    if (!this.groundsOf.has(comers)) this.groundsOf.set(comers, this.joinedOf(comers).findGrounds(this.grounds.leadsOut));
    return this.groundsOf.get(comers);
  }

  // {minutes, nearest} of the units, and of people who have come behind them, to some versions; `what`: for which of its sets of stations.
  * serve(what, versions, comers = null) {
    const whole = yield* this.serveUnits(what, versions);
    if (!comers || !comers.count) return whole;
    const more = this.joinedOf(comers).settle(this.servers.get(what).served);
    return { minutes: joinColumns(whole.minutes, more.minutes), nearest: joinColumns(whole.nearest, more.nearest) };
  }

  * serveUnits(what, versions) {
    const { served, here } = this.serverOf(what), wanted = new Map(versions.map((version) => [version.slot, version]));
    const gone = [...here.keys()].filter((slot) => wanted.get(slot) !== here.get(slot)), fresh = versions.filter((version) => here.get(version.slot) !== version);
    if (gone.length + fresh.length > FEW) return yield* this.serveAnew(what, versions);
    for (const slot of gone) { served.leave(slot); here.delete(slot); }
    for (const version of fresh) { served.enter(version.slot, this.placeOf(version)); here.set(version.slot, version); }
    return served.settle();
  }

  * serveAnew(what, versions) {
    const served = this.makeServed(), entries = [];
    for (const version of versions) { entries.push([version.slot, this.placeOf(version)]); if (entries.length % 16 === 0) yield; }
    yield;
    served.enterAll(entries);
    yield;
    // No pause from here on: who asks meanwhile may have other stations served.
    this.servers.set(what, { served, here: new Map(versions.map((version) => [version.slot, version])) });
    return served.settle();
  }
}
