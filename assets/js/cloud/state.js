// The viewer's state and what follows from it. One plain object per viewer, kept on its root element.
import { FLAG } from "./shaders.js";
import { guideShape, layoutSource, mixGuides, snapshotSource } from "./sources.js";

/** How long points travel between two layers or layouts, in milliseconds. */
export const MORPH_MS = 450;

/** The state before any cloud has arrived. */
export function emptyState() {
  return {
    cloud: null,
    view: { layer: 0, layout: "", color_by: "", selected: null, flat: false },
    morph: null,
    guides: null,
    flags: new Uint8Array(0),
    shown: 0,
    neighbours: null,
    neighboursStatus: "",
    cursor: -1, // which neighbour the n key stands on
    query: "",
    hits: [],
    isolated: null, // the ids left on screen, or null for all
    focused: new Set(), // categories picked in the legend
    hover: -1,
    playing: false,
    dragging: false,
    palette: null,
    presenter: false,
    ui: {}, // the elements, by name
    dirty: new Set(), // what the next frame must work out anew
    scheduled: 0,
    size: { width: 0, height: 0, ratio: 1 },
    frame: null,
    aside: 0, // how far the picture has stepped aside for the panel
    flattening: null, // the passage between 3D and flat
    theme: null,
    modulus: 1,
    pointSize: 4,
    orienting: [], // points that may carry a label for orientation
    kept: [], // boxes of the stage that labels keep clear of
  };
}

/** The attribute that colours the points, or null. */
export function colourAttribute(viewer) {
  return viewer.cloud?.attributes[viewer.view.color_by] ?? null;
}

/** The selected point's neighbours at the current layer: [{id, cosine}], empty while unknown. */
export function currentNeighbours(viewer) {
  const { neighbours, view } = viewer;
  if (!neighbours || view.selected === null || neighbours.picked !== view.selected) return [];
  return (neighbours.layers?.[view.layer] ?? []).filter(({ id }) => id >= 0 && id < viewer.cloud.n);
}

/** Recompute each point's part in the picture; returns how many points are shown. */
export function updateFlags(viewer) {
  const { flags, view, hits, focused, isolated } = viewer;
  const attribute = colourAttribute(viewer);
  const byCategory = focused.size > 0 && attribute?.kind === "category";
  const quiet = view.selected !== null || viewer.query !== "" || byCategory;
  flags.fill(quiet ? FLAG.DIM : FLAG.NORMAL);
  if (attribute?.has_background && !quiet) {
    for (let id = 0; id < flags.length; id++) if (attribute.values[id] !== 0) flags[id] = FLAG.HIT;
  }
  if (byCategory) {
    const kept = view.selected === null && viewer.query === "" ? FLAG.NORMAL : FLAG.DIM;
    for (let id = 0; id < flags.length; id++) if (focused.has(attribute.values[id])) flags[id] = kept;
  }
  for (const id of hits) flags[id] = view.selected === null ? FLAG.HIT : FLAG.NORMAL;
  for (const { id } of currentNeighbours(viewer)) flags[id] = FLAG.NEIGHBOUR;
  if (view.selected !== null) flags[view.selected] = FLAG.SELECTED;
  if (!isolated) return flags.length;
  for (let id = 0; id < flags.length; id++) if (!isolated.has(id)) flags[id] = FLAG.HIDDEN;
  return isolated.size;
}

/** Put the points at the current layout and layer at once. */
export function settleMorph(viewer) {
  const { cloud, view } = viewer;
  const to = layoutSource(cloud, view.layout, view.layer);
  const guides = guideShape(cloud, view.layout, view.layer);
  viewer.morph = { from: to, to, fromLayer: view.layer, toLayer: view.layer, mix: 1, start: 0, active: false };
  viewer.guides = { from: guides, to: guides };
}

/** Let the points travel from where they are to the current layout and layer. */
export function startMorph(viewer) {
  const { cloud, view, morph } = viewer;
  if (viewer.reducedMotion.matches) return settleMorph(viewer);
  const guides = mixGuides(viewer.guides.from, viewer.guides.to, morph.mix);
  viewer.morph = {
    from: morph.active ? snapshotSource(morph, cloud.n) : morph.to,
    to: layoutSource(cloud, view.layout, view.layer),
    fromLayer: morph.toLayer,
    toLayer: view.layer,
    mix: 0,
    start: performance.now(),
    active: true,
  };
  viewer.guides = { from: guides, to: guideShape(cloud, view.layout, view.layer) };
}

/** Ease in and out: slow, fast, slow, for t in [0, 1]. */
export function easeInOut(t) {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

/**
 * Ask for a new frame, and say what must be worked out before it.
 * @param {...("flags"|"colours"|"controls"|"labels")} what is out of date.
 */
export function touch(viewer, ...what) {
  for (const part of what) viewer.dirty.add(part);
  if (viewer.scheduled) return;
  viewer.scheduled = requestAnimationFrame((now) => {
    viewer.scheduled = 0;
    viewer.drawFrame(now);
  });
}
