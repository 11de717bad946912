// What a run has told so far, arranged by stage. Pure data: no page, no clock.
// Rows come as engine/figures/run_packet.py writes them: a batch is a list, all else an object.

/** The history of a run that has told nothing yet. */
export function emptyHistory() {
  return { rows: [], last: 0, lastStep: 0, stages: [], checkpoints: [], finished: false };
}

function newStage(row) {
  return {
    name: row.stage, groups: row.groups, first: row.step, nBatches: row.n_batches, nEpochs: row.n_epochs,
    from: row.weights, to: null, endedAt: null, atFirst: null,
    steps: [], epochs: [], losses: [], tokens: [], rates: [], frozen: [], gradients: [], changes: [],
    thaws: [], borders: [], validated: [], samples: [],
  };
}

// A row lists groups in an order of its own, a stage from bottom to top.
function addBatch(history, row) {
  const stage = history.stages.at(-1);
  if (!stage) return;
  const [, step, epoch, loss, tokens, rates, frozen, gradients, changes] = row;
  const names = Object.keys(rates);
  const places = stage.groups.map((group) => names.indexOf(group));
  stage.steps.push(step);
  stage.epochs.push(epoch);
  stage.losses.push(loss);
  stage.tokens.push(tokens);
  stage.rates.push(stage.groups.map((group) => rates[group] ?? 0));
  stage.frozen.push(frozen.map((place) => stage.groups.indexOf(names[place])));
  stage.gradients.push(places.map((place) => gradients[place] ?? 0));
  stage.changes.push(places.map((place) => changes[place] ?? 0));
  history.lastStep = step;
}

// Events that name their stage may come after the next one has begun.
function stageOf(history, row) {
  return history.stages.findLast((stage) => stage.name === row.stage) ?? history.stages.at(-1);
}

// What learns from a stage's first batch on is its beginning, not a thaw.
function addThaw(stage, { step, groups }) {
  if (!stage) return;
  if (step === stage.first) stage.atFirst = groups;
  else stage.thaws.push({ step, groups });
}

const ADD = {
  StageBegan: (history, row) => history.stages.push(newStage(row)),
  Unfrozen: (history, row) => addThaw(stageOf(history, row), row),
  EpochEnded: (history, row) => stageOf(history, row)?.borders.push({ step: row.step, epoch: row.epoch }),
  Validated: (history, row) => stageOf(history, row)?.validated.push({ step: row.step, figures: row.figures }),
  SampleText: (history, row) => stageOf(history, row)?.samples.push({ step: row.step, prompt: row.prompt, text: row.text }),
  StageEnded: (history, row) => Object.assign(stageOf(history, row) ?? {}, { to: row.weights, endedAt: row.step }),
  CheckpointWritten: (history, row) => history.checkpoints.push({ step: row.step, weights: row.weights }),
  Finished: (history) => (history.finished = true),
};

/** Add rows to a history; kinds that this version does not know are left alone. */
export function appendRows(history, rows) {
  for (const row of rows) {
    const number = Array.isArray(row) ? row[0] : row.number;
    if (number <= history.last) continue; // told before
    history.rows.push(row);
    history.last = number;
    if (Array.isArray(row)) addBatch(history, row);
    else ADD[row.kind]?.(history, row);
  }
  return history;
}

/** The history as it was when the row with this number was the last: the run was set back. */
export function cutAfter(history, number) {
  const kept = history.rows.filter((row) => (Array.isArray(row) ? row[0] : row.number) <= number);
  return appendRows(emptyHistory(), kept);
}
