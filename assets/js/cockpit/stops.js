// Where a replay stops: after a batch, an epoch, an unfreezing, a stage; and where it goes back to. Pure.

const PLACES = {
  epoch: (stage) => stage.borders.map((border) => border.step),
  unfreezing: (stage) => stage.thaws.map((thaw) => thaw.step),
  stage: (stage) => (stage.endedAt === null ? [] : [stage.endedAt]),
};

/** The next place of a kind after `step`; the end of what is known where there is none. */
export function nextStop(history, step, kind) {
  if (kind === "batch") return Math.min(step + 1, history.lastStep);
  const places = history.stages.flatMap(PLACES[kind]).filter((place) => place > step);
  return Math.min(history.lastStep, ...places);
}

/** Places a run can go back to, the beginning first: [{step, stage, weights}]. */
export function checkpointsBefore(history, step) {
  const found = history.checkpoints.filter((checkpoint) => checkpoint.step < step);
  const unique = new Map(found.map((checkpoint) => [checkpoint.step, checkpoint]));
  return [{ step: 0, weights: history.stages[0]?.from ?? "" }, ...[...unique.values()].filter((each) => each.step > 0)];
}
