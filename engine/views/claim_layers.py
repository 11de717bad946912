"""The claim that the layers of a language model hold different information, by linear probes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import EngineError
from engine.figures import probes as figure
from engine.geometry.seeds import mean_and_interval
from engine.training.layer_probes import results
from engine.training.layer_probes.results import Probed
from engine.views import VIEWS, Needs, Shown
from engine.views.claims import FAILS, HOLDS, OPEN, Claim, Effect, Verdict
from engine.views.unmeasured import unmeasured

COMMAND = "python -m engine study layers --resume"
TITLES = {
    "word": "which word is this?",
    "previous word": "which word came before?",
    "label": "for or against?",
    "sense": "in which sense?",
}
CLAIM = Claim(
    "Each layer knows something else",
    "The layers of a language model hold different kinds of information, so they should be "
    "fine-tuned to different extents.",
    "Howard and Ruder (2018), section 3.2, after Yosinski et al. (2014)",
    "No layer is the best one to read everything from: for some pair of layers the lower one tells "
    "more of one thing, and the upper one more of another.",
    "Accuracy of linear probes on each layer; differences between two layers paired by seed (by "
    "word, for senses), t interval, 95 % for all comparisons together (Bonferroni). It holds where "
    "one task's interval lies above 0 and another's below for the same two layers, and does not "
    "where every pair is decided and none does so.",
)


@dataclass(frozen=True)
class LayersState:
    """Whose layers."""

    model: str = "awd-lstm"


@VIEWS.add("claim-layers")
class LayersView:
    """What is read from each layer, trained and untrained, and the verdict."""

    title = "What each layer tells"
    State = LayersState

    def needs(self, state: LayersState) -> Needs:
        """Nothing: the study is recorded."""
        return []

    def show(self, state: LayersState) -> Shown:
        """A panel a task.

        Raises:
            EngineError: nothing is recorded for this model, though for others.
        """
        recorded = results.read(results.PATH)
        if not recorded:
            return unmeasured(CLAIM, f"Not measured yet: `{COMMAND}` does it, in minutes.")
        own = {probed.task: probed for probed in recorded if probed.model == state.model}
        if not own:
            raise EngineError(f"No layer probes are recorded for {state.model!r}.")
        twins = {p.task: p for p in recorded if p.model == f"{state.model}-untrained"}
        panels = {
            TITLES[task]: [_read(many[task]) for many in (own, twins) if task in many]
            for task in own
        }
        first, verdict = next(iter(own.values())), _verdict(list(own.values()))
        return Shown(
            figure=figure.probes(
                panels, {TITLES[task]: own[task].chance for task in own}, first.layers
            ),
            table=_table([*own.values(), *twins.values()]),
            caption=_caption(own, first),
            notice=verdict.because,
            notes=(
                "A probe that finds something shows that the layer holds it, not that the model "
                "uses it. Dashed: the same net with random weights.",
            ),
            verdict=verdict,
        )


def _read(probed: Probed) -> figure.Read:
    mean, low, high = zip(*_by_layer(probed), strict=True)
    return figure.Read(probed.model, title_of(probed.model), mean, low, high)


def _by_layer(probed: Probed) -> list[tuple[float, float, float]]:
    return [mean_and_interval(column) for column in zip(*probed.accuracy, strict=True)]


def _verdict(many: Sequence[Probed]) -> Verdict:
    """By the pair of layers that differ most in opposite ways."""
    best: tuple[float, Effect, Effect] | None = None
    undecided = False
    pairs = list(combinations(range(len(many[0].layers)), 2))
    level = 1 - 0.05 / (len(pairs) * len(many))
    for lower, upper in pairs:
        effects = [_difference(probed, lower, upper, level) for probed in many]
        undecided |= any(e.low <= 0 <= e.high for e in effects)
        falling = min(effects, key=lambda effect: effect.high)
        rising = max(effects, key=lambda effect: effect.low)
        room = min(-falling.high, rising.low)  # how far both intervals stay from 0
        if best is None or room > best[0]:
            best = room, falling, rising
    if best is None:
        raise EngineError("Layers can be compared where there are two or more.")
    room, falling, rising = best
    word = HOLDS if room > 0 else OPEN if undecided else FAILS
    best_layers = ", ".join(
        f"“{TITLES[p.task]}” {p.layers[int(np.mean(p.accuracy, axis=0).argmax())]}" for p in many
    )
    because = (
        f"The best layer to read from: {best_layers}. {falling.what}: {falling}; {rising.what}: "
        f"{rising}."
    )
    return Verdict(CLAIM, word, because, title_of(many[0].model), (falling, rising))


def _difference(probed: Probed, lower: int, upper: int, level: float) -> Effect:
    values = np.array(probed.accuracy)
    name = f"{TITLES[probed.task]} {probed.layers[upper]} minus {probed.layers[lower]}"
    return Effect(name, *mean_and_interval(values[:, upper] - values[:, lower], level))


def _caption(own: dict[str, Probed], first: Probed) -> str:
    counts = "; ".join(
        f"“{TITLES[task]}” n = {p.n_test:,} tested, {len(p.units)} "
        + ("words" if task == "sense" else "draws")
        for task, p in own.items()
    )
    settings = first.settings
    return (
        f"{title_of(first.model)}, weights {first.weights[:12]} · {counts} · words of "
        f"{settings['general']}, labels of {settings['reviews']}, senses of the sense corpus "
        f"(balanced nearest neighbour) · logistic regression, penalty chosen on validation · "
        f"intervals 95 %, t · dotted: chance · recorded {first.date} ({COMMAND})"
    )


def _table(many: Sequence[Probed]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": title_of(probed.model), "task": TITLES[probed.task], "layer": layer,
            "accuracy": round(mean, 4), "ci_low": round(low, 4), "ci_high": round(high, 4),
            "chance": probed.chance, "n tested": probed.n_test, "repetitions": len(probed.units),
        }
        for probed in many
        for layer, (mean, low, high) in zip(probed.layers, _by_layer(probed), strict=True)
    )  # fmt: skip
