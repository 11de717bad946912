// Small helpers that build a component's elements. Text goes in as text nodes only: a word may look like markup.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  reset: "M12 5a7 7 0 1 1-6.6 4.7M5 4v6h6",
  image: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14",
  fullscreen: "M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15",
  close: "M6 6l12 12M18 6L6 18",
  search: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12M15 15l5 5",
  circle: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16",
  square: "M5 5h14v14H5z",
  triangle: "M12 3.5L21 19H3z",
  diamond: "M12 2.5L21.5 12 12 21.5 2.5 12z",
  stop: "M6.5 6.5h11v11h-11z",
  batch: "M6 5v14l8-7zM16 5h2.5v14H16z",
  epoch: "M4 5v14l6.5-7zM11 5v14l6.5-7zM18 5h2.5v14H18z",
  unlock: "M6 11h12v9H6zM9 11V7.5a3.2 3.2 0 0 1 6.2-1.1",
  stage: "M4 19.5h4.5v-6H4zM9.8 19.5h4.5v-10H9.8zM15.5 19.5H20v-14h-4.5z",
  back: "M8.5 6L3.5 11l5 5M4 11h10.5a5 5 0 0 1 0 10H11",
};
const FILLED = new Set(["play", "pause", "circle", "square", "triangle", "diamond", "stop", "batch", "epoch"]);

/**
 * An element with properties, attributes (any name with a dash, and `role`) and children.
 * @param {string} tag element name.
 * @param {object} props `class`, event handlers such as `onclick`, properties, or attributes.
 * @param {...(Node|string)} children strings become text nodes.
 */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === "class") element.className = value;
    else if (name.includes("-") || name === "role" || !(name in element)) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** An SVG element with attributes and children. */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** One of the house's line icons, hidden from screen readers (its button carries the name). */
export function icon(name) {
  const kind = FILLED.has(name) ? "cs-icon cs-icon-filled" : "cs-icon";
  return makeSvg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: kind }, makeSvg("path", { d: ICONS[name] }));
}

/** A button that shows an icon and names itself to screen readers and on hover. */
export function iconButton(name, label, onclick) {
  return make("button", { type: "button", class: "cs-icon-button", title: label, "aria-label": label, onclick }, icon(name));
}

/** Set an element's text only when it differs, so that live regions and selections are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Replace an element's children. */
export function fill(element, ...children) {
  element.replaceChildren(...children);
}
