// What hangs together: numbers that stand for the same part have the same root.

export class Parts {
  constructor(count) {
    this.of = new Int32Array(count);
    for (let i = 0; i < count; i++) this.of[i] = i;
  }

  root(i) {
    const { of } = this;
    while (of[i] !== i) { of[i] = of[of[i]]; i = of[i]; }
    return i;
  }

  join(one, other) {
    const a = this.root(one), b = this.root(other);
    if (a !== b) this.of[a > b ? a : b] = a > b ? b : a;
  }
}
