"""The claim that two random words have a high cosine similarity, in models of context."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from engine.encoder import Progress, is_static
from engine.figures.curves import Axes, curves_by_layer
from engine.geometry.measurements import LayerGeometry
from engine.views import VIEWS, Shown
from engine.views.anisotropy import MEAN_COSINE_COLUMNS, table
from engine.views.claim_measures import are_measured, curve_of, measures, verdict_of
from engine.views.claimed import LECTURE, NEGLIGIBLE, ClaimState, ClaimView
from engine.views.claims import ByModel, Claim, Effect, everywhere, judged
from engine.views.isotropic import NULL, mean_cosine_nulls
from engine.views.measured import Measured, caption, unknown_notes

HIGH = 0.5  # nearer to one direction than to none: 60 degrees
MEANING = "what “high” means"
CLAIM = Claim(
    "Random words are alike",
    "Two random words have high cosine similarity.",
    f"{LECTURE}, after Ethayarajh (2019)",
    "In every layer above the input of a model of context, the mean cosine of different words from "
    "different sentences is high. “High” has two readings: more than an isotropic cloud would "
    f"show, and nearer to one direction than to none, above {HIGH:g} (60°).",
    "The mean cosine of all such pairs, by layer, with its 95 % interval. The first reading holds "
    f"where the whole interval lies above {NEGLIGIBLE:g}, which is far beyond the isotropic null, "
    f"and the second where it lies above {HIGH:g}, in every layer above the input.",
)


@VIEWS.add("claim-random-pairs")
class RandomPairsView(ClaimView):
    """Mean cosine by layer, beside the isotropic null and the mark of what is called high."""

    title = "Mean cosine of random words, by layer"
    claim = CLAIM
    measure = "mean cosine, top layer"

    def is_recorded(self, state: ClaimState) -> bool:
        """True if the mean cosines are known."""
        return are_measured(state, state.named)

    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """The curves of all models, the static ones as points; the verdict is of the others."""
        contextual = state.contextual
        many, notes = measures(state, state.named, progress)
        asked = [one for one in many if one.model in contextual]
        found = [_about(one) for one in asked]
        text = caption(many, state.text_source, state.state, state.frame)
        return Shown(
            curves(many, control=HIGH, control_label="“high”: nearer to one direction than none"),
            _table(many),
            text,
            _notice(many),
            (*notes, *unknown_notes(many)),
            verdict_of(CLAIM, found, _because(asked, found), frame=text),
        )


def curves(many: Sequence[Measured], **axes: Any) -> Any:
    """Mean cosine by layer, a curve a model, against the isotropic 0."""
    return curves_by_layer(
        {
            (one.model, ""): curve_of([mean_cosine(layer.layer, layer) for layer in one.layers])
            for one in many
        },
        {one.model: one.layer_names for one in many},
        Axes("mean cosine of random pairs", 0.0, "isotropic", **axes),
        {one.model: one.title for one in many},
    )


def mean_cosine(what: str, layer: LayerGeometry) -> Effect:
    """A layer's mean cosine with its interval."""
    return Effect(what, layer.mean_cosine, *layer.mean_cosine_interval)


def _about(one: Measured) -> ByModel:
    above = one.layers[1:]
    effects = [mean_cosine(f"{one.title}, layer {layer.layer}", layer) for layer in above]
    readings = {
        margin: everywhere({e.what: judged(e, margin) for e in effects}, "the layer")
        for margin in (NEGLIGIBLE, HIGH)
    }
    words = {f"above {margin:g}": word for margin, word in readings.items()}
    highest = max(effects, key=lambda effect: effect.value)
    return ByModel(one.model, one.title, everywhere(words, MEANING), (effects[-1], highest))


def _because(asked: Sequence[Measured], found: Sequence[ByModel]) -> str:
    highest = max((one.effects[1] for one in found), key=lambda effect: effect.value)
    lowest = min(
        (mean_cosine(f"{one.title}, layer {layer.layer}", layer)
         for one in asked for layer in one.layers[1:]),
        key=lambda effect: effect.value,
    )  # fmt: skip
    n_negligible = sum(
        layer.mean_cosine_interval[1] < NEGLIGIBLE for one in asked for layer in one.layers[1:]
    )
    n_layers = sum(len(one.layers) - 1 for one in asked)
    return (
        f"Above the input the mean cosine runs from {lowest} ({lowest.what}) to {highest} "
        f"({highest.what}); in {n_negligible} of {n_layers} layers it is below {NEGLIGIBLE:g}."
    )


def _notice(many: Sequence[Measured]) -> str:
    """Whether a model without context has as much."""
    tops = {one.title: one.layers[-1].mean_cosine for one in many if not is_static(one.model)}
    statics = {one.title: one.layers[-1].mean_cosine for one in many if is_static(one.model)}
    model, highest = max(tops.items(), key=lambda pair: pair[1])
    if not statics:
        return f"Of the top layers {model}'s has the highest mean cosine, {highest:.2f}."
    static, value = max(statics.items(), key=lambda pair: pair[1])
    more = "more" if value > highest else "less"
    return (
        f"{static}, which knows no context, has {value:.2f} on the same words, {more} than any "
        f"top layer of a model of context ({model}: {highest:.2f})."
    )


def _table(many: Sequence[Measured]) -> pd.DataFrame:
    return table(many)[list(MEAN_COSINE_COLUMNS)].assign(**{NULL: mean_cosine_nulls(many)})
