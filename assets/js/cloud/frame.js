// One frame: work out what is out of date, paint guides, points and labels, and ask for the next frame while things move.
import { cameraFrame } from "./camera.js";
import { drawGuides } from "./guides.js";
import { orientingIds } from "./labels.js";
import { drawMarks } from "./marks.js";
import { drawOverlay } from "./overlay.js";
import { refreshControls, writeAttributes } from "./refresh.js";
import { drawPoints, uploadColours, uploadFlags } from "./renderer.js";
import { mixGuides } from "./sources.js";
import { colourAttribute, easeInOut, MORPH_MS, touch, updateFlags } from "./state.js";
import { colourTable } from "./theme.js";
import { updateTooltip } from "./tooltip.js";

const PANEL_SHARE = 0.29; // of the stage's width
const REST_MS = 140; // stillness after which orienting labels are chosen anew

function pointSizeFor(viewer) {
  const { cloud, size, presenter, camera } = viewer;
  const byCount = Math.min(Math.max(10.4 - 1.45 * Math.log10(Math.max(cloud.n, 10)), 2.6), 8);
  const bySpace = Math.min(Math.max(Math.min(size.width, size.height) / 460, 0.8), 2);
  const byZoom = Math.min(Math.max((3.7 / camera.distance) ** 0.3, 0.8), 2.5);
  return byCount * bySpace * byZoom * (presenter ? 1.45 : 1);
}

/** What the renderer needs in order to draw or pick the points of this moment. */
export function sceneOf(viewer, frame, ratio = viewer.size.ratio) {
  return {
    n: viewer.cloud.n,
    morph: viewer.morph,
    flags: viewer.flags,
    attribute: colourAttribute(viewer),
    modulus: viewer.modulus,
    quiet: viewer.theme.text.map((value, i) => (value + viewer.theme.background[i]) / 2),
    pointSize: viewer.pointSize,
    flat: viewer.camera.flat > 0.999 ? 1 : 0,
    frame,
    ratio,
  };
}

/** The camera as it is now, for a canvas of the viewer's size. */
export function frameOf(viewer, aside = viewer.aside) {
  return cameraFrame(viewer.camera, viewer.size.width, viewer.size.height, aside);
}

// A panel that covers much of a narrow stage pushes the picture aside; elsewhere there is room for both.
function wantedAside({ ui, size }) {
  const covered = ui.panel.hidden ? 0 : ui.panel.offsetWidth / size.width;
  return covered > PANEL_SHARE && covered < 0.7 ? -covered : 0;
}

function stepAside(viewer) {
  const way = wantedAside(viewer) - viewer.aside;
  const arrived = Math.abs(way) < 0.004 || viewer.reducedMotion.matches;
  viewer.aside += arrived ? way : way * 0.35;
  return !arrived;
}

/** Bring all movements up to the time `now`; true while something still moves. */
function advance(viewer, now) {
  const { morph, flattening, camera } = viewer;
  if (morph.active) {
    const t = Math.min(Math.max((now - morph.start) / MORPH_MS, 0), 1);
    morph.mix = easeInOut(t);
    morph.active = t < 1;
    if (!morph.active) touch(viewer, "labels");
  }
  if (flattening) {
    const t = Math.min(Math.max((now - flattening.start) / flattening.duration, 0), 1);
    camera.flat = flattening.from + (flattening.to - flattening.from) * easeInOut(t);
    if (t >= 1) viewer.flattening = null;
  }
  return stepAside(viewer) || morph.active || viewer.flattening !== null;
}

function updateUploads(viewer) {
  const { dirty, renderer } = viewer;
  if (dirty.has("flags")) {
    viewer.shown = updateFlags(viewer);
    uploadFlags(renderer, viewer.flags);
  }
  if (dirty.has("colours")) {
    const { colours, modulus } = colourTable(colourAttribute(viewer), viewer.palette, viewer.theme);
    viewer.modulus = modulus;
    uploadColours(renderer, colours);
  }
}

function cleared(canvas, { width, height, ratio }) {
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return ctx;
}

/** Draw guides and words on 2D contexts scaled to CSS pixels: one behind the points, one in front of them. */
export function paintAround(viewer, under, over, frame) {
  const { theme, presenter, morph, cloud, view } = viewer;
  const guides = mixGuides(viewer.guides.from, viewer.guides.to, morph.mix);
  const scale = presenter ? 1.5 : 1;
  const names = cloud.layouts[view.layout].axes ?? [];
  if (under) drawGuides(under, guides, frame, theme, scale);
  if (!over) return;
  const marks = drawMarks(over, guides, frame, theme, scale, names);
  drawOverlay(over, viewer, frame, [...viewer.kept, ...marks]);
}

function orientAtRest(viewer, wait) {
  clearTimeout(viewer.restTimer);
  viewer.restTimer = setTimeout(() => {
    if (viewer.morph.active || viewer.dragging) return orientAtRest(viewer, REST_MS);
    viewer.orienting = orientingIds(viewer, frameOf(viewer));
    touch(viewer);
  }, wait);
}

/** Paint the viewer as it is at the time `now` (milliseconds). */
export function drawViewer(viewer, now) {
  const { cloud, renderer, ui, size, dirty } = viewer;
  if (!cloud || !renderer || renderer.gl.isContextLost() || size.width < 2 || size.height < 2) return;
  updateUploads(viewer);
  if (dirty.has("controls") || dirty.has("flags")) refreshControls(viewer);
  const moving = advance(viewer, now);
  viewer.pointSize = pointSizeFor(viewer);
  const frame = frameOf(viewer);
  viewer.frame = frame;
  drawPoints(renderer, sceneOf(viewer, frame));
  paintAround(viewer, cleared(ui.under, size), cleared(ui.over, size), frame);
  updateTooltip(viewer, frame);
  if (dirty.has("labels")) orientAtRest(viewer, viewer.orienting.length ? REST_MS : 0);
  dirty.clear();
  writeAttributes(viewer);
  if (moving || viewer.morph.active) touch(viewer);
}
