// How slope changes speeds: planner/plan/slopes.py once more. A grade is rise over run in the direction of the walk.

// What stands for a height that is not known, metres.
const NO_HEIGHT = -1e6;

/** Heights of nodes as the page has them: NaN where none is known. @param {Float64Array} written */
export const readHeights = (written) => written.map((height) => (height <= NO_HEIGHT ? NaN : height));

const IC_LEVEL = 0.11 + Math.exp(-25 / 1800), BRAKED = 0.05;

/** @type {{[name: string]: (grade: number) => number}} Speed as a share of that on level ground. */
const FACTORS = {
  tobler: (grade) => Math.exp(-3.5 * (Math.abs(grade + 0.05) - 0.05)),
  'irmischer-clarke': (grade) => (0.11 + Math.exp(-((100 * grade + 5) ** 2) / 1800)) / IC_LEVEL,
  'parkin-rotheram': (grade) => Math.max(1 + (100 * (0.2379 * Math.min(Math.max(-grade, 0), BRAKED) - 0.4002 * Math.max(grade, 0))) / 6.01, 0),
  none: () => 1,
};

/**
 * Minutes a metre of each edge towards v, and towards u; Infinity where nobody passes.
 * @param {any} network @param {any} profile of the head
 * @param {{level: Float64Array, plain: Float64Array, push: number, rides: boolean}} known `level`: minutes a metre on level ground, steps included;
 * `plain`: of steps as if they were none; `push`: metres a minute where a bicycle is pushed.
 */
export function findSlopedPaces(network, profile, { level, plain, push, rides }) {
  const { u, v, length, height, flat, steps, ride } = network, towardsV = level.slice(), towardsU = level.slice(), ridden = FACTORS[profile.slope];
  const limit = profile.max_grade === null ? Infinity : profile.max_grade;
  const pace = (e, grade) => {
    let found = rides ? 1 / (push * FACTORS.tobler(grade)) : plain[e] / ridden(grade);
    if (rides && ride[e]) found = Math.min(plain[e] / ridden(grade), found);
    return steps[e] ? Math.max(found, level[e]) : found;
  };
  for (let e = 0; e < level.length; e++) {
    if (!(level[e] < Infinity)) continue;
    const grade = flat[e] || !(length[e] > 0) ? 0 : (height[v[e]] - height[u[e]]) / length[e];
    if (Math.abs(grade) > limit) { towardsV[e] = towardsU[e] = Infinity; continue; }
    towardsV[e] = pace(e, grade);
    towardsU[e] = pace(e, -grade);
  }
  return [towardsV, towardsU];
}
