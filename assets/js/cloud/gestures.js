// Mouse, pen and touch on the picture.
import { clearStepwise, selectPoint, toggleCategory } from "./actions.js";
import { orbitCamera, panCamera, zoomCamera } from "./camera.js";
import { touch } from "./state.js";

const CLICK_SLACK = 5; // CSS pixels a hand may tremble during a click
const TURN = 0.0075; // radians per CSS pixel
const HINT_MS = 1600;

function localPoint(viewer, event) {
  const box = viewer.ui.canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function moved(viewer) {
  touch(viewer, "labels");
  viewer.changed();
}

function dragOne(viewer, gesture, event, dx, dy) {
  const pan = gesture.pan || event.shiftKey || viewer.view.flat;
  if (pan) panCamera(viewer.camera, viewer.frame, dx, dy);
  else orbitCamera(viewer.camera, -dx * TURN, dy * TURN);
  moved(viewer);
}

// Two fingers: their middle pans, their distance zooms.
function dragTwo(viewer, before, after) {
  const middle = (points) => [(points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2];
  const apart = (points) => Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]) || 1;
  const [from, to] = [middle(before), middle(after)];
  panCamera(viewer.camera, viewer.frame, to[0] - from[0], to[1] - from[1]);
  zoomCamera(viewer.camera, viewer.frame, apart(before) / apart(after), to[0], to[1]);
  moved(viewer);
}

function onDown(viewer, gesture, event) {
  const { canvas } = viewer.ui;
  canvas.classList.add("cs-by-pointer");
  canvas.focus({ preventScroll: true });
  canvas.setPointerCapture(event.pointerId);
  if (!gesture.points.size) Object.assign(gesture, { travelled: 0, pan: event.button === 2 });
  gesture.points.set(event.pointerId, localPoint(viewer, event));
}

function onMove(viewer, gesture, event) {
  if (!viewer.frame) return;
  const to = localPoint(viewer, event);
  const from = gesture.points.get(event.pointerId);
  if (!from) return requestHover(viewer, gesture, to);
  const before = [...gesture.points.values()];
  gesture.points.set(event.pointerId, to);
  gesture.travelled += Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (gesture.travelled < CLICK_SLACK) return;
  viewer.dragging = true;
  viewer.setHover(-1);
  if (before.length === 1) dragOne(viewer, gesture, event, to[0] - from[0], to[1] - from[1]);
  else if (before.length === 2) dragTwo(viewer, before, [...gesture.points.values()]);
}

function onUp(viewer, gesture, event) {
  const at = gesture.points.get(event.pointerId);
  gesture.points.delete(event.pointerId);
  if (gesture.points.size) return;
  viewer.dragging = false;
  const click = at && event.type === "pointerup" && event.button === 0 && gesture.travelled < CLICK_SLACK;
  if (click) clickAt(viewer, at);
}

function clickAt(viewer, [x, y]) {
  const id = viewer.pick(x, y);
  if (id >= 0) selectPoint(viewer, id);
  else if (viewer.view.selected !== null) selectPoint(viewer, null);
  else if (viewer.focused.size) toggleCategory(viewer, null);
  else if (viewer.query) clearStepwise(viewer);
}

// Picking draws all points once more, so at most one pick for each frame.
function requestHover(viewer, gesture, place) {
  gesture.hover = place;
  if (gesture.hoverScheduled) return;
  gesture.hoverScheduled = true;
  requestAnimationFrame(() => {
    gesture.hoverScheduled = false;
    if (!gesture.hover || viewer.dragging || !viewer.cloud || viewer.morph.active) return;
    viewer.setHover(viewer.pick(...gesture.hover));
  });
}

function showHint(viewer) {
  const { hint } = viewer.ui;
  hint.textContent = viewer.text.zoom_hint;
  hint.hidden = false;
  clearTimeout(viewer.hintTimer);
  viewer.hintTimer = setTimeout(() => (hint.hidden = true), HINT_MS);
}

// The page must scroll past the picture: the wheel zooms only when asked to, by Ctrl or by a click before.
function onWheel(viewer, event) {
  if (!viewer.frame) return;
  if (!event.ctrlKey && !viewer.ui.canvas.matches(":focus")) return showHint(viewer);
  event.preventDefault();
  const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
  const factor = Math.exp(Math.min(Math.max(pixels, -240), 240) * (event.ctrlKey ? 0.006 : 0.0016));
  zoomCamera(viewer.camera, viewer.frame, factor, ...localPoint(viewer, event));
  moved(viewer);
}

/** Listen to pointers and wheel on the viewer's canvas. */
export function listenToPointers(viewer) {
  const { canvas } = viewer.ui;
  const gesture = { points: new Map(), travelled: 0, pan: false, hover: null, hoverScheduled: false };
  canvas.addEventListener("pointerdown", (event) => onDown(viewer, gesture, event));
  canvas.addEventListener("pointermove", (event) => onMove(viewer, gesture, event));
  canvas.addEventListener("pointerup", (event) => onUp(viewer, gesture, event));
  canvas.addEventListener("pointercancel", (event) => onUp(viewer, gesture, event));
  canvas.addEventListener("pointerleave", () => {
    gesture.hover = null;
    viewer.setHover(-1);
  });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("wheel", (event) => onWheel(viewer, event), { passive: false });
}
