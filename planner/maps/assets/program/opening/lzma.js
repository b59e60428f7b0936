// What `lzma` of Python packs as a raw stream of LZMA1 with lc = 3, lp = 0, pb = 0, unpacked: a range coder, and matches with what came before.
// The libraries there are weigh 7 kB and more; this text is the one that a packed page carries as it is.

const STATES = 12, HALF = 1024, CEILING = 2048, SPEED = 5; // chances are of 2048, and move a 32nd of the way
const SHORTEST = 2, LONG_AFTER = 4, ALIGNED = 4;

const chances = (count) => new Uint16Array(count).fill(HALF);

/** @type {(packed: Uint8Array, size: number) => Uint8Array} `size` bytes */
export function unpackLzma(packed, size) {
  const out = new Uint8Array(size), coder = new Coder(packed);
  const literals = chances(8 * 768), isMatch = chances(STATES), isRep = chances(STATES), isRep0 = chances(STATES), isRep1 = chances(STATES), isRep2 = chances(STATES), isRep0Long = chances(STATES);
  const slots = chances(4 * 64), near = chances(128), aligned = chances(16), lengths = newLengths(), repLengths = newLengths();
  let at = 0, state = 0, before = [0, 0, 0, 0]; // how far back the last matches began, less one

  const literal = () => {
    const base = 768 * (at ? out[at - 1] >> 5 : 0);
    let symbol = 1;
    if (state >= 7) {
      for (let match = out[at - before[0] - 1]; symbol < 256;) {
        const side = (match >> 7) & 1, bit = coder.bit(literals, base + ((1 + side) << 8) + symbol);
        match <<= 1; symbol = (symbol << 1) | bit;
        if (side !== bit) break;
      }
    }
    while (symbol < 256) symbol = (symbol << 1) | coder.bit(literals, base + symbol);
    out[at++] = symbol;
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
  };

  const distance = (length) => {
    const slot = coder.tree(slots, 64 * Math.min(length - SHORTEST, 3), 6);
    if (slot < LONG_AFTER) return slot;
    const bits = (slot >> 1) - 1, base = (2 | (slot & 1)) * Math.pow(2, bits);
    if (slot < 14) return base + coder.reversed(near, base - slot, bits);
    return base + 16 * coder.plain(bits - ALIGNED) + coder.reversed(aligned, 0, ALIGNED);
  };

  const recall = (place) => { before = [before[place], ...before.filter((_, i) => i !== place)]; };

  while (at < size) {
    if (!coder.bit(isMatch, state)) { literal(); continue; }
    let length = 1;
    if (!coder.bit(isRep, state)) {
      length = readLength(coder, lengths);
      before = [distance(length), ...before.slice(0, 3)];
      state = state < 7 ? 7 : 10;
    } else {
      const again = coder.bit(isRep0, state);
      if (again) recall(!coder.bit(isRep1, state) ? 1 : 2 + coder.bit(isRep2, state));
      if (again || coder.bit(isRep0Long, state)) { length = readLength(coder, repLengths); state = state < 7 ? 8 : 11; } else state = state < 7 ? 9 : 11;
    }
    if (before[0] >= at) throw new RangeError('the packed page is not whole');
    for (let from = at - before[0] - 1; length > 0 && at < size; length--) out[at++] = out[from++];
  }
  return out;
}

const newLengths = () => ({ choice: chances(2), low: chances(8), mid: chances(8), high: chances(256) });

function readLength(coder, { choice, low, mid, high }) {
  if (!coder.bit(choice, 0)) return SHORTEST + coder.tree(low, 0, 3);
  return coder.bit(choice, 1) ? SHORTEST + 16 + coder.tree(high, 0, 8) : SHORTEST + 8 + coder.tree(mid, 0, 3);
}

class Coder {
  constructor(packed) {
    this.packed = packed; this.next = 1; this.range = 0xffffffff; this.code = 0;
    while (this.next < 5) this.code = this.code * 256 + packed[this.next++];
  }

  refill() {
    if (this.range >= 0x1000000) return;
    this.range *= 256;
    this.code = this.code * 256 + (this.packed[this.next++] | 0);
  }

  bit(table, place) {
    const chance = table[place], bound = (this.range >>> 11) * chance, bit = this.code < bound ? 0 : 1;
    if (bit) { this.range -= bound; this.code -= bound; table[place] = chance - (chance >> SPEED); } else { this.range = bound; table[place] = chance + ((CEILING - chance) >> SPEED); }
    this.refill();
    return bit;
  }

  // So many bits, each as likely as not, the highest first.
  plain(count) {
    let value = 0;
    for (; count > 0; count--) {
      this.range = this.range >>> 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit) this.code -= this.range;
      value = 2 * value + bit;
      this.refill();
    }
    return value;
  }

  // The bits of a number, each with a chance for those before it, the highest first.
  tree(table, base, count) {
    let value = 1;
    for (let k = 0; k < count; k++) value = (value << 1) | this.bit(table, base + value);
    return value - (1 << count);
  }

  // The same, the lowest first.
  reversed(table, base, count) {
    let node = 1, value = 0;
    for (let k = 0; k < count; k++) {
      const bit = this.bit(table, base + node);
      node = (node << 1) | bit;
      value |= bit << k;
    }
    return value;
  }
}
