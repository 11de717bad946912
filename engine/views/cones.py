"""The cones of all layers of all models at once, drawn to scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.errors import EngineError
from engine.figures.cones import DrawnCone, cones
from engine.views import VIEWS, Needs, Shown
from engine.views.anisotropy import MeasureState, has_too_few, table
from engine.views.isotropic import half_angle_nulls
from engine.views.measured import Measured, caption, unknown_notes
from engine.views.sources import Source


@VIEWS.add("cones")
class ConesView:
    """Half-angles by layer, a row a model."""

    title = "The cones of all layers, to scale"
    State = MeasureState

    def needs(self, state: MeasureState) -> Needs:
        """The vectors that are not recorded."""
        return state.needs()

    def show(self, state: MeasureState) -> Shown:
        """Every cone of every model.

        Raises:
            EngineError: no model finds enough words for a cone.
        """
        many = state.measure()
        drawn = {one.model: _cones(one) for one in many if not has_too_few(one)}
        if not drawn:
            raise EngineError(
                f"There are too few words here for a cone: n = {many[0].layers[0].n:,}. Choose a "
                "wider frame or a longer text."
            )
        shown = [one for one in many if one.model in drawn]
        return Shown(
            cones(drawn, {one.model: one.title for one in shown}),
            table(shown),
            caption(shown, Source(state.source, state.text), state.state, state.frame),
            _notice(shown),
            unknown_notes(many),
        )


def _cones(one: Measured) -> list[DrawnCone]:
    nulls = zip(half_angle_nulls(one.model, 0.5), half_angle_nulls(one.model, 0.95), strict=True)
    return [
        DrawnCone(x.layer, x.cone_half_angle_median_deg, x.cone_half_angle_p95_deg, *null)
        for x, null in zip(one.layers, nulls, strict=True)
    ]


def _medians(one: Measured) -> np.ndarray:
    return np.array([layer.cone_half_angle_median_deg for layer in one.layers])


def _notice(many: Sequence[Measured]) -> str:
    """The narrowest cone of all, and which models are narrowest at their top."""
    one = min(many, key=lambda one: _medians(one).min())
    number = int(_medians(one).argmin())
    where = f", layer {one.layer_names[number]}" if len(one.layers) > 1 else ""
    told = (
        f"The narrowest cone is that of {one.title}{where}: half of its words stand within "
        f"{_medians(one)[number]:.0f}° of the axis (without a preferred direction: 90°)."
    )
    deep = [one for one in many if len(one.layers) > 1]
    top = [one.title for one in deep if _medians(one).argmin() == len(one.layers) - 1]
    if not deep:
        return told
    if not top:
        return f"{told} No model here is narrowest at its top layer."
    return f"{told} The top layer is the narrowest in {' and '.join(top)}; {_elsewhere(deep, top)}."


def _elsewhere(deep: Sequence[Measured], top: Sequence[str]) -> str:
    others = [one.title for one in deep if one.title not in top]
    return f"in {', '.join(others)} it is not" if others else "that is all of them"
