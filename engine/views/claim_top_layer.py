"""The claim that the cone becomes narrow in the top layer."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from engine.encoder import Progress
from engine.geometry.measurements import LayerGeometry
from engine.views import VIEWS, Shown
from engine.views.anisotropy import MEAN_COSINE_COLUMNS, table
from engine.views.claim_measures import are_measured, measures, verdict_of
from engine.views.claim_random_pairs import curves
from engine.views.claimed import LECTURE, NEGLIGIBLE, ClaimState, ClaimView
from engine.views.claims import FAILS, HOLDS, OPEN, ByModel, Claim, Effect
from engine.views.measured import Measured, caption, unknown_notes

CLAIM = Claim(
    "The top is narrowest",
    "The cone becomes narrow in the top layer.",
    f"{LECTURE}, after Ethayarajh (2019)",
    "There is a cone in the top layer, and it is narrower than in every layer below: two random "
    "words have a higher mean cosine there.",
    "The top layer's mean cosine minus the highest of the layers below. Both are measured on the "
    "same sentences, but their intervals are set against each other as if they were not, which is "
    "the careful way. It holds where even so the difference lies above 0 and the top's mean cosine "
    f"above {NEGLIGIBLE:g}, and does not where the difference lies below 0 or the top's mean "
    f"cosine below {NEGLIGIBLE:g}.",
)
MINILM = "minilm"
WHY_IT_OPENS = (
    "Why MiniLM's top differs: these weights were tuned, after pretraining, to set unlike "
    "sentences apart (contrastively, with the cosine of their mean vectors), which spreads its "
    "last layer. The others' top layers were trained to foretell words or to translate."
)


@VIEWS.add("claim-top-layer")
class TopLayerView(ClaimView):
    """Mean cosine by layer of the models of context."""

    title = "How narrow the cone is, by layer"
    claim = CLAIM
    measure = "mean cosine, top minus the highest layer below"

    def is_recorded(self, state: ClaimState) -> bool:
        """True if the mean cosines are known."""
        return are_measured(state, state.contextual)

    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """A curve a model."""
        many, notes = measures(state, state.contextual, progress)
        found = [_about(one) for one in many]
        text = caption(many, state.text_source, state.state, state.frame)
        return Shown(
            curves(many),
            _table(many),
            text,
            _notice(many),
            (*notes, *unknown_notes(many), *_why(many)),
            verdict_of(CLAIM, found, _because(many), frame=text),
        )


def _about(one: Measured) -> ByModel:
    top, rival = one.layers[-1], _narrowest(one.layers[:-1])
    effect = _difference(one.title, top, rival)
    contextual = _narrowest(one.layers[1:-1] or one.layers[:-1])
    if effect.high < 0 or top.mean_cosine_interval[1] < NEGLIGIBLE:
        word = FAILS
    else:
        narrower = effect.low > 0 and top.mean_cosine_interval[0] > NEGLIGIBLE
        word = HOLDS if narrower else OPEN
    return ByModel(one.model, one.title, word, (effect, _difference(one.title, top, contextual)))


def _narrowest(layers: Sequence[LayerGeometry]) -> LayerGeometry:
    return max(layers, key=lambda layer: layer.mean_cosine)


def _difference(title: str, top: LayerGeometry, lower: LayerGeometry) -> Effect:
    (low, high), (least, most) = top.mean_cosine_interval, lower.mean_cosine_interval
    what = f"{title}: mean cosine of the top minus that of layer {lower.layer}"
    return Effect(what, top.mean_cosine - lower.mean_cosine, low - most, high - least)


def _because(many: Sequence[Measured]) -> str:
    """Where each model is narrowest."""
    told = []
    for one in many:
        narrowest, top = _narrowest(one.layers), one.layers[-1]
        if narrowest is top:
            told.append(f"{one.title} at the top ({top.mean_cosine:.3f})")
        else:
            told.append(
                f"{one.title} at layer {narrowest.layer} ({narrowest.mean_cosine:.3f}; the top "
                f"{top.mean_cosine:.3f})"
            )
    return f"The cone is narrowest, by mean cosine: {', '.join(told)}."


def _notice(many: Sequence[Measured]) -> str:
    """The model whose cone opens most above its narrowest layer."""
    falls = [(_narrowest(one.layers[1:]).mean_cosine - one.layers[-1].mean_cosine) for one in many]
    most = max(range(len(many)), key=falls.__getitem__)
    one, top = many[most], many[most].layers[-1]
    if falls[most] <= 0:
        return (
            f"Above the input no cone opens again: {one.title} reaches a mean cosine of "
            f"{top.mean_cosine:.2f} at the top."
        )
    peak = _narrowest(one.layers[1:])
    return (
        f"{one.title}'s cone narrows up to layer {peak.layer} ({peak.mean_cosine:.2f}) and opens "
        f"to {top.mean_cosine:.2f} at the top: there half of the words stand more than "
        f"{top.cone_half_angle_median_deg:.0f}° from its axis."
    )


def _why(many: Sequence[Measured]) -> tuple[str, ...]:
    return (WHY_IT_OPENS,) if MINILM in {one.model for one in many} else ()


def _table(many: Sequence[Measured]) -> pd.DataFrame:
    columns = [*MEAN_COSINE_COLUMNS, "half-angle, median (°)", "half-angle, 95 % (°)"]
    return table(many)[columns]
