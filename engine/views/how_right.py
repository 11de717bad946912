"""How often a run's classifier is right, said beside what it answers."""

from __future__ import annotations

import math

from engine.runs.store import Store
from engine.training.events import Validated
from engine.views.cockpit.kept_runs import kept_run


def how_right(run_id: str, step: int, n_labels: int, store: Store | None = None) -> str:
    """A sentence on the last validation up to a batch; "" before the first.

    Args:
        step: batches done.
        n_labels: that the classifier can give; guessing one of them is right in 1 / n_labels.
    """
    run = kept_run(run_id, store)
    told = [one.event for one in run.events if isinstance(one.event, Validated)]
    accuracies = [
        (one.step, one.figures["accuracy"])
        for one in told
        if "accuracy" in one.figures and one.step <= step
    ]
    if not accuracies:
        return ""
    measured_at, accuracy = accuracies[-1]
    n = run.about["stages"][-1]["figure"]["n"]
    half = 1.96 * math.sqrt(accuracy * (1 - accuracy) / n)
    said = (
        f"At batch {measured_at:,} it was right in {accuracy:.2f} ± {half:.2f} of {n:,} validation "
        "texts"
    )
    chance = 1 / n_labels
    if accuracy - half <= chance:
        return f"{said}: no better than guessing ({chance:.2f}), however sure it sounds."
    return f"{said}."
