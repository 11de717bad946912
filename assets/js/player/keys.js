// Keys that turn pages, and a guard around them: a key that a control takes is the control's alone.
// Streamlit hears its shortcuts at the document; what is stopped at the body never gets there, and the
// controls, which stand inside the body, have had it already.
const PRESSED = "button, a, summary, [role=button], [role=radio], [role=option], [role=tab], [role=switch], [role=checkbox]";
const MOVED_IN = "[role=radiogroup], [role=group], [role=toolbar], [role=listbox], [role=tablist], [role=grid], [role=slider], [role=menu], canvas";
const TURNING = new Set(["ArrowLeft", "ArrowRight", "Home", "End"]);
const CLICKER = { PageDown: "next", PageUp: "previous" }; // what the presenter's remote control sends

/** Does the element that has the focus use this key itself? */
export function isTaken(key, target) {
  if (!target?.closest) return false;
  if (key === " ") return Boolean(target.closest(PRESSED));
  return TURNING.has(key) && Boolean(target.closest(MOVED_IN));
}

function isTyping(target) {
  return Boolean(target?.closest?.("input, textarea, select, [contenteditable=true]"));
}

/** A key that nothing on the page is there for. */
function isStray(key) {
  return (key.length === 1 && key !== " ") || key === "Backspace" || key === "Delete";
}

function press(name) {
  document.querySelector(`.st-key-${name} button:not([disabled])`)?.click();
}

/** Listen; gives the function that ends it. `presenting` says whether stray keys and clickers count. */
export function guardKeys(presenting) {
  const listen = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (isTyping(target)) return;
    if (isTaken(event.key, target)) event.stopPropagation();
    if (!presenting()) return;
    if (isStray(event.key)) event.stopPropagation();
    if (CLICKER[event.key] && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      press(CLICKER[event.key]);
    }
  };
  document.body.addEventListener("keydown", listen);
  return () => document.body.removeEventListener("keydown", listen);
}
