// Where a browser is in the app: the page's name and the query of its link.

// What the cloud's viewer is told directly, so that nothing has to be drawn anew for it.
const OF_THE_CLOUD = new Set(["layer", "layout", "color_by", "selected", "camera", "flat"]);
// Of a page, what a part of it is told directly: the batch of a replay.
const OF_THE_PAGE = { ulmfit: new Set(["step"]) };
// What is one browser's own.
const OWN = new Set(["room", "drive", "presenter", "writing"]);

/** The address that all pages of the app lie under. */
export function appBase() {
  return new URL("./", document.baseURI).href;
}

/** Where this browser is now. */
export function placeNow() {
  const page = location.pathname.split("/").pop();
  return { page, query: location.search.slice(1) };
}

/** Equal for two places that show the same, up to the view of a cloud and the batch of a replay. */
export function placeKey({ page, query }) {
  const isTold = (name) => OF_THE_CLOUD.has(name) || Boolean(OF_THE_PAGE[page]?.has(name));
  const pairs = [...new URLSearchParams(query)].filter(([name]) => !isTold(name) && !OWN.has(name));
  return `${page}?${new URLSearchParams(pairs.sort())}`;
}

/**
 * Go to a place as the browser's own Back button does: the page draws what the link says, and no more is loaded.
 * @param room the code that stays in the link, so that a reload comes back to the room.
 */
export function goTo({ page, query }, room) {
  const url = new URL(page, appBase()); // a name of letters, digits and dashes: the server takes no other
  url.search = query;
  url.searchParams.set("room", room);
  if (url.href === location.href) return;
  history.replaceState(history.state, "", url);
  window.dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
  document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
}
