// The votes as bars, one group an option and one bar a round, with the measured answer marked in words.
import { make } from "../shared/dom.js";
import { WORDS } from "./words.js";

function bar(n, most, total, round, nRounds) {
  const share = total ? Math.round((100 * n) / total) : 0;
  const name = nRounds > 1 ? `Vote ${round}: ` : "";
  return make("div", { class: `rm-bar rm-round-${round}` },
    make("span", { class: "rm-track" }, make("span", { class: "rm-fill", style: `width:${most ? (100 * n) / most : 0}%` })),
    make("span", { class: "rm-count" }, `${name}${n} (${share} %)`));
}

/** The votes of all rounds so far. */
export function drawBars(poll) {
  const totals = poll.counts.map((counts) => counts.reduce((sum, n) => sum + n, 0));
  const most = Math.max(...poll.counts.flat(), 1);
  const rows = poll.bars.map((name, at) => {
    const isMeasured = poll.measured?.bar === at;
    return make("li", { class: isMeasured ? "rm-option rm-measured" : "rm-option" },
      make("div", { class: "rm-name" }, name, ...(isMeasured ? [make("strong", {}, ` ✓ ${WORDS.measured.toLowerCase()}`)] : [])),
      ...poll.counts.map((counts, round) => bar(counts[at], most, totals[round], round + 1, poll.counts.length)));
  });
  return make("ul", { class: "rm-bars" }, ...rows);
}
