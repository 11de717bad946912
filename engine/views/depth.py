"""What does each layer add? Language models of one, two and three layers, trained alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from engine.encoders.elmo import layer_names
from engine.errors import EngineError
from engine.figures.depth import Repeated, gain_by_layer, perplexity_by_depth
from engine.training.depth.results import DepthRun
from engine.views import VIEWS, Needs, Shown
from engine.views.depth_runs import (
    DIRECTIONS,
    about_runs,
    change,
    gain,
    mean_auc,
    perplexity,
    recorded_runs,
)

Runs = dict[int, list[DepthRun]]
MEASURES = {"perplexity": "Perplexity", "senses": "Senses apart"}


@dataclass(frozen=True)
class DepthState:
    """What is measured by depth."""

    measure_name: str = "perplexity"  # or "senses"


@VIEWS.add("depth")
class DepthView:
    """Perplexity by number of layers, or sense separation by layer of each depth."""

    title = "What each layer adds"
    State = DepthState

    def needs(self, state: DepthState) -> Needs:
        """Nothing: the runs were recorded."""
        return []

    def show(self, state: DepthState) -> Shown:
        """The figure of the recorded runs.

        Raises:
            DataUnavailable: none are recorded.
        """
        if state.measure_name not in MEASURES:
            raise EngineError(
                f"Unknown measure {state.measure_name!r}. Known: {', '.join(MEASURES)}."
            )
        runs = recorded_runs()
        return _senses(runs) if state.measure_name == "senses" else _perplexity(runs)


def _perplexity(runs: Runs) -> Shown:
    found = {name: [perplexity(of, name) for of in runs.values()] for name in DIRECTIONS}
    one = next(iter(runs.values()))[0].test
    return Shown(
        figure=perplexity_by_depth(found, list(runs)),
        table=_perplexity_table(runs),
        caption=f"{about_runs(runs)} · full softmax over {one['vocabulary']:,.0f} words, "
        f"{one['unknown_rate']:.1%} unknown, n = {one['tokens']:,.0f} test tokens · open points: "
        "each seed; bars: 95 % interval of the mean (Student's t over the seeds)",
        notice=_perplexity_notice(runs),
        notes=(
            "A layer more is also more weights; everything else is the same. Perplexities with "
            "another vocabulary cannot be compared with these; bits per character can, beside the "
            "share of unknown words.",
        ),
    )


def _perplexity_notice(runs: Runs) -> str:
    """Each further layer's change of perplexity, with its interval."""
    depths = list(runs)
    if len(depths) < 2:
        return f"Only nets of {depths[0]} layer(s) are recorded so far."
    told = []
    for before, after in pairwise(depths):
        changes = (f"{d} {_percent(change(runs, before, after, d))}" for d in DIRECTIONS)
        told.append(f"from {before} to {after} layers {' and '.join(changes)}")
    return f"Test perplexity changes with each further layer: {'; '.join(told)}."


def _percent(values: tuple[float, float, float]) -> str:
    mean, low, high = (f"{100 * value:+.1f}" for value in values)
    return f"{mean} % (one seed)" if math.isnan(values[1]) else f"{mean} % [{low}, {high}]"


def _perplexity_table(runs: Runs) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "layers": run.n_layers,
            "seed": run.seed,
            "weights": run.n_parameters,
            "direction": direction,
            "validation perplexity": round(run.validation[f"{direction}_perplexity"], 2),
            "test perplexity": round(run.test[f"{direction}_perplexity"], 2),
            "test bits per character": run.test[f"{direction}_bits_per_character"],
            "unknown": run.test["unknown_rate"],
            "processor seconds": run.seconds,
        }
        for found in runs.values()
        for run in found
        for direction in DIRECTIONS
    )


def _senses(runs: Runs) -> Shown:
    found = {depth: [gain(of, layer) for layer in range(depth + 1)] for depth, of in runs.items()}
    one = next(iter(runs.values()))[0]
    return Shown(
        figure=gain_by_layer(found, layer_names(max(runs))),
        table=_senses_table(runs, found),
        caption=f"{about_runs(runs)} · mean sense AUC minus that of the same net before its first "
        f"step, raw vectors, n = {len(one.words)} words of the sense corpus · open points: each "
        "seed; bars: 95 %, bootstrap over seeds and words",
        notice=_senses_notice(found),
        notes=(
            "An untrained net mixes neighbours too, and with them the topic: only what it lacks "
            "was learnt. Layer 0 knows a word's spelling only, so training adds next to nothing "
            "there.",
        ),
    )


def _senses_notice(found: dict[int, list[Repeated]]) -> str:
    """Each depth's best layer, and whether its interval leaves zero out."""
    told = []
    for depth, gains in found.items():
        layer = max(range(1, depth + 1), key=lambda k: gains[k].mean)
        best = gains[layer]
        unclear = "" if best.low > 0 else ", not clear of 0"
        told.append(
            f"{best.mean:+.3f} [{best.low:+.3f}, {best.high:+.3f}] at layer {layer} of {depth}"
            f"{unclear}"
        )
    return f"Training adds most to sense AUC: {'; '.join(told)}."


def _senses_table(runs: Runs, found: dict[int, list[Repeated]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "layers": depth,
            "layer": name,
            "sense AUC": round(own, 4),
            "untrained": round(untrained, 4),
            "gain": round(of_layer.mean, 4),
            "low": round(of_layer.low, 4),
            "high": round(of_layer.high, 4),
        }
        for depth, gains in found.items()
        for name, of_layer, own, untrained in zip(
            layer_names(depth), gains, *mean_auc(runs[depth]), strict=True
        )
    )
