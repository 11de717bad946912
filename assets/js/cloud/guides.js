// The quiet drawing behind the points: axes, unit sphere, cones. Canvas strokes are finer than WebGL lines.
import { axisEnd, circlePoints, coneRim, penFor, shownAt, tracePath } from "./pen.js";

function strokeCircle(pen, points, inFront) {
  const { ctx, frame, ink } = pen;
  tracePath(ctx, frame, points, inFront);
  ctx.strokeStyle = ink(0.26);
  ctx.stroke();
  tracePath(ctx, frame, points, (p) => !inFront(p));
  ctx.strokeStyle = ink(0.1);
  ctx.stroke();
}

function drawSphere(pen, origin, radius, shown) {
  const { ctx, frame } = pen;
  if (shown < 0.01 || radius <= 0) return;
  ctx.save();
  ctx.globalAlpha = shown;
  const toEye = frame.eye.map((value, i) => value - origin[i]);
  const inFront = (p) => p.reduce((sum, value, i) => sum + (value - origin[i]) * toEye[i], 0) >= 0;
  const [x, y, z] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  for (const [a, b] of [[x, z], [x, y], [y, z]]) strokeCircle(pen, circlePoints(origin, radius, a, b), inFront);
  const away = Math.hypot(...toEye);
  if (away > radius) {
    // Seen from a finite distance, a sphere's outline is a smaller circle, a little towards the eye.
    const share = radius / away;
    const centre = origin.map((value, i) => value + toEye[i] * share * share);
    const outline = circlePoints(centre, radius * Math.sqrt(1 - share * share), frame.right, frame.up);
    tracePath(ctx, frame, outline);
    ctx.strokeStyle = pen.ink(0.3);
    ctx.stroke();
  }
  ctx.restore();
}

function drawLine(pen, from, to, alpha) {
  const { ctx, frame, ink } = pen;
  const steps = Array.from({ length: 13 }, (_, i) => from.map((value, k) => value + ((to[k] - value) * i) / 12));
  tracePath(ctx, frame, steps);
  ctx.strokeStyle = ink(alpha);
  ctx.stroke();
}

function drawAxes(pen, origin) {
  for (let axis = 0; axis < 3; axis++) {
    drawLine(pen, origin, axisEnd(origin, axis, -0.85), 0.14);
    drawLine(pen, origin, axisEnd(origin, axis, 0.85), 0.4);
  }
}

// Andrew's monotone chain: the outline of a cone on the screen is the hull of its rim and its apex.
function convexHull(points) {
  const sorted = [...points].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  const half = (list) => {
    const chain = [];
    for (const p of list) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), p) <= 0) chain.pop();
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(a, b, c) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function fillPolygon(ctx, points, colour) {
  ctx.beginPath();
  points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.closePath();
  ctx.fillStyle = colour;
  ctx.fill();
}

function fillCone(pen, origin, radius, degrees, alpha) {
  const { ctx, frame, tint } = pen;
  const onScreen = coneRim(origin, radius, degrees).map((point) => frame.project(point, [0, 0, 0]));
  if (degrees <= 0 || onScreen.some((p) => p[2] <= 0)) return;
  fillPolygon(ctx, convexHull([...onScreen, frame.project(origin, [0, 0, 0])]), tint(alpha));
  fillPolygon(ctx, onScreen, tint(alpha * 0.7));
}

/**
 * Draw what belongs behind the points: sphere, axes, the body of the cones.
 * @param ctx a 2D context, already scaled to CSS pixels and cleared.
 * @param guides a guide shape from `mixGuides`; UMAP has none, since its axes and origin mean nothing.
 */
export function drawGuides(ctx, guides, frame, theme, scale) {
  const pen = penFor(ctx, frame, theme, scale);
  const origin = [guides.x, guides.y, guides.z];
  const radius = guides.sphereRadius;
  drawSphere(pen, origin, radius, guides.sphere);
  shownAt(ctx, guides.axes, () => drawAxes(pen, origin));
  shownAt(ctx, guides.cone, () => {
    drawLine(pen, origin, axisEnd(origin, 1, radius * 1.1), 0.5);
    fillCone(pen, origin, radius, guides.p95, 0.06);
    fillCone(pen, origin, radius, guides.median, 0.12);
  });
}
