"""What pretraining buys: one small classifier on different word vectors, from recorded runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from engine.errors import EngineError
from engine.figures.task_model import AccuracyCurve, accuracy_by_labels
from engine.training.label_efficiency import LabelsNeeded, labels_for_equal_accuracy, rising
from engine.training.task.names import INPUTS, input_named
from engine.training.task.results import Run
from engine.views import VIEWS, Needs, Shown
from engine.views.kept import Kept
from engine.views.task_runs import REFERENCE, TaskState, about_runs, chosen, recorded_runs

_needed = Kept(max_bytes=64)  # labels for equal accuracy, by what was judged


@VIEWS.add("task-model")
class TaskModelView:
    """Accuracy by number of labels, and the labels that each input needs for equal accuracy."""

    title = "Accuracy by number of labels"
    State = TaskState

    def needs(self, state: TaskState) -> Needs:
        """Nothing: the runs were recorded."""
        return []

    def show(self, state: TaskState) -> Shown:
        """Curves, labels for equal accuracy, and their table."""
        runs = recorded_runs()
        names = chosen(runs, state)
        curves = [_curve(name, [run for run in runs if run.input == name]) for name in names]
        needed, target, most = compared(runs, names, state.matched)
        return Shown(
            figure=accuracy_by_labels(curves, target),
            table=_table(curves, needed),
            caption=f"{about_runs(runs)} · bars: lowest and highest seed · dotted: random vectors "
            f"with {most:,} labels, {target:.3f} · intervals 95 %, bootstrap over seeds and test "
            "reviews",
            notice=_of_one_size(curves, most)
            if _is_one_size(runs)
            else _notice(needed, target, most),
            notes=_notes(runs),
        )


def compared(
    runs: Sequence[Run], names: Sequence[str], matched: int = 0
) -> tuple[dict[str, LabelsNeeded], float, int]:
    """Labels for equal accuracy of each input; the accuracy; how many labels random vectors had.

    Those are among the numbers that half of the other inputs were tried with too: what one input
    alone was tried with would be out of reach for all others.

    Args:
        matched: so many labels of random vectors, or the next fewer; 0 = the most.
    Raises:
        EngineError: random vectors, with which all is compared, were not recorded.
    """
    seeds = sorted({run.seed for run in runs})
    sizes, reference = _judged(runs, REFERENCE, seeds)
    if not len(sizes):
        raise EngineError(
            "Random vectors, with which every input is compared, were not recorded with all seeds."
        )
    judged = {name: _judged(runs, name, seeds) for name in names}
    sizes = sizes[_shared(sizes, [own for name, (own, _) in judged.items() if name != REFERENCE])]
    if matched:
        sizes = sizes[: max(1, int((sizes <= matched).sum()))]
    reference = reference[: len(sizes)]
    needed = {}
    for name, (own_sizes, correct) in judged.items():
        if len(own_sizes):
            key = own_sizes.tobytes(), correct.tobytes(), correct.shape, reference.tobytes()
            needed[name] = _needed.get(
                key, partial(labels_for_equal_accuracy, own_sizes, correct, reference), lambda _: 1
            )
    return needed, float(rising(reference.mean((1, 2)))[-1]), int(sizes[-1])


def _shared(sizes: np.ndarray, others: Sequence[np.ndarray]) -> np.ndarray:
    """Up to the largest that half of the others have, if any has; bool, (n_sizes,)."""
    tried = [sum(size in other for other in others) for size in sizes]
    shared = sizes[[2 * n >= max(len(others), 1) for n in tried]]
    most: int = shared.max() if len(shared) else sizes.max()
    return sizes <= most


def _judged(runs: Sequence[Run], name: str, seeds: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """(sizes, bool (n_sizes, n_seeds, n_test)) of the sizes that every seed has."""
    own = {(run.n_labels, run.seed): run for run in runs if run.input == name}
    sizes = [n for n in sorted({n for n, _ in own}) if all((n, seed) in own for seed in seeds)]
    judged = [[own[n, seed].judged for seed in seeds] for n in sizes]
    return np.array(sizes, int), np.array(judged, bool)


def _curve(name: str, runs: Sequence[Run]) -> AccuracyCurve:
    known, sizes = input_named(name), sorted({run.n_labels for run in runs})
    by_size = [[run.accuracy for run in runs if run.n_labels == n] for n in sizes]
    means = [float(np.mean(found)) for found in by_size]
    lowest, highest = [min(found) for found in by_size], [max(found) for found in by_size]
    return AccuracyCurve(known.title, known.model, known.start, sizes, means, lowest, highest)


def _table(curves: Sequence[AccuracyCurve], needed: dict[str, LabelsNeeded]) -> pd.DataFrame:
    titles = {input_named(name).title: in_words(found) for name, found in needed.items()}
    rows = [
        (curve.title, n, round(curve.mean[i], 4), curve.lowest[i], curve.highest[i],
         titles.get(curve.title, "not all seeds are there"))
        for curve in curves
        for i, n in enumerate(curve.n_labels)
    ]  # fmt: skip
    head = ["input", "labels", "accuracy", "lowest seed", "highest seed"]
    return pd.DataFrame(rows, columns=[*head, "labels for equal accuracy"])


def in_words(needed: LabelsNeeded) -> str:
    """`620 [410, 900]`; bounds that were not reached are said.

    >>> in_words(LabelsNeeded(100.0, 100.0, math.inf, fewest=True, most=3000.0))
    'at most 100 [100, over 3,000]'
    """
    value, low, high = (_number(n, needed.most) for n in (needed.n_labels, needed.low, needed.high))
    if math.isinf(needed.low):
        return f"{value}: not reached"
    return f"{'at most ' if needed.fewest else ''}{value} [{low}, {high}]"


def _number(n_labels: float, most: float) -> str:
    if math.isinf(n_labels):
        return f"over {most:,.0f}"
    # Two figures are all that such an estimate bears.
    digits = max(0, int(math.log10(n_labels)) - 1)
    return f"{round(n_labels, -digits):,.0f}"


def _notice(needed: dict[str, LabelsNeeded], target: float, most: int) -> str:
    others = sorted(
        ((found.n_labels, name) for name, found in needed.items() if name != REFERENCE),
    )
    start = f"With {most:,} labels, random vectors lead to an accuracy of {target:.3f}"
    if not others:
        return f"{start}."
    listed = "; ".join(
        f"{input_named(name).title} {in_words(needed[name])}" for _, name in others[:3]
    )
    return f"{start}; labels needed for the same: {listed}."


def _of_one_size(curves: Sequence[AccuracyCurve], n_labels: int) -> str:
    """With a single number of labels there is an accuracy, and nothing that it would replace."""
    found = sorted(
        ((curve.mean[list(curve.n_labels).index(n_labels)], curve.title)
         for curve in curves if n_labels in curve.n_labels), reverse=True,
    )  # fmt: skip
    listed = "; ".join(f"{title} {accuracy:.3f}" for accuracy, title in found)
    return (
        f"Accuracy with {n_labels:,} labels: {listed}. With no other number of labels all seeds of "
        "random vectors are recorded, so how many labels a start replaces cannot be told yet."
    )


def _is_one_size(runs: Sequence[Run]) -> bool:
    return len(_judged(runs, REFERENCE, sorted({run.seed for run in runs}))[0]) == 1


def _notes(runs: Sequence[Run]) -> tuple[str, ...]:
    settings = runs[0].settings
    errors = [run.standard_error for run in runs]
    shorter = _shorter(runs)
    why = (
        f"Tried with fewer labels: {shorter}. Where the encoder itself is tuned, every step runs "
        "it again, and a run takes minutes to hours.",
    )
    return (
        f"Beside the labels, every run stops by the same {settings['n_validation']:,.0f} "
        "validation reviews, which are not counted; one setting serves all inputs. The standard "
        f"error from the test reviews alone is {min(errors):.3f} to {max(errors):.3f}. With all "
        "10,000 labels every seed has the same reviews.",
        *(why if shorter else ()),
    )


def _shorter(runs: Sequence[Run]) -> str:
    """The inputs whose curves end before that of random vectors, and those that have none."""
    most = {name: 0 for name in INPUTS}
    for run in runs:
        most[run.input] = max(most[run.input], run.n_labels)
    return "; ".join(
        f"{INPUTS[name].title} up to {n:,}" if n else f"{INPUTS[name].title} not at all"
        for name, n in most.items()
        if n < most[REFERENCE]
    )
