// A viewer: elements, renderer and state on one root node, ready to be given clouds.
import { createCamera, placeCamera } from "./camera.js";
import { fill, make } from "../shared/dom.js";
import { drawViewer, frameOf, sceneOf } from "./frame.js";
import { listenToPointers } from "./gestures.js";
import { listenToKeys } from "./keyboard.js";
import { parsePacket } from "./packet.js";
import { refreshForCloud } from "./refresh.js";
import { clearBuffers, createRenderer, pickPoint } from "./renderer.js";
import { buildShell } from "./shell.js";
import { mixedPosition } from "./sources.js";
import { currentNeighbours, emptyState, settleMorph, touch } from "./state.js";
import { forgetSent, layerIndex, rememberPick, scheduleTelling, sharedView } from "./sync.js";
import { texts } from "./text.js";
import { readTheme } from "./theme.js";

let cloudCount = 0;

/** Read the page's colours again; they change with its theme. */
export function refreshTheme(viewer) {
  const theme = readTheme(viewer.root, viewer.ui.accent);
  if (viewer.theme?.key === theme.key) return;
  viewer.theme = theme;
  viewer.root.classList.toggle("cs-dark", theme.dark);
  touch(viewer, "colours", "controls");
}

function fitCanvases(viewer) {
  const { stage, under, canvas, over } = viewer.ui;
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  const [width, height] = [stage.clientWidth, stage.clientHeight];
  viewer.size = { width, height, ratio };
  for (const element of [under, canvas, over]) {
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (element.width !== w) element.width = w;
    if (element.height !== h) element.height = h;
  }
  touch(viewer, "controls", "labels");
}

function announceLayer(viewer) {
  const { cloud, view } = viewer;
  const note = cloud.layouts[view.layout].per_layer?.[view.layer]?.note ?? "";
  const where = `Layer ${view.layer} of ${cloud.layers.length - 1}: ${cloud.layers[view.layer]}. ${note}`;
  viewer.announce(`${where} ${neighbourSentence(viewer)}`.trim());
}

function neighbourSentence(viewer) {
  const words = viewer.cloud.words();
  const list = currentNeighbours(viewer).map(({ id, cosine }) => `${words[id]} ${cosine.toFixed(2)}`);
  return list.length ? `Nearest by cosine: ${list.join(", ")}.` : "";
}

function announceSelection(viewer) {
  const { cloud, view } = viewer;
  if (view.selected === null) return viewer.announce("Nothing selected.");
  viewer.announce(`Selected ${cloud.words()[view.selected]}, at ${cloud.layers[view.layer]}. ${neighbourSentence(viewer)}`.trim());
}

function addMethods(viewer) {
  viewer.drawFrame = (now) => drawViewer(viewer, now);
  viewer.fit = () => fitCanvases(viewer);
  viewer.changed = () => {
    scheduleTelling(viewer);
    viewer.host.onChange?.();
  };
  viewer.announce = (sentence) => (viewer.ui.live.textContent = sentence);
  viewer.announceLayer = () => announceLayer(viewer);
  viewer.announceSelection = () => announceSelection(viewer);
  viewer.pick = (x, y) => (viewer.frame ? pickPoint(viewer.renderer, sceneOf(viewer, frameOf(viewer)), x, y) : -1);
  viewer.setHover = (id) => {
    if (viewer.hover === id) return;
    viewer.hover = id;
    viewer.ui.canvas.classList.toggle("cs-over-point", id >= 0);
    touch(viewer);
  };
  viewer.root.conescope = {
    screenPosition: (id) => frameOf(viewer).project(mixedPosition(viewer.morph, id, [0, 0, 0]), [0, 0, 0]).slice(0, 2),
    pick: viewer.pick,
    state: () => ({ ...sharedView(viewer), shown: viewer.shown, hits: viewer.hits.length, hover: viewer.hover, playing: viewer.playing }),
  };
}

// Graphics cards may drop a page's context, on laptops when they sleep; the data is still here.
function watchContext(viewer) {
  const { canvas } = viewer.ui;
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    if (!viewer.disposed) showCover(viewer, viewer.text.lost);
  });
  canvas.addEventListener("webglcontextrestored", () => {
    viewer.renderer = createRenderer(canvas);
    hideCover(viewer);
    touch(viewer, "flags", "colours", "labels");
  });
}

