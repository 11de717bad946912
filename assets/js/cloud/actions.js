// What a reader can do. Every control, key and gesture ends in one of these, and so does every wish of the page.
import { homeCamera } from "./camera.js";
import { colourAttribute, currentNeighbours, startMorph, touch } from "./state.js";

const PLAY_MS = 1250; // morph, then time to look
const FLATTEN_MS = 450;

/** Show another layer; stays within the model. */
export function setLayer(viewer, layer) {
  const wanted = Math.min(Math.max(layer, 0), viewer.cloud.layers.length - 1);
  if (wanted === viewer.view.layer) return;
  viewer.view.layer = wanted;
  startMorph(viewer);
  viewer.announceLayer();
  touch(viewer, "flags", "controls", "labels");
  viewer.changed();
}

/** Show another layout of the same vectors. */
export function setLayout(viewer, name) {
  if (!viewer.cloud.layouts[name] || name === viewer.view.layout) return;
  viewer.view.layout = name;
  startMorph(viewer);
  touch(viewer, "controls", "labels");
  viewer.changed();
}

/** Colour by another attribute; an unknown name means one colour for all. */
export function setColour(viewer, name) {
  const wanted = viewer.cloud.attributes[name] ? name : "";
  if (wanted === viewer.view.color_by) return;
  viewer.view.color_by = wanted;
  viewer.focused.clear();
  touch(viewer, "flags", "colours", "controls", "labels");
  viewer.changed();
}

/** Step through a list of names, as the c and l keys do. */
export function cycleName(names, current) {
  return names[(names.indexOf(current) + 1) % names.length];
}

/** Select a point, or nothing with null. `quietly` when the page asked for it: it needs no echo. */
export function selectPoint(viewer, id, quietly = false) {
  const known = Number.isInteger(id) && id >= 0 && id < viewer.cloud.n ? id : null;
  if (known === viewer.view.selected) return;
  viewer.view.selected = known;
  viewer.cursor = -1;
  if (known !== null && viewer.isolated && !viewer.isolated.has(known)) viewer.isolated.add(known);
  viewer.announceSelection();
  touch(viewer, "flags", "controls", "labels");
  if (quietly) return;
  if (known !== null) viewer.host.onPick(known);
  viewer.changed();
}

/** Stand on the next neighbour of the selection, without selecting it yet. */
export function nextNeighbour(viewer) {
  const neighbours = currentNeighbours(viewer);
  if (!neighbours.length) return;
  viewer.cursor = (viewer.cursor + 1) % neighbours.length;
  const { id, cosine } = neighbours[viewer.cursor];
  viewer.announce(`${viewer.cursor + 1}. ${viewer.cloud.words()[id]}, cosine ${cosine.toFixed(2)}`);
  touch(viewer, "controls");
}

/** Escape: first the search, then the selection, then what was dimmed or hidden. */
export function clearStepwise(viewer) {
  if (viewer.query) setSearch(viewer, "");
  else if (viewer.view.selected !== null) selectPoint(viewer, null);
  else if (viewer.focused.size) toggleCategory(viewer, null);
  else showAll(viewer);
}

function searchHits(cloud, query) {
  const needle = query.trim().toLowerCase();
  if (!needle) return [];
  const words = cloud.loweredWords();
  const [exact, starting, containing] = [[], [], []];
  for (let id = 0; id < words.length; id++) {
    const at = words[id].indexOf(needle);
    if (at < 0) continue;
    if (words[id].length === needle.length) exact.push(id);
    else (at === 0 ? starting : containing).push(id);
  }
  return [...exact, ...starting, ...containing];
}

/** Look for words; the empty query ends the search. */
export function setSearch(viewer, query) {
  viewer.query = query.trim();
  viewer.hits = searchHits(viewer.cloud, query);
  touch(viewer, "flags", "controls", "labels");
}

/** Select the hit after the selected one. */
export function nextHit(viewer) {
  if (!viewer.hits.length) return;
  const at = viewer.hits.indexOf(viewer.view.selected);
  selectPoint(viewer, viewer.hits[(at + 1) % viewer.hits.length]);
}

/** Leave only the selection with its neighbours, or the search hits, or the picked categories. */
export function isolate(viewer) {
  const { view, hits, focused, cloud } = viewer;
  const ids = new Set();
  if (view.selected !== null) {
    ids.add(view.selected);
    for (const { id } of currentNeighbours(viewer)) ids.add(id);
  } else if (hits.length) {
    for (const id of hits) ids.add(id);
  } else if (focused.size) {
    const { values } = colourAttribute(viewer);
    for (let id = 0; id < cloud.n; id++) if (focused.has(values[id])) ids.add(id);
  }
  if (!ids.size) return viewer.announce("Select a point or search first, then isolate.");
  viewer.isolated = ids;
  viewer.announce(`Showing ${ids.size} of ${cloud.n}.`);
  touch(viewer, "flags", "controls", "labels");
}

/** Bring all points back. */
export function showAll(viewer) {
  if (!viewer.isolated) return;
  viewer.isolated = null;
  viewer.announce(`Showing all ${viewer.cloud.n}.`);
  touch(viewer, "flags", "controls", "labels");
}

/** Emphasise a category, or stop doing so; null clears all. */
export function toggleCategory(viewer, category) {
  if (category === null) viewer.focused.clear();
  else if (!viewer.focused.delete(category)) viewer.focused.add(category);
  touch(viewer, "flags", "controls", "labels");
}

/** Flat picture or space; the camera of the 3D view is kept for the way back. */
export function setFlat(viewer, flat) {
  viewer.view.flat = flat;
  const target = flat ? 1 : 0;
  if (viewer.reducedMotion.matches) viewer.camera.flat = target;
  viewer.flattening = { from: viewer.camera.flat, to: target, start: performance.now(), duration: FLATTEN_MS };
  touch(viewer, "controls", "labels");
  viewer.changed();
}

/** The start view again. */
export function resetCamera(viewer) {
  homeCamera(viewer.camera);
  touch(viewer, "labels");
  viewer.changed();
}

/** Walk through the layers, or stop. */
export function togglePlay(viewer) {
  viewer.playing = !viewer.playing;
  clearInterval(viewer.playTimer);
  if (viewer.playing) {
    const last = viewer.cloud.layers.length - 1;
    setLayer(viewer, viewer.view.layer === last ? 0 : viewer.view.layer + 1);
    viewer.playTimer = setInterval(() => {
      if (viewer.view.layer === last) togglePlay(viewer);
      else setLayer(viewer, viewer.view.layer + 1);
    }, PLAY_MS);
  }
  touch(viewer, "controls");
  viewer.changed();
}
