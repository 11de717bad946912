"""The inference that a narrower cone is more contextual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.encoder import Progress
from engine.figures.claim_points import Path, layer_paths
from engine.figures.panels import side_by_side
from engine.geometry.similarity_scores import RankCorrelation, rank_correlation
from engine.views import VIEWS, Shown
from engine.views.claim_measures import are_measured, with_senses
from engine.views.claimed import LECTURE, OVERALL, ClaimState, ClaimView
from engine.views.claims import ByModel, Claim, Effect, Verdict, everywhere, judged
from engine.views.measured import Measured, caption, unknown_notes
from engine.views.sense_scores import SenseScores, are_scored, told

MEASURE = "the measure"
ALL = "all models together"
CLAIM = Claim(
    "Narrower is more contextual",
    "Contextual vectors stand in a cone; therefore a narrower cone is more contextual.",
    f"{LECTURE}, after Ethayarajh (2019)",
    "Over all layers of all models: the higher the mean cosine of random words, the more a word "
    "changes with its context (lower adjusted self-similarity) and the further apart its senses "
    "stand (higher sense AUC).",
    "Spearman's rank correlation over the layers of all models, static ones included, of the mean "
    "cosine with (1) minus adjusted self-similarity and (2) sense AUC; 95 % bootstrap interval "
    "over layers. A measure speaks for the claim where the whole interval lies above 0 and against "
    "it where it lies below. The layers are few, and those of one model are not independent, so "
    "the intervals are too narrow. Self-similarity is adjusted by taking the mean cosine off, "
    "which by itself favours the claim.",
)


@dataclass(frozen=True)
class _Layers:
    """One model's layers."""

    measured: Measured
    scores: SenseScores

    @property
    def mean_cosine(self) -> list[float]:
        return [layer.mean_cosine for layer in self.measured.layers]

    @property
    def contextual(self) -> list[float]:
        """Minus adjusted self-similarity: more is more contextual."""
        return [-layer.adjusted_self_similarity for layer in self.measured.layers]

    @property
    def auc(self) -> list[float]:
        return [float(value) for value in self.scores.auc.mean(axis=0)]


@VIEWS.add("claim-narrower")
class NarrowerView(ClaimView):
    """Mean cosine against two measures of context, a point a layer."""

    title = "Is a narrower cone more contextual?"
    claim = CLAIM
    measure = "ρ of mean cosine with minus self-similarity"

    def is_recorded(self, state: ClaimState) -> bool:
        """True if the mean cosines and how senses are told apart are known."""
        return are_measured(state, state.named) and are_scored(state.named, state.state)

    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """Two panels, a line a model in each."""

        found_of, notes = with_senses(state, state.named, progress)
        many = [_Layers(*one) for one in found_of]
        measured = [one.measured for one in many]
        overall = _about(ALL, many)
        deep = [one for one in many if len(one.mean_cosine) > 2]
        found = [overall, *(_about(one.measured.title, [one]) for one in deep)]
        text = (
            caption(measured, state.text_source, state.state, state.frame)
            + f" · {sum(len(one.mean_cosine) for one in many)} layers of {len(many)} models · "
            f"senses: mean AUC over the words of the sense corpus, {told([o.scores for o in many])}"
        )
        return Shown(
            _figure(many),
            _table(many, found),
            text,
            _notice(many),
            (*notes, *unknown_notes(measured)),
            Verdict(CLAIM, overall.word, _because(overall, many), text, overall.effects, (*found,)),
        )


def _about(title: str, many: Sequence[_Layers]) -> ByModel:
    """The two correlations over the layers of some models."""
    cosines, contextual, auc = (
        np.concatenate([getattr(one, name) for one in many])
        for name in ("mean_cosine", "contextual", "auc")
    )
    effects = (
        _effect(
            f"{title}: mean cosine with minus adjusted self-similarity, ρ", cosines, contextual
        ),
        _effect(f"{title}: mean cosine with sense AUC, ρ", cosines, auc),
    )
    words = {effect.what: judged(effect) for effect in effects}
    model = many[0].measured.model if title != ALL else OVERALL
    return ByModel(model, title, everywhere(words, MEASURE), effects)


def _effect(what: str, a: np.ndarray, b: np.ndarray) -> Effect:
    known = np.isfinite(a) & np.isfinite(b)
    found: RankCorrelation = rank_correlation(a[known], b[known])
    return Effect(what, found.value, *found.interval)


def _because(overall: ByModel, many: Sequence[_Layers]) -> str:
    n = sum(len(one.mean_cosine) for one in many)
    changed, senses = overall.effects
    return (
        f"Over {n} layers the mean cosine goes with minus adjusted self-similarity at ρ = "
        f"{changed} and with sense AUC at ρ = {senses}."
    )


def _notice(many: Sequence[_Layers]) -> str:
    """The narrowest cone and the layer that tells senses apart best."""
    layers = [
        (cosine, auc, name, one.measured.title)
        for one in many
        for cosine, auc, name in zip(
            one.mean_cosine, one.auc, one.measured.layer_names, strict=True
        )
    ]
    narrowest, best = max(layers), max(layers, key=lambda layer: layer[1])
    return (
        f"The narrowest cone is {narrowest[3]}'s, layer {narrowest[2]} (mean cosine "
        f"{narrowest[0]:.2f}, sense AUC {narrowest[1]:.2f}); senses are told apart best at layer "
        f"{best[2]} of {best[3]} (AUC {best[1]:.2f}, mean cosine {best[0]:.2f})."
    )


def _figure(many: Sequence[_Layers]) -> Any:
    def paths(name: str) -> list[Path]:
        return [
            Path(
                one.measured.model,
                one.measured.title,
                one.measured.layer_names,
                one.mean_cosine,
                getattr(one, name),
            )
            for one in many
        ]

    x_title = "mean cosine: narrower →"
    return side_by_side(
        layer_paths(paths("contextual"), x_title, "minus adjusted self-similarity"),
        layer_paths(paths("auc"), x_title, "sense AUC"),
        ("More changed by context?", "Senses further apart?"),
    )


def _table(many: Sequence[_Layers], found: Sequence[ByModel]) -> pd.DataFrame:
    correlations = [
        {"model": one.title, "layer": "all", "ρ, self-similarity": one.effects[0].value,
         "ρ, low": one.effects[0].low, "ρ, high": one.effects[0].high,
         "ρ, sense AUC": one.effects[1].value, "ρ AUC, low": one.effects[1].low,
         "ρ AUC, high": one.effects[1].high}
        for one in found
    ]  # fmt: skip
    layers = [
        {"model": one.measured.title, "layer": name, "mean cosine": cosine,
         "minus adjusted self-similarity": contextual, "sense AUC": auc}
        for one in many
        for name, cosine, contextual, auc in zip(
            one.measured.layer_names, one.mean_cosine, one.contextual, one.auc, strict=True
        )
    ]  # fmt: skip
    return pd.DataFrame([*correlations, *layers])