/** Lay a sentence over the stage, with a button if there is something to try. */
export function showCover(viewer, sentence, retry) {
  const again = retry ? [make("button", { type: "button", class: "cs-text-button", onclick: retry }, "Try again")] : [];
  fill(viewer.ui.cover, make("p", {}, sentence), ...again);
  viewer.ui.cover.hidden = false;
}

/** Take the sentence away. */
export function hideCover(viewer) {
  viewer.ui.cover.hidden = true;
}

/**
 * Build a viewer on a root element.
 * @param {HTMLElement} root an element of its own, emptied first.
 * @param host {live, onView(view), onPick(id), onNoWebGL(), onChange()}; `live` where a server can answer a selection.
 * @param labels texts of the page's own in place of the defaults.
 * @returns the viewer, or null where the browser offers no WebGL2 (a sentence then stands in the root).
 */
export function createViewer(root, host, labels) {
  const viewer = { ...emptyState(), root, host, text: texts(labels), camera: createCamera() };
  viewer.reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
  forgetSent(viewer);
  buildShell(viewer);
  viewer.renderer = createRenderer(viewer.ui.canvas);
  if (!viewer.renderer) {
    fill(root, make("p", { class: "cs-sorry" }, viewer.text.no_webgl));
    host.onNoWebGL();
    return null;
  }
  const tellPick = host.onPick;
  viewer.host = { ...host, onPick: (id) => (rememberPick(viewer, id), tellPick(id)) };
  addMethods(viewer);
  watchContext(viewer);
  listenToPointers(viewer);
  listenToKeys(viewer);
  refreshTheme(viewer);
  viewer.observer = new ResizeObserver(viewer.fit);
  viewer.observer.observe(viewer.ui.stage);
  viewer.colourScheme = window.matchMedia("(prefers-color-scheme: dark)");
  viewer.colourScheme.addEventListener("change", () => refreshTheme(viewer));
  return viewer;
}

/** Show a packet, starting from the given view; the camera stays unless the start brings one. */
export function showPacket(viewer, buffer, start) {
  const cloud = parsePacket(buffer);
  cloud.id = ++cloudCount;
  if (viewer.playing) viewer.playing = false;
  clearInterval(viewer.playTimer);
  const pick = (wanted, known) => (known.includes(wanted) ? wanted : known[0] ?? "");
  const selected = Number.isInteger(start.selected) && start.selected >= 0 && start.selected < cloud.n ? start.selected : null;
  Object.assign(viewer, { cloud, flags: new Uint8Array(cloud.n), isolated: null, focused: new Set(), query: "", hits: [] });
  Object.assign(viewer, { hover: -1, cursor: -1, orienting: [], flattening: null });
  const attributes = Object.keys(cloud.attributes);
  viewer.view = { layer: layerIndex(cloud, start.layer), layout: pick(start.layout, Object.keys(cloud.layouts)),
    color_by: start.color_by === "" ? "" : pick(start.color_by, attributes), selected, flat: Boolean(start.flat ?? viewer.view.flat) };
  if (start.camera) placeCamera(viewer.camera, start.camera);
  viewer.camera.flat = viewer.view.flat ? 1 : 0;
  viewer.ui.search.value = "";
  clearBuffers(viewer.renderer);
  forgetSent(viewer);
  settleMorph(viewer);
  refreshForCloud(viewer);
  hideCover(viewer);
  viewer.fit();
  touch(viewer, "flags", "colours", "controls", "labels");
}

/** Stop everything and free the graphics context: browsers allow a page only a few. */
export function disposeViewer(viewer) {
  viewer.disposed = true;
  viewer.observer.disconnect();
  for (const timer of [viewer.playTimer, viewer.tellTimer, viewer.restTimer, viewer.hintTimer]) clearTimeout(timer);
  cancelAnimationFrame(viewer.scheduled);
  viewer.renderer.gl.getExtension("WEBGL_lose_context")?.loseContext();
  viewer.root.replaceChildren();
}
