"""The whole study: every depth with every seed, one line a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.errors import EngineError
from engine.training.depth.config import DepthStudy
from engine.training.depth.results import DepthRun, read
from engine.training.depth.run import Texts, run
from engine.training.events import Event as TrainingEvent
from engine.training.json_lines import append
from engine.training.written_text import wikipedia_as_written


@dataclass(frozen=True)
class Planned:
    """What is to do."""

    n_runs: int
    n_done: int  # of them, by an earlier call


SPLITS = ("train", "valid", "test")
Event = Planned | TrainingEvent | DepthRun


def study(
    config: DepthStudy,
    path: Path,
    *,
    resume: bool = False,
    texts: Texts | None = None,
    n_threads: int = 1,
) -> Iterator[Event]:
    """Do every run that the results file does not hold; a finished run is appended at once.

    Args:
        path: the results file.
        resume: go on with the file, if it is there.
        texts: instead of the Wikipedia articles.
        n_threads: of the processor.
    Raises:
        EngineError: the file holds runs and `resume` was not asked for, or runs of other settings.
        DataUnavailable: the articles are not on this machine.
    """
    done = _finished(path, config, resume)
    torch.set_num_threads(n_threads)
    left = [key for key in config.planned() if key not in done]
    yield Planned(len(config.planned()), len(config.planned()) - len(left))
    if not left:
        return
    size = config.recipe.vocab_size
    texts = texts or Texts(*(wikipedia_as_written(split, size) for split in SPLITS))
    for n_layers, seed in left:
        for event in run(config, texts, n_layers=n_layers, seed=seed):
            if isinstance(event, DepthRun):
                append(path, event)
            yield event


def _finished(path: Path, config: DepthStudy, resume: bool) -> set[tuple[int, int]]:
    """The runs that need not be done again."""
    runs = read(path)
    if runs and not resume:
        raise EngineError(f"{path} already holds runs. Go on with --resume, or name another file.")
    settings = json.loads(json.dumps(config.settings()))
    for known in runs:
        if known.settings != settings:
            raise EngineError(
                f"{path} holds runs of other settings ({known.n_layers} layers, seed {known.seed});"
                " their perplexities cannot be compared. Name another file with --results."
            )
    return {known.key for known in runs}
