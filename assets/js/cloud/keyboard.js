// Everything by keyboard. Keys work while the focus is anywhere in the viewer, except while typing.
import { clearStepwise, cycleName, isolate, nextNeighbour, resetCamera, selectPoint } from "./actions.js";
import { setColour, setFlat, setLayer, setLayout, showAll, togglePlay } from "./actions.js";
import { orbitCamera, panCamera, zoomCamera } from "./camera.js";
import { toggleHelp } from "./shell.js";
import { currentNeighbours, touch } from "./state.js";

const TURN_STEP = 0.09; // radians
const MOVE_STEP = 28; // CSS pixels

function move(viewer, x, y) {
  if (viewer.view.flat) panCamera(viewer.camera, viewer.frame, -x * MOVE_STEP, -y * MOVE_STEP);
  else orbitCamera(viewer.camera, x * TURN_STEP, -y * TURN_STEP);
  touch(viewer, "labels");
  viewer.changed();
}

function zoom(viewer, factor) {
  zoomCamera(viewer.camera, viewer.frame, factor);
  touch(viewer, "labels");
  viewer.changed();
}

function chooseNeighbour(viewer) {
  const neighbour = currentNeighbours(viewer)[viewer.cursor];
  if (neighbour) selectPoint(viewer, neighbour.id);
}

// Keys that would change a focused button, slider or list are left to it.
const PICTURE_KEYS = {
  ArrowLeft: (viewer) => move(viewer, -1, 0),
  ArrowRight: (viewer) => move(viewer, 1, 0),
  ArrowUp: (viewer) => move(viewer, 0, -1),
  ArrowDown: (viewer) => move(viewer, 0, 1),
  " ": (viewer) => togglePlay(viewer),
  Enter: (viewer) => chooseNeighbour(viewer),
};

const ANYWHERE_KEYS = {
  "+": (viewer) => zoom(viewer, 0.87),
  "=": (viewer) => zoom(viewer, 0.87),
  "-": (viewer) => zoom(viewer, 1.15),
  ",": (viewer) => setLayer(viewer, viewer.view.layer - 1),
  ".": (viewer) => setLayer(viewer, viewer.view.layer + 1),
  0: (viewer) => resetCamera(viewer),
  2: (viewer) => setFlat(viewer, !viewer.view.flat),
  i: (viewer) => isolate(viewer),
  a: (viewer) => showAll(viewer),
  c: (viewer) => setColour(viewer, cycleName([...Object.keys(viewer.cloud.attributes), ""], viewer.view.color_by)),
  l: (viewer) => setLayout(viewer, cycleName(Object.keys(viewer.cloud.layouts), viewer.view.layout)),
  n: (viewer) => nextNeighbour(viewer),
  "/": (viewer) => viewer.ui.search.focus(),
  "?": (viewer) => toggleHelp(viewer),
};

function escape(viewer) {
  if (!viewer.ui.help.hidden) return toggleHelp(viewer, false);
  if (viewer.ui.search.matches(":focus")) {
    viewer.ui.search.value = "";
    viewer.ui.canvas.focus({ preventScroll: true });
  }
  clearStepwise(viewer);
}

function actionFor(viewer, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  // Inside a shadow root the event's own target is the inner element; outside listeners would see the host.
  const target = event.composedPath()[0];
  if (event.key === "Escape") return escape;
  if (target.matches("input[type=search], select")) return undefined;
  return ANYWHERE_KEYS[event.key] ?? (target === viewer.ui.canvas ? PICTURE_KEYS[event.key] : undefined);
}

/** Listen to keys in the viewer. */
export function listenToKeys(viewer) {
  viewer.root.addEventListener("keydown", (event) => {
    // The page has shortcuts of its own (Streamlit: c clears caches, r reruns), which must not fire while in here.
    if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== "Tab") event.stopPropagation();
    viewer.ui.canvas.classList.remove("cs-by-pointer");
    if (!viewer.cloud || !viewer.frame) return;
    const action = actionFor(viewer, event);
    if (!action) return;
    event.preventDefault();
    action(viewer);
  });
}
