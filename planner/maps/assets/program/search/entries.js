// All that can be searched for, each with what opens it.

// Kinds in the order in which a resident expects them where names fit alike.
const ORDER = ['town', 'metro', 'residential', 'village', 'street', 'committee', 'station', 'gap', 'commercial', 'industrial', 'park', 'water'];

export function listEntries(scene) {
  const entries = [], add = (name, kind, town, target) => { if (name) entries.push({ name, kind, town, target, order: ORDER.indexOf(kind) }); };
  for (const area of scene.areas) if (area.town) add(area.name, 'town', null, area);
  for (const place of scene.names.places) add(place.name, place.kind, place.town, place);
  for (const street of scene.names.streets) if (street.lines.length) add(street.name, 'street', street.town, street);
  for (const sign of scene.facilities) add(sign.name, 'station', null, sign);
  // Those of the plan itself, as they are today: the index is made once, whatever is chosen or built just then.
  for (const gap of scene.own.gaps) if ((gap.own || gap).shape && !gap.scattered) add(gap.name, 'gap', gap.town, gap);
  return entries;
}
