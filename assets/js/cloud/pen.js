// The pen all guides are drawn with, and the few shapes they share.
import { cssColour } from "./theme.js";

const STEPS = 96; // segments of a circle

/** What every guide needs: context, camera, colours, size. `boxes` collects where texts were written. */
export function penFor(ctx, frame, theme, scale) {
  ctx.lineWidth = 1;
  ctx.lineJoin = "round";
  ctx.textBaseline = "middle";
  ctx.font = `${Math.round(scale * 12)}px ${theme.font}`;
  const ink = (alpha) => cssColour(theme.text, alpha);
  const tint = (alpha) => cssColour(theme.accent, alpha);
  return { ctx, frame, ink, tint, scale, halo: cssColour(theme.background, 0.85), boxes: [] };
}

/** Draw with an opacity, or not at all. */
export function shownAt(ctx, alpha, draw) {
  if (alpha < 0.01) return;
  ctx.save();
  ctx.globalAlpha = alpha;
  draw();
  ctx.restore();
}

/** Points of a closed circle spanned by the unit vectors a and b. */
export function circlePoints(centre, radius, a, b) {
  const points = [];
  for (let i = 0; i <= STEPS; i++) {
    const angle = (i / STEPS) * 2 * Math.PI;
    const [c, s] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
    points.push(centre.map((value, k) => value + a[k] * c + b[k] * s));
  }
  return points;
}

/**
 * Begin a path through points in space, where they are in front of the eye and `visible`.
 * A segment counts as visible when its end is, so that two complementary halves of a circle leave no gap.
 */
export function tracePath(ctx, frame, points, visible = () => true) {
  let before = null;
  let drawing = false;
  ctx.beginPath();
  for (const point of points) {
    const at = frame.project(point, [0, 0, 0]);
    const draw = before !== null && before[2] > 0 && at[2] > 0 && visible(point);
    if (draw && !drawing) ctx.moveTo(before[0], before[1]);
    if (draw) ctx.lineTo(at[0], at[1]);
    drawing = draw;
    before = at;
  }
}

/** The point at a signed length along an axis from the origin. */
export function axisEnd(origin, axis, length) {
  return origin.map((value, i) => value + (i === axis ? length : 0));
}

/** The rim of a cone around the vertical axis, where it meets the sphere. */
export function coneRim(origin, radius, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const centre = [origin[0], origin[1] + radius * Math.cos(angle), origin[2]];
  return circlePoints(centre, radius * Math.sin(angle), [1, 0, 0], [0, 0, 1]);
}
