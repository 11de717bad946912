// The drawing above the points: lines to neighbours, rings around what is selected or hovered, word labels.
import { placeLabels } from "./labels.js";
import { mixedPosition } from "./sources.js";
import { currentNeighbours } from "./state.js";
import { cssColour } from "./theme.js";

function screenPlace(viewer, frame, id) {
  return frame.project(mixedPosition(viewer.morph, id, [0, 0, 0]), [0, 0, 0]);
}

function drawNeighbourLines(ctx, viewer, frame) {
  const { view, theme, cursor } = viewer;
  if (view.selected === null) return;
  const [x, y, near] = screenPlace(viewer, frame, view.selected);
  if (near <= 0) return;
  currentNeighbours(viewer).forEach(({ id }, i) => {
    const to = screenPlace(viewer, frame, id);
    if (to[2] <= 0) return;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(to[0], to[1]);
    ctx.strokeStyle = cssColour(theme.text, i === cursor ? 0.9 : 0.34);
    ctx.lineWidth = i === cursor ? 2 : 1;
    ctx.stroke();
  });
}

function drawRing(ctx, viewer, frame, id, radius, colour, width) {
  const [x, y, near] = screenPlace(viewer, frame, id);
  if (near <= 0) return;
  const size = Math.min(Math.max(near, 0.55), 2.4);
  ctx.beginPath();
  ctx.arc(x, y, viewer.pointSize * radius * size + 3, 0, 2 * Math.PI);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

function fontOf(viewer, loud) {
  const size = viewer.presenter ? 18 : loud ? 13 : 12;
  return `${loud === 2 ? 650 : loud ? 550 : 400} ${size}px ${viewer.theme.font}`;
}

function drawLabels(ctx, viewer, frame, kept) {
  const { theme } = viewer;
  const measure = (text, loud) => {
    ctx.font = fontOf(viewer, loud);
    return ctx.measureText(text).width;
  };
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.lineJoin = "round";
  for (const { text, x, y, loud } of placeLabels(viewer, frame, measure, viewer.presenter ? 22 : 16, kept)) {
    ctx.font = fontOf(viewer, loud);
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = cssColour(theme.background, 0.88);
    ctx.strokeText(text, x, y);
    ctx.fillStyle = cssColour(theme.text, loud ? 1 : 0.82);
    ctx.fillText(text, x, y);
  }
}

/**
 * Draw everything that lies above the points.
 * @param ctx a 2D context, already scaled to CSS pixels and cleared.
 * @param kept boxes on screen that orienting labels must leave free.
 */
export function drawOverlay(ctx, viewer, frame, kept) {
  const { view, theme, hover } = viewer;
  drawNeighbourLines(ctx, viewer, frame);
  if (view.selected !== null) drawRing(ctx, viewer, frame, view.selected, 1, cssColour(theme.text, 0.95), 2);
  const pointed = currentNeighbours(viewer)[viewer.cursor]?.id ?? -1;
  if (pointed >= 0) drawRing(ctx, viewer, frame, pointed, 0.8, cssColour(theme.text, 0.9), 2);
  if (hover >= 0 && hover !== view.selected) drawRing(ctx, viewer, frame, hover, 0.6, cssColour(theme.text, 0.75), 1.5);
  drawLabels(ctx, viewer, frame, kept);
}
