"""Published curves beside ours: Ethayarajh's (2019) of ELMo, BERT and GPT-2, and our models on the
same sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from engine.corpora.ethayarajh_2019 import TITLES, PublishedLayer
from engine.encoder import title_of
from engine.errors import EngineError
from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.views import VIEWS, Needs, Shown
from engine.views.published_numbers import published_numbers
from engine.views.sts_geometry import COMMAND, StsGeometry, StsLayer, recorded_sts

MEASURES = {
    "mean_cosine": "mean cosine of random pairs",
    "self_similarity": "similarity of a word with itself in other places",
    "intra_sentence_similarity": "similarity of a word with its sentence's mean",
}
INTERVALS = {
    "mean_cosine": "mean_cosine_interval",
    "self_similarity": "self_similarity_interval",
    "intra_sentence_similarity": "intra_sentence_interval",
}
HUB_NAMES = {"elmo": "elmo", "bert": "bert-base-cased", "gpt2": "gpt2"}  # as models here
PUBLISHED = "published"
DIFFERENCES = (
    "Published: 1,000 random sentences, one random word of each and 1,000 pairs of these; at most "
    "1,000 pairs a word for self-similarity; close to the paper's charts, not an exact match, as "
    "its author says. Ours: every sentence, every pair of different words from two sentences.",
    "Published words are spaCy's tokens (BERT: word pieces), upper and lower case apart. Ours "
    "are cut by one rule for all models, a word's pieces averaged, case ignored; those that a "
    "model does not know are left out.",
    "The published ELMo has 93.6 M weights and carries its state from sentence to sentence; ours "
    "is far smaller and reads each sentence by itself. GPT-2's middle layers are ruled by the very "
    "first token of each sentence. Lengths of vectors do not compare between models.",
)
Layer = PublishedLayer | StsLayer


@dataclass(frozen=True)
class PublishedState:
    """Which of our models stand beside the published ones, and what is compared."""

    models: tuple[str, ...] = ("elmo", "minilm")
    measure_name: str = "mean_cosine"  # a name in MEASURES
    adjusted: bool = True  # minus the layer's mean cosine, as the paper draws it


@VIEWS.add("published")
class PublishedView:
    """Published curves dashed, ours solid, over relative depth."""

    title = "Published curves, and ours on the same sentences"
    State = PublishedState

    def needs(self, state: PublishedState) -> Needs:
        """Nothing: all of it is recorded."""
        return []

    def show(self, state: PublishedState) -> Shown:
        """A curve a model.

        Raises:
            DataUnavailable: the published numbers are not here.
            EngineError: no such measure.
        """
        if state.measure_name not in MEASURES:
            raise EngineError(
                f"Unknown measure {state.measure_name!r}. Known: {', '.join(MEASURES)}."
            )
        theirs, recorded = published_numbers(), recorded_sts()
        ours = {name: recorded[name] for name in state.models if name in recorded}
        return Shown(
            _figure(state, theirs, ours),
            _table(theirs, ours),
            _caption(ours),
            _notice(state, theirs, ours),
            (*_missing(state, ours), *DIFFERENCES),
        )


def _value(state: PublishedState, layer: Layer) -> float:
    value: float = getattr(layer, state.measure_name)
    adjusted = state.adjusted and state.measure_name != "mean_cosine"
    return value - layer.mean_cosine if adjusted else value


def _figure(
    state: PublishedState, theirs: Mapping[str, Sequence[PublishedLayer]],
    ours: Mapping[str, StsGeometry],
) -> object:  # fmt: skip
    curves, names, titles = {}, {}, {}
    for model, layers in theirs.items():
        name = HUB_NAMES[model]
        titles[name] = TITLES[model].partition(",")[0]
        names[name] = tuple(str(layer.layer) for layer in layers)
        curves[name, PUBLISHED] = Curve([_value(state, layer) for layer in layers], dashed=True)
    for name, found in ours.items():
        titles[name] = title_of(name)
        names[name] = tuple(layer.layer for layer in found.layers)
        curves[name, "ours"] = _our_curve(state, found)
    adjusted = state.adjusted and state.measure_name != "mean_cosine"
    title = MEASURES[state.measure_name] + (", adjusted" if adjusted else "")
    return curves_by_layer(curves, names, Axes(title, 0.0), titles)


def _our_curve(state: PublishedState, found: StsGeometry) -> Curve:
    values = [_value(state, layer) for layer in found.layers]
    if state.measure_name != "mean_cosine" and state.adjusted:
        return Curve(values)  # the difference of two means has an interval of its own
    lows, highs = zip(
        *(getattr(layer, INTERVALS[state.measure_name]) for layer in found.layers), strict=True
    )
    return Curve(values, lows, highs)


def _caption(ours: Mapping[str, StsGeometry]) -> str:
    measured = ", ".join(
        f"{title_of(name)} n = {found.layers[0].n:,} words, one a sentence; "
        f"{found.layers[0].n_types:,} word types; {found.n_words:,} words in all"
        for name, found in ours.items()
    )
    dates = sorted({found.date for found in ours.values()})
    origin = f" · ours recorded {', '.join(dates)} ({COMMAND}; cpu, float32)" if dates else ""
    return (
        "Raw vectors · sentences of the scored pairs of SemEval 2012 to 2016 · mean cosine: one "
        "random word a sentence, with punctuation; within the sentence: all words, with "
        "punctuation; self-similarity: word types seen 5 times or more, without · "
        f"{measured or 'none of ours'} · intervals 95 %, bootstrap over sentences "
        "(self-similarity: over words), of the published ones unknown · seed 0"
        f"{origin} · published: Ethayarajh (2019), github.com/kawine/contextual"
    )


def _missing(state: PublishedState, ours: Mapping[str, StsGeometry]) -> list[str]:
    return [
        f"{title_of(name)} is not measured on these sentences as it is now: "
        f"`{COMMAND} --model {name}` does it in minutes."
        for name in state.models
        if name not in ours
    ]


def _table(
    theirs: Mapping[str, Sequence[PublishedLayer]], ours: Mapping[str, StsGeometry]
) -> pd.DataFrame:
    rows = [_row(TITLES[m], PUBLISHED, layer) for m, layers in theirs.items() for layer in layers]
    rows += [_row(title_of(m), "ours", layer) for m, of in ours.items() for layer in of.layers]
    return pd.DataFrame(rows)


def _row(title: str, whose: str, layer: Layer) -> dict[str, object]:
    return {
        "model": title,
        "whose": whose,
        "layer": str(layer.layer),
        "mean cosine": layer.mean_cosine,
        "self-similarity": layer.self_similarity,
        "self-similarity, adjusted": layer.self_similarity - layer.mean_cosine,
        "intra-sentence": layer.intra_sentence_similarity,
        "intra-sentence, adjusted": layer.intra_sentence_similarity - layer.mean_cosine,
        "length, mean": layer.norm_mean,
        "length, standard deviation": layer.norm_std,
        "word types": layer.n_types,
    }


def _notice(
    state: PublishedState, theirs: Mapping[str, Sequence[PublishedLayer]],
    ours: Mapping[str, StsGeometry],
) -> str:  # fmt: skip
    """Input and top of every model, published ones first, and where each is highest."""
    published = "; ".join(
        _about(TITLES[m].partition(",")[0], [_value(state, layer) for layer in layers])
        for m, layers in theirs.items()
    )
    own = "; ".join(
        _about(title_of(m), [_value(state, layer) for layer in of.layers]) for m, of in ours.items()
    )
    return f"From input to top, published: {published}. " + (
        f"Ours on the same sentences: {own}." if own else "None of ours is measured."
    )


def _about(title: str, values: Sequence[float]) -> str:
    if len(values) == 1:
        return f"{title} {values[0]:.2f} (no layers)"
    peak = max(range(len(values)), key=values.__getitem__)
    inside = 0 < peak < len(values) - 1
    highest = f", highest at layer {peak} ({values[peak]:.2f})" if inside else ""
    return f"{title} {values[0]:.2f} to {values[-1]:.2f}{highest}"
