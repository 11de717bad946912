"""At which layer do the two mice part? How much more the computer mice lean to "keyboard"."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from engine.corpora.mouse import PARTNERS
from engine.encoder import title_of
from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.baselines import baseline, baseline_needs
from engine.views.mouse import Mice, mice

FIRST, SECOND = PARTNERS.values()


@dataclass(frozen=True)
class MouseLayersState:
    """The models compared."""

    models: tuple[str, ...] = ("minilm", "glove")
    state: str = RAW


@VIEWS.add("mouse-layers")
class MouseLayersView:
    """The gap between the two mice by layer and model."""

    title = "Where the two mice part"
    State = MouseLayersState

    def needs(self, state: MouseLayersState) -> Needs:
        """What the baselines are taken from."""
        return baseline_needs(state.models, state.state)

    def show(self, state: MouseLayersState) -> Shown:
        """One curve a model; a model of one vector a word stands exactly at 0."""
        found = {model: mice(model, state.state) for model in state.models}
        curves = {
            (model, ""): Curve(
                [one.gap.value for one in layers],
                [one.gap.low for one in layers],
                [one.gap.high for one in layers],
            )
            for model, layers in found.items()
        }
        axes = Axes(
            f"pull to “{FIRST}” over “{SECOND}”: computer less animal", 0.0, "one vector for both"
        )
        figure = curves_by_layer(
            curves,
            {model: [one.layer_name for one in layers] for model, layers in found.items()},
            axes,
            {model: title_of(model) for model in found},
        )
        leanings = next(iter(found.values()))[0].leanings
        caption = (
            f"{', '.join(map(title_of, found))} · {state.state} vectors · n = "
            + ", ".join(f"{one.n} {sense} mice" for sense, one in leanings.items())
            + f", 15 “{FIRST}”, 15 “{SECOND}” · difference of mean cosines · intervals 95 %, "
            "bootstrap over sentences · baseline: mean cosine of random words of the sense "
            f"corpus, {baseline(state.models[0], state.state).provenance} · seed 0 · live"
        )
        return Shown(figure, _table(found), caption, _notice(found))


def _table(found: dict[str, tuple[Mice, ...]]) -> pd.DataFrame:
    rows = []
    for model, layers in found.items():
        for one in layers:
            row: dict[str, object] = {"model": title_of(model), "layer": one.layer_name}
            for sense, lean in one.leanings.items():
                row[f"{sense} mouse, cosine with {FIRST}"] = lean.first.value
                row[f"{sense} mouse, cosine with {SECOND}"] = lean.second.value
            row |= {
                "pull, computer less animal": one.gap.value,
                "low": one.gap.low,
                "high": one.gap.high,
                "two random words": one.baseline,
            }
            rows.append(row)
    return pd.DataFrame(rows)


def _notice(found: dict[str, tuple[Mice, ...]]) -> str:
    apart, alike = [], []
    for model, layers in found.items():
        best = max(layers, key=lambda one: one.gap.value)
        if len(layers) == 1:
            alike.append(title_of(model))
        elif best.gap.low > 0:
            apart.append(
                f"{title_of(model)} most at layer {best.layer_name} ({best.gap.value:.2f}, where "
                f"two random words have a cosine of {best.baseline:.2f})"
            )
        else:
            apart.append(f"{title_of(model)} at no layer beyond doubt ({best.gap.value:.2f})")
    told = []
    if apart:
        told.append(f"The two mice part, towards their own partners: {'; '.join(apart)}.")
    if alike:
        told.append(f"{' and '.join(alike)}: exactly 0.00, one vector for both.")
    return " ".join(told)
