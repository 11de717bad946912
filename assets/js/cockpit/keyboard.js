// Everything by keyboard, from anywhere on the page while the cockpit is in sight, except while typing; where it is part of a
// page with keys of its own, from within.
import { stepBack, toggleHelp, togglePlay } from "./controls.js";

const KEYS = {
  " ": togglePlay,
  ".": (view) => view.driver.until("batch"),
  e: (view) => view.driver.until("epoch"),
  u: (view) => view.driver.until("unfreezing"),
  s: (view) => view.driver.until("stage"),
  b: stepBack,
  x: (view) => view.driver.stop(),
  0: (view) => view.driver.seek(0),
  ",": (view) => view.driver.seek(view.driver.step - 1),
  "?": (view) => toggleHelp(view),
};

const TYPING = "input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable], [role=combobox], [role=textbox]";
// Space presses these, so it is left to them.
const PRESSED = "button, a, summary, input, [role=button], [role=radio], [role=option], [role=tab], [role=switch]";

/** Should this key, pressed at this element, be left to the element? */
export function isTheirs(key, target) {
  if (!target?.matches) return false;
  return target.matches(TYPING) || (key === " " && target.matches(PRESSED));
}

function inSight(root) {
  const box = root.getBoundingClientRect();
  return box.height > 0 && box.bottom > 0 && box.top < window.innerHeight;
}

/** Which of the cockpit's buttons a key stands for, so that a button that is off has no key either. */
function buttonFor(view, key) {
  const { ui } = view;
  return { " ": ui.play, ".": ui.steps[0], e: ui.steps[1], u: ui.steps[2], s: ui.steps[3], b: ui.back, x: ui.stop }[key];
}

/** Listen to keys; gives the function that ends it. */
export function listenToKeys(view) {
  const listen = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    // Inside a shadow root the event's own target is the inner element; listeners outside would see the host.
    const target = event.composedPath()[0];
    if (view.host.isPart && !event.composedPath().includes(view.root)) return;
    if (event.key === "Escape" && !view.ui.help.hidden) return toggleHelp(view, false);
    const act = KEYS[event.key];
    if (!act || !view.driver || isTheirs(event.key, target) || !inSight(view.root)) return;
    if (event.repeat && event.key !== "." && event.key !== ",") return;
    event.preventDefault();
    event.stopPropagation();
    if (!buttonFor(view, event.key)?.disabled) act(view);
  };
  // The arrow keys of a slider or a list are not for the page's own keys.
  const hold = (event) => event.composedPath()[0].matches?.("input, select") && event.stopPropagation();
  window.addEventListener("keydown", listen, true);
  if (view.host.isPart) view.root.addEventListener("keydown", hold);
  return () => {
    window.removeEventListener("keydown", listen, true);
    view.root.removeEventListener("keydown", hold);
  };
}
