// Numbers to shapes: where a value lies on an axis, and paths for SVG. Pure.
// All charts share x: 0 = the stage's beginning, WIDTH = its last batch. y: 0 = top, HEIGHT = bottom.

export const WIDTH = 1000;
export const HEIGHT = 100;
export const HEAT_LEVELS = 7;
const HEAT_DECADES = [-2, 1]; // norms of weight changes, as powers of ten
const RATE_DECADES = [-6, -1];
const MOST_POINTS = 260;
const MEMORY = 0.9; // of the smoothed loss, per point

function share(value, [low, high]) {
  return Math.min(Math.max((value - low) / (high - low), 0), 1);
}

/** A weight change as a level: 0 = none, then 1 to HEAT_LEVELS by powers of ten. */
export function heatLevel(change) {
  if (!change) return 0;
  return 1 + Math.min(Math.floor(share(Math.log10(change), HEAT_DECADES) * HEAT_LEVELS), HEAT_LEVELS - 1);
}

/** The length of a rate's bar, in [0, 1], by powers of ten. */
export function rateShare(rate) {
  return rate > 0 ? share(Math.log10(rate), RATE_DECADES) : 0;
}

/** A value's place on an axis: {low, high, log}. Beyond the bounds it lies on the border. */
export function yOf(value, axis) {
  const scale = axis.log ? Math.log10 : (x) => x;
  return HEIGHT * (1 - share(scale(value), [scale(axis.low), scale(axis.high)]));
}

/** Where the end of batch number `count` of a stage lies. */
export function xOf(count, nBatches) {
  return nBatches ? (WIDTH * count) / nBatches : 0;
}

const round = (value) => Math.round(value * 10) / 10;

/** An SVG path through points [[x, y], ...]. */
export function linePath(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${round(x)} ${round(y)}`).join("");
}

/** A path that marks each point with a dot, drawn by round line ends. */
export function dotPath(points) {
  return points.map(([x, y]) => `M${round(x)} ${round(y)}h0`).join("");
}

/** Means of the first `count` values in at most MOST_POINTS stretches: [[batches so far, mean], ...]. */
export function thinned(values, count) {
  const size = Math.max(1, Math.ceil(count / MOST_POINTS));
  const points = [];
  for (let start = 0; start < count; start += size) {
    const part = values.slice(start, Math.min(start + size, count)).filter((value) => value !== null);
    if (part.length) points.push([start + part.length, part.reduce((a, b) => a + b, 0) / part.length]);
  }
  return points;
}

/** A running mean that forgets; the first values are not drawn towards zero. */
export function smoothed(points) {
  let [sum, weight] = [0, 0];
  return points.map(([x, y]) => {
    sum = MEMORY * sum + (1 - MEMORY) * y;
    weight = MEMORY * weight + (1 - MEMORY);
    return [x, sum / weight];
  });
}

/**
 * A group's weight changes over its stage as one path a level, so that a ribbon needs few elements.
 * @returns {string[]} path of level 0 (no change) to HEAT_LEVELS; x in batches, y from 0 to 1.
 */
export function ribbonPaths(changes, place, count, nBatches) {
  const paths = Array.from({ length: HEAT_LEVELS + 1 }, () => "");
  const size = Math.max(1, Math.ceil(nBatches / MOST_POINTS));
  let [start, level] = [0, -1];
  const close = (end) => level >= 0 && (paths[level] += `M${start} 0H${end}V1H${start}Z`);
  for (let from = 0; from < count; from += size) {
    const end = Math.min(from + size, count);
    let most = 0;
    for (let at = from; at < end; at++) most = Math.max(most, changes[at][place] ?? 0);
    const next = heatLevel(most);
    if (next === level) continue;
    close(from);
    [start, level] = [from, next];
  }
  close(count);
  return paths;
}
