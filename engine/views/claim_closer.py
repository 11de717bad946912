"""The claim that a higher cosine means semantically closer, put to people's judgements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from engine.encoder import Progress
from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.figures.panels import side_by_side
from engine.views import VIEWS, Shown
from engine.views.claim_measures import of_each, short, verdict_of
from engine.views.claimed import LECTURE, ClaimState, ClaimView
from engine.views.claims import ByModel, Claim, Effect, everywhere, judged
from engine.views.sources import list_unknown
from engine.views.word_pair_scores import ALONE, SETS, PairScores, pair_scores

CENTRED = "centred"
WEAK = 0.1  # a rank correlation of less is next to nothing
CLAIM = Claim(
    "A higher cosine means closer",
    "Higher cosine means semantically closer.",
    LECTURE,
    "The cosine of two words ranks pairs of words as people do who were asked how similar "
    "(SimLex-999) or how related (WordSim-353) they are.",
    "Spearman's rank correlation of the cosine at the top layer with people's mean score, with a "
    "95 % bootstrap interval over pairs. Each word is encoded alone, so that all models are asked "
    "alike and every pair counts whose words the model knows; the table also has each word's mean "
    "vector over its occurrences in the text, for the pairs found there. It holds where the whole "
    f"interval lies above {WEAK:g} on both lists. “Means” would be a correlation of 1.",
)


@VIEWS.add("claim-closer")
class CloserView(ClaimView):
    """Spearman's correlation with people's scores by layer, raw and centred."""

    title = "Do cosines rank words as people do?"
    claim = CLAIM
    measure = "Spearman's ρ with SimLex-999, top layer"

    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """A panel a list, two curves a model."""
        states = tuple(dict.fromkeys((state.state, CENTRED)))

        def ask(model: str) -> PairScores:
            return pair_scores(model, state.text_source, states)

        scored, notes = of_each(state.named, ask, progress)
        found = [_about(model, one, state.state) for model, one in scored.items()]
        text = _caption(scored, state)
        unknown = [n for one in scored.values() for n in list_unknown(one.title, one.unknown)]
        return Shown(
            _figure(scored, state.state),
            _table(scored),
            text,
            _notice(scored, state.state),
            (*notes, *unknown),
            verdict_of(CLAIM, found, _because(scored, state.state), frame=text),
        )


def _about(model: str, one: PairScores, state: str) -> ByModel:
    tops = {name: one.by_layer[name, ALONE, state][-1] for name in SETS}
    effects = [
        Effect(f"{one.title}, {SETS[name]}: Spearman's ρ", top.value, *top.interval)
        for name, top in tops.items()
    ]
    words = {effect.what: judged(effect, WEAK) for effect in effects}
    return ByModel(model, one.title, everywhere(words, "the list of words"), tuple(effects))


def _because(scored: Mapping[str, PairScores], state: str) -> str:
    tops = {
        (one.title, SETS[name]): one.by_layer[name, ALONE, state][-1]
        for one in scored.values()
        for name in SETS
    }
    (worst, low), (best, high) = (
        pick(tops.items(), key=lambda pair: np.nan_to_num(pair[1].value)) for pick in (min, max)
    )
    return (
        f"At the top layers the rank correlation runs from {low.value:.2f} ({', '.join(worst)}) "
        f"to {high.value:.2f} ({', '.join(best)})."
    )


def _notice(scored: Mapping[str, PairScores], state: str) -> str:
    """What centring changes, where it changes most; what the layers change."""
    gains = [
        (of_centred.value - of_raw.value, one, number, name)
        for one in scored.values()
        for name in SETS
        for number, (of_raw, of_centred) in enumerate(
            zip(one.by_layer[name, ALONE, state], one.by_layer[name, ALONE, CENTRED], strict=True)
        )
        if of_centred.value == of_centred.value and of_raw.value == of_raw.value
    ]
    if not gains:
        return "Fewer than 3 pairs are known, which have no rank correlation."
    gain, one, number, name = max(gains, key=lambda gain: abs(gain[0]))
    if state == CENTRED:
        return f"The vectors are centred; so are those of all {len(gains)} correlations drawn."
    return (
        "Taking the common direction off moves the ranking little: by "
        f"{gain:+.2f} where it moves it most ({one.title}, layer "
        f"{short(one.layer_names[number])}, {SETS[name]}). A cone adds to all cosines, and a rank "
        "does not see what all have."
    )


def _figure(scored: Mapping[str, PairScores], state: str) -> Any:
    names = {model: one.layer_names for model, one in scored.items()}
    titles = {model: one.title for model, one in scored.items()}
    panels = []
    for name in SETS:
        curves = {}
        for kind, dashed in dict.fromkeys(((state, False), (CENTRED, state != CENTRED))):
            for model, one in scored.items():
                found = one.by_layer[name, ALONE, kind]
                low, high = ([of.interval[end] for of in found] for end in (0, 1))
                values, label = [of.value for of in found], kind if dashed else ""
                curves[model, label] = (
                    Curve(values, dashed=True) if dashed else Curve(values, low, high)
                )
        axes = Axes("Spearman's ρ with people", 0.0, "no agreement", (-0.1, 0.85))
        panels.append(curves_by_layer(curves, names, axes, titles))
    first, second = SETS.values()
    return side_by_side(panels[0], panels[1], (first, second))


def _caption(scored: Mapping[str, PairScores], state: ClaimState) -> str:
    counts = ", ".join(
        f"{one.title} n = "
        + " and ".join(str(one.by_layer[name, ALONE, state.state][0].n) for name in SETS)
        for one in scored.values()
    )
    provenance = "; ".join(dict.fromkeys(one.provenance for one in scored.values()))
    return (
        f"{counts} pairs of {' and '.join(SETS.values())} · {state.state} vectors (dashed: centred "
        f"on these words) · each word alone, once a type · intervals 95 %, bootstrap over pairs · "
        f"seed 0 · {provenance}"
    )


def _table(scored: Mapping[str, PairScores]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": one.title, "layer": layer, "pairs": SETS[name], "word vector": place,
            "state": kind, "n": of.n, "Spearman's ρ": of.value, "ρ, low": of.interval[0],
            "ρ, high": of.interval[1],
        }
        for one in scored.values()
        for (name, place, kind), found in one.by_layer.items()
        for layer, of in zip(one.layer_names, found, strict=True)
    )  # fmt: skip
