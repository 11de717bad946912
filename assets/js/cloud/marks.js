// The drawing in front of the points: rims of the cones, the origin, names and degrees.
import { axisEnd, coneRim, penFor, shownAt, tracePath } from "./pen.js";

function markText(pen, point, text, align = "left", dx = 6, dy = 0) {
  const { ctx, frame, ink, halo, boxes, scale } = pen;
  const at = frame.project(point, [0, 0, 0]);
  if (at[2] <= 0) return;
  const width = ctx.measureText(text).width;
  const wanted = at[0] + dx - { left: 0, right: width }[align];
  // A name half outside the stage is no name.
  const left = Math.min(Math.max(wanted, 6), frame.middle * 2 - width - 6);
  const y = at[1] + dy;
  ctx.textAlign = "left";
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = halo;
  ctx.strokeText(text, left, y);
  ctx.fillStyle = ink(0.78);
  ctx.fillText(text, left, y);
  boxes.push([left - 4, y - 9 * scale, left + width + 4, y + 9 * scale]);
}

// An axis that points at the reader, as the third one does in 2D, has no end to write at.
function markAxis(pen, origin, axis, name) {
  const end = axisEnd(origin, axis, 0.88);
  const [from, to] = [origin, end].map((point) => pen.frame.project(point, [0, 0, 0]));
  if (Math.hypot(to[0] - from[0], to[1] - from[1]) > 40) markText(pen, end, name);
}

function markCone(pen, origin, radius, degrees, { name, dash, side }) {
  if (degrees <= 0) return;
  const { ctx, frame, ink, halo } = pen;
  const rim = coneRim(origin, radius, degrees);
  tracePath(ctx, frame, rim);
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = halo;
  ctx.stroke();
  ctx.setLineDash(dash);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = ink(0.85);
  ctx.stroke();
  ctx.setLineDash([]);
  const x = (point) => frame.project(point, [0, 0, 0])[0] * side;
  const outermost = rim.reduce((best, point) => (x(point) > x(best) ? point : best));
  markText(pen, outermost, `${name} ${degrees.toFixed(1)}°`, side > 0 ? "left" : "right", 9 * side);
}

function markOrigin(pen, origin) {
  const { ctx, frame, ink, halo, scale } = pen;
  const [x, y, near] = frame.project(origin, [0, 0, 0]);
  if (near <= 0) return;
  ctx.beginPath();
  ctx.arc(x, y, 4 * scale, 0, 2 * Math.PI);
  ctx.fillStyle = halo;
  ctx.fill();
  ctx.strokeStyle = ink(0.85);
  ctx.lineWidth = 1.5;
  ctx.stroke();
  markText(pen, origin, "origin", "right", -9 * scale, 10 * scale);
}

/**
 * Draw what must be seen through the points: the cones' rims, the origin, all names and degrees.
 * @param axisNames names of the three axes of a linear layout.
 * @returns the boxes [left, top, right, bottom] of the texts, which word labels should leave free.
 */
export function drawMarks(ctx, guides, frame, theme, scale, axisNames) {
  const pen = penFor(ctx, frame, theme, scale);
  const origin = [guides.x, guides.y, guides.z];
  const radius = guides.sphereRadius;
  shownAt(ctx, Math.max(guides.axes, guides.cone), () => markOrigin(pen, origin));
  shownAt(ctx, guides.axes, () => {
    for (let axis = 0; axis < 3; axis++) markAxis(pen, origin, axis, axisNames[axis] ?? `axis ${axis + 1}`);
  });
  shownAt(ctx, guides.cone, () => {
    markCone(pen, origin, radius, guides.p95, { name: "95 % within", dash: [5, 4], side: -1 });
    markCone(pen, origin, radius, guides.median, { name: "half within", dash: [], side: 1 });
    markText(pen, axisEnd(origin, 1, radius * 1.1), "mean direction", "left", 8, 4 * scale);
  });
  return pen.boxes;
}
