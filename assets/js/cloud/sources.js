// Where points are: a layout at a layer, or a snapshot of a morph that was interrupted half way.
// A source maps stored numbers to the unit ball the camera looks at: multiply, add, stand upright, shift.

const CONE_RADIUS = 1.08; // room above the unit sphere for the name of its axis
const SAMPLE = 1500; // points per layer that decide the framing

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

// The middle 98 % of each axis, over all layers at once: a few far outliers must not shrink the cloud to a dot.
function axisRange(cloud, layout, axis) {
  const total = cloud.n * cloud.layers.length;
  const step = Math.max(1, Math.floor(total / (SAMPLE * cloud.layers.length)));
  const values = [];
  for (let i = 0; i < total; i += step) values.push(layout.quantised[i * 3 + axis]);
  values.sort((a, b) => a - b);
  const coordinate = (q) => ((q / 65535) * 2 - 1) * layout.scale;
  return [coordinate(quantile(values, 0.01)), coordinate(quantile(values, 0.99))];
}

/**
 * One centre and one radius for all layers of a layout, so that movement between layers is never hidden.
 * The origin counts as part of a linear layout: how far the cloud sits from it is the phenomenon.
 */
function frameLayout(cloud, layout) {
  if (layout.framing) return layout.framing;
  if (layout.kind === "cone") return (layout.framing = { centre: [0, 0, 0], radius: CONE_RADIUS });
  const ranges = [0, 1, 2].map((axis) => axisRange(cloud, layout, axis));
  if (layout.kind === "linear") {
    const unit = layout.unit_radius ?? 0;
    for (const range of ranges) {
      range[0] = Math.min(range[0], -unit);
      range[1] = Math.max(range[1], unit);
    }
  }
  const centre = ranges.map(([low, high]) => (low + high) / 2);
  const halves = ranges.map(([low, high]) => (high - low) / 2);
  const radius = Math.max(Math.hypot(...halves) * 0.95, ...halves) || 1;
  return (layout.framing = { centre, radius });
}

/** The source for a layout at a layer. */
export function layoutSource(cloud, name, layer) {
  const layout = cloud.layouts[name];
  const { centre, radius } = frameLayout(cloud, layout);
  return {
    key: name,
    array: layout.quantised,
    unit: 65535,
    start: layer * cloud.n * 3,
    multiply: (2 * layout.scale) / radius,
    add: -layout.scale / radius,
    upright: layout.kind === "cone",
    shift: centre.map((value) => -value / radius),
  };
}

/** A point's place in the unit ball, written into `out`. */
export function readPosition(source, id, out) {
  const at = source.start + id * 3;
  const factor = source.multiply / source.unit;
  const x = source.array[at] * factor + source.add;
  const y = source.array[at + 1] * factor + source.add;
  const z = source.array[at + 2] * factor + source.add;
  out[0] = x + source.shift[0];
  // The cone's axis is stored as +z and drawn pointing up.
  out[1] = (source.upright ? z : y) + source.shift[1];
  out[2] = (source.upright ? -y : z) + source.shift[2];
  return out;
}

const PLACE_A = [0, 0, 0];
const PLACE_B = [0, 0, 0];

/** A point's place now, between the two ends of a morph. */
export function mixedPosition(morph, id, out) {
  if (morph.mix >= 1) return readPosition(morph.to, id, out);
  readPosition(morph.from, id, PLACE_A);
  readPosition(morph.to, id, PLACE_B);
  for (let i = 0; i < 3; i++) out[i] = PLACE_A[i] + (PLACE_B[i] - PLACE_A[i]) * morph.mix;
  return out;
}

/** A source that holds every point where it is now, so that a new morph can start from mid-air without a jump. */
export function snapshotSource(morph, n) {
  const array = new Float32Array(n * 3);
  const place = [0, 0, 0];
  for (let id = 0; id < n; id++) array.set(mixedPosition(morph, id, place), id * 3);
  return { key: "snapshot", array, unit: 1, start: 0, multiply: 1, add: 0, upright: false, shift: [0, 0, 0] };
}

/**
 * What belongs around the points of a layout at a layer, in the unit ball: origin, unit sphere, cones.
 * All numbers, so that two of them can be mixed while the points morph.
 */
export function guideShape(cloud, name, layer) {
  const layout = cloud.layouts[name];
  const { centre, radius } = frameLayout(cloud, layout);
  const cone = layout.kind === "cone";
  const degrees = layout.per_layer?.[layer] ?? {};
  return {
    axes: layout.kind === "linear" ? 1 : 0,
    cone: cone ? 1 : 0,
    sphere: cone || (layout.kind === "linear" && layout.unit_radius) ? 1 : 0,
    sphereRadius: (cone ? 1 : layout.unit_radius ?? 0) / radius,
    x: -centre[0] / radius,
    y: -centre[1] / radius,
    z: -centre[2] / radius,
    median: degrees.median_deg ?? 0,
    p95: degrees.p95_deg ?? 0,
  };
}

/** Number by number between two guide shapes. */
export function mixGuides(from, to, t) {
  const mixed = {};
  for (const name of Object.keys(to)) mixed[name] = from[name] + (to[name] - from[name]) * t;
  return mixed;
}
