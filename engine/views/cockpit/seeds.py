"""The same training with other random numbers: runs whose settings differ in the seed alone."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from engine.runs.rows import Run
from engine.runs.store import Store
from engine.views.cockpit.kept_runs import last_figures

ACCURACY = "accuracy"


def spread_over_seeds(runs: Sequence[Run], store: Store) -> list[str]:
    """A sentence for each training that several seeds have measured: the mean of their last
    accuracies, the lowest and the highest.
    """
    alike: dict[str, list[Run]] = {}
    for run in runs:
        settings = {name: value for name, value in run.settings.items() if name != "seed"}
        alike.setdefault(json.dumps(settings, sort_keys=True), []).append(run)
    told = []
    for same in alike.values():
        if len(same) < 2:  # its events need not be read
            continue
        by_seed = {}
        for run in same:
            figures = last_figures(store.events_after(run.id))
            if ACCURACY in figures:
                by_seed[run.settings.get("seed", 0)] = figures[ACCURACY]
        if len(by_seed) > 1:
            found = list(by_seed.values())
            told.append(
                f"{same[0].name}: accuracy {np.mean(found):.2f} on average over {len(found)} "
                f"seeds, {min(found):.2f} to {max(found):.2f}."
            )
    return told
