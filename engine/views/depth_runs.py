"""The recorded runs of the depth study, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.errors import DataUnavailable
from engine.figures.depth import Repeated
from engine.geometry.seeds import mean_and_interval, resampled_mean
from engine.training.depth import results
from engine.training.depth.results import DepthRun

COMMAND = "python -m engine study depth --resume"
DIRECTIONS = ("forward", "backward")


def recorded_runs() -> dict[int, list[DepthRun]]:
    """Number of layers -> its runs; only seeds that every depth has, so that all is compared alike.

    Raises:
        DataUnavailable: there are none yet.
    """
    runs = results.read()
    depths = sorted({run.n_layers for run in runs})
    seeds = [{run.seed for run in runs if run.n_layers == depth} for depth in depths]
    shared = set.intersection(*seeds) if seeds else set()
    if not shared:
        raise DataUnavailable(
            f"No runs are recorded yet. `{COMMAND}` does them, in an hour or two."
        )
    return {
        depth: [run for run in runs if run.n_layers == depth and run.seed in shared]
        for depth in depths
    }


def perplexity(runs: Sequence[DepthRun], direction: str, split: str = "test") -> Repeated:
    """Perplexity over the seeds: the mean of the surprise, as a perplexity."""
    each = [getattr(run, split)[f"{direction}_perplexity"] for run in runs]
    mean, low, high = mean_and_interval([math.log(value) for value in each])
    return Repeated(math.exp(mean), math.exp(low), math.exp(high), each)


def change(
    runs: dict[int, list[DepthRun]], before: int, after: int, direction: str
) -> tuple[float, float, float]:
    """Relative change of the test perplexity from one depth to another, each seed compared with
    itself: mean, low, high; -0.05 = 5 % lower.
    """
    name = f"{direction}_perplexity"
    ratios = [
        math.log(b.test[name] / a.test[name])
        for a, b in zip(runs[before], runs[after], strict=True)
    ]
    mean, low, high = mean_and_interval(ratios)
    return math.expm1(mean), math.expm1(low), math.expm1(high)


def gain(runs: Sequence[DepthRun], layer: int) -> Repeated:
    """Mean sense AUC of one layer beyond the untrained twin's, over seeds and words."""
    values = np.array([run.gain[:, layer] for run in runs])  # (n_seeds, n_words)
    return Repeated(*resampled_mean(values), values.mean(1).tolist())


def mean_auc(runs: Sequence[DepthRun]) -> tuple[list[float], list[float]]:
    """Sense AUC of each layer over seeds and words, trained and untrained, (n_layers + 1,) each."""
    trained, untrained = (
        np.mean([getattr(run, name) for run in runs], axis=(0, 1)).tolist()
        for name in ("auc", "untrained_auc")
    )
    return trained, untrained


def about_runs(runs: dict[int, list[DepthRun]]) -> str:
    """For captions: model, texts, seeds, date, command and device."""
    every = [run for found in runs.values() for run in found]
    one, dates = every[0], sorted(run.date for run in every)
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    return (
        f"Small ELMo, {one.settings['d_projection']} dimensions a direction, cell of "
        f"{one.settings['d_cell']}, {one.n_tokens / 1e6:.1f} M tokens of Wikipedia articles each · "
        f"{len(next(iter(runs.values())))} seed(s) · recorded {when} ({COMMAND}; {one.device}, "
        "float32)"
    )
