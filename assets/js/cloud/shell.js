// The viewer's elements, built once. What they show is set in refresh.js.
import { resetCamera, setColour, setFlat, setLayer, showAll, togglePlay } from "./actions.js";
import { iconButton, make } from "../shared/dom.js";
import { savePicture } from "./picture.js";
import { buildSearch } from "./search.js";
import { KEY_HELP } from "./text.js";

/** Show or close the list of keys. */
export function toggleHelp(viewer, open = viewer.ui.help.hidden) {
  viewer.ui.help.hidden = !open;
  if (open) viewer.ui.help.querySelector("button").focus();
  else viewer.ui.canvas.focus({ preventScroll: true });
}

/** Fill the screen with the viewer, or return. */
export function toggleFullscreen(viewer) {
  const leave = document.fullscreenElement !== null;
  const done = leave ? document.exitFullscreen() : viewer.root.requestFullscreen?.();
  // A frame may forbid fullscreen; the picture simply stays as large as it is.
  done?.catch(() => viewer.announce("This page does not allow full screen."));
}

function buildHelp(viewer) {
  const rows = KEY_HELP.flatMap(([keys, meaning]) => [
    make("dt", {}, ...keys.split("  ").map((key) => make("kbd", {}, key))),
    make("dd", {}, meaning),
  ]);
  return make("div", { class: "cs-help", role: "dialog", "aria-label": "Keys", hidden: true },
    make("div", { class: "cs-panel-head" }, make("h3", { class: "cs-word" }, "Keys"),
      iconButton("close", "Close", () => toggleHelp(viewer, false))),
    make("dl", {}, ...rows));
}

function buildTop(viewer) {
  const { ui } = viewer;
  ui.layouts = make("div", { class: "cs-segments", role: "group", "aria-label": "Layout" });
  ui.colour = make("select", { class: "cs-select", onchange: () => setColour(viewer, ui.colour.value) });
  ui.flat = make("button", {
    type: "button",
    class: "cs-text-button",
    title: "Flat picture (2)",
    "aria-label": "Flat picture",
    onclick: () => setFlat(viewer, !viewer.view.flat),
  }, "2D");
  const tools = make("div", { class: "cs-tools" }, ui.flat,
    iconButton("reset", "Reset the view (0)", () => resetCamera(viewer)),
    iconButton("image", "Save as PNG", () => savePicture(viewer)),
    iconButton("fullscreen", "Full screen", () => toggleFullscreen(viewer)),
    make("button", { type: "button", class: "cs-text-button", title: "Keys (?)", "aria-label": "Keys",
      onclick: () => toggleHelp(viewer) }, "?"));
  return make("div", { class: "cs-top" }, ui.layouts,
    make("label", { class: "cs-colour" }, make("span", { class: "cs-quiet" }, "Colour"), ui.colour),
    make("div", { class: "cs-right" }, buildSearch(viewer), tools));
}

function buildStage(viewer) {
  const { ui } = viewer;
  ui.under = make("canvas", { class: "cs-under", "aria-hidden": "true" });
  ui.canvas = make("canvas", { class: "cs-points", tabindex: "0", role: "application", "aria-label": "Word cloud",
    "aria-description": viewer.text.description });
  ui.canvas.tabIndex = 0;
  ui.over = make("canvas", { class: "cs-over", "aria-hidden": "true" });
  ui.title = make("div", { class: "cs-title" });
  ui.badge = make("span", { class: "cs-badge" });
  ui.shown = make("span", { class: "cs-quiet cs-number" });
  ui.showAll = make("button", { type: "button", class: "cs-link", hidden: true, onclick: () => showAll(viewer) }, "show all");
  ui.corner = make("div", { class: "cs-corner" }, ui.title, make("div", { class: "cs-corner-line" }, ui.badge, ui.shown, ui.showAll));
  ui.legend = make("div", { class: "cs-legend", role: "group", "aria-label": "Legend", hidden: true });
  ui.panel = make("aside", { class: "cs-panel", "aria-label": "Selection", hidden: true });
  ui.tooltip = make("div", { class: "cs-tooltip", "aria-hidden": "true", hidden: true });
  ui.hint = make("div", { class: "cs-hint", hidden: true });
  ui.help = buildHelp(viewer);
  ui.cover = make("div", { class: "cs-cover" });
  ui.stage = make("div", { class: "cs-stage" }, ui.under, ui.canvas, ui.over, ui.corner, ui.legend, ui.panel, ui.tooltip,
    ui.hint, ui.cover, ui.help);
  return ui.stage;
}

function buildBottom(viewer) {
  const { ui } = viewer;
  ui.play = iconButton("play", "Play through the layers (space)", () => togglePlay(viewer));
  ui.play.classList.add("cs-play");
  ui.slider = make("input", { type: "range", class: "cs-slider", min: "0", max: "0", step: "1", value: "0",
    "aria-label": "Layer", oninput: () => setLayer(viewer, Number(ui.slider.value)) });
  ui.ticks = make("div", { class: "cs-ticks", "aria-hidden": "true" });
  ui.layerName = make("span", { class: "cs-layer-name" });
  ui.note = make("div", { class: "cs-note" });
  ui.warning = make("div", { class: "cs-warning", hidden: true });
  ui.caption = make("div", { class: "cs-caption cs-quiet" });
  return make("div", { class: "cs-bottom" },
    make("div", { class: "cs-layers" }, ui.play, make("div", { class: "cs-track" }, ui.ticks, ui.slider), ui.layerName),
    ui.note, ui.warning, ui.caption);
}

/** Build the viewer's elements inside its root and remember them in `viewer.ui`. */
export function buildShell(viewer) {
  const { ui, root } = viewer;
  ui.live = make("div", { class: "cs-hidden", "aria-live": "polite" });
  ui.accent = make("span", { class: "cs-accent", "aria-hidden": "true" });
  root.classList.add("conescope");
  root.replaceChildren(buildTop(viewer), buildStage(viewer), buildBottom(viewer), ui.live, ui.accent);
}
