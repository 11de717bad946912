// Markers of categories, so that no colour stands alone.

// In the order in which the fragment shader knows them.
const SHAPES = ["circle", "square", "triangle", "diamond"];

/** The marker of a category, chosen as in the vertex shader, where the palette has `count` colours. */
export function categoryShape(index, count) {
  return SHAPES[(index + Math.floor(index / count)) % SHAPES.length];
}
