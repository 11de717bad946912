// One stage's stack of layers, bottom to top: padlock, name, how much its weights moved, its rate.
import { fill, make, makeSvg, setText } from "../shared/dom.js";
import { HEAT_LEVELS, heatLevel, rateShare, ribbonPaths } from "./series.js";
import { formatSmall, groupInNumbers, groupTitle } from "./words.js";

function padlock() {
  return makeSvg("svg", { viewBox: "0 0 24 24", class: "ck-lock", "aria-hidden": "true" },
    makeSvg("path", { class: "ck-shackle", d: "M8 11V7.5a4 4 0 0 1 8 0V11" }),
    makeSvg("rect", { x: 5, y: 11, width: 14, height: 10, rx: 2 }));
}

function ribbon() {
  const levels = Array.from({ length: HEAT_LEVELS + 1 }, (_, level) => makeSvg("path", { class: `ck-heat-${level}` }));
  const svg = makeSvg("svg", { class: "ck-ribbon", preserveAspectRatio: "none", viewBox: "0 0 1 1", "aria-hidden": "true" }, ...levels);
  return { svg, levels };
}

function buildLayer(name, tell) {
  const ribbons = ribbon();
  const state = make("span", { class: "ck-hidden" });
  const rate = make("span", { class: "ck-number" }, "–");
  const bar = make("span", { class: "ck-rate-bar" }, make("span", {}));
  const row = make("div", { class: "ck-row ck-layer", role: "listitem", tabindex: "-1" },
    make("div", { class: "ck-gutter" }, padlock(), state),
    make("div", { class: "ck-box" }, make("span", { class: "ck-name" }, groupTitle(name)), ribbons.svg),
    make("div", { class: "ck-rate" }, rate, bar),
    make("span", { class: "ck-copy", "aria-hidden": "true" }));
  row.addEventListener("mouseenter", () => tell(name));
  row.addEventListener("mouseleave", () => tell(null));
  row.addEventListener("focus", () => tell(name));
  row.addEventListener("blur", () => tell(null));
  return { name, row, state, rate, bar: bar.firstChild, levels: ribbons.levels, svg: ribbons.svg };
}

/** Arrow keys walk through the layers; only one of them takes the Tab key. */
function listenToArrows(stack, layers) {
  stack.addEventListener("keydown", (event) => {
    const place = layers.findIndex((layer) => layer.row === event.composedPath()[0]);
    const next = place + { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (place < 0 || !layers[next]) return;
    event.preventDefault();
    layers[place].row.tabIndex = -1;
    layers[next].row.tabIndex = 0;
    layers[next].row.focus();
  });
}

/**
 * Build a stack.
 * @param {string[]} groups names of the layer groups, bottom to top.
 * @param {number} height rows of the tallest stack: shorter ones leave room above, so that equal layers stand side by side.
 * @param {(name: string|null) => void} tell what to do when a layer is pointed at.
 */
export function buildStack(groups, height, tell) {
  const layers = [...groups].reverse().map((name) => buildLayer(name, tell));
  const missing = Array.from({ length: height - groups.length }, () =>
    make("div", { class: "ck-row ck-layer ck-no-layer" }, make("span", {}), make("div", { class: "ck-box" },
      make("span", { class: "ck-name ck-quiet" }, "tied softmax"))));
  const stack = make("div", { class: "ck-stack", role: "list", "aria-label": "Layers, top to bottom" }, ...missing, ...layers.map((layer) => layer.row));
  if (layers.length) layers[0].row.tabIndex = 0;
  listenToArrows(stack, layers);
  return { stack, layers };
}

function rateText(lock, group) {
  if (lock === "closed") return "frozen";
  if (!group) return "–";
  return group.rate === 0 ? "opens" : formatSmall(group.rate); // frozen in the last batch, not in the next
}

/** The padlock: as told, or as planned while the stage has not begun; none where nothing is trained. */
function lockOf(layer, group, about) {
  if (about.still) return "none";
  const frozen = group?.frozen ?? !about.first.includes(layer.name);
  return frozen ? "closed" : "open";
}

function updateLayer(layer, group, at, about) {
  const { row } = layer;
  const lock = lockOf(layer, group, about);
  row.dataset.lock = lock;
  setText(layer.state, { closed: "frozen", open: "learns", none: "" }[lock]);
  row.dataset.heat = String(heatLevel(group?.change));
  setText(layer.rate, rateText(lock, group));
  layer.bar.style.width = `${rateShare(group?.rate) * 100}%`;
  row.setAttribute("aria-label", group ? groupInNumbers(group, at) : groupTitle(layer.name));
}

function updateRibbon(layer, at) {
  const { stage, count } = at;
  const place = stage ? stage.groups.indexOf(layer.name) : -1;
  const key = place < 0 ? "" : `${stage.first} ${count} ${stage.nBatches} ${stage.steps.length && stage.steps[0]}`;
  if (layer.key === key) return;
  layer.key = key;
  const paths = place < 0 ? [] : ribbonPaths(stage.changes, place, count, stage.nBatches);
  layer.levels.forEach((path, level) => path.setAttribute("d", paths[level] ?? ""));
  layer.svg.setAttribute("viewBox", `0 0 ${Math.max(stage?.nBatches ?? 1, 1)} 1`);
}

/** Bring a stack in line with where its stage is. */
export function updateStack(layers, at, about) {
  for (const layer of layers) {
    updateLayer(layer, at.groups.find((group) => group.name === layer.name), at, about);
    updateRibbon(layer, at);
  }
}

/** The scale of the heat as a legend. */
export function heatLegend() {
  const cells = Array.from({ length: HEAT_LEVELS }, (_, i) => make("i", { class: `ck-cell ck-heat-${i + 1}` }));
  const legend = make("div", { class: "ck-legend ck-quiet" });
  fill(legend, make("span", {}, "weights moved by 0.01"), make("span", { class: "ck-cells", "aria-hidden": "true" }, ...cells), make("span", {}, "10 and more in a batch"));
  return legend;
}
