"""The recorded runs of the task-model study, for the views that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import DataUnavailable, EngineError
from engine.training.task import results
from engine.training.task.names import INPUTS
from engine.training.task.results import Run

COMMAND = "python -m engine study task-model --resume"
REFERENCE = "random"


@dataclass(frozen=True)
class TaskState:
    """Which inputs are compared; none named = all that were recorded."""

    inputs: tuple[str, ...] = ()
    # Labels of random vectors whose accuracy the others are to reach, or the next fewer that were
    # tried; 0 = the most.
    matched: int = 0


def recorded_runs() -> list[Run]:
    """The runs that ship with the project.

    Raises:
        DataUnavailable: there are none yet.
    """
    runs = results.read()
    if not runs:
        raise DataUnavailable(f"No runs are recorded yet. `{COMMAND}` does them, in a few hours.")
    return runs


def recorded_inputs() -> dict[str, str]:
    """Name -> title of the inputs that were recorded, in the order in which they are compared."""
    found = {run.input for run in results.read()}
    return {name: known.title for name, known in INPUTS.items() if name in found}


def reference_sizes() -> dict[int, str]:
    """Numbers of labels that random vectors were recorded with, ascending -> what pages call it."""
    sizes = sorted({run.n_labels for run in results.read() if run.input == REFERENCE})
    return {n: f"{n:,} labels" for n in sizes}


def chosen(runs: Sequence[Run], state: TaskState) -> list[str]:
    """The state's inputs that were recorded; all of them if it names none.

    Raises:
        EngineError: it names some, but none of them was recorded.
    """
    found = {run.input for run in runs}
    names = [name for name in INPUTS if name in found]
    kept = [name for name in names if name in state.inputs] if state.inputs else names
    if not kept:
        raise EngineError(f"None of these inputs was recorded. Recorded: {', '.join(names)}.")
    return kept


def about_runs(runs: Sequence[Run]) -> str:
    """For captions: model, texts, number of test reviews, seeds, date, command and device."""
    settings, dates = runs[0].settings, sorted(run.date for run in runs)
    seeds = len({run.seed for run in runs})
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    return (
        f"Task model: one LSTM, {settings['d_hidden']:.0f} units, on the first "
        f"{settings['n_words']:.0f} words of IMDb reviews · n = {runs[0].n_test:,} test reviews · "
        f"{seeds} seed(s) · recorded {when} ({COMMAND}; {runs[0].device}, float32)"
    )
