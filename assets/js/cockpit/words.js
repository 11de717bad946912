// Every sentence and number that the cockpit shows. Pure.

/** Keys and what they do, in the order of the help. */
export const KEY_HELP = [
  ["space", "play or pause"],
  [".", "one batch"],
  ["e", "to the end of the epoch"],
  ["u", "to the next unfreezing"],
  ["s", "to the end of the stage"],
  ["b", "back to the checkpoint before"],
  ["x", "stop"],
  ["0", "to the beginning (recorded runs)"],
  [",", "one batch back (recorded runs)"],
  ["?", "this list"],
];

const GROUP_TITLES = { embedding: "Embedding", head: "FFN + softmax" };

/** A layer group as people call it. */
export function groupTitle(name) {
  return GROUP_TITLES[name] ?? name;
}

/** The first characters of a hash. */
export function shortHash(hash) {
  return hash ? hash.slice(0, 7) : "";
}

/** A count with thousands separators. */
export function formatCount(count) {
  return count.toLocaleString("en-GB");
}

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** A number with two figures, for rates and norms: 0.0038, 0.00012, 3.1·10⁻⁶. */
export function formatSmall(value) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  if (Math.abs(value) >= 1e-4) return String(Number(value.toPrecision(2)));
  const [digits, power] = value.toExponential(1).split("e");
  return `${digits}·10${[...power].map((sign) => RAISED[sign]).join("")}`;
}

/** A figure as its axis counts it: perplexities whole, shares with two decimals. */
export function formatFigure(value, axis) {
  if (value === null || value === undefined) return "–";
  return axis?.log && value >= 10 ? formatCount(Math.round(value)) : value.toFixed(2);
}

/** Names in a row: "a, b and c". */
export function listed(names) {
  if (names.length < 2) return names[0] ?? "";
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Which groups learn and which are frozen, in words. */
export function locksInWords(groups) {
  if (!groups.length || groups[0].frozen === null) return "";
  const titles = (frozen) => groups.filter((group) => group.frozen === frozen).map((group) => groupTitle(group.name));
  const [learning, frozen] = [titles(false).reverse(), titles(true).reverse()];
  if (!frozen.length) return "All layers learn.";
  const are = frozen.length > 1 ? "are" : "is";
  return `${listed(learning)} ${learning.length > 1 ? "learn" : "learns"}; ${listed(frozen)} ${are} frozen.`;
}

/** How fast the groups learn, in words. */
export function ratesInWords(groups) {
  const learning = groups.filter((group) => group.rate > 0);
  if (!learning.length) return "";
  const [bottom, top] = [learning[0], learning.at(-1)];
  if (learning.length === 1) return `Its learning rate is ${formatSmall(top.rate)}.`;
  if (Math.abs(bottom.rate - top.rate) < 1e-3 * top.rate) return `One learning rate for all of them: ${formatSmall(top.rate)}.`;
  return `Learning rates from ${formatSmall(top.rate)} (${groupTitle(top.name)}) down to ${formatSmall(bottom.rate)} (${groupTitle(bottom.name)}).`;
}

/** Where a stage is, in words. */
export function placeInWords(at) {
  const { stage, count, state, epoch } = at;
  if (state === "ahead") return "not yet";
  if (!stage.nBatches) return "taken as it is, no training";
  if (state === "done") return `done: ${formatCount(count)} batches, ${stage.nEpochs} ${stage.nEpochs === 1 ? "epoch" : "epochs"}`;
  return `batch ${formatCount(count)} of ${formatCount(stage.nBatches)} · epoch ${epoch + 1} of ${stage.nEpochs}`;
}

/** The sentence below the controls: where the run is, who learns, how fast. */
export function sentence(frame, titles) {
  const at = frame.active;
  if (!at) return "";
  const number = titles.findIndex((each) => each.name === at.stage.name) + 1;
  const title = titles[number - 1]?.title ?? at.stage.name;
  const start = `Stage ${number} of ${titles.length}, ${title}: ${placeInWords(at)}.`;
  if (at.state === "done" || !at.stage.nBatches) return start;
  return [start, locksInWords(at.groups), ratesInWords(at.groups)].filter(Boolean).join(" ");
}

/** One layer in numbers, for hover and focus. */
export function groupInNumbers(group, at) {
  const title = groupTitle(group.name);
  if (group.frozen) return `${title}: frozen. Its weights stay as they are.`;
  if (group.rate === 0) return `${title}: opens now, and learns from the next batch on.`;
  if (group.rate === null) return `${title}: nothing has changed yet.`;
  const size = `gradient norm ${formatSmall(group.gradient)}, weights moved by ${formatSmall(group.change)}`;
  return `${title}, batch ${formatCount(at.count)}: rate ${formatSmall(group.rate)}, ${size}.`;
}

const STATUS = {
  queued: "waiting",
  starting: "starting",
  running: "running",
  paused: "paused",
  finished: "finished",
  stopped: "stopped",
  failed: "failed",
  lost: "its worker is gone; the run goes on from its last checkpoint as soon as one is free",
};

const two = (number) => String(number).padStart(2, "0");

/** A day and a time of the reader's clock, from seconds since 1970. */
export function clock(seconds) {
  const date = new Date(seconds * 1000);
  return { day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}` };
}

/**
 * Live or recorded? Live is what is computed during this visit, and says since when.
 * @param about of the run; @param driver {run, origin}: its state in the store, or that of the run that is played again;
 * @param {number} visit when the page was opened, in seconds since 1970.
 * @returns {{kind: string, text: string}}
 */
export function label(about, { run, origin }, visit) {
  if (origin) return { kind: "recorded", text: `REPLAY of ${Object.values(clock(origin.started ?? visit)).join(" ")}` };
  if (about.kind === "recorded") return { kind: "recorded", text: `RECORDED ${about.date}` };
  if (!run?.started) return { kind: "live", text: "LIVE" };
  const { day, time } = clock(run.started);
  const before = run.ended && run.ended < visit;
  return before ? { kind: "recorded", text: `RECORDED ${day} ${time}` } : { kind: "live", text: `LIVE, started ${time}` };
}

/** What a live run is doing, in words. */
export function statusInWords(run, hasBegun) {
  if (run.status === "queued" && run.place > 0) {
    return run.place === 1 ? "waiting: next in the queue" : `waiting: number ${run.place} in the queue`;
  }
  if (run.status === "running" && run.want === "paused") return "pausing";
  if (run.status === "running" && run.want === "stopped") return "stopping";
  if (run.status === "running" && !hasBegun) return "running: reading the texts of the next stage";
  return STATUS[run.status] ?? run.status;
}
