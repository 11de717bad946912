"""The claim that contextual embeddings are anisotropic for all words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from engine.encoder import Progress
from engine.figures.curves import Axes, curves_by_layer
from engine.geometry.cone import share_on_the_axis_side
from engine.geometry.measurements import LayerGeometry
from engine.geometry.proportions import wilson_interval
from engine.views import VIEWS, Shown
from engine.views.claim_measures import are_measured, curve_of, measures, verdict_of
from engine.views.claimed import LECTURE, ClaimState, ClaimView
from engine.views.claims import ByModel, Claim, Effect, everywhere, judged
from engine.views.measured import Measured, caption, unknown_notes

ALL = 0.99
CHANCE = 0.5
INTERVALS = "intervals 95 %, Wilson, as if each sentence held one word"
CLAIM = Claim(
    "All words, not some",
    "Contextual embeddings are anisotropic for all words.",
    f"{LECTURE}, after Ethayarajh (2019)",
    "In every layer above the input, each word leans to where the others point: its mean cosine "
    f"with all other words is above 0. “All” is taken for {ALL:.0%} of the words.",
    "The share of word occurrences whose mean cosine with all others is above 0. A word itself is "
    "left out of what it is compared with, so an isotropic cloud shows one half. Words of a "
    "sentence are not independent; Wilson's interval therefore counts sentences, not words. It "
    f"holds where the whole interval lies above {ALL:.0%} in every layer above the input.",
)


@VIEWS.add("claim-all-words")
class AllWordsView(ClaimView):
    """Share of the words on the cone's side, by layer."""

    title = "Share of words that lean to the common direction, by layer"
    claim = CLAIM
    measure = "share of words that lean, smallest of all layers"

    def is_recorded(self, state: ClaimState) -> bool:
        """True if the angles are known."""
        return are_measured(state, state.contextual)

    def test(self, state: ClaimState, progress: Progress) -> Shown:
        """A curve a model."""
        many, notes = measures(state, state.contextual, progress)
        shares = {one.model: [_share(one, layer) for layer in one.layers] for one in many}
        found = [_about(one, shares[one.model]) for one in many]
        text = caption(many, state.text_source, state.state, state.frame, intervals=INTERVALS)
        return Shown(
            _figure(many, shares),
            _table(many, shares),
            text,
            _notice(many, shares),
            (*notes, *unknown_notes(many)),
            verdict_of(CLAIM, found, _because(found), frame=text),
        )


def _share(one: Measured, layer: LayerGeometry) -> Effect:
    cosines = np.cos(np.radians(layer.angles_deg.astype(np.float64)))
    share = share_on_the_axis_side(cosines, layer.n)
    # A text of one-word sentences has no sentence with a pair in it: then words are counted.
    n_independent = min(layer.n_intra_sentences or layer.n, len(cosines))
    interval = wilson_interval(share, n_independent)
    return Effect(f"{one.title}, layer {layer.layer}", share, *interval)


def _about(one: Measured, shares: Sequence[Effect]) -> ByModel:
    above = shares[1:]
    words = {share.what: judged(share, ALL) for share in above}
    fewest = min(above, key=lambda share: share.value)
    return ByModel(one.model, one.title, everywhere(words, "the layer"), (fewest, above[-1]))


def _because(found: Sequence[ByModel]) -> str:
    told = [f"{one.effects[0].value:.1%} ({one.effects[0].what})" for one in found]
    return f"The smallest share in a layer above the input: {', '.join(told)}."


def _notice(many: Sequence[Measured], shares: dict[str, list[Effect]]) -> str:
    inputs = {one.title: shares[one.model][0].value for one in many}
    title, fewest = min(inputs.items(), key=lambda pair: pair[1])
    if math.isnan(fewest):
        return "There are too few words to compare."
    return (
        f"It is not context that makes the words lean: at the input it is {fewest:.0%} in {title} "
        f"and up to {max(inputs.values()):.0%} in the others, where directions without a common "
        f"one would show {CHANCE:.0%}."
    )


def _figure(many: Sequence[Measured], shares: dict[str, list[Effect]]) -> Any:
    return curves_by_layer(
        {(one.model, ""): curve_of(shares[one.model]) for one in many},
        {one.model: one.layer_names for one in many},
        Axes(
            "share of words with a positive mean cosine", CHANCE, "isotropic", (0.45, 1.03),
            control=ALL, control_label=f"“all”: {ALL:.0%}",
        ),
        {one.model: one.title for one in many},
    )  # fmt: skip


def _table(many: Sequence[Measured], shares: dict[str, list[Effect]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": one.title,
            "layer": layer.layer,
            "n": layer.n,
            "share with a positive mean cosine": share.value,
            "share, low": share.low,
            "share, high": share.high,
            "mean cosine": layer.mean_cosine,
        }
        for one in many
        for layer, share in zip(one.layers, shares[one.model], strict=True)
    )
