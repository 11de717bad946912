// The search box. Hits are lit at once; the list of them stands in the side panel.
import { nextHit, setSearch } from "./actions.js";
import { icon, make } from "../shared/dom.js";

const PATIENCE_MS = 90; // typing faster than this looks only once

/** The search box of a viewer; `ui.search` is its input. */
export function buildSearch(viewer) {
  let timer = 0;
  const input = make("input", {
    type: "search",
    class: "cs-search-input",
    placeholder: viewer.text.searching,
    "aria-label": viewer.text.searching,
    autocomplete: "off",
    spellcheck: false,
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => viewer.cloud && setSearch(viewer, input.value), PATIENCE_MS);
    },
    onkeydown: (event) => {
      if (event.key !== "Enter" || !viewer.cloud) return;
      clearTimeout(timer);
      if (viewer.query !== input.value.trim()) setSearch(viewer, input.value);
      nextHit(viewer);
    },
  });
  viewer.ui.search = input;
  return make("div", { class: "cs-search" }, icon("search"), input);
}

/** Let the box follow the state, unless somebody is typing in it. */
export function updateSearch(viewer) {
  const { search } = viewer.ui;
  if (viewer.query === "" && search.value.trim() !== "" && !search.matches(":focus")) search.value = "";
}
