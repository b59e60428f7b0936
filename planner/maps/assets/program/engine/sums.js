// Exact sums of people, as planner/coverage/exact.py adds them: 0.1 + 0.7 is 0.8, and the order changes nothing.

const MOST_DECIMALS = 15, LARGEST = 1e15, WHOLE = 2 ** 53;

// Whole numbers and the power of ten that divides them; null for longer decimals.
function scale(numbers) {
  let largest = 0;
  for (const number of numbers) largest = Math.max(largest, Math.abs(number));
  for (let decimals = 0, unit = 1; decimals <= MOST_DECIMALS; decimals++, unit = Number('1e' + decimals)) {
    if (!(largest * unit < LARGEST)) return null;
    if (numbers.every((number) => Math.round(number * unit) / unit === number)) return { unit, whole: numbers.map((number) => Math.round(number * unit)) };
  }
  return null;
}

export function exactSum(numbers) {
  const scaled = scale(numbers);
  if (!scaled) return sumFloats(numbers);
  let sum = 0, size = 0;
  for (const number of scaled.whole) { sum += number; size += Math.abs(number); }
  return (size < WHOLE ? sum : sumFloats(scaled.whole)) / scaled.unit;
}

// The float nearest to the true sum of floats: Shewchuk's partial sums, which do not overlap.
function sumFloats(numbers) {
  const parts = [];
  for (const number of numbers) {
    let x = number, kept = 0;
    for (let y of parts) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y, low = y - (high - x);
      if (low) parts[kept++] = low;
      x = high;
    }
    parts.length = kept;
    parts.push(x);
  }
  return roundParts(parts);
}

// From the largest part down; a tie of the last bit is broken by the part below.
function roundParts(parts) {
  if (!parts.length) return 0;
  let at = parts.length - 1, high = parts[at], low = 0;
  while (at > 0) {
    const x = high, y = parts[--at];
    high = x + y;
    low = y - (high - x);
    if (low) break;
  }
  if (at > 0 && low && Math.sign(low) === Math.sign(parts[at - 1])) {
    const twice = low * 2, next = high + twice;
    if (twice === next - high) return next;
  }
  return high;
}

// The sums of people (n) in `size` bins (n: the bin of each, -1 for none); people of few decimals in one pass.
export class Sums {
  constructor(people) { this.people = people; this.scaled = scale(people); this.fits = Boolean(this.scaled) && this.scaled.whole.reduce((sum, one) => sum + Math.abs(one), 0) < WHOLE; }

  inBins(bins, size) {
    if (this.fits) {
      const sums = new Float64Array(size), { whole, unit } = this.scaled;
      for (let i = 0; i < bins.length; i++) if (bins[i] >= 0) sums[bins[i]] += whole[i];
      return sums.map((sum) => sum / unit);
    }
    const parts = Array.from({ length: size }, () => []);
    for (let i = 0; i < bins.length; i++) if (bins[i] >= 0 && this.people[i]) parts[bins[i]].push(this.people[i]);
    return Float64Array.from(parts, exactSum);
  }
}
