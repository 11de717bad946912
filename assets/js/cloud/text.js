// Every sentence the viewer shows, in one place, so that the page may replace any of them.

const DEFAULT_TEXT = {
  no_webgl: "This browser offers no WebGL2; a static picture is shown below instead.",
  loading: "Loading the cloud …",
  load_failed: "The cloud could not be loaded",
  lost: "The graphics card let go of the picture. It comes back by itself as soon as the card is free.",
  searching: "Search words",
  no_hits: "No word contains this.",
  colour_none: "one colour",
  waiting: "Looking up the nearest neighbours …",
  no_neighbours: "No neighbours were computed for this point.",
  neighbours: "Nearest neighbours",
  neighbours_stored: "Neighbours are computed by the running app; this file holds the picture only.",
  zoom_hint: "Click the figure first, or hold Ctrl, to zoom",
  description:
    "Word vectors as points in space. Arrow keys turn the view, plus and minus zoom, comma and full stop change the layer, " +
    "slash searches, question mark lists all keys.",
};

/** Keys and what they do, in the order of the help overlay. */
export const KEY_HELP = [
  ["← ↑ → ↓", "turn (in 2D: move)"],
  ["+  −", "zoom in, out"],
  [",  .", "layer down, up"],
  ["space", "play or pause the layers"],
  ["l", "next layout"],
  ["c", "next colouring"],
  ["2", "flat or 3D"],
  ["0", "reset the view"],
  ["/", "search"],
  ["n", "next neighbour, Enter selects it"],
  ["i", "isolate selection or hits"],
  ["a", "show all"],
  ["Esc", "clear the selection"],
  ["?", "this list"],
];

/** The viewer's texts with the page's replacements laid over them. */
export function texts(replacements) {
  return { ...DEFAULT_TEXT, ...(replacements ?? {}) };
}

/** A number with as many decimals as its range deserves. */
export function formatNumber(value, range = 1) {
  if (range >= 20 && Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-GB");
  return value.toFixed(range >= 100 ? 0 : range >= 20 ? 1 : 2);
}

/** A count with thousands separators. */
export function formatCount(count) {
  return count.toLocaleString("en-GB");
}

/** What was done to the vectors, as a reader would say it. */
export function badgeText(badge) {
  return badge ? `${badge} vectors` : "";
}
