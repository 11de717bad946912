// Four-by-four matrices, column-major as WebGL wants them, and nothing the viewer does not use.

/** The product a * b of two 4x4 matrices. */
export function multiplyMatrices(a, b) {
  const product = new Float32Array(16);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row] * b[column * 4 + k];
      product[column * 4 + row] = sum;
    }
  }
  return product;
}

/** Perspective projection; scaleX and scaleY are the cotangents of the half angles of view. */
export function perspectiveMatrix(scaleX, scaleY, near, far) {
  const depth = 1 / (near - far);
  return new Float32Array([
    scaleX, 0, 0, 0,
    0, scaleY, 0, 0,
    0, 0, (near + far) * depth, -1,
    0, 0, 2 * near * far * depth, 0,
  ]);
}

/** Parallel projection; scaleX and scaleY are one over the half extents of the view. */
export function orthographicMatrix(scaleX, scaleY, near, far) {
  const depth = 1 / (near - far);
  return new Float32Array([
    scaleX, 0, 0, 0,
    0, scaleY, 0, 0,
    0, 0, 2 * depth, 0,
    0, 0, (near + far) * depth, 1,
  ]);
}

/**
 * The three directions of a camera that looks at the centre from azimuth theta and elevation phi (radians).
 * @returns {{right: number[], up: number[], back: number[]}} unit vectors; `back` points from the target to the eye.
 */
export function cameraDirections(theta, phi) {
  const [sinT, cosT, sinP, cosP] = [Math.sin(theta), Math.cos(theta), Math.sin(phi), Math.cos(phi)];
  return {
    right: [cosT, 0, -sinT],
    up: [-sinP * sinT, cosP, -sinP * cosT],
    back: [sinT * cosP, sinP, cosT * cosP],
  };
}

/** The view matrix of an eye `distance` away from `target`, looking at it. */
export function viewMatrix({ right, up, back }, distance, target) {
  const along = (direction) => -(direction[0] * target[0] + direction[1] * target[1] + direction[2] * target[2]);
  return new Float32Array([
    right[0], up[0], back[0], 0,
    right[1], up[1], back[1], 0,
    right[2], up[2], back[2], 0,
    along(right), along(up), along(back) - distance, 1,
  ]);
}
