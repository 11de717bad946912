"""What to notice of a scalar mix, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.geometry.seeds import mean_and_interval
from engine.views.mix_tasks import ALIKE, LEARNT, N_CLASSES, SEEDS, SENSE, TaskResult

if TYPE_CHECKING:
    from engine.vectors import LayeredVectors
    from engine.views.scalar_mix import ScalarMixState


def shares(one: TaskResult) -> np.ndarray:
    """What each seed's mix takes of each layer, (n_seeds, n_layers)."""
    return np.array([mixed.shares for mixed in one.learnt])


def notice(many: Sequence[TaskResult]) -> str:
    """The largest weight of each task, what it is worth, and whether two tasks' weights differ."""
    return " ".join([*map(_of_task, many), *_apart(many)])


def _of_task(one: TaskResult) -> str:
    mean = shares(one).mean(axis=0)
    layer = int(mean.argmax())
    singles = {k: np.mean(v) for k, v in one.compared.items() if k not in (ALIKE, LEARNT)}
    best = max(singles, key=lambda name: singles[name])
    gain, low, high = mean_and_interval(
        np.subtract(one.compared[LEARNT], one.compared[ALIKE]).tolist()
    )
    return (
        f"“{one.title}” takes most of layer {layer} ({mean[layer]:.2f}); right in "
        f"{np.mean(one.compared[LEARNT]):.3f}, the best single layer ({best.partition(' ')[0]}) in "
        f"{singles[best]:.3f}; learnt weights minus all layers alike: {gain:+.3f} [{low:+.3f}, "
        f"{high:+.3f}]."
    )


def _apart(many: Sequence[TaskResult]) -> list[str]:
    """The layer whose weight differs most between two tasks."""
    if len(many) != 2:
        return []
    differences = shares(many[0]) - shares(many[1])
    layer = int(np.abs(differences.mean(axis=0)).argmax())
    value, low, high = mean_and_interval(differences[:, layer].tolist())
    told = "differ" if low > 0 or high < 0 else "do not differ beyond the seeds' spread"
    return [
        f"The tasks' weights {told}: of layer {layer} the first takes {value:+.2f} [{low:+.2f}, "
        f"{high:+.2f}] more."
    ]


def caption(many: Sequence[TaskResult], state: ScalarMixState, vectors: LayeredVectors) -> str:
    """Model, tasks, n, seeds."""
    tested = ", ".join(f"{one.n_test} of “{one.title}”" for one in many)
    senses = "; senses: all of its labelled words" if any(one.task == SENSE for one in many) else ""
    return (
        f"{title_of(state.model)}, frozen, each layer standardised · mix and linear head learnt "
        f"together (Adam, rate {state.rate_percent / 100:g} for the weights), stopped by "
        f"validation · words of the sense corpus ({len(vectors):,}), sentences dealt out "
        f"60/20/20; words: the {N_CLASSES} commonest{senses} · n tested: {tested} · "
        f"{len(SEEDS)} seeds (draw and first weights), each a point; intervals 95 %, t over "
        "seeds · trained live"
    )


def table(many: Sequence[TaskResult], layer_names: Sequence[str]) -> pd.DataFrame:
    """A row a task and choice of layers; weights only where there is one layer to speak of."""
    rows = []
    for one in many:
        mean = shares(one).mean(axis=0)
        weight_of = dict(zip(layer_names, zip(mean, shares(one).T, strict=True), strict=True))
        for name, accuracies in one.compared.items():
            weight, of_seeds = weight_of.get(name, (np.nan, ()))
            rows.append({
                "task": one.title, "layers": name, "learnt weight": weight,
                "weights of the seeds": ", ".join(f"{share:.3f}" for share in of_seeds),
                "accuracy": float(np.mean(accuracies)),
                "accuracies of the seeds": ", ".join(f"{value:.3f}" for value in accuracies),
                "word alone": float(np.mean(one.word_alone)), "n tested": one.n_test,
            })  # fmt: skip
    return pd.DataFrame(rows)
