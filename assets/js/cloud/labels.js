// Which words are written next to their points: those that matter, and a few more where there is room.
import { FLAG } from "./shaders.js";
import { mixedPosition } from "./sources.js";
import { currentNeighbours } from "./state.js";

const MOST = 24; // labels on screen at once
const OTHERS = 14; // of which mere orientation
const SAME_HITS = 6; // labels for hits of the very same word
const PAD = 4; // CSS pixels left free beside a label
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
  const { cloud, flags, morph } = viewer;
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

// A search for one word may hit its hundred occurrences: a few labels say it, the lit points do the rest.
function quotedHits(viewer, hits) {
  const words = viewer.cloud.words();
  const times = new Map();
  return hits.slice(0, 400).filter((id) => {
    times.set(words[id], (times.get(words[id]) ?? 0) + 1);
    return times.get(words[id]) <= SAME_HITS;
  });
}

/** All points that want a label now, the most important first, with how loudly they speak. */
function wantedLabels(viewer) {
  const wanted = [];
  const { view, hits } = viewer;
  if (view.selected !== null) wanted.push({ id: view.selected, loud: 2 });
  for (const { id } of currentNeighbours(viewer)) wanted.push({ id, loud: 1 });
  for (const id of quotedHits(viewer, hits)) wanted.push({ id, loud: 1 });
  // Orientation is chosen at rest and may be older than the selection.
  if (view.selected === null && viewer.query === "") for (const id of viewer.orienting) wanted.push({ id, loud: 0 });
  return wanted;
}

function overlaps(box, boxes) {
  return boxes.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]);
}

// Right of the point, else left of it, above or below: boxes [left, top, right, bottom] inside the stage.
function labelSpots([x, y], width, height, stageWidth) {
  const [half, gap] = [height / 2 + 2, 9 + width];
  const lefts = [[x + 9, y], [x - gap, y], [x - width / 2, y - height - 2], [x - width / 2, y + height + 2]];
  const spots = lefts.map(([left, middle]) => [left - PAD, middle - half, left + width + PAD, middle + half]);
  const inside = spots.filter((spot) => spot[0] >= 0 && spot[2] <= stageWidth);
  return inside.length ? inside : spots;
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
    const spots = labelSpots(at, measure(text, loud), height, frame.width);
    const box = spots.find((spot) => !overlaps(spot, boxes)) ?? (loud === 2 ? spots[0] : null);
    if (!box) continue;
    boxes.push(box);
    written.add(words[id]);
    placed.push({ text, x: box[0] + PAD, y: (box[1] + box[3]) / 2, loud });
    if (loud === 0) others++;
  }
  return placed;
}
