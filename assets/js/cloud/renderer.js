// The WebGL side: packets go to the graphics card as they came, and one draw call paints every point.
import { createProgram } from "./shaders.js";

const PICK_RADIUS = 5; // device pixels around the pointer that still count as a hit

/** A renderer on a canvas, or null where the browser offers no WebGL2. */
export function createRenderer(canvas) {
  const gl = canvas.getContext("webgl2", { alpha: true, premultipliedAlpha: true, antialias: false, depth: true });
  if (!gl) return null;
  const renderer = { gl, canvas, ...createProgram(gl), buffers: new Map(), colours: gl.createTexture() };
  renderer.picking = createPickTarget(gl);
  gl.enable(gl.DEPTH_TEST);
  gl.depthFunc(gl.LEQUAL);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  return renderer;
}

function createPickTarget(gl) {
  const side = PICK_RADIUS * 2 + 1;
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  for (const [format, point] of [[gl.RGBA8, gl.COLOR_ATTACHMENT0], [gl.DEPTH_COMPONENT16, gl.DEPTH_ATTACHMENT]]) {
    const storage = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, storage);
    gl.renderbufferStorage(gl.RENDERBUFFER, format, side, side);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, point, gl.RENDERBUFFER, storage);
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  return { framebuffer, side, pixels: new Uint8Array(side * side * 4) };
}

/** Forget all uploaded data, because another cloud has come. */
export function clearBuffers(renderer) {
  for (const { buffer } of renderer.buffers.values()) renderer.gl.deleteBuffer(buffer);
  renderer.buffers.clear();
}

// Uploads happen on first use: a layout nobody looks at costs no graphics memory.
function bindData(renderer, key, array) {
  const { gl, buffers } = renderer;
  let entry = buffers.get(key);
  if (!entry) buffers.set(key, (entry = { buffer: gl.createBuffer(), array: null }));
  gl.bindBuffer(gl.ARRAY_BUFFER, entry.buffer);
  if (entry.array !== array) gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
  entry.array = array;
}

/** Upload the per-point flags again after they changed in place. */
export function uploadFlags(renderer, flags) {
  const entry = renderer.buffers.get("flags");
  if (entry) entry.array = null;
  bindData(renderer, "flags", flags);
}

/** Upload a colour table made by `colourTable`. */
export function uploadColours(renderer, colours) {
  const { gl } = renderer;
  const bytes = new Uint8Array(256 * 4).fill(255);
  colours.forEach((rgb, i) => rgb.forEach((value, channel) => (bytes[i * 4 + channel] = Math.round(value * 255))));
  gl.bindTexture(gl.TEXTURE_2D, renderer.colours);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
}

function bindPositions(renderer, location, source) {
  const { gl } = renderer;
  bindData(renderer, source.key, source.array);
  const floats = source.unit === 1;
  const bytes = floats ? 4 : 2;
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, 3, floats ? gl.FLOAT : gl.UNSIGNED_SHORT, !floats, 0, source.start * bytes);
}

function bindValues(renderer, location, attribute, layer, n) {
  const { gl } = renderer;
  if (!attribute) {
    gl.disableVertexAttribArray(location);
    gl.vertexAttribI4ui(location, 0, 0, 0, 0);
    return;
  }
  const wide = attribute.values.BYTES_PER_ELEMENT === 2;
  bindData(renderer, `attribute ${attribute.name}`, attribute.values);
  const start = attribute.per_layer ? layer * n * attribute.values.BYTES_PER_ELEMENT : 0;
  gl.enableVertexAttribArray(location);
  gl.vertexAttribIPointer(location, 1, wide ? gl.UNSIGNED_SHORT : gl.UNSIGNED_BYTE, 0, start);
}

function bindScene(renderer, scene) {
  const { gl, program, uniforms: u } = renderer;
  const { morph, frame, attribute, n } = scene;
  gl.useProgram(program);
  bindPositions(renderer, 0, morph.from);
  bindPositions(renderer, 1, morph.to);
  bindValues(renderer, 2, attribute, morph.fromLayer, n);
  bindValues(renderer, 3, attribute, morph.toLayer, n);
  bindData(renderer, "flags", scene.flags);
  gl.enableVertexAttribArray(4);
  gl.vertexAttribIPointer(4, 1, gl.UNSIGNED_BYTE, 0, 0);
  gl.uniformMatrix4fv(u.uMatrix, false, frame.matrix);
  gl.uniform2f(u.uFromMap, morph.from.multiply, morph.from.add);
  gl.uniform2f(u.uToMap, morph.to.multiply, morph.to.add);
  gl.uniform3fv(u.uFromShift, morph.from.shift);
  gl.uniform3fv(u.uToShift, morph.to.shift);
  gl.uniform2i(u.uUpright, morph.from.upright ? 1 : 0, morph.to.upright ? 1 : 0);
  gl.uniform1f(u.uMix, morph.mix);
  gl.uniform1f(u.uSize, scene.pointSize * scene.ratio);
  gl.uniform1f(u.uReach, frame.reach);
  gl.uniform1f(u.uFlat, scene.flat);
  gl.uniform1ui(u.uModulus, scene.modulus);
  gl.uniform1i(u.uShaped, attribute?.kind === "category" ? 1 : 0);
  gl.uniform3fv(u.uQuiet, scene.quiet);
  gl.uniform1i(u.uColours, 0);
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, renderer.colours);
}

/** Paint the scene's points on the canvas: one draw call. */
export function drawPoints(renderer, scene) {
  const { gl, canvas, uniforms } = renderer;
  gl.viewport(0, 0, canvas.width, canvas.height);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  bindScene(renderer, scene);
  gl.uniform1i(uniforms.uPicking, 0);
  gl.enable(gl.BLEND);
  gl.drawArrays(gl.POINTS, 0, scene.n);
}

/**
 * The point under the pointer (x, y in CSS pixels), or -1.
 * The same points are drawn in colours that spell their number, into a target of a few pixels around the pointer.
 */
export function pickPoint(renderer, scene, x, y) {
  const { gl, canvas, uniforms, picking } = renderer;
  const left = Math.round(x * scene.ratio) - PICK_RADIUS;
  const bottom = canvas.height - Math.round(y * scene.ratio) - PICK_RADIUS;
  gl.bindFramebuffer(gl.FRAMEBUFFER, picking.framebuffer);
  gl.viewport(-left, -bottom, canvas.width, canvas.height);
  gl.enable(gl.SCISSOR_TEST);
  gl.scissor(0, 0, picking.side, picking.side);
  gl.disable(gl.BLEND);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  bindScene(renderer, scene);
  gl.uniform1i(uniforms.uPicking, 1);
  gl.drawArrays(gl.POINTS, 0, scene.n);
  gl.readPixels(0, 0, picking.side, picking.side, gl.RGBA, gl.UNSIGNED_BYTE, picking.pixels);
  gl.disable(gl.SCISSOR_TEST);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  return nearestPick(picking);
}

function nearestPick({ pixels, side }) {
  let [best, bestDistance] = [-1, Infinity];
  for (let i = 0; i < side * side; i++) {
    if (pixels[i * 4 + 3] === 0) continue;
    const distance = Math.hypot((i % side) - PICK_RADIUS, Math.floor(i / side) - PICK_RADIUS);
    if (distance >= bestDistance) continue;
    bestDistance = distance;
    best = pixels[i * 4] + (pixels[i * 4 + 1] << 8) + (pixels[i * 4 + 2] << 16) - 1;
  }
  return best;
}
