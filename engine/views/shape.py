"""The shape of the cloud by layer: one chosen measure, beside what an isotropic one would show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.anisotropy import MeasureState
from engine.views.context_measures import STATIC_MEASURES, TYPE_MEASURES
from engine.views.measured import Measured, caption, unknown_notes
from engine.views.shape_measures import MEASURES, ShapeMeasure
from engine.views.shaped import missing_shapes, missing_vectors, shaped
from engine.views.sources import Source

GROUPS: tuple[Mapping[str, ShapeMeasure], ...] = (MEASURES, STATIC_MEASURES, TYPE_MEASURES)


@dataclass(frozen=True)
class ShapeState(MeasureState):
    """As for anisotropy, and which measure."""

    measure_name: str = "participation_ratio"  # a name in one of GROUPS

    @property
    def group(self) -> Mapping[str, ShapeMeasure]:
        """The measures that the chosen one is one of."""
        return next((group for group in GROUPS if self.measure_name in group), MEASURES)


@VIEWS.add("shape")
class ShapeView:
    """One measure by layer, a curve a model, each beside its own reference."""

    title = "The shape of the cloud, by layer"
    State = ShapeState

    def needs(self, state: ShapeState) -> Needs:
        """The vectors of the models whose shape is not known."""
        return missing_vectors(state, state.models)

    def work(self, state: ShapeState) -> Work | None:
        """Measuring the shapes that are not known."""
        return missing_shapes(state, state.models)

    def show(self, state: ShapeState) -> Shown:
        """The curves.

        Raises:
            EngineError: fewer than two words in the frame.
        """
        group = state.group
        of = group.get(state.measure_name, group[next(iter(group))])
        many = [shaped(state, model) for model in state.models]
        curves = {}
        for one in many:
            curves[one.model, ""] = _curve(one, of)
            reference = [of.reference(layer) for layer in one.layers]
            curves[one.model, "reference"] = Curve(reference, reference=True)
        figure = curves_by_layer(
            curves,
            {one.model: one.layer_names for one in many},
            Axes(of.axis, logarithmic=of.logarithmic),
            {one.model: one.title for one in many},
        )
        intervals = of.how_sure if of.interval else "no interval"
        source = Source(state.source, state.text)
        text = caption(many, source, state.state, state.frame, intervals=intervals)
        deep = [one for one in many if len(one.layers) > 1]
        notice = _notice((deep or many)[0], of)
        return Shown(figure, table(many, group), text, notice, unknown_notes(many))


def table(many: Sequence[Measured], group: Mapping[str, ShapeMeasure]) -> pd.DataFrame:
    """Every measure of a group, of every layer and model."""
    return pd.DataFrame(
        {
            "model": one.title,
            "layer": layer.layer,
            "n": layer.n,
            **{
                column: number
                for of in group.values()
                for column, number in (
                    (of.title, of.value(layer)),
                    (f"{of.title}, reference", of.reference(layer)),
                )
            },
        }
        for one in many
        for layer in one.layers
    )


def _curve(one: Measured, of: ShapeMeasure) -> Curve:
    values = [of.value(layer) for layer in one.layers]
    if of.interval is None:
        return Curve(values)
    low, high = np.array([of.interval(layer) for layer in one.layers]).T.tolist()
    return Curve(values) if all(map(math.isnan, low)) else Curve(values, low, high)


def _notice(one: Measured, of: ShapeMeasure) -> str:
    values = np.array([of.value(layer) for layer in one.layers])
    if np.isnan(values).all():
        return f"{one.title} has no such number here ({of.missing}): n = {one.layers[0].n:,}."
    lowest, highest = int(np.nanargmin(values)), int(np.nanargmax(values))
    reference = of.say(of.reference(one.layers[highest]))
    if len(values) == 1:
        return (
            f"{one.title} has no layers. Its {of.noun} is {of.say(values[0])}; {of.against} "
            f"{reference}."
        )
    names = one.layer_names
    return (
        f"In {one.title} the {of.noun} is lowest at layer {names[lowest]} "
        f"({of.say(values[lowest])}) and highest at layer {names[highest]} "
        f"({of.say(values[highest])}); {of.against} {reference}."
    )
