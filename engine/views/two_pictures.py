"""The lecture's two pictures of a word with two senses, close or far, to scale, beside what was
measured.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from engine.corpora.senses import polysemous_words
from engine.encoder import title_of
from engine.errors import EngineError
from engine.figures.fans import Fan, fans
from engine.text import word_key
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.baselines import baseline, baseline_needs
from engine.views.layer_number import layer_number
from engine.views.senses import SensesState, separations
from engine.views.two_contexts import TwoContextsState, compare


@dataclass(frozen=True)
class TwoPicturesState:
    """Two sentences, the word they share, a model and a layer."""

    first: str = TwoContextsState.first
    second: str = TwoContextsState.second
    word: str = TwoContextsState.word
    model: str = "minilm"
    layer: int = -1  # counted from the top if negative
    state: str = RAW


@VIEWS.add("two-pictures")
class TwoPicturesView:
    """Three angles to one scale."""

    title = "Senses close, or far?"
    State = TwoPicturesState

    def needs(self, state: TwoPicturesState) -> Needs:
        """What the baselines are taken from."""
        return baseline_needs((state.model,), state.state)

    def show(self, state: TwoPicturesState) -> Shown:
        """Close: as two places of one sense. Far: as two random words. And measured."""
        pair = TwoContextsState(state.first, state.second, state.word, (), state.state)
        found = compare(pair, state.model)
        n = len(found.cosines)
        layer = layer_number(state.layer, n)
        same, origin = _same_sense(state, layer)
        far = found.baseline[layer]
        pictures = [
            _fan(f"close: {origin}", same),
            _fan("far: as two random words", far),
            _fan("measured: these two places", found.cosines[layer], measured=True),
        ]
        name = found.layer_names[layer]
        caption = (
            f"{title_of(state.model)}, layer {name} · {state.state} vectors · angle = "
            f"arccos of the cosine · “{state.word}” in 2 sentences · random words: mean cosine, "
            f"{baseline(state.model, state.state).provenance} · seed 0 · live"
        )
        table = pd.DataFrame(
            {"picture": one.title, "angle in degrees": one.degrees, "cosine": one.cosine}
            for one in pictures
        )
        return Shown(fans(pictures, state.word), table, caption, _notice(state, name, pictures))


def _fan(title: str, cosine: float, *, measured: bool = False) -> Fan:
    cosine = max(-1.0, min(1.0, cosine))
    return Fan(title, math.degrees(math.acos(cosine)), cosine, measured)


def _same_sense(state: TwoPicturesState, layer: int) -> tuple[float, str]:
    """(mean cosine of two places of one sense, its name); 1 where no sense of the word is known."""
    word = word_key(state.word)
    if word in polysemous_words() and state.state == RAW:
        try:
            panel = separations(SensesState(word, models=()), state.model)[layer][1]
            return panel.same_sense_cosine, "as two places of one sense"
        except EngineError:  # the model does not know the word
            pass
    return 1.0, "one vector"


def _notice(state: TwoPicturesState, name: str, pictures: list[Fan]) -> str:
    close, far, measured = pictures
    span = far.degrees - close.degrees
    if abs(measured.degrees) < 0.5:
        return (
            f"At layer {name} of {title_of(state.model)} both “{state.word}” are one vector, 0° "
            "apart: neither picture."
        )
    share = (measured.degrees - close.degrees) / span if span > 0 else math.nan
    where = (
        "closer than two places of one sense are on average"
        if share < 0
        else f"{share:.0%} of the way from close to far"
    )
    return (
        f"At layer {name} of {title_of(state.model)} the two “{state.word}” are "
        f"{measured.degrees:.0f}° apart: {where} ({close.degrees:.0f}° to {far.degrees:.0f}°)."
    )
