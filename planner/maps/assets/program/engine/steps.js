// Work in steps: a generator may be paused wherever it yields, so that a page without workers stays usable.

/** Runs what a generator does at once. */
export function runAll(steps) {
  for (;;) { const { done, value } = steps.next(); if (done) return value; }
}
