// Minutes of every unit after the edits of each scenario, and stations within each cutoff on the streets then, worked out by the page's engine
// under Node: JSON in, JSON out.
//
// In: {engine: folder, text: packed columns, asked: [[profile, moment or null]], scenarios: [[edit]]}; an edit: {op, id, xy, path, closed, access}, metres from the origin.

import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

const given = JSON.parse(readFileSync(0, 'utf8'));
const load = (name) => import(given.engine + name + '.js');
const [{ readWhatIf }, { buildNetwork }, { Walk, readUnits, readFacilities, runAll }, { openGates, openWall }, { addPath }, { editWalk }] = await Promise.all(
  ['columns', 'network', 'walk', 'opened_gates', 'added_paths', 'edited_walk'].map(load));

const data = readWhatIf(new Uint8Array(inflateSync(Buffer.from(given.text, 'base64')))), { head, columns } = data;
const base = buildNetwork(data), units = readUnits(columns, base), facilities = readFacilities(columns, base);
const isOpen = (slot, q) => q === null || columns['moment' + q + '.open'][slot] === 1;
const usual = new Map();

function prepare([profile, moment]) {
  const p = head.profiles.findIndex(({ name }) => name === profile), q = moment === null ? null : head.moments.findIndex(({ name }) => name === moment);
  const walk = runAll(Walk.prepare(base, units, p, q, usual.get(p) || null));
  if (q === null) usual.set(p, walk);
  const slots = [...facilities.keys()].filter((k) => columns['facilities.counts'][k] && !columns['facilities.approximate'][k] && !columns['facilities.beyond'][k] && isOpen(k, q));
  runAll(walk.open(facilities, slots));
  return { walk, q };
}

function changeStreets(network, edit) {
  if (edit.op === 'add_path') return addPath(network, { id: edit.id, owner: head.compounds.id.indexOf(edit.access), x: edit.path.map(([x]) => x), y: edit.path.map(([, y]) => y) });
  const rows = [...network.gates.id.keys()].filter((row) => network.gates.id[row] === edit.id);
  return rows.length ? openGates(network, rows) : openWall(network, columns, head.openings.id.indexOf(edit.id));
}

function follow({ walk, q }, edits) {
  const today = new Walk(walk.streets, walk.sets, walk.served.clone());
  let now = null, network = base, next = facilities.length;
  const each = (change) => [today, now].forEach((one) => { if (one) change(one.served); });
  for (const edit of edits) {
    const slot = edit.op === 'add' ? next++ : head.facilities.id.indexOf(edit.id);
    if (edit.op === 'add') each((served) => served.enter(slot, served.place(edit.xy[0], edit.xy[1], { closed: edit.closed })));
    else if (edit.op === 'close' || edit.op === 'move') {
      if (isOpen(slot, q)) each((served) => { served.leave(slot); if (edit.op === 'move') served.enter(slot, served.place(edit.xy[0], edit.xy[1], { closed: facilities[slot].closed })); });
    } else {
      const change = changeStreets(network, edit);
      ({ network } = change);
      now = editWalk(now || today, network, change.touched, units);
    }
  }
  const counts = Array.from((now || today).served.countWithin(head.cutoffs));
  const one = today.served.settle().minutes, other = now ? now.served.settle().minutes : one;
  const minutes = Array.from(one, (known, unit) => { const sooner = Math.min(known, other[unit]); return sooner === Infinity ? null : sooner; });
  return { minutes, counts };
}

const walks = given.asked.map(prepare);
const told = given.scenarios.map((edits) => walks.map((walk) => follow(walk, edits)));
// Whatever was tried, today is as it was.
const today = walks.map((walk) => follow(walk, []));
process.stdout.write(JSON.stringify([...told, today]));
