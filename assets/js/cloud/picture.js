// The picture as a file: points, guides, labels, legend and caption on one canvas, twice as fine as on screen.
import { categoryShape } from "./shapes.js";
import { frameOf, paintAround, sceneOf } from "./frame.js";
import { drawPoints } from "./renderer.js";
import { colourAttribute, touch } from "./state.js";
import { badgeText, formatCount, formatNumber } from "./text.js";
import { colourTable, cssColour } from "./theme.js";

const SCALE = 2;
const MARGIN = 16;
const FOOT = 52; // CSS pixels for note and caption below the picture

function pointsAtScale(viewer, frame) {
  const { renderer, size } = viewer;
  const { canvas } = renderer;
  canvas.width = size.width * SCALE;
  canvas.height = size.height * SCALE;
  drawPoints(renderer, sceneOf(viewer, frame, SCALE));
}

function write(ctx, viewer, text, x, y, { size = 12, weight = 400, alpha = 1, align = "left" } = {}) {
  ctx.font = `${weight} ${size}px ${viewer.theme.font}`;
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  ctx.fillStyle = cssColour(viewer.theme.text, alpha);
  ctx.fillText(text, x, y);
}

function paintMarker(ctx, shape, x, y) {
  ctx.beginPath();
  if (shape === "circle") ctx.arc(x, y, 5, 0, 2 * Math.PI);
  if (shape === "square") ctx.rect(x - 4.5, y - 4.5, 9, 9);
  const corners = { triangle: [[0, -5], [5.5, 4.5], [-5.5, 4.5]], diamond: [[0, -6], [6, 0], [0, 6], [-6, 0]] }[shape] ?? [];
  corners.forEach(([dx, dy], i) => (i ? ctx.lineTo(x + dx, y + dy) : ctx.moveTo(x + dx, y + dy)));
  ctx.fill();
}

function paintLegend(ctx, viewer, bottom) {
  const attribute = colourAttribute(viewer);
  if (!attribute) return;
  const { colours } = colourTable(attribute, viewer.palette, viewer.theme);
  if (attribute.kind === "category") {
    const names = attribute.common ?? [];
    const top = bottom - names.length * 18;
    write(ctx, viewer, attribute.label, MARGIN, top - 16, { weight: 600 });
    names.forEach(({ index }, row) => {
      ctx.fillStyle = cssColour(colours[index % colours.length]);
      paintMarker(ctx, categoryShape(index, colours.length), MARGIN + 6, top + row * 18 - 2);
      write(ctx, viewer, attribute.names[index], MARGIN + 20, top + row * 18 + 2, { alpha: 0.85 });
    });
    return;
  }
  const range = attribute.max - attribute.min;
  write(ctx, viewer, attribute.label, MARGIN, bottom - 34, { weight: 600 });
  for (let i = 0; i < 150; i++) {
    ctx.fillStyle = cssColour(colours[Math.floor((i * 255) / 149)]);
    ctx.fillRect(MARGIN + i, bottom - 26, 1.5, 8);
  }
  write(ctx, viewer, formatNumber(attribute.min, range), MARGIN, bottom - 4, { alpha: 0.8 });
  write(ctx, viewer, formatNumber(attribute.max, range), MARGIN + 150, bottom - 4, { alpha: 0.8, align: "right" });
}

function paintWords(ctx, viewer) {
  const { cloud, view, size } = viewer;
  const layout = cloud.layouts[view.layout];
  const state = [badgeText(cloud.badge), cloud.layers[view.layer],
    `showing ${formatCount(viewer.shown)} of ${formatCount(cloud.n)}`].filter(Boolean).join(" · ");
  write(ctx, viewer, cloud.title, MARGIN, MARGIN + 12, { size: 15, weight: 600 });
  write(ctx, viewer, state, MARGIN, MARGIN + 32, { alpha: 0.8 });
  const note = [layout.label, layout.per_layer?.[view.layer]?.note, layout.warning].filter(Boolean).join(" · ");
  write(ctx, viewer, note, MARGIN, size.height + 20);
  write(ctx, viewer, cloud.caption, MARGIN, size.height + 40, { alpha: 0.7 });
  paintLegend(ctx, viewer, size.height - MARGIN);
}

/** The picture as a canvas with title, legend and caption. */
export function composePicture(viewer) {
  const { size, theme } = viewer;
  const frame = frameOf(viewer, 0);
  const canvas = document.createElement("canvas");
  canvas.width = size.width * SCALE;
  canvas.height = (size.height + FOOT) * SCALE;
  const ctx = canvas.getContext("2d");
  ctx.scale(SCALE, SCALE);
  ctx.fillStyle = cssColour(theme.background);
  ctx.fillRect(0, 0, size.width, size.height + FOOT);
  paintAround(viewer, ctx, null, frame);
  pointsAtScale(viewer, frame);
  ctx.drawImage(viewer.renderer.canvas, 0, 0, size.width, size.height);
  paintAround(viewer, null, ctx, frame);
  paintWords(ctx, viewer);
  viewer.fit();
  touch(viewer);
  return canvas;
}

/** Offer the picture as a PNG file, named after what it shows. */
export function savePicture(viewer) {
  if (!viewer.cloud || !viewer.renderer) return;
  const { cloud, view } = viewer;
  const name = [cloud.title || "word cloud", view.layout, cloud.layers[view.layer]].join(" ");
  composePicture(viewer).toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }, "image/png");
}
