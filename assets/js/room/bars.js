// The votes as bars: lying ones for options, standing ones for a scale; one bar a round. Each round has a pattern of
// its own beside its colour, and the measured answer is marked in words.
import { make } from "../shared/dom.js";
import { WORDS } from "./words.js";

function shareTold(n, total) {
  return `${n} (${total ? Math.round((100 * n) / total) : 0} %)`;
}

function fillOf(n, most, side) {
  return make("span", { class: "rm-fill", style: `${side}:${most ? (100 * n) / most : 0}%` });
}

function lying(poll, totals, most) {
  const rows = poll.bars.map((name, at) => {
    const isMeasured = poll.measured?.bar === at;
    const bars = poll.counts.map((counts, round) => {
      const told = shareTold(counts[at], totals[round]);
      return make("div", { class: `rm-bar rm-round-${1 + (round % 2)}` },
        make("span", { class: "rm-track" }, fillOf(counts[at], most, "width")),
        make("span", { class: "rm-count" }, poll.counts.length > 1 ? `${WORDS.round} ${round + 1}: ${told}` : told));
    });
    return make("li", { class: isMeasured ? "rm-option rm-measured" : "rm-option" },
      make("div", { class: "rm-name" }, name, ...(isMeasured ? [make("strong", {}, ` ✓ ${WORDS.measured.toLowerCase()}`)] : [])),
      ...bars);
  });
  return make("ul", { class: "rm-bars" }, ...rows);
}

function standing(poll, totals, most) {
  const columns = poll.bars.map((name, at) => {
    const isMeasured = poll.measured?.bar === at;
    const told = poll.counts.map((counts, round) => `${WORDS.round} ${round + 1}: ${shareTold(counts[at], totals[round])}`);
    const bars = poll.counts.map((counts, round) =>
      make("span", { class: `rm-column rm-round-${1 + (round % 2)}` },
        make("span", { class: "rm-n", "aria-hidden": "true" }, counts[at] ? String(counts[at]) : ""), fillOf(counts[at], most, "height")));
    return make("li", { class: isMeasured ? "rm-bin rm-measured" : "rm-bin", title: `${name}. ${told.join(", ")}` },
      make("span", { class: "rm-columns", "aria-hidden": "true" }, ...bars),
      make("span", { class: "rm-edge", "aria-hidden": "true" }, name.split(" ")[0]),
      make("span", { class: "rm-hidden" }, `${name}. ${told.join(", ")}${isMeasured ? `. ${WORDS.measured}` : ""}`),
      make("strong", { class: "rm-tick", "aria-hidden": "true" }, isMeasured ? "✓" : ""));
  });
  return make("ul", { class: "rm-bars rm-standing" }, ...columns);
}

/** The votes of all rounds so far. */
export function drawBars(poll) {
  const totals = poll.counts.map((counts) => counts.reduce((sum, n) => sum + n, 0));
  const most = Math.max(...poll.counts.flat(), 1);
  if (!poll.scale) return lying(poll, totals, most);
  const legend = totals.map((total, round) =>
    make("span", { class: `rm-key rm-round-${1 + (round % 2)}` }, make("span", { class: "rm-fill" }), `${WORDS.round} ${round + 1}: ${total}`));
  return make("div", {}, standing(poll, totals, most), make("p", { class: "rm-legend" }, ...legend));
}
