// The two shaders behind all points. Flags say how a point takes part: see FLAG.

/** A point's part in the picture, as stored per point; larger is louder. */
export const FLAG = { HIDDEN: 0, DIM: 1, NORMAL: 2, HIT: 3, NEIGHBOUR: 4, SELECTED: 5 };

const VERTEX = `#version 300 es
precision highp float;
in vec3 aFrom;
in vec3 aTo;
in uint aValueFrom;
in uint aValueTo;
in uint aFlag;
uniform mat4 uMatrix;
uniform vec2 uFromMap, uToMap;      // multiply, add
uniform vec3 uFromShift, uToShift;
uniform bvec2 uUpright;             // cones are stored lying down
uniform float uMix, uSize, uReach, uFlat;
uniform uint uModulus;
uniform bool uShaped, uPicking;
uniform vec3 uQuiet;
uniform sampler2D uColours;
flat out vec4 vColour;
flat out float vSize;
flat out int vShape;

const float SIZES[6] = float[6](0.0, 0.85, 1.0, 1.35, 1.55, 2.0);
const float ALPHAS[6] = float[6](0.0, 0.13, 0.9, 1.0, 1.0, 1.0);

vec3 place(vec3 stored, vec2 map, bool upright, vec3 shift) {
  vec3 p = stored * map.x + map.y;
  return (upright ? vec3(p.x, p.z, -p.y) : p) + shift;
}

vec3 colourOf(uint value) {
  return texelFetch(uColours, ivec2(int(value % uModulus), 0), 0).rgb;
}

void main() {
  vec3 from = place(aFrom, uFromMap, uUpright.x, uFromShift);
  vec3 to = place(aTo, uToMap, uUpright.y, uToShift);
  vec4 clip = uMatrix * vec4(mix(from, to, uMix), 1.0);
  if (aFlag == 0u) clip = vec4(2.0, 2.0, 2.0, 1.0);
  // Points that matter now are drawn in the nearest slice of depth: the dimmed rest must not cover them.
  if (aFlag > 2u) clip.z = -clip.w + (clip.z + clip.w) * 0.05;
  gl_Position = clip;
  float nearness = mix(uReach / max(clip.w, 0.001), 1.0, uFlat);
  vSize = uSize * SIZES[aFlag] * clamp(nearness, 0.55, 2.4);
  gl_PointSize = vSize + 2.0;
  // Where the colours start over, the shapes move on by one: no two categories look alike for a long while.
  vShape = uShaped ? int((aValueTo + aValueTo / uModulus) % 4u) : 0;
  if (uPicking) {
    uint id = uint(gl_VertexID) + 1u;
    vColour = vec4(float(id & 255u), float((id >> 8) & 255u), float((id >> 16) & 255u), 255.0) / 255.0;
    return;
  }
  float fade = mix(0.5, 1.0, smoothstep(0.72, 1.08, nearness));
  vec3 colour = mix(colourOf(aValueFrom), colourOf(aValueTo), uMix);
  if (aFlag == 1u) colour = mix(colour, uQuiet, 0.5);
  vColour = vec4(colour, ALPHAS[aFlag] * (aFlag > 2u ? 1.0 : fade));
}`;

const FRAGMENT = `#version 300 es
precision highp float;
flat in vec4 vColour;
flat in float vSize;
flat in int vShape;
uniform bool uPicking;
out vec4 colour;

// Signed distance to the marker's edge; the four shapes are sized to look equally heavy.
float edge(vec2 p) {
  if (vShape == 1) return max(abs(p.x), abs(p.y)) - 0.84;
  if (vShape == 2) return max(p.y - 0.72, abs(p.x) * 0.866 - p.y * 0.5 - 0.56);
  if (vShape == 3) return (abs(p.x) + abs(p.y)) * 0.7071 - 0.82;
  return length(p) - 0.96;
}

void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) * (vSize + 2.0) / vSize;
  float cover = clamp(0.5 - edge(p) * vSize * 0.5, 0.0, 1.0);
  if (cover < 0.05) discard;
  if (uPicking) { colour = vColour; return; }
  float alpha = vColour.a * cover;
  colour = vec4(vColour.rgb * alpha, alpha);
}`;

const ATTRIBUTES = ["aFrom", "aTo", "aValueFrom", "aValueTo", "aFlag"];
const UNIFORMS = ["uMatrix", "uFromMap", "uToMap", "uFromShift", "uToShift", "uUpright", "uMix", "uSize", "uReach",
  "uFlat", "uModulus", "uShaped", "uPicking", "uQuiet", "uColours"];

function compileShader(gl, type, source) {
  const shader = gl.createShader(type);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new Error(`The point shader does not compile: ${gl.getShaderInfoLog(shader)}`);
  }
  return shader;
}

/** Compile and link the point program; attribute i of `attributes` sits at location i. */
export function createProgram(gl) {
  const program = gl.createProgram();
  gl.attachShader(program, compileShader(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, compileShader(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  ATTRIBUTES.forEach((name, location) => gl.bindAttribLocation(program, location, name));
  gl.linkProgram(program);
  const uniforms = {};
  for (const name of UNIFORMS) uniforms[name] = gl.getUniformLocation(program, name);
  return { program, uniforms };
}
