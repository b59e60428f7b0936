// Shortest ways over the search graph: nearest minutes with labels, and a bounded search from one place.

import { Heap } from './heap.js';

const heap = new Heap(1 << 16);

/** Lets seeds improve their nodes and puts these into the heap; of equal minutes the smaller label wins. */
export function seedNearest(best, label, nodes, minutes, first, last, own) {
  for (let k = first; k < last; k++) {
    const node = nodes[k], time = minutes[k];
    if (time < best[node] || (time === best[node] && own < label[node])) { best[node] = time; label[node] = own; heap.push(time, node); }
  }
}

/** Puts a node that knows its minutes into the heap: the search goes on from there. */
export const goOnFrom = (node, minutes) => heap.push(minutes, node);

/** Lets what the heap holds improve its surroundings, in place; of equals the smaller label. */
export function spreadNearest(rows, best, label) {
  const { starts, next, minutes } = rows;
  while (heap.size > 0) {
    const now = heap.keys[0], node = heap.items[0];
    heap.pop();
    if (now > best[node]) continue;
    const own = label[node];
    for (let k = starts[node], last = starts[node + 1]; k < last; k++) {
      const then = now + minutes[k], other = next[k];
      if (then < best[other] || (then === best[other] && own < label[other])) { best[other] = then; label[other] = own; heap.push(then, other); }
    }
  }
}

const room = { best: new Float64Array(0), reached: new Int32Array(0) };

/**
 * Spreads from seeds up to and including the cutoff; calls `reach(node, minutes)` for each node, nearest first.
 * Where `reach` returns true the search ends.
 */
export function searchFrom(rows, nodes, minutes, first, last, cutoff, reach) {
  const { starts, next, minutes: times } = rows, nGraph = starts.length - 1;
  if (room.best.length < nGraph) { room.best = new Float64Array(nGraph).fill(Infinity); room.reached = new Int32Array(nGraph); }
  const { best } = room;
  let { reached } = room, count = 0;
  const touch = (node, time) => {
    if (best[node] === Infinity) { if (count === reached.length) { const more = new Int32Array(2 * count); more.set(reached); room.reached = reached = more; } reached[count++] = node; }
    best[node] = time;
    heap.push(time, node);
  };
  for (let k = first; k < last; k++) if (minutes[k] <= cutoff && minutes[k] < best[nodes[k]]) touch(nodes[k], minutes[k]);
  while (heap.size > 0) {
    const now = heap.keys[0], node = heap.items[0];
    heap.pop();
    if (now > best[node]) continue;
    if (reach(node, now)) { heap.size = 0; break; }
    for (let k = starts[node]; k < starts[node + 1]; k++) {
      const then = now + times[k];
      if (then < best[next[k]] && then <= cutoff) touch(next[k], then);
    }
  }
  for (let k = 0; k < count; k++) best[reached[k]] = Infinity;
}
