"""How contextual a layer is: self-similarity and intra-sentence similarity, raw and adjusted for
anisotropy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.views import VIEWS, Needs, Shown
from engine.views.anisotropy import MeasureState, table
from engine.views.measured import Measured, caption, unknown_notes
from engine.views.sources import Source

MEASURES = ("self_similarity", "intra_sentence_similarity")
LABELS = {
    "self_similarity": "similarity of a word with itself in other places",
    "intra_sentence_similarity": "similarity of a word with its sentence's mean",
}


@dataclass(frozen=True)
class ContextualityState(MeasureState):
    """As for anisotropy, and which measure."""

    measure_name: str = "self_similarity"


@VIEWS.add("contextuality")
class ContextualityView:
    """Raw (dashed) and adjusted (solid) similarity by layer."""

    title = "Contextuality, raw and adjusted"
    State = ContextualityState

    def needs(self, state: ContextualityState) -> Needs:
        """The vectors that are not recorded."""
        return state.needs()

    def show(self, state: ContextualityState) -> Shown:
        """Two curves a model: as measured, and minus the layer's own mean cosine."""
        name = state.measure_name if state.measure_name in MEASURES else MEASURES[0]
        many = state.measure()
        curves = {}
        for one in many:
            curves[one.model, "adjusted"] = Curve(
                [getattr(x, f"adjusted_{name}") for x in one.layers]
            )
            interval = f"{name.removesuffix('_similarity') if 'intra' in name else name}_interval"
            curves[one.model, "raw"] = Curve(
                [getattr(x, name) for x in one.layers],
                [getattr(x, interval)[0] for x in one.layers],
                [getattr(x, interval)[1] for x in one.layers],
                dashed=True,
            )
        figure = curves_by_layer(
            curves,
            {one.model: one.layer_names for one in many},
            Axes(LABELS[name], 0.0, "no more alike than random words", (-0.05, 1.05)),
            {one.model: one.title for one in many},
        )
        source = Source(state.source, state.text)
        types = ", ".join(
            f"{one.title} {one.layers[0].n_self_similarity_types:,} words seen "
            f"{one.layers[0].min_count} times or more"
            for one in many
        )
        text = caption(many, source, state.state, state.frame)
        if name == "self_similarity":
            text += f" · {types}; interval over words"
        return Shown(figure, table(many), text, _notice(many, name), unknown_notes(many))


def _notice(many: list[Measured], name: str) -> str:
    deep = [one for one in many if len(one.layers) > 1]
    if not deep:
        return f"{many[0].title} gives a word one vector, so its self-similarity is exactly 1."
    one = deep[0]
    adjusted = np.array([getattr(layer, f"adjusted_{name}") for layer in one.layers])
    if np.isnan(adjusted).all():
        return "No word occurs twice here, so there is nothing to compare a word with."
    lowest, highest = int(np.nanargmin(adjusted)), int(np.nanargmax(adjusted))
    if name == "self_similarity":
        return (
            f"Once its baseline is taken off, {one.title}'s words are least like themselves at "
            f"layer {one.layer_names[lowest]} ({adjusted[lowest]:.2f}): there the context "
            "changes them most."
        )
    return (
        f"Words of one sentence share most at layer {one.layer_names[highest]} of {one.title} "
        f"({adjusted[highest]:.2f} above chance)."
    )
