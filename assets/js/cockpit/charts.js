// The small charts below a stack: the planned triangle of the rate, the loss, what validation says.
// Each has fixed bounds, so that nothing jumps; x is the stage from its first batch to its last.
import { make, makeSvg, setText } from "../shared/dom.js";
import { HEIGHT, WIDTH, dotPath, linePath, smoothed, thinned, xOf, yOf } from "./series.js";
import { formatFigure, formatSmall } from "./words.js";

function line(kind) {
  return makeSvg("path", { class: `ck-line ck-${kind}`, "vector-effect": "non-scaling-stroke" });
}

function buildChart(kinds, axis, format) {
  const paths = Object.fromEntries(kinds.map((kind) => [kind, line(kind)]));
  const svg = makeSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    ...Object.values(paths));
  const label = make("span", { class: "ck-quiet" });
  const value = make("b", { class: "ck-value" }, "–");
  const note = make("span", { class: "ck-quiet" });
  const ticks = [axis.low, axis.high].map((tick, i) => make("span", { class: i ? "ck-tick-high" : "ck-tick-low" }, format(tick)));
  const row = make("div", { class: "ck-row ck-chart" },
    make("div", { class: "ck-ticks" }, ...ticks),
    make("div", { class: "ck-plot" }, svg),
    make("div", { class: "ck-aside" }, label, value, note));
  return { row, paths, label, value, note };
}

function setPath(path, d) {
  if (path.getAttribute("d") !== d) path.setAttribute("d", d);
}

/** The rate of the top group: planned as an outline, done as a line, now as a dot. */
export function buildRateChart(about) {
  const chart = buildChart(["plan", "rate", "now"], { low: 0, high: about.rate }, (value) => formatSmall(value));
  setText(chart.label, "top rate");
  setPath(chart.paths.plan, linePath(about.plan.map(([share, factor]) => [share * WIDTH, HEIGHT * (1 - factor)])));
  return chart;
}

/** Bring the rate chart in line with where the stage is. */
export function updateRateChart(chart, about, at) {
  const { stage, count } = at;
  const top = stage ? stage.rates.slice(0, count).map((rates) => Math.max(...rates)) : [];
  const axis = { low: 0, high: about.rate };
  const points = thinned(top, count).map(([batch, rate]) => [xOf(batch, stage.nBatches), yOf(rate, axis)]);
  setPath(chart.paths.rate, linePath(points));
  setPath(chart.paths.now, count ? dotPath([[xOf(count, stage.nBatches), yOf(top.at(-1), axis)]]) : "");
  setText(chart.value, count ? formatSmall(top.at(-1)) : "–");
}

/** The loss of each batch, and its running mean. */
export function buildLossChart(about) {
  const chart = buildChart(["loss", "loss-mean"], about.loss, (value) => String(value));
  setText(chart.label, "loss");
  setText(chart.note, "nats");
  return chart;
}

/** Bring the loss chart in line with where the stage is. */
export function updateLossChart(chart, about, at) {
  const { stage, count } = at;
  const points = stage ? thinned(stage.losses, count) : [];
  const place = ([batch, loss]) => [xOf(batch, stage.nBatches), yOf(loss, about.loss)];
  const mean = smoothed(points);
  setPath(chart.paths.loss, linePath(points.map(place)));
  setPath(chart.paths["loss-mean"], linePath(mean.map(place)));
  setText(chart.value, mean.length ? mean.at(-1)[1].toFixed(2) : "–");
}

/** What validation measured: the stage's own figure as dots, a second text's dashed. */
export function buildFigureChart(about) {
  const chart = buildChart(["level", "before", "watched", "watched-dots", "figure", "figure-dots"], about.figure, (value) => formatFigure(value, about.figure));
  setText(chart.label, about.figure.title);
  if (about.figure.level !== null) {
    const y = yOf(about.figure.level, about.figure);
    setPath(chart.paths.level, linePath([[0, y], [WIDTH, y]]));
  }
  if (about.figure.before.length) {
    setPath(chart.paths.before, linePath(about.figure.before.map(([share, value]) => [share * WIDTH, yOf(value, about.figure)])));
    setText(chart.value, formatFigure(about.figure.before.at(-1)[1], about.figure));
    setText(chart.note, "recorded");
  }
  return chart;
}

function figurePoints(at, axis, name, step) {
  const { stage } = at;
  if (!stage) return [];
  return stage.validated
    .filter((each) => each.step <= step && typeof each.figures[name] === "number")
    .map((each) => [xOf(each.step - stage.first, stage.nBatches), yOf(each.figures[name], axis)]);
}

/** Bring the validation chart in line with where the stage is. */
export function updateFigureChart(chart, about, at, step) {
  const { figure } = about;
  const points = figurePoints(at, figure, figure.name, step);
  setPath(chart.paths.figure, linePath(points));
  setPath(chart.paths["figure-dots"], dotPath(points));
  const watched = figurePoints(at, figure, figure.watched, step);
  setPath(chart.paths.watched, linePath(watched));
  setPath(chart.paths["watched-dots"], dotPath(watched));
  if (about.still) return;
  const figures = at.validated?.figures ?? {};
  setText(chart.value, formatFigure(figures[figure.name], figure));
  setText(chart.note, noteOf(figure, figures));
}

/** The interval of a share, or the perplexity of the text that may be forgotten. */
function noteOf(figure, figures) {
  const value = figures[figure.name];
  if (typeof figures[figure.watched] === "number") return `┄ ${figure.watched_title} ${formatFigure(figures[figure.watched], figure)}`;
  if (figure.n && typeof value === "number") return `± ${(1.96 * Math.sqrt((value * (1 - value)) / figure.n)).toFixed(2)}, n ${figure.n}`;
  return "";
}
