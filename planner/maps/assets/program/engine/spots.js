// Points by squares, to find those within some metres of a place.

export class Spots {
  // `xy`: flat, metres; `side`: of a square, about the distance that is asked for.
  constructor(xy, side) {
    this.xy = xy; this.side = side;
    this.squares = new Map();
    for (let i = 0; 2 * i < xy.length; i++) {
      const key = this.keyAt(Math.floor(xy[2 * i] / side), Math.floor(xy[2 * i + 1] / side));
      const square = this.squares.get(key);
      if (square) square.push(i); else this.squares.set(key, [i]);
    }
  }

  keyAt(column, row) { return column * 4194304 + row; }

  // Calls with each point at most `metres` away, and how far it is.
  eachWithin(x, y, metres, call) {
    const { xy, side } = this, east = Math.floor((x + metres) / side), north = Math.floor((y + metres) / side);
    for (let column = Math.floor((x - metres) / side); column <= east; column++) {
      for (let row = Math.floor((y - metres) / side); row <= north; row++) {
        for (const i of this.squares.get(this.keyAt(column, row)) || []) {
          const away = Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y);
          if (away <= metres) call(i, away);
        }
      }
    }
  }
}
