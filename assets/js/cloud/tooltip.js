// The note next to a hovered point: the word, its sentence, and the numbers that explain its colour.
import { fill, make } from "../shared/dom.js";
import { attributeValue, sentenceParts } from "./packet.js";
import { mixedPosition } from "./sources.js";
import { colourAttribute } from "./state.js";
import { formatNumber } from "./text.js";

// The colouring in use, and any cosine the cloud carries: cosines are what the pictures are about.
function toldAttributes(viewer) {
  const current = colourAttribute(viewer);
  const cosines = Object.values(viewer.cloud.attributes).filter((a) => a.kind === "numeric" && /cos/i.test(a.name));
  return [...new Set([...(current ? [current] : []), ...cosines])];
}

/** An attribute of a point at the current layer, as [label, value] texts. */
export function attributeFact(viewer, attribute, id) {
  if (attribute.kind === "category") return [attribute.label, attribute.names[attribute.values[id]] ?? "–"];
  const value = attributeValue(viewer.cloud, attribute, id, viewer.view.layer);
  return [attribute.label, formatNumber(value, attribute.max - attribute.min)];
}

/** A list of a point's facts for the tooltip and the panel. */
export function factList(viewer, id) {
  const rows = toldAttributes(viewer).map((attribute) => {
    const [name, value] = attributeFact(viewer, attribute, id);
    return make("div", { class: "cs-fact" }, make("span", {}, name), make("span", { class: "cs-number" }, value));
  });
  return make("div", { class: "cs-facts" }, ...rows);
}

function fillTooltip(viewer, id) {
  const { ui, cloud } = viewer;
  const parts = sentenceParts(cloud, id);
  const word = make("div", { class: "cs-word", dir: "auto" }, cloud.words()[id] ?? "");
  fill(ui.tooltip, word, ...(parts ? [sentenceLine(parts)] : []), factList(viewer, id));
}

/** Show, move or hide the tooltip to match `viewer.hover`; inside the stage whatever the point's place. */
export function updateTooltip(viewer, frame) {
  const { ui, hover } = viewer;
  // The panel already tells about the selected point.
  ui.tooltip.hidden = hover < 0 || hover === viewer.view.selected;
  if (ui.tooltip.hidden) return;
  const key = `${hover} ${viewer.view.layer} ${viewer.view.color_by}`;
  if (ui.tooltip.dataset.key !== key) fillTooltip(viewer, hover);
  ui.tooltip.dataset.key = key;
  const [x, y] = frame.project(mixedPosition(viewer.morph, hover, [0, 0, 0]), [0, 0, 0]);
  const { offsetWidth: width, offsetHeight: height } = ui.tooltip;
  const edge = ui.panel.hidden || x > ui.panel.offsetLeft ? frame.width : ui.panel.offsetLeft;
  const left = x + 16 + width > edge ? x - 16 - width : x + 16;
  const top = Math.min(Math.max(y - height / 2, 8), frame.height - height - 8);
  ui.tooltip.style.transform = `translate(${Math.round(Math.max(left, 8))}px, ${Math.round(top)}px)`;
}

/** A paragraph with a sentence in which the point's own word is emphasised. */
export function sentenceLine(parts) {
  return make("p", { class: "cs-sentence", dir: "auto" }, parts.before, make("strong", {}, parts.word), parts.after);
}
