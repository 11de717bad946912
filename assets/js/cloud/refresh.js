// Bring the controls in line with the state. Called from the frame loop, only when something they show has changed.
import { setLayout } from "./actions.js";
import { fill, icon, make, setText } from "../shared/dom.js";
import { updateLegend } from "./legend.js";
import { updatePanel } from "./panel.js";
import { updateSearch } from "./search.js";
import { badgeText, formatCount } from "./text.js";

/** Controls that depend on the cloud alone: layouts, colourings, the slider's length, the captions. */
export function refreshForCloud(viewer) {
  const { ui, cloud, text } = viewer;
  fill(ui.layouts, ...Object.values(cloud.layouts).map((layout) =>
    make("button", { type: "button", "data-layout-name": layout.name, onclick: () => setLayout(viewer, layout.name) }, layout.label)));
  const options = Object.values(cloud.attributes).map((a) => make("option", { value: a.name }, a.label));
  fill(ui.colour, ...options, make("option", { value: "" }, text.colour_none));
  ui.slider.max = String(cloud.layers.length - 1);
  fill(ui.ticks, ...cloud.layers.map(() => make("span", {})));
  ui.layerName.style.minWidth = `${Math.min(Math.max(...cloud.layers.map((name) => name.length)), 18)}ch`;
  setText(ui.title, cloud.title);
  setText(ui.badge, badgeText(cloud.badge));
  ui.badge.hidden = !cloud.badge;
  setText(ui.caption, cloud.caption);
}

function refreshLayer(viewer) {
  const { ui, cloud, view, playing } = viewer;
  const name = cloud.layers[view.layer];
  const layout = cloud.layouts[view.layout];
  if (Number(ui.slider.value) !== view.layer) ui.slider.value = String(view.layer);
  ui.slider.setAttribute("aria-valuetext", name);
  ui.slider.style.setProperty("--cs-share", `${(100 * view.layer) / Math.max(cloud.layers.length - 1, 1)}%`);
  [...ui.ticks.children].forEach((tick, i) => tick.classList.toggle("cs-passed", i <= view.layer));
  setText(ui.layerName, name);
  setText(ui.note, layout.per_layer?.[view.layer]?.note ?? "");
  setText(ui.warning, layout.warning ?? "");
  ui.warning.hidden = !layout.warning;
  if (ui.play.dataset.playing === String(playing)) return;
  ui.play.dataset.playing = String(playing);
  ui.play.setAttribute("aria-label", playing ? "Pause" : "Play through the layers");
  fill(ui.play, icon(playing ? "pause" : "play"));
}

/** Boxes of the notes that lie on the stage, relative to it: labels keep clear of them. */
function keptBoxes(ui) {
  const stage = ui.stage.getBoundingClientRect();
  return [ui.corner, ui.legend, ui.panel].filter((element) => !element.hidden).map((element) => {
    const box = element.getBoundingClientRect();
    return [box.left - stage.left, box.top - stage.top, box.right - stage.left, box.bottom - stage.top];
  });
}

/** All controls that follow the view, the selection and the search. */
export function refreshControls(viewer) {
  const { ui, view, cloud, root } = viewer;
  refreshLayer(viewer);
  for (const button of ui.layouts.children) {
    button.setAttribute("aria-pressed", String(button.dataset.layoutName === view.layout));
  }
  if (ui.colour.value !== view.color_by) ui.colour.value = view.color_by;
  ui.flat.setAttribute("aria-pressed", String(view.flat));
  setText(ui.shown, `showing ${formatCount(viewer.shown)} of ${formatCount(cloud.n)}`);
  ui.showAll.hidden = !viewer.isolated;
  updateLegend(viewer);
  updatePanel(viewer);
  updateSearch(viewer);
  root.classList.toggle("cs-with-panel", !ui.panel.hidden);
  viewer.kept = keptBoxes(ui);
}

/** The state as attributes of the root, for tests and for whoever inspects the page. */
export function writeAttributes(viewer) {
  const { root, view, camera, morph } = viewer;
  root.dataset.layer = String(view.layer);
  root.dataset.layout = view.layout;
  root.dataset.color = view.color_by;
  root.dataset.selected = view.selected === null ? "" : String(view.selected);
  root.dataset.camera = [camera.theta, camera.phi, camera.distance].map((value) => value.toFixed(3)).join(",");
  root.dataset.shown = String(viewer.shown);
  root.dataset.ready = "1";
  if (morph.active) root.dataset.morph = "1";
  else delete root.dataset.morph;
}
