// The side panel: the selected word with its nearest neighbours, or the list of search hits. The picture in words.
import { isolate, selectPoint } from "./actions.js";
import { fill, iconButton, make } from "../shared/dom.js";
import { sentenceParts } from "./packet.js";
import { currentNeighbours } from "./state.js";
import { formatCount } from "./text.js";
import { factList, sentenceLine } from "./tooltip.js";

const MOST_HITS = 60; // entries listed; all hits are lit in the picture

// After a choice the keyboard goes back to the picture: the list that held the focus is about to be replaced.
function choose(viewer, id) {
  selectPoint(viewer, id);
  viewer.ui.canvas.focus({ preventScroll: true });
}

function snippet(viewer, id) {
  const parts = sentenceParts(viewer.cloud, id, 46);
  if (!parts) return [];
  const line = sentenceLine(parts);
  line.className = "cs-snippet";
  return [line];
}

function neighbourEntry(viewer, { id, cosine }, position) {
  const bar = make("span", { class: "cs-bar" }, make("span", {}));
  bar.firstChild.style.width = `${Math.min(Math.max(cosine, 0), 1) * 100}%`;
  const word = viewer.cloud.words()[id];
  const line = make("span", { class: "cs-entry-line" },
    make("span", { class: "cs-entry-word", dir: "auto" }, word), bar,
    make("span", { class: "cs-number" }, cosine.toFixed(2)));
  return make("li", {}, make("button", {
    type: "button",
    class: position === viewer.cursor ? "cs-entry cs-entry-current" : "cs-entry",
    "aria-label": `${word}, cosine ${cosine.toFixed(2)}`,
    onclick: () => choose(viewer, id),
    onmouseenter: () => viewer.setHover(id),
    onmouseleave: () => viewer.setHover(-1),
  }, line, ...snippet(viewer, id)));
}

function hitEntry(viewer, id) {
  return make("li", {}, make("button", {
    type: "button",
    class: "cs-entry",
    onclick: () => choose(viewer, id),
    onmouseenter: () => viewer.setHover(id),
    onmouseleave: () => viewer.setHover(-1),
  }, make("span", { class: "cs-entry-word", dir: "auto" }, viewer.cloud.words()[id]), ...snippet(viewer, id)));
}

function isolateLink(viewer, label) {
  return make("button", { type: "button", class: "cs-link", onclick: () => isolate(viewer) }, label);
}

function neighbourSection(viewer) {
  const { neighbours, neighboursStatus, host, text, cloud, view } = viewer;
  const found = currentNeighbours(viewer);
  if (found.length) {
    const badge = neighbours.badge || cloud.badge;
    const title = make("div", { class: "cs-panel-title" }, text.neighbours,
      make("span", { class: "cs-quiet" }, `cosine in the full space, ${badge}`));
    const entries = found.map((entry, i) => neighbourEntry(viewer, entry, i));
    return [title, make("ol", { class: "cs-list" }, ...entries), isolateLink(viewer, "Isolate these")];
  }
  const answered = neighbours && neighbours.picked === view.selected;
  const waiting = neighboursStatus || (host.live ? text.waiting : text.neighbours_stored);
  return [make("p", { class: "cs-quiet" }, answered ? text.no_neighbours : waiting)];
}

function backToHits(viewer) {
  if (!viewer.query) return [];
  const position = viewer.hits.indexOf(viewer.view.selected) + 1;
  const label = position
    ? `‹ hit ${formatCount(position)} of ${formatCount(viewer.hits.length)} for “${viewer.query}”`
    : `‹ ${formatCount(viewer.hits.length)} hits for “${viewer.query}”`;
  return [make("button", { type: "button", class: "cs-link", onclick: () => selectPoint(viewer, null) }, label)];
}

function selectionBody(viewer) {
  const { cloud, view } = viewer;
  const parts = sentenceParts(cloud, view.selected, 400);
  const head = make("div", { class: "cs-panel-head" },
    make("h3", { class: "cs-word", dir: "auto" }, cloud.words()[view.selected] ?? ""),
    iconButton("close", "Clear the selection (Escape)", () => choose(viewer, null)));
  return [...backToHits(viewer), head, ...(parts ? [sentenceLine(parts)] : []), factList(viewer, view.selected),
    ...neighbourSection(viewer)];
}

function hitsBody(viewer) {
  const { hits, query, text } = viewer;
  const found = hits.length === 1 ? "1 word contains" : `${formatCount(hits.length)} words contain`;
  const count = make("div", { class: "cs-panel-title" }, `${found} “${query}”`);
  if (!hits.length) return [count, make("p", { class: "cs-quiet" }, text.no_hits)];
  const entries = hits.slice(0, MOST_HITS).map((id) => hitEntry(viewer, id));
  if (hits.length > MOST_HITS) {
    entries.push(make("li", { class: "cs-quiet" }, `and ${formatCount(hits.length - MOST_HITS)} more, all lit`));
  }
  return [count, make("ol", { class: "cs-list" }, ...entries), isolateLink(viewer, "Isolate these")];
}

/** Rebuild the panel if what it tells has changed. */
export function updatePanel(viewer) {
  const { ui, view, query } = viewer;
  const open = view.selected !== null || query !== "";
  ui.panel.hidden = !open;
  const key = [viewer.cloud.id, view.selected, view.layer, view.color_by, viewer.neighbours?.picked,
    viewer.neighboursVersion, viewer.neighboursStatus, query, viewer.hits.length, viewer.cursor].join("\n");
  if (!open || ui.panel.dataset.key === key) return;
  ui.panel.dataset.key = key;
  const focusedAt = [...ui.panel.querySelectorAll("button")].findIndex((button) => button.matches(":focus"));
  const top = ui.panel.scrollTop;
  fill(ui.panel, ...(view.selected !== null ? selectionBody(viewer) : hitsBody(viewer)));
  ui.panel.scrollTop = top;
  if (focusedAt >= 0) ui.panel.querySelectorAll("button")[focusedAt]?.focus({ preventScroll: true });
  ui.panel.querySelector(".cs-entry-current")?.scrollIntoView({ block: "nearest" });
}
