// One stage as a column: what goes in, what changes, what comes out; its stack, its charts, its text.
import { fill, make, setText } from "../shared/dom.js";
import { buildFigureChart, buildLossChart, buildRateChart, updateFigureChart, updateLossChart, updateRateChart } from "./charts.js";
import { buildStack, updateStack } from "./stack.js";
import { formatCount, groupInNumbers, placeInWords, shortHash } from "./words.js";

const MOST_OTHERS = 3; // runs that are named
const NOTHING_YET = { stage: null, state: "ahead", count: 0, groups: [], validated: null, sample: null };

function flow(about) {
  const parts = [["In", about.takes], ["Changes", about.changes], ["Out", about.gives]];
  return make("dl", { class: "ck-flow" }, ...parts.flatMap(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]));
}

function buildTrack(view, column) {
  column.slider = make("input", { type: "range", class: "ck-slider", min: "0", max: "0", step: "1", value: "0",
    "aria-label": `Batch of stage ${column.number}`, oninput: () => view.seek(column.first + Number(column.slider.value)) });
  column.marks = make("div", { class: "ck-marks", "aria-hidden": "true" });
  return make("div", { class: "ck-row ck-track-row" }, make("span", {}),
    make("div", { class: "ck-track" }, column.marks, column.slider), make("span", { class: "ck-quiet" }, "learning rate"));
}

function buildField(view, column) {
  const { about } = column;
  const tell = (name) => {
    column.pointed = name;
    updateDetail(column);
  };
  column.detail = make("p", { class: "ck-detail ck-quiet", "aria-hidden": "true", hidden: true });
  const { stack, layers } = buildStack(about.groups, view.about.height, tell);
  column.layers = layers;
  column.rate = buildRateChart(about);
  column.loss = buildLossChart(about);
  column.figure = buildFigureChart(about);
  for (const chart of [column.rate, column.loss]) chart.row.classList.toggle("ck-absent", about.still);
  column.needle = make("div", { class: "ck-needle", hidden: true });
  const lane = make("div", { class: "ck-row ck-lane", "aria-hidden": "true" }, make("span", {}), make("div", {}, column.needle), make("span", {}));
  return make("div", { class: "ck-field" }, buildTrack(view, column), stack, column.rate.row, column.loss.row, column.figure.row, lane,
    column.detail);
}

function buildWritten(column) {
  column.written = make("div", { class: "ck-written", hidden: !column.about.writes });
  return column.written;
}

/** Build a stage's column. */
export function buildColumn(view, about, index) {
  const column = { about, number: index + 1, first: 0, at: NOTHING_YET, pointed: null };
  column.place = make("p", { class: "ck-place" });
  column.from = make("span", {});
  column.to = make("span", {});
  column.others = make("p", { class: "ck-quiet ck-others" });
  const head = make("header", { class: "ck-column-head" }, make("span", { class: "ck-numeral", "aria-hidden": "true" }, String(column.number)),
    make("div", {}, make("h3", {}, about.title), make("p", { class: "ck-on" }, about.on)));
  const body = about.skipped
    ? [make("p", { class: "ck-skipped" }, about.skipped)]
    : [flow(about), column.place, buildField(view, column),
      make("div", { class: "ck-weights" }, column.from, column.to, column.others), buildWritten(column)];
  column.element = make("section", { class: "ck-column", "aria-label": `Stage ${column.number}: ${about.title}` }, head, ...body);
  return column;
}

function updateDetail(column) {
  const group = column.at.groups.find((each) => each.name === column.pointed);
  column.detail.hidden = !group;
  if (!group) return;
  const { row } = column.layers.find((layer) => layer.name === group.name);
  setText(column.detail, groupInNumbers(group, column.at));
  column.detail.style.top = `${row.parentElement.offsetTop + row.offsetTop + row.offsetHeight + 3}px`;
}

function hash(label, value) {
  return value ? [label, make("code", { title: value }, shortHash(value))] : [];
}

