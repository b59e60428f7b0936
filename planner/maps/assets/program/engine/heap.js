// A binary heap of nodes by their minutes, the soonest first, on typed arrays that grow; ties stand in any order.

export class Heap {
  constructor(room = 1024) {
    this.keys = new Float64Array(room);
    this.items = new Int32Array(room);
    this.size = 0;
  }

  push(key, item) {
    if (this.size === this.keys.length) this.makeRoom();
    const { keys, items } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] <= key) break;
      keys[at] = keys[parent];
      items[at] = items[parent];
      at = parent;
    }
    keys[at] = key;
    items[at] = item;
  }

  // Removes the first, which the caller has read: keys[0], items[0].
  pop() {
    const { keys, items } = this, size = --this.size, key = keys[size], item = items[size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[child + 1] < keys[child]) child++;
      if (keys[child] >= key) break;
      keys[at] = keys[child];
      items[at] = items[child];
      at = child;
    }
    keys[at] = key;
    items[at] = item;
  }

  makeRoom() {
    const keys = new Float64Array(2 * this.keys.length), items = new Int32Array(keys.length);
    keys.set(this.keys);
    items.set(this.items);
    this.keys = keys;
    this.items = items;
  }
}
