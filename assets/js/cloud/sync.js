// The two-way street to the page: what the reader did goes out, what the page wants comes in, and the newer wins.
import { selectPoint, setColour, setLayer, setLayout } from "./actions.js";
import { savedCamera } from "./camera.js";
import { touch } from "./state.js";

const QUIET_MS = 250; // stillness before the page is told
const ECHO_MS = 8000; // how long an answer of the page may be under way

const FOLLOWED = ["layer", "layout", "color_by", "selected"];

/** The state a link or a saved page needs. */
export function sharedView(viewer) {
  return { ...viewer.view, camera: savedCamera(viewer.camera) };
}

function remember(viewer, view) {
  const time = performance.now();
  for (const key of FOLLOWED) viewer.sent[key].push({ value: view[key], time });
}

function tellPage(viewer) {
  if (!viewer.cloud) return;
  if (viewer.playing || viewer.dragging) return scheduleTelling(viewer);
  const view = sharedView(viewer);
  const key = JSON.stringify(view);
  if (key === viewer.toldKey) return;
  viewer.toldKey = key;
  remember(viewer, view);
  viewer.host.onView(view);
}

/** Tell the page about the view once nothing has changed for a moment. */
export function scheduleTelling(viewer) {
  clearTimeout(viewer.tellTimer);
  viewer.tellTimer = setTimeout(() => tellPage(viewer), QUIET_MS);
}

/** Start remembering from scratch, as for a new cloud. */
export function forgetSent(viewer) {
  viewer.sent = Object.fromEntries(FOLLOWED.map((key) => [key, []]));
}

/** Note a selection that was reported at once, ahead of the view. */
export function rememberPick(viewer, id) {
  viewer.sent.selected.push({ value: id, time: performance.now() });
}

// True if the page only repeats what this viewer told it: the reader may have moved on since.
function isEcho(viewer, key, value) {
  const now = performance.now();
  const sent = viewer.sent[key].filter((entry) => now - entry.time < ECHO_MS);
  const at = sent.findIndex((entry) => entry.value === value);
  viewer.sent[key] = at >= 0 ? sent.slice(at) : sent;
  return at >= 0;
}

/** A layer as the page may name it: a number or a layer's name. */
export function layerIndex(cloud, layer) {
  const index = typeof layer === "string" ? cloud.layers.indexOf(layer) : layer;
  return Number.isInteger(index) && index >= 0 && index < cloud.layers.length ? index : 0;
}

const APPLY = {
  layer: (viewer, value) => setLayer(viewer, layerIndex(viewer.cloud, value)),
  layout: (viewer, value) => setLayout(viewer, value),
  color_by: (viewer, value) => setColour(viewer, value ?? ""),
  selected: (viewer, value) => selectPoint(viewer, value ?? null, true),
};

/** Follow those wishes of the page that are new: not unchanged since last time, and not our own echo. */
export function followPage(viewer, data) {
  for (const key of FOLLOWED) {
    const value = data[key] ?? (key === "selected" ? null : undefined);
    if (value === undefined || value === viewer.lastData?.[key]) continue;
    if (!isEcho(viewer, key, value)) APPLY[key](viewer, value);
  }
  noteWishes(viewer, data);
}

/** Remember what the page asked for last, so that only a change of mind counts as a wish. */
export function noteWishes(viewer, data) {
  viewer.lastData = { layer: data.layer, layout: data.layout, color_by: data.color_by, selected: data.selected ?? null };
}

/** Take over neighbours, palette, size and mode, which are the page's alone. */
export function takeOver(viewer, data) {
  const neighboursKey = JSON.stringify(data.neighbours ?? null);
  if (neighboursKey !== viewer.neighboursKey) {
    viewer.neighboursKey = neighboursKey;
    viewer.neighbours = data.neighbours ?? null;
    viewer.neighboursVersion = (viewer.neighboursVersion ?? 0) + 1;
    viewer.cursor = -1;
    if (viewer.cloud) viewer.announceSelection();
  }
  viewer.neighboursStatus = data.neighbours_status ?? "";
  viewer.paletteKey = JSON.stringify(data.palette ?? null);
  viewer.palette = data.palette ?? null;
  viewer.presenter = Boolean(data.presenter);
  viewer.root.classList.toggle("cs-presenter", viewer.presenter);
  viewer.root.style.setProperty("--cs-height", `${data.height ?? 560}px`);
  touch(viewer, "flags", "colours", "controls", "labels");
}
