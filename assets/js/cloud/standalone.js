// The viewer without a server, for a page saved as one HTML file.
import { takeOver } from "./sync.js";
import { createViewer, refreshTheme, showPacket } from "./viewer.js";

/**
 * Show a packet in a page of its own.
 * @param {HTMLElement} root the element to fill.
 * @param {ArrayBuffer} arrayBuffer a CSC1 packet.
 * @param options start values, named as in the component's data: layer, layout, color_by, selected, camera, flat,
 *   neighbours (of the selected point), palette, presenter, height, labels.
 * @returns the viewer, or null where the browser offers no WebGL2.
 */
export function mountStandalone(root, arrayBuffer, options = {}) {
  const host = { live: false, onView: () => {}, onPick: () => {}, onNoWebGL: () => {} };
  const viewer = createViewer(root, host, options.labels);
  if (!viewer) return null;
  takeOver(viewer, options);
  refreshTheme(viewer);
  showPacket(viewer, arrayBuffer, options);
  return viewer;
}
