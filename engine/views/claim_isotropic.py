"""The claim that the distribution of word2vec is isotropic, in both meanings of the word."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from engine.encoder import Progress
from engine.figures.cosine_histograms import CosineShares, cosine_histograms
from engine.geometry.measurements import LayerGeometry
from engine.geometry.pairs import isotropic_mean_cosine_deviation
from engine.views import VIEWS, Shown
from engine.views.anisotropy import MeasureState
from engine.views.claim_measures import of_each, verdict_of
from engine.views.claimed import LECTURE, NEGLIGIBLE, ClaimState, ClaimView
from engine.views.claims import ByModel, Claim, Effect, everywhere, judged, within
from engine.views.measured import Measured, caption
from engine.views.shaped import shape_of, shaped
from engine.views.sources import FREQUENT, N_FREQUENT, Source

EVEN = 0.9  # IsoScore of a cloud that is isotropic but for a tenth
MEANING = "what “isotropic” means"
WORD2VEC = "word2vec"
WHY_A_CONE = (
    "Why skip-gram word2vec is a cone: with negative sampling every word is pushed away from the "
    "contexts drawn at random, which are the same for all words; so all words come to stand on one "
    "side, opposite the context vectors (Mimno and Thompson 2017)."
)
CLAIM = Claim(
    "word2vec is isotropic",
    "The distribution of word2vec is isotropic.",
    LECTURE,
    "No direction is preferred, in either meaning: two random words are at right angles on "
    "average (mean cosine 0), and the variance is the same in all directions (IsoScore 1).",
    f"Of the {N_FREQUENT:,} most frequent words of each static model: the mean cosine of all "
    f"pairs, which holds if its whole 95 % interval lies within ±{NEGLIGIBLE:g}; and IsoScore, "
    f"corrected for finite n, which holds if its interval lies above {EVEN:g}. Neither sees what "
    "the other does: IsoScore takes the mean off first.",
)


@dataclass(frozen=True)
class _Static:
    measured: Measured

    @property
    def layer(self) -> LayerGeometry:
        return self.measured.layers[0]

    @property
    def mean_cosine(self) -> Effect:
        what = f"{self.measured.title}: mean cosine"
        return Effect(what, self.layer.mean_cosine, *self.layer.mean_cosine_interval)

    @property
    def iso_score(self) -> Effect:
        """Corrected; the interval moves with it."""
        shape = shape_of(self.layer)
        value = shape.spectrum.iso_score_corrected
        shift = value - shape.spectrum.iso_score
        low, high = shape.iso_score_interval
        return Effect(f"{self.measured.title}: IsoScore", value, low + shift, high + shift)


@VIEWS.add("claim-isotropic")
class IsotropicView(ClaimView):
    """How the cosines of word pairs are distributed, beside those of random directions."""

    title = "Cosines of the most frequent words"
    claim = CLAIM
    measure = "mean cosine of all pairs"

    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """A histogram a static model; the text plays no part."""
        asked = MeasureState(source=FREQUENT, state=state.state)
        of_model, notes = of_each(
            state.static, lambda model: _Static(shaped(asked, model)), progress
        )
        found = [_about(model, one) for model, one in of_model.items()]
        many = [one.measured for one in of_model.values()]
        text = caption(many, Source(FREQUENT), state.state, asked.frame)
        why = (WHY_A_CONE,) if WORD2VEC in of_model and _leans(of_model[WORD2VEC]) else ()
        return Shown(
            _figure(of_model),
            _table(of_model),
            text,
            _notice(of_model),
            (*why, *notes),
            verdict_of(CLAIM, found, _because(of_model), frame=text),
        )


def _about(model: str, one: _Static) -> ByModel:
    cosine, score = one.mean_cosine, one.iso_score
    words = {"mean": within(cosine, NEGLIGIBLE), "spread": judged(score, EVEN)}
    return ByModel(model, one.measured.title, everywhere(words, MEANING), (cosine, score))


def _leans(one: _Static) -> bool:
    return one.mean_cosine.low > NEGLIGIBLE


def _because(of_model: Mapping[str, _Static]) -> str:
    told = [
        f"{one.measured.title} {one.mean_cosine} and {one.iso_score}" for one in of_model.values()
    ]
    return f"Mean cosine and IsoScore: {', '.join(told)}."


def _notice(of_model: Mapping[str, _Static]) -> str:
    """How many words stand on the common direction's side."""
    one = next(iter(of_model.values()))
    share = float((one.layer.angles_deg < 90).mean())
    half, d = one.layer.cone_half_angle_median_deg, shape_of(one.layer).rank_bound
    scatter = math.degrees(1 / math.sqrt(d))  # of an angle to any fixed direction
    return (
        f"{share:.1%} of {one.measured.title}'s words stand on the side of their common direction, "
        f"half of them within {half:.0f}° of it; random directions in "
        f"{d} dimensions would stand at 90° ± {scatter:.0f}°."
    )


def _figure(of_model: Mapping[str, _Static]) -> Any:
    return cosine_histograms(
        [
            CosineShares(
                model,
                one.measured.title,
                shape_of(one.layer).pairs.share,
                shape_of(one.layer).pairs.isotropic,
                one.layer.mean_cosine,
            )
            for model, one in of_model.items()
        ]
    )


def _table(of_model: Mapping[str, _Static]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": one.measured.title,
            "n": one.layer.n,
            "mean cosine": one.mean_cosine.value,
            "mean cosine, low": one.mean_cosine.low,
            "mean cosine, high": one.mean_cosine.high,
            "isotropic null, ±": 1.96
            * isotropic_mean_cosine_deviation(one.layer.n, shape_of(one.layer).rank_bound),
            "IsoScore, corrected": one.iso_score.value,
            "IsoScore, low": one.iso_score.low,
            "IsoScore, high": one.iso_score.high,
            "participation ratio, corrected": shape_of(
                one.layer
            ).spectrum.participation_ratio_corrected,
            "directions at most": shape_of(one.layer).rank_bound,
            "half-angle, median (°)": one.layer.cone_half_angle_median_deg,
        }
        for one in of_model.values()
    )
