"""The cone by layer: how the words' angles to the mean direction are distributed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.figures.angles import angle_ridges
from engine.geometry.cone import isotropic_angle_density
from engine.views import VIEWS, Needs, Shown
from engine.views.anisotropy import MeasureState, table
from engine.views.isotropic import widths_of
from engine.views.measured import caption, unknown_notes
from engine.views.sources import Source


@dataclass(frozen=True)
class ConeState(MeasureState):
    """As for anisotropy, with one model."""

    models: tuple[str, ...] = ("minilm",)


@VIEWS.add("cone")
class ConeView:
    """Angles to the mean direction, one histogram a layer."""

    title = "The cone, layer by layer"
    State = ConeState

    def needs(self, state: ConeState) -> Needs:
        """The vectors that are not recorded."""
        return state.needs()

    def show(self, state: ConeState) -> Shown:
        """The first model's layers, against a cloud without preferred direction."""
        one = state.measure()[0]
        medians = [layer.cone_half_angle_median_deg for layer in one.layers]
        if np.isnan(medians).any():
            raise EngineError(
                f"{one.title} finds too few words here for a cone: n = {one.layers[0].n:,}. "
                "Choose a wider frame or a longer text."
            )
        width = widths_of(state.models[0])[-1]
        degrees = np.arange(0, 180.5, 0.5)
        density = isotropic_angle_density(degrees, width)
        figure = angle_ridges(
            {layer.layer: layer.angles_deg for layer in one.layers},
            one.model,
            (degrees, density / density.max()),
            medians,
        )
        narrowest = int(np.nanargmin(medians))
        notice = _notice(one.title, one.layer_names[narrowest], medians[narrowest])
        source = Source(state.source, state.text)
        return Shown(
            figure,
            table([one]),
            caption([one], source, state.state, state.frame),
            notice,
            unknown_notes([one]),
        )


def _notice(title: str, layer: str, median: float) -> str:
    if median > 45:
        return (
            f"The cone of {title} is narrowest at layer {layer}, and even there half of the "
            f"words stand more than {median:.0f}° from its axis: a wide funnel rather than a "
            "needle."
        )
    return (
        f"The cone of {title} is narrowest at layer {layer}: half of the words stand within "
        f"{median:.0f}° of its axis."
    )
