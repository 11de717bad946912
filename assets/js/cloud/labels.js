// Which words are written next to their points: those that matter, and a few more where there is room.
import { FLAG } from "./shaders.js";
import { mixedPosition } from "./sources.js";
import { currentNeighbours } from "./state.js";

const MOST = 24; // labels on screen at once
const OTHERS = 14; // of which mere orientation
const CELL = [150, 64]; // CSS pixels: one candidate for each cell of this size

function frequencyOf(cloud) {
  const attribute = Object.values(cloud.attributes).find((a) => a.kind === "numeric" && /freq/i.test(a.name));
  return attribute && !attribute.per_layer ? attribute.values : null;
}

/**
 * Points that may carry an orienting label: in each cell of the screen the most frequent, else the nearest.
 * Looks at every point, so it is called when the view has come to rest, not on each frame.
 */
export function orientingIds(viewer, frame) {
  const { cloud, flags, morph, view, query } = viewer;
  if (view.selected !== null || query) return [];
  const frequency = frequencyOf(cloud);
  const cells = new Map();
  const [place, at] = [[0, 0, 0], [0, 0, 0]];
  for (let id = 0; id < cloud.n; id++) {
    if (flags[id] < FLAG.NORMAL) continue;
    frame.project(mixedPosition(morph, id, place), at);
    if (at[2] <= 0 || at[0] < 0 || at[1] < 0 || at[0] > frame.width || at[1] > frame.height) continue;
    const cell = Math.floor(at[0] / CELL[0]) + 1000 * Math.floor(at[1] / CELL[1]);
    const score = frequency ? frequency[id] + at[2] : at[2];
    const best = cells.get(cell);
    if (!best || score > best.score) cells.set(cell, { id, score });
  }
  return [...cells.values()].sort((a, b) => b.score - a.score).map(({ id }) => id);
}

/** All points that want a label now, the most important first, with how loudly they speak. */
function wantedLabels(viewer) {
  const wanted = [];
  const { view, hits } = viewer;
  if (view.selected !== null) wanted.push({ id: view.selected, loud: 2 });
  for (const { id } of currentNeighbours(viewer)) wanted.push({ id, loud: 1 });
  for (const id of hits.slice(0, 200)) wanted.push({ id, loud: 1 });
  for (const id of viewer.orienting) wanted.push({ id, loud: 0 });
  return wanted;
}

function overlaps(box, boxes) {
  return boxes.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]);
}

function shorten(word) {
  const points = Array.from(word);
  return points.length > 26 ? `${points.slice(0, 25).join("")}…` : word;
}

/**
 * Decide which labels fit, greedily, none over another or over a kept-clear box.
 * @param measure a function from text to its width in CSS pixels.
 * @param kept boxes [left, top, right, bottom] that must stay free of orienting labels.
 * @returns {{text: string, x: number, y: number, loud: number}[]} at most 24, x and y of the text's left middle.
 */
export function placeLabels(viewer, frame, measure, height, kept) {
  const { cloud, flags, morph } = viewer;
  const words = cloud.words();
  const [boxes, placed, seen, written] = [[...kept], [], new Set(), new Set()];
  let others = 0;
  const [place, at] = [[0, 0, 0], [0, 0, 0]];
  for (const { id, loud } of wantedLabels(viewer)) {
    if (placed.length >= MOST || flags[id] === FLAG.HIDDEN || seen.has(id)) continue;
    seen.add(id);
    // One orienting label for each word is enough; the same word may have a hundred points.
    if (loud === 0 && (others >= OTHERS || written.has(words[id]))) continue;
    frame.project(mixedPosition(morph, id, place), at);
    if (at[2] <= 0 || at[0] < 0 || at[1] < 0 || at[0] > frame.width || at[1] > frame.height) continue;
    const text = shorten(words[id]);
    const width = measure(text, loud);
    const x = at[0] + 9 + width > frame.width ? at[0] - 9 - width : at[0] + 9;
    const box = [x - 4, at[1] - height / 2 - 2, x + width + 4, at[1] + height / 2 + 2];
    if (loud < 2 && overlaps(box, boxes)) continue;
    boxes.push(box);
    written.add(words[id]);
    placed.push({ text, x, y: at[1], loud });
    if (loud === 0) others++;
  }
  return placed;
}
