"""The claim that the top layer captures context better than the layers below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.encoder import Progress, is_static
from engine.figures.curves import Axes, curves_by_layer
from engine.figures.panels import side_by_side
from engine.geometry.seeds import mean_and_interval
from engine.views import VIEWS, Shown
from engine.views.claim_measures import (
    adjusted_self_similarity,
    are_measured,
    curve_of,
    short,
    verdict_of,
    with_senses,
)
from engine.views.claimed import LECTURE, ClaimState, ClaimView
from engine.views.claims import FAILS, HOLDS, OPEN, ByModel, Claim, Effect, everywhere
from engine.views.measured import Measured, caption, unknown_notes
from engine.views.sense_scores import SenseScores, are_scored, told

MEASURE = "the measure"
CLAIM = Claim(
    "The top captures context best",
    "The top layer captures context better than the bottom layers.",
    f"{LECTURE}, after Ethayarajh (2019)",
    "Compared with each layer below it, the top layer changes a word more by its context (lower "
    "adjusted self-similarity) and keeps the senses of a word further apart (higher sense AUC).",
    "Two measures. Self-similarity less the layer's own mean cosine, on the text: of the top minus "
    "each layer below, the two intervals set against each other as if they were independent. Sense "
    "AUC on the sense corpus: the same difference, paired by word, t interval, 95 % for all layers "
    "together (Bonferroni). A measure holds where the top is better than every layer below, and "
    "does not where some layer below is better.",
)


@dataclass(frozen=True)
class _Found:
    measured: Measured
    scores: SenseScores


@VIEWS.add("claim-top-context")
class TopContextView(ClaimView):
    """Sense AUC and adjusted self-similarity by layer."""

    title = "How much each layer makes of context"
    claim = CLAIM
    measure = "sense AUC, top minus the best layer below (and self-similarity)"

    def is_recorded(self, state: ClaimState) -> bool:
        """True if the mean cosines and how senses are told apart are known."""
        models = [model for model in state.named if not is_static(model)]
        return are_measured(state, models) and are_scored(models, state.state)

    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """Two panels, a curve a model in each."""

        found_of, notes = with_senses(state, state.contextual, progress)
        many = [_Found(*one) for one in found_of]
        found = [_about(one) for one in many]
        measured = [one.measured for one in many]
        text = (
            caption(measured, state.text_source, state.state, state.frame)
            + " · self-similarity: interval over words · senses: sense corpus, "
            + ", ".join(f"{o.measured.title} {len(o.scores.words)} words" for o in many)
            + f", interval over words, t, {told([o.scores for o in many])}"
        )
        return Shown(
            _figure(many),
            _table(many),
            text,
            _notice(many),
            (*notes, *unknown_notes(measured)),
            verdict_of(CLAIM, found, _because(many), frame=text),
        )


def _about(one: _Found) -> ByModel:
    senses, likeness = _by_senses(one), _by_likeness(one)
    words = {
        "senses": _word([(effect.low, effect.high) for effect in senses]),
        "self-similarity": _word([(-effect.high, -effect.low) for effect in likeness]),
    }
    worst = min(senses, key=lambda e: e.value), max(likeness, key=lambda e: e.value)
    return ByModel(one.measured.model, one.measured.title, everywhere(words, MEASURE), worst)


def _word(gains: Sequence[tuple[float, float]]) -> str:
    """From the intervals of how much better the top is than each layer below."""
    if any(high < 0 for _, high in gains):
        return FAILS
    return HOLDS if all(low > 0 for low, _ in gains) else OPEN


def _by_senses(one: _Found) -> list[Effect]:
    auc, names = one.scores.auc, one.scores.layer_names
    level = 1 - 0.05 / (len(names) - 1)
    return [
        Effect(
            f"{one.measured.title}: sense AUC of the top minus that of layer {names[lower]}",
            *mean_and_interval(auc[:, -1] - auc[:, lower], level),
        )
        for lower in range(len(names) - 1)
    ]


def _by_likeness(one: _Found) -> list[Effect]:
    *below, top = (adjusted_self_similarity(layer) for layer in one.measured.layers)
    return [
        Effect(
            f"{one.measured.title}: adjusted self-similarity of the top minus that of layer "
            f"{layer.layer}",
            top.value - lower.value,
            top.low - lower.high,
            top.high - lower.low,
        )
        for layer, lower in zip(one.measured.layers[:-1], below, strict=True)
    ]


def _auc(one: _Found) -> list[Effect]:
    """Mean sense AUC of each layer, over words."""
    return [Effect("sense AUC", *mean_and_interval(column.tolist())) for column in one.scores.auc.T]


def _because(many: Sequence[_Found]) -> str:
    """Each model's best layer by either measure."""
    senses, likeness = [], []
    for one in many:
        auc, names = one.scores.auc.mean(axis=0), one.scores.layer_names
        top = short(names[-1])
        senses.append(f"{one.measured.title} {short(names[int(auc.argmax())])} of {top}")
        adjusted = [layer.adjusted_self_similarity for layer in one.measured.layers]
        if not np.isnan(adjusted).any():
            lowest = short(names[int(np.argmin(adjusted))])
            likeness.append(f"{one.measured.title} {lowest} of {top}")
    told = f"The layer that tells senses apart best: {', '.join(senses)}"
    return f"{told}; that changes a word most: {', '.join(likeness) or 'no word occurs twice'}."


def _notice(many: Sequence[_Found]) -> str:
    """How far apart senses are at best."""
    best = max(many, key=lambda one: one.scores.auc.mean(axis=0).max())
    auc = best.scores.auc.mean(axis=0)
    layer = short(best.scores.layer_names[int(auc.argmax())])
    tops = [one.scores.auc.mean(axis=0)[-1] for one in many]
    return (
        f"Changing with the context is not yet telling senses apart: at the top layers sense AUC "
        f"is {min(tops):.2f} to {max(tops):.2f}, where 0.5 means not at all; the best layer of "
        f"all, {layer} of {best.measured.title}, reaches {auc.max():.2f}."
    )


def _figure(many: Sequence[_Found]) -> Any:
    names = {one.measured.model: one.measured.layer_names for one in many}
    titles = {one.measured.model: one.measured.title for one in many}
    senses, likeness = {}, {}
    for one in many:
        model = one.measured.model
        senses[model, ""] = curve_of(_auc(one))
        likeness[model, ""] = curve_of(
            [adjusted_self_similarity(layer) for layer in one.measured.layers]
        )
    return side_by_side(
        curves_by_layer(senses, names, Axes("sense AUC, mean of words", 0.5, "not at all"), titles),
        curves_by_layer(
            likeness, names, Axes("adjusted self-similarity", 0.0, "as random words"), titles
        ),
        ("Are senses told apart?", "Is a word like itself?"),
    )


def _table(many: Sequence[_Found]) -> pd.DataFrame:
    rows = []
    for one in many:
        for number, layer in enumerate(one.measured.layers):
            auc, adjusted = _auc(one)[number], adjusted_self_similarity(layer)
            rows.append({
                "model": one.measured.title, "layer": layer.layer, "sense AUC": auc.value,
                "sense AUC, low": auc.low, "sense AUC, high": auc.high,
                "words with senses": len(one.scores.words),
                "self-similarity, adjusted": adjusted.value,
                "self-similarity, adjusted, low": adjusted.low,
                "self-similarity, adjusted, high": adjusted.high,
                "words in self-similarity": layer.n_self_similarity_types,
            })  # fmt: skip
    return pd.DataFrame(rows)
