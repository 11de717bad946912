// The run as it stood after a number of batches: what every part of the picture shows. Pure.

/** How many of the sorted steps are at most `step`. */
export function countUpTo(steps, step) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastUpTo(entries, step) {
  return entries.findLast((entry) => entry.step <= step) ?? null;
}

/** The newest value of each figure: what is measured on the test texts at the end is told by itself. */
function newestFigures(entries, step) {
  const told = entries.filter((entry) => entry.step <= step);
  return told.length ? { figures: Object.assign({}, ...told.map((entry) => entry.figures)) } : null;
}

/** Places of the groups that cannot change now; null while nothing is known of them. */
function frozenAt(stage, count, step) {
  if (!count && stage.atFirst) return new Set([...stage.groups.keys()].filter((place) => !stage.atFirst.includes(stage.groups[place])));
  const at = Math.max(count - 1, 0);
  const known = stage.frozen[at];
  if (!known) return null;
  // What has thawed since the last batch can change from the next one on.
  const opened = stage.thaws.filter((thaw) => thaw.step >= stage.steps[at] && thaw.step <= step).flatMap((thaw) => thaw.groups);
  return new Set(known.filter((place) => !opened.includes(stage.groups[place])));
}

function groupsAt(stage, count, step) {
  const frozen = frozenAt(stage, count, step);
  const at = count - 1;
  return stage.groups.map((name, place) => ({
    name,
    frozen: frozen === null ? null : frozen.has(place),
    rate: count ? stage.rates[at][place] : null,
    gradient: count ? stage.gradients[at][place] : null,
    change: count ? stage.changes[at][place] : null,
  }));
}

function stageAt(stage, step) {
  if (stage.first > step) return { stage, state: "ahead", count: 0, groups: [], validated: null, sample: null };
  const count = countUpTo(stage.steps, step);
  const done = stage.endedAt !== null && stage.endedAt <= step;
  return {
    stage,
    state: done ? "done" : "active",
    count,
    epoch: count ? stage.epochs[count - 1] : 0,
    groups: groupsAt(stage, count, step),
    loss: count ? stage.losses[count - 1] : null,
    validated: newestFigures(stage.validated, step),
    sample: lastUpTo(stage.samples, step),
    to: done ? stage.to : null,
  };
}

/**
 * The picture of a run.
 * @param history from history.js.
 * @param {number} step batches done; everything that was told up to there counts.
 * @returns {{step, stages, active}} one entry a stage that was told of; `active` is the one that learns, or learnt last.
 */
export function frameAt(history, step) {
  const stages = history.stages.map((stage) => stageAt(stage, step));
  const active = stages.findLast((each) => each.state === "active") ?? stages.findLast((each) => each.state === "done") ?? null;
  return { step, stages, active };
}
