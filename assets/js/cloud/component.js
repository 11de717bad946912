// The viewer as a Streamlit component (components v2). The page calls the default export on every rerun.
import { make } from "../shared/dom.js";
import { goWithClass, joinClass, leaveClass, tellClass } from "./class.js";
import { followPage, noteWishes, takeOver } from "./sync.js";
import { createViewer, disposeViewer, refreshTheme, showCover, showPacket } from "./viewer.js";

function rootIn(parentElement) {
  const found = parentElement.querySelector(".conescope");
  if (found) return found;
  const root = make("div", { class: "conescope" });
  parentElement.append(root);
  return root;
}

/** The viewer that lives on a root, made on the first call; null where there is no WebGL2. */
function viewerOn(root, labels) {
  if (root.viewer !== undefined) return root.viewer;
  const page = () => root.page; // the functions of the newest rerun
  root.viewer = createViewer(root, {
    live: true,
    onView: (view) => page().setStateValue("view", view),
    onPick: (id) => page().setTriggerValue("picked", id),
    onNoWebGL: () => page().setStateValue("webgl", false),
    onChange: () => tellClass(root.viewer),
  }, labels);
  if (root.viewer) joinClass(root.viewer);
  return root.viewer;
}

async function fetchPacket(url, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.arrayBuffer();
}

/** Fetch the cloud at `data.url`; a newer url calls an older fetch off. */
async function loadCloud(viewer, data) {
  viewer.url = data.url;
  viewer.fetching?.abort();
  const fetching = new AbortController();
  viewer.fetching = fetching;
  if (!viewer.cloud) showCover(viewer, viewer.text.loading);
  try {
    const buffer = await fetchPacket(data.url, fetching.signal);
    if (fetching.signal.aborted) return;
    viewer.fetching = null;
    // Wishes that came while the packet was under way are newer than those it was asked with.
    showPacket(viewer, buffer, viewer.newestData);
    noteWishes(viewer, viewer.newestData);
    goWithClass(viewer, window.conescopeFollowed);
  } catch (error) {
    if (fetching.signal.aborted) return;
    viewer.fetching = null;
    showCover(viewer, `${viewer.text.load_failed}: ${error.message}.`, () => loadCloud(viewer, viewer.newestData));
  }
}

/** Entry point: show what `data` says, keep what the reader did. */
export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = rootIn(parentElement);
  root.page = { setStateValue, setTriggerValue };
  if (!data) return undefined;
  const viewer = viewerOn(root, data.labels);
  if (!viewer) return undefined;
  viewer.newestData = data;
  takeOver(viewer, data);
  refreshTheme(viewer);
  // A theme change reaches the style sheet a moment after it reaches this function.
  requestAnimationFrame(() => !viewer.disposed && refreshTheme(viewer));
  if (data.url && data.url !== viewer.url) loadCloud(viewer, data);
  else if (viewer.cloud && !viewer.fetching) followPage(viewer, data);
  return () => {
    viewer.fetching?.abort();
    leaveClass(viewer);
    disposeViewer(viewer);
    delete root.viewer;
  };
}
