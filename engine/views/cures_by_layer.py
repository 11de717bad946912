"""One cure at every layer, beside raw vectors: what it changes near the input and near the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine.encoder import title_of
from engine.figures.cures import Point
from engine.figures.cures_by_layer import LayerPanel, cured_by_layer
from engine.vectors.states import RAW, WHITENED
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.cure_scores import TASKS, TITLES, CureScores
from engine.views.cures import CuresState, asked_of, missing_scores, missing_vectors
from engine.views.cures_kept import cure_scores, layer_names
from engine.views.cures_told import caption, notes, table


@dataclass(frozen=True)
class CuresByLayerState(CuresState):
    """As for cures, and which one; every layer is shown."""

    cure: str = WHITENED


@VIEWS.add("cures-by-layer")
class CuresByLayerView:
    """Every measure by layer, raw and in one other state."""

    title = "One cure, layer by layer"
    State = CuresByLayerState

    def needs(self, state: CuresByLayerState) -> Needs:
        """The text whose cloud is measured, unless everything is recorded."""
        return missing_vectors(state, 0)

    def work(self, state: CuresByLayerState) -> Work | None:
        """Trying the cure at the layers where it is not recorded."""
        n = len(layer_names(state.model, state.fitted_on, state.seed))
        return missing_scores(state, [(i, name) for i in range(n) for name in (RAW, state.cure)])

    def show(self, state: CuresByLayerState) -> Shown:
        """A panel a measure.

        Raises:
            UnknownName: no such model, state or way to fit.
        """
        names = layer_names(state.model, state.fitted_on, state.seed)
        asked = [asked_of(state, layer) for layer in range(len(names))]
        raw, cured = ([cure_scores(one, name) for one in asked] for name in (RAW, state.cure))
        panels = [
            LayerPanel(title, _points(raw, name), _points(cured, name))
            for name, title in TITLES.items()
            if name in raw[0].scores
        ]
        title = title_of(state.model)
        rows = [
            table([of], title, name)
            for name, pair in zip(names, zip(raw, cured, strict=True), strict=True)
            for of in pair
        ]
        return Shown(
            cured_by_layer(panels, names, state.cure, state.model),
            pd.concat(rows, ignore_index=True),
            caption(asked[-1], raw, f"{title}, every layer · raw and {state.cure} vectors"),
            _notice(state.cure, title, names, raw, cured),
            notes(asked[-1], raw),
        )


def _points(found: Sequence[CureScores], name: str) -> list[Point | None]:
    scores = [one.scores.get(name) for one in found]
    return [Point(s.value, s.low, s.high) if s else None for s in scores]


def _notice(
    cure: str, title: str, names: Sequence[str], raw: Sequence[CureScores],
    cured: Sequence[CureScores],
) -> str:  # fmt: skip
    """At how many layers each task gains or loses, and the best of raw beside the best of cured."""
    told = []
    for name in TASKS:
        if name not in raw[0].scores:
            continue
        changes = [one.scores[name].change for one in cured]
        gains = sum(low > 0 for _, low, _ in changes)
        losses = sum(high < 0 for _, _, high in changes)
        best = max(range(len(names)), key=lambda i: cured[i].scores[name].value)
        told.append(
            f"{TITLES[name].partition(',')[0]} at {gains} (clearly worse at {losses}; best at "
            f"layer {names[best]}, {cured[best].scores[name].value:.2f})"
        )
    return (
        f"Of {len(names)} layers of {title}, {cure} vectors are clearly better than raw ones in "
        f"{'; '.join(told)}."
    )
