// What the colours mean: clickable names for categories, a bar with its ends for numbers.
import { toggleCategory } from "./actions.js";
import { fill, icon, make } from "../shared/dom.js";
import { categoryShape } from "./shapes.js";
import { colourAttribute } from "./state.js";
import { formatCount, formatNumber } from "./text.js";
import { colourTable, cssColour } from "./theme.js";

const MOST_NAMES = 12;

function categorySwatch(index, colours) {
  const swatch = icon(categoryShape(index, colours.length));
  swatch.style.color = cssColour(colours[index % colours.length]);
  return swatch;
}

// The most frequent categories are named; the rest are counted.
function commonCategories(attribute) {
  const counts = new Uint32Array(Math.max(attribute.names.length, 1));
  for (const value of attribute.values) if (value < counts.length) counts[value]++;
  const order = attribute.names.map((_, i) => i);
  if (order.length > MOST_NAMES) order.sort((a, b) => counts[b] - counts[a]);
  return order.slice(0, MOST_NAMES).map((index) => ({ index, count: counts[index] }));
}

function categoryLegend(viewer, attribute, colours) {
  attribute.common ??= commonCategories(attribute);
  const items = attribute.common.map(({ index, count }) =>
    make("button", {
      type: "button",
      class: "cs-legend-name",
      title: `${formatCount(count)} points. Click to bring out.`,
      "aria-pressed": String(viewer.focused.has(index)),
      onclick: () => toggleCategory(viewer, index),
    }, categorySwatch(index, colours), make("span", { dir: "auto" }, attribute.names[index])),
  );
  const more = attribute.names.length - attribute.common.length;
  if (more > 0) items.push(make("span", { class: "cs-quiet" }, `and ${formatCount(more)} more`));
  return items;
}

function numericLegend(attribute, colours) {
  const bar = make("div", { class: "cs-colour-bar" });
  const stops = colours.filter((_, i) => i % 17 === 0).map((rgb) => cssColour(rgb));
  bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  const range = attribute.max - attribute.min;
  const ends = [attribute.min, attribute.max].map((value) => make("span", {}, formatNumber(value, range)));
  return [bar, make("div", { class: "cs-colour-ends cs-number" }, ...ends)];
}

/** Rebuild the legend for the current colouring. */
export function updateLegend(viewer) {
  const attribute = colourAttribute(viewer);
  viewer.ui.legend.hidden = !attribute;
  if (!attribute) return;
  // Rebuilding on every change of layer would throw keyboard focus out of the legend.
  const key = `${viewer.cloud.id} ${attribute.name} ${[...viewer.focused]} ${viewer.theme.key} ${viewer.paletteKey}`;
  if (viewer.ui.legend.dataset.key === key) return;
  viewer.ui.legend.dataset.key = key;
  const focusedAt = [...viewer.ui.legend.querySelectorAll("button")].findIndex((b) => b.matches(":focus"));
  const { colours } = colourTable(attribute, viewer.palette, viewer.theme);
  const body = attribute.kind === "category" ? categoryLegend(viewer, attribute, colours) : numericLegend(attribute, colours);
  fill(viewer.ui.legend, make("div", { class: "cs-legend-title" }, attribute.label), ...body);
  if (focusedAt >= 0) viewer.ui.legend.querySelectorAll("button")[focusedAt]?.focus();
}