function othersInWords(others) {
  const titles = others.slice(0, MOST_OTHERS).map((run) => run.title);
  return others.length > MOST_OTHERS ? `${titles.join("; ")}; and ${others.length - MOST_OTHERS} more` : titles.join("; ");
}

function updateWeights(view, column, at) {
  const key = `${at.stage?.from} ${at.to}`;
  if (column.weightsKey === key) return;
  column.weightsKey = key;
  const started = at.state !== "ahead" && at.stage?.from !== at.to;
  fill(column.from, ...(started ? hash(column.number > 1 ? "⟶ weights " : "weights ", at.stage?.from) : []));
  fill(column.to, ...hash("now ", at.to), ...(at.to && !column.isLast ? [" ⟶"] : []));
  const others = (view.about.same_start ?? []).filter((run) => at.to && column.number === 1 && run.weights === at.to);
  setText(column.others, others.length ? `The same weights also became: ${othersInWords(others)}.` : "");
}

function updateMarks(column, stage) {
  const key = stage ? `${stage.first} ${stage.nBatches} ${stage.thaws.length} ${stage.borders.length}` : "";
  if (column.marksKey === key) return;
  column.marksKey = key;
  if (!stage) return fill(column.marks);
  const mark = (step, kind) => {
    const element = make("i", { class: `ck-mark ck-mark-${kind}` });
    element.style.left = `${(100 * (step - stage.first)) / Math.max(stage.nBatches, 1)}%`;
    return element;
  };
  fill(column.marks, ...stage.borders.map((border) => mark(border.step, "epoch")), ...stage.thaws.map((thaw) => mark(thaw.step, "thaw")));
}

function updateTrack(view, column, at) {
  const { stage, count } = at;
  column.first = stage?.first ?? 0;
  column.slider.max = String(stage?.nBatches ?? 0);
  column.slider.value = String(count);
  column.slider.disabled = !view.driver.canSeek || !stage;
  column.slider.setAttribute("aria-valuetext", stage ? `batch ${formatCount(count)} of ${formatCount(stage.nBatches)}` : "not yet");
  const share = stage?.nBatches ? (100 * count) / stage.nBatches : 0;
  column.slider.style.setProperty("--ck-share", `${share}%`);
  column.needle.style.left = `${share}%`;
  column.needle.hidden = !count;
  updateMarks(column, stage);
}

function writtenText(sample, at) {
  const batches = sample.step - at.stage.first;
  const when = batches ? `It writes after ${formatCount(batches)} batches:` : "It writes before this stage:";
  return [make("div", { class: "ck-quiet" }, when),
    make("p", { class: "ck-written-text", dir: "auto" }, make("b", {}, sample.prompt), ` ${sample.text}`)];
}

/** What the model wrote at the beginning of the stage and what it wrote last: before and after. */
function updateWritten(column, at) {
  const first = at.sample && at.stage.samples[0];
  const shown = [...new Set([first, at.sample])].filter(Boolean);
  const key = shown.map((sample) => `${sample.step} ${sample.prompt} ${sample.text}`).join("\n");
  if (column.writtenKey === key) return;
  column.writtenKey = key;
  fill(column.written, ...shown.flatMap((sample) => writtenText(sample, at)));
}

/** Bring a column in line with the frame. */
export function updateColumn(view, column, frame) {
  if (column.about.skipped) return;
  const at = frame.stages.find((each) => each.stage.name === column.about.name) ?? NOTHING_YET;
  column.at = at;
  column.element.dataset.state = at === frame.active && at.state === "active" ? "active" : at.state;
  setText(column.place, at.stage ? placeInWords(at) : "not yet");
  updateTrack(view, column, at);
  updateStack(column.layers, at, column.about);
  updateRateChart(column.rate, column.about, at);
  updateLossChart(column.loss, column.about, at);
  updateFigureChart(column.figure, column.about, at, frame.step);
  updateDetail(column);
  updateWeights(view, column, at);
  updateWritten(column, at);
}
