// What a place of the map or of the search is: its homes, its street, the gap and the compound round it.

import { middleOf, lengthOf, readRuns } from '../data/names.js';
import { NEAR_M, nearestStreet, nearestUnit, reachOf, sumUnits } from '../data/my_place.js';
import { isKnown } from '../data/values.js';
import { isInside } from './finder.js';

// A street further from a click than this is another place, metres.
const STREET_M = 60;

export class Places {
  constructor(scene, state, committees) { this.scene = scene; this.state = state; this.committees = committees; }

  // The place at a point of the plane; with a name where it was searched for, and then with the units that belong to it.
  placeAt(x, y, named = {}) {
    const { scene } = this, { metres } = scene.plane, { demand } = scene;
    const own = named.units ? readRuns(named.units) : [];
    const unit = own.length ? -1 : nearestUnit(demand, x, y, NEAR_M / metres);
    const units = own.length ? own : unit >= 0 ? [unit] : [];
    const street = named.name ? null : nearestStreet(scene.names.streets, x, y, STREET_M / metres);
    const areas = scene.areas.filter((area) => area.shape), area = areas.find((one) => isInside(one, x, y));
    const committee = named.kind === 'committee' ? this.committees.find((one) => one.name === named.name && (!named.town || !one.town || one.town === named.town)) : null;
    const lead = units.length ? this.leadOf(units) : null, spot = lead || { x, y };
    return {
      x, y, name: named.name || null, kind: named.kind || null, units, lead, street: street && street.name,
      town: named.town || (area && area.town ? area.name : null), inside: !areas.length || Boolean(area) || own.length > 0,
      gap: this.state.gaps.find((gap) => isInside(gap, spot.x, spot.y)) || null,
      compound: scene.compounds.find((one) => isInside(one, spot.x, spot.y)) || null, committee: committee || null,
    };
  }

  // The unit with most people, and the nearest station to which a straight line may be drawn.
  leadOf(units) {
    const { demand, facilities } = this.scene, { lead } = sumUnits(demand, units), reached = reachOf(demand, lead);
    return { x: demand.xy[2 * lead], y: demand.xy[2 * lead + 1], station: reached && isKnown(reached.near) ? facilities[reached.near] : null };
  }
}

// The point of a street where its card stands: the middle of its longest line.
export const standOf = (street) => middleOf(street.lines.reduce((best, points) => (lengthOf(points) > lengthOf(best) ? points : best)));
