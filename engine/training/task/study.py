"""The whole study: every input with every number of labels and every seed, one line a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engine.encoder import ENCODERS
from engine.errors import EngineError
from engine.training.json_lines import append
from engine.training.task.config import TaskStudy
from engine.training.task.inputs import StoredInput, TableInput
from engine.training.task.names import InputName, input_named
from engine.training.task.results import Run, read
from engine.training.task.reviews import TaskReviews, imdb_reviews
from engine.training.task.run import run
from engine.training.task.tuned import TunedInput


@dataclass(frozen=True)
class Planned:
    """What is to do."""

    n_runs: int
    n_done: int  # of them, by an earlier call


@dataclass(frozen=True)
class InputMissing:
    """An input whose weights are not here; its runs are left out."""

    input: str
    why: str


@dataclass(frozen=True)
class Encoded:
    """Another file of a frozen encoder's vectors is there."""

    input: str
    done: int  # files
    n_files: int


Event = Planned | InputMissing | Encoded | Run


def study(
    config: TaskStudy,
    path: Path,
    *,
    resume: bool = False,
    reviews: TaskReviews | None = None,
    n_threads: int = 1,
) -> Iterator[Event]:
    """Do every run that the results file does not hold, few labels first; a finished run is
    appended at once, so that nothing is lost when the study is stopped.

    Args:
        path: the results file.
        resume: go on with the file, if it is there.
        reviews: instead of IMDb's.
        n_threads: of the processor.
    Raises:
        EngineError: the file holds runs and `resume` was not asked for, or runs of other settings.
        DataUnavailable: IMDb is not on this machine.
    """
    names = [input_named(name) for name in config.inputs]
    done = _finished(path, config, resume)
    torch.set_num_threads(n_threads)
    todo = []
    for name in names:
        if name.model and (why := ENCODERS[name.model].missing()):
            yield InputMissing(name.name, why)
        else:
            todo += config.planned(name)
    left = sorted((run for run in todo if run not in done), key=lambda run: run[1])
    yield Planned(len(todo), len(todo) - len(left))
    if not left:
        return
    reviews = reviews or imdb_reviews(
        config.n_words, n_validation=config.n_validation, n_test=config.n_test
    )
    inputs = {name.name: _opened(name, reviews, config) for name in names}
    for wanted, n_labels, seed in left:
        rows = reviews.draw(n_labels, seed)
        for n_encoded, n_files in inputs[wanted].compute(
            np.concatenate([reviews.validation, reviews.test, rows])
        ):
            yield Encoded(wanted, n_encoded, n_files)
        torch.manual_seed(seed)  # now, since a random table is drawn with the input
        prepared = inputs[wanted].prepare(rows)
        finished = run(input_named(wanted), prepared, reviews, config, n_labels=n_labels, seed=seed)
        append(path, finished)
        yield finished


def _opened(
    name: InputName, reviews: TaskReviews, config: TaskStudy
) -> TableInput | StoredInput | TunedInput:
    if not name.in_context:
        return TableInput(name, reviews, config)
    return (TunedInput if name.tunes_encoder else StoredInput)(name, reviews, config)


def _finished(path: Path, config: TaskStudy, resume: bool) -> set[tuple[str, int, int]]:
    """The runs that need not be done again: those with the weights that are here now."""
    runs = read(path)
    if runs and not resume:
        raise EngineError(f"{path} already holds runs. Go on with --resume, or name another file.")
    settings = json.loads(json.dumps(config.settings()))
    for known in runs:
        if known.settings != settings:
            raise EngineError(
                f"{path} holds runs of other settings ({known.input}, {known.n_labels} labels); "
                "their accuracies cannot be compared. Name another file with --results."
            )
    current = {
        known.key
        for known in runs
        if not (model := input_named(known.input).model)
        or known.weights == ENCODERS[model].card.sha256
    }
    return current
