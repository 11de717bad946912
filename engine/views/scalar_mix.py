"""Which layer for which task? ELMo's scalar mix, trained live on small tasks, on frozen states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.encoder import Progress
from engine.errors import EngineError
from engine.figures.scalar_mix import TaskMarks, scalar_mix
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.kept import Kept
from engine.views.mix_tasks import (
    CORPUS,
    PREVIOUS,
    SEEDS,
    SENSE,
    TASKS,
    TaskResult,
    train,
)
from engine.views.scalar_mix_told import caption, notice, shares, table
from engine.views.sources import Source, vectors_of

RATES = (10, 1)  # of the mix's weights, in percent; the head's own is the lower one
SOURCE = Source(CORPUS)

_trained = Kept(max_bytes=64)


@dataclass(frozen=True)
class ScalarMixState:
    """Whose layers, for which tasks, and how fast the weights may move."""

    model: str = "elmo"
    tasks: tuple[str, ...] = (PREVIOUS, SENSE)
    rate_percent: int = RATES[0]


@VIEWS.add("scalar-mix")
class ScalarMixView:
    """The learnt weight of each layer, and what it is worth beside single layers."""

    title = "Which layer for which task?"
    State = ScalarMixState

    def needs(self, state: ScalarMixState) -> Needs:
        """The states of every sentence of the sense corpus."""
        return [(SOURCE, state.model)]

    def work(self, state: ScalarMixState) -> Work | None:
        """Training; what `show` refuses is left to it."""
        waiting = [
            task
            for task in state.tasks
            if not _trained.has((state.model, task, state.rate_percent))
        ]
        if not waiting or set(waiting) - set(TASKS):
            return None
        return Work("Training the mix on both tasks", partial(results, state))

    def show(self, state: ScalarMixState) -> Shown:
        """Weights by layer at the left, accuracy of single layers and mixes at the right.

        Raises:
            EngineError: no task, an unknown one, or layers that cannot be added up.
        """
        if not state.tasks or set(state.tasks) - set(TASKS):
            raise EngineError(f"A mix is trained on some of these tasks: {', '.join(TASKS)}.")
        vectors = vectors_of(SOURCE, state.model)
        many = results(state)
        return Shown(
            scalar_mix([_marks(one, vectors.layer_names) for one in many]),
            table(many, vectors.layer_names), caption(many, state, vectors), notice(many),
            (
                "A weight tells what gradient descent took, not where the information lies: look "
                "at the right whether taking it paid.",
                "The grey dash is a reader that sees which word stands there and nothing else.",
            ),
        )  # fmt: skip


def _marks(one: TaskResult, layer_names: Sequence[str]) -> TaskMarks:
    weights = dict(zip(layer_names, shares(one).T.tolist(), strict=True))
    return TaskMarks(one.title, weights, one.compared, float(np.mean(one.word_alone)))


def results(state: ScalarMixState, progress: Progress | None = None) -> list[TaskResult]:
    """All tasks trained; each is kept.

    Args:
        progress: told after each training how many of them are done.
    """
    vectors = vectors_of(SOURCE, state.model)
    total = len(state.tasks) * len(SEEDS) * (vectors.n_layers + 2)
    done = [0]

    def tell() -> None:
        done[0] += 1
        if progress:
            progress(done[0], total)

    return [
        _trained.get(
            (state.model, task, state.rate_percent),
            partial(train, task, vectors, state.rate_percent / 100, tell),
            lambda _: 1,
        )
        for task in state.tasks
    ]
