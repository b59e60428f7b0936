// A gate opened to everybody at any hour; or a new opening, whose path through the wall is built first.

import { addLinks, findPart } from './links.js';

/**
 * Opens the gates of some rows, and those at the same nodes: a gate that two compounds share is the door of both.
 * @returns {{network: any, touched: Float64Array, rows: number[]}} `touched` as in links.js
 */
export function openGates(network, rows) {
  const { gates, x, y, u, v, gone } = network, nodes = new Set(rows.map((row) => gates.node[row])), opened = [], touched = [];
  gates.node.forEach((node, row) => { if (nodes.has(node)) opened.push(row); });
  const changed = (column, value) => { const copy = column.slice(); for (const row of opened) copy[row] = value; return copy; };
  // What was only taken for a gate is one now, and takes as long to pass as before.
  const mapped = gates.mapped.slice();
  for (const row of opened) if (gates.inferred[row] || gates.shutAsTagged[row]) mapped[row] = 1;
  const open = {
    ...gates, mapped, inferred: changed(gates.inferred, 0), shutAsTagged: changed(gates.shutAsTagged, 0), toAll: changed(gates.toAll, 1), opened: changed(gates.opened, 1),
    passed: gates.passed.map((column) => changed(column, 1)),
  };
  // The bar round a shut gate goes.
  for (const node of nodes) touched.push(x[node], y[node], x[node], y[node]);
  // A shut gate amid a street shuts the edges that end there: whoever stands beside them can pass now.
  const amid = new Set(opened.filter((row) => gates.compound[row] < 0).map((row) => gates.node[row]));
  if (amid.size) for (let e = 0; e < u.length; e++) if (!gone[e] && (amid.has(u[e]) || amid.has(v[e]))) touchEdge(network, e, touched);
  return { network: { ...network, gates: open }, touched: Float64Array.from(touched), rows: opened };
}

function touchEdge({ offsets, lineX, lineY }, e, touched) {
  for (let at = offsets[e] + 1; at < offsets[e + 1]; at++) touched.push(lineX[at - 1], lineY[at - 1], lineX[at], lineY[at]);
}

/** Builds the path of a new opening (its row in the columns) and opens its gate; null where it joins a place with itself. */
export function openWall(network, columns, row) {
  const end = (called) => findPart(network, columns['openings.' + called][row], columns['openings.' + called + '_along'][row]);
  const id = network.given.openings.id[row], link = { id, owner: columns['openings.compound'][row], from: end('within'), to: end('without'), bends: [] };
  const built = addLinks(network, [link], false);
  if (!built) return null;
  const { gates } = built.network, opened = openGates(built.network, gates.id.reduce((rows, name, at) => { if (name === id) rows.push(at); return rows; }, []));
  const touched = new Float64Array(built.touched.length + opened.touched.length);
  touched.set(built.touched);
  touched.set(opened.touched, built.touched.length);
  return { ...opened, touched };
}
