"""The task model as blocks: which of them were learnt before the first label."""

from __future__ import annotations

import pandas as pd

from engine.figures.task_model import block_diagram
from engine.training.task.names import input_named
from engine.training.task.results import RANDOM, Run
from engine.views import VIEWS, Needs, Shown
from engine.views.task_runs import REFERENCE, TaskState, about_runs, chosen, recorded_runs


@VIEWS.add("task-blocks")
class TaskBlocksView:
    """The parts of each model, and which of them were learnt before the first label."""

    title = "What is learnt from the labels, and what was there before"
    State = TaskState

    def needs(self, state: TaskState) -> Needs:
        """Nothing: the numbers of weights were recorded with the runs."""
        return []

    def show(self, state: TaskState) -> Shown:
        """The block diagram of the largest run of each input."""
        runs = recorded_runs()
        largest = {
            name: max((run for run in runs if run.input == name), key=lambda run: run.n_labels)
            for name in chosen(runs, state)
        }
        rows = [
            (input_named(name).title, block.name, block.start, block.n_parameters)
            for name, run in largest.items()
            for block in run.blocks
        ]
        return Shown(
            figure=block_diagram(
                {input_named(name).title: run.blocks for name, run in largest.items()}
            ),
            table=pd.DataFrame(rows, columns=["input", "block", "weights from", "weights"]),
            caption=f"{about_runs(runs)} · weights counted in the nets themselves",
            notice=_notice(largest),
        )


def _notice(largest: dict[str, Run]) -> str:
    shares = {
        name: (
            sum(block.n_parameters for block in run.blocks if block.start == RANDOM),
            sum(block.n_parameters for block in run.blocks),
        )
        for name, run in largest.items()
    }
    name = min(shares, key=lambda known: shares[known][0] / shares[known][1])
    fresh, whole = shares[name]
    told = (
        f"{input_named(name).title}: of {whole:,} weights, {fresh:,} start at random and have "
        "nothing but the labels to learn from"
    )
    if REFERENCE in shares and name != REFERENCE:
        told += f"; on random vectors it is all {shares[REFERENCE][1]:,}"
    return f"{told}."
