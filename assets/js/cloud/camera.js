// The camera: an eye on a sphere around a target. Every layout is framed into the same unit ball (see sources.js),
// so one camera serves all layers and layouts and never needs to jump.
import { cameraDirections, multiplyMatrices, orthographicMatrix, perspectiveMatrix, viewMatrix } from "./matrix.js";

const TAN_HALF_FIELD = 0.315; // a field of view of 35 degrees: little distortion, still some depth
const HOME = { theta: 0.55, phi: 0.32, distance: 3.7 };
const DEPTH = 12; // how far from the target a point may lie and still be drawn

/** A camera at its start position, or where `start` says. */
export function createCamera(start) {
  const camera = { ...HOME, target: [0, 0, 0], flat: 0 };
  if (start) placeCamera(camera, start);
  return camera;
}

/** Move the camera to a saved position; missing or odd values keep what was there. */
export function placeCamera(camera, { theta, phi, distance, target }) {
  if (Number.isFinite(theta)) camera.theta = theta;
  if (Number.isFinite(phi)) camera.phi = clampPhi(phi);
  if (Number.isFinite(distance)) camera.distance = clampDistance(distance);
  if (Array.isArray(target) && target.length === 3 && target.every(Number.isFinite)) camera.target = [...target];
}

/** Back to the start position; flat or not stays as it is. */
export function homeCamera(camera) {
  Object.assign(camera, HOME, { target: [0, 0, 0] });
}

/** The part of the camera that is saved and shared. */
export function savedCamera(camera) {
  const round = (value) => Math.round(value * 1e4) / 1e4;
  return {
    theta: round(camera.theta),
    phi: round(camera.phi),
    distance: round(camera.distance),
    target: camera.target.map(round),
  };
}

function clampPhi(phi) {
  return Math.min(Math.max(phi, -1.55), 1.55);
}

function clampDistance(distance) {
  return Math.min(Math.max(distance, 0.05), 20);
}

/** Turn by angles in radians; the azimuth stays within one turn so that flattening takes the short way. */
export function orbitCamera(camera, dTheta, dPhi) {
  const turn = 2 * Math.PI;
  camera.theta = ((((camera.theta + dTheta + Math.PI) % turn) + turn) % turn) - Math.PI;
  camera.phi = clampPhi(camera.phi + dPhi);
}

/** Move the target so that the picture follows the pointer; dx and dy in CSS pixels. */
export function panCamera(camera, frame, dx, dy) {
  const perPixel = (2 * camera.distance * TAN_HALF_FIELD) / Math.min(frame.width, frame.height);
  const { right, up } = frame;
  camera.target = camera.target.map((t, i) => t - right[i] * dx * perPixel + up[i] * dy * perPixel);
}

/** Come closer (factor < 1) or go away, keeping what lies under the pointer (CSS pixels) in place. */
export function zoomCamera(camera, frame, factor, x = frame.middle, y = frame.height / 2) {
  const before = camera.distance;
  camera.distance = clampDistance(before * factor);
  const share = 1 - camera.distance / before;
  const perPixel = (2 * before * TAN_HALF_FIELD) / Math.min(frame.width, frame.height);
  const dx = (x - frame.middle) * perPixel * share;
  const dy = (y - frame.height / 2) * perPixel * share;
  camera.target = camera.target.map((t, i) => t + frame.right[i] * dx - frame.up[i] * dy);
}

/**
 * All that drawing needs to know about the camera at this moment.
 * Between 3D and flat the eye backs away while the field narrows, until perspective is gone.
 * @param {number} aside how far the picture steps aside for the panel: -1 would be half the width to the left.
 * @returns {{matrix: Float32Array, reach: number, right: number[], up: number[], back: number[], eye: number[],
 *   width: number, height: number, middle: number, project: function(number[], number[]): number[]}}
 *   `project` writes x, y (CSS pixels) and nearness (1 at the target, larger in front, 0 behind the eye).
 */
export function cameraFrame(camera, width, height, aside = 0) {
  const open = 1 - camera.flat;
  const directions = cameraDirections(camera.theta * open, camera.phi * open);
  const distance = camera.distance / Math.max(open, 0.02);
  const half = camera.distance * TAN_HALF_FIELD;
  const [ax, ay] = width > height ? [height / width, 1] : [1, width / height];
  const near = Math.max(distance - DEPTH, distance * 0.01);
  const parallel = camera.flat > 0.999;
  const projection = parallel
    ? orthographicMatrix(ax / half, ay / half, near, distance + DEPTH)
    : perspectiveMatrix((ax * distance) / half, (ay * distance) / half, near, distance + DEPTH);
  const matrix = multiplyMatrices(projection, viewMatrix(directions, distance, camera.target));
  // Stepping aside moves the finished picture, not the camera: x grows by a share of w.
  for (let column = 0; column < 16; column += 4) matrix[column] += aside * matrix[column + 3];
  const reach = parallel ? 1 : distance;
  const project = (p, out) => {
    const w = matrix[3] * p[0] + matrix[7] * p[1] + matrix[11] * p[2] + matrix[15];
    const scale = w > 1e-4 ? 1 / w : 0;
    out[0] = ((matrix[0] * p[0] + matrix[4] * p[1] + matrix[8] * p[2] + matrix[12]) * scale * 0.5 + 0.5) * width;
    out[1] = (0.5 - (matrix[1] * p[0] + matrix[5] * p[1] + matrix[9] * p[2] + matrix[13]) * scale * 0.5) * height;
    out[2] = scale * reach;
    return out;
  };
  const eye = camera.target.map((t, i) => t + directions.back[i] * distance);
  return { matrix, reach, ...directions, eye, width, height, middle: (width * (1 + aside)) / 2, project };
}
