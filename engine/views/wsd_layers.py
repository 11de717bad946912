"""The sense tests layer by layer: where does a model keep senses apart?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.views import VIEWS, Needs, Shown
from engine.views.context_control import LABEL
from engine.views.wsd import WsdState, nothing_recorded, records_of, sense_test
from engine.views.wsd_tests import name_of
from engine.views.wsd_told import ALWAYS, caption_of, missing
from engine.views.wsd_vectors import CONTEXT


@VIEWS.add("wsd-layers")
class WsdLayersView:
    """A curve a model, with the context words alone and chance as lines."""

    title = "Layer by layer"
    State = WsdState

    def needs(self, state: WsdState) -> Needs:
        """Nothing: all of it is recorded."""
        return []

    def show(self, state: WsdState) -> Shown:
        """The recorded curves.

        Raises:
            UnknownName: no such test.
        """
        test, records = sense_test(state), records_of(state)
        if not set(records) - {CONTEXT}:
            return nothing_recorded(test, state)
        values = {name: test.curve(one) for name, one in records.items()}
        models = [name for name in records if name != CONTEXT]
        layers = {name: [layer.layer for layer in records[name].layers] for name in models}
        alone = values[CONTEXT][0][0] if CONTEXT in values else None
        axes = Axes(
            test.axis, test.chance(records[models[0]]), ALWAYS[test.is_claims], (0.3, 1.02),
            alone, LABEL,
        )  # fmt: skip
        curves = {(name, ""): _curve(values[name]) for name in models}
        return Shown(
            curves_by_layer(curves, layers, axes, {name: name_of(name) for name in models}),
            pd.DataFrame(_rows(layers, values)),
            caption_of(test, records),
            _notice(layers, values, alone),
            tuple(missing(state.models, records)),
        )


def _curve(values: list[tuple[float, float, float]]) -> Curve:
    scores, lows, highs = zip(*values, strict=True)
    return Curve(scores, lows, highs)


def _rows(
    layers: dict[str, list[str]], values: dict[str, list[tuple[float, float, float]]]
) -> list[dict[str, Any]]:
    return [
        {"model": name_of(model), "layer": layer, "score": value, "low": low, "high": high}
        for model, names in layers.items()
        for layer, (value, low, high) in zip(names, values[model], strict=True)
    ]


def _notice(
    layers: dict[str, list[str]], values: dict[str, list[tuple[float, float, float]]],
    alone: float | None,
) -> str:  # fmt: skip
    told = []
    for model, names in layers.items():
        scores = [value for value, _, _ in values[model]]
        best = max(range(len(scores)), key=scores.__getitem__)
        if len(scores) == 1:
            told.append(f"{name_of(model)} {scores[0]:.3f} (no layers)")
            continue
        place = "the top" if best == len(scores) - 1 else f"the top has {scores[-1]:.3f}"
        told.append(f"{name_of(model)} {scores[best]:.3f} at layer {names[best]} ({place})")
    said = f"Highest: {'; '.join(told)}."
    return said if alone is None else f"{said} The {LABEL}: {alone:.3f}."
