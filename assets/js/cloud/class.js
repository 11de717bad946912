// In a class: the lecturer's viewer says where it looks, a student's goes there. Neither draws the page anew.
import { selectPoint, setColour, setFlat, setLayer, setLayout } from "./actions.js";
import { placeCamera } from "./camera.js";
import { layerIndex, sharedView } from "./sync.js";
import { touch } from "./state.js";

/** Say where this viewer looks, to whoever on the page wants to know. */
export function tellClass(viewer) {
  if (viewer.cloud) window.dispatchEvent(new CustomEvent("conescope:looked", { detail: sharedView(viewer) }));
}

/** Go where the lecturer's viewer looks. */
export function goWithClass(viewer, wanted) {
  if (!wanted || wanted.replay || !viewer.cloud || viewer.disposed) return;
  if (wanted.layout) setLayout(viewer, wanted.layout);
  if (wanted.color_by !== undefined) setColour(viewer, wanted.color_by ?? "");
  if (Number.isInteger(wanted.layer)) setLayer(viewer, layerIndex(viewer.cloud, wanted.layer));
  if (Boolean(wanted.flat) !== viewer.view.flat) setFlat(viewer, Boolean(wanted.flat));
  selectPoint(viewer, wanted.selected ?? null);
  if (wanted.camera) placeCamera(viewer.camera, wanted.camera);
  touch(viewer, "labels");
}

/** Go along from now on, beginning with where the class is. */
export function joinClass(viewer) {
  viewer.onFollow = ({ detail }) => goWithClass(viewer, detail);
  window.addEventListener("conescope:follow", viewer.onFollow);
}

/** Go along no more. */
export function leaveClass(viewer) {
  window.removeEventListener("conescope:follow", viewer.onFollow);
}
