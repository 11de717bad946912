"""Anisotropy: the mean cosine of random pairs of words, by layer and model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from engine.encoder import Progress
from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.geometry.frame import Frame
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.isotropic import NULL, mean_cosine_nulls
from engine.views.measured import (
    Measured,
    caption,
    cone_word,
    measured,
    missing_vectors,
    unknown_notes,
)
from engine.views.sources import FREQUENT, Source

MEAN_COSINE_COLUMNS = (
    "model", "layer", "n", "mean cosine", "mean cosine, low", "mean cosine, high",
)  # fmt: skip
MIN_FREQUENCIES = (1, 2, 3, 5, 10, 20, 50)  # that pages offer; a link or a command may name any


@dataclass(frozen=True)
class MeasureState:
    """What is measured: models, text, state of the vectors, and the sampling frame."""

    source: str = "senses"
    text: str = ""
    models: tuple[str, ...] = ("minilm", "glove")
    state: str = RAW
    unit: str = "occurrences"
    punctuation: bool = False
    min_frequency: int = 1
    first_words: bool = True
    seed: int = 0

    @property
    def frame(self) -> Frame:
        """The sampling frame; a vocabulary list is always taken whole."""
        if self.source == FREQUENT:
            return Frame(punctuation=True, seed=self.seed)
        return Frame(
            self.unit,
            self.punctuation,
            self.min_frequency,
            first_words=self.first_words,
            seed=self.seed,
        )

    def needs(self) -> Needs:
        """The vectors that must be encoded before `measure` can answer at once."""
        return missing_vectors(Source(self.source, self.text), self.models, self.state, self.frame)

    def measure(self, progress: Progress | None = None) -> list[Measured]:
        """The measures of every model."""
        source = Source(self.source, self.text)
        return [measured(source, model, self.state, self.frame, progress) for model in self.models]


@VIEWS.add("anisotropy")
class AnisotropyView:
    """Mean random-pair cosine by layer, with its interval, against the isotropic 0."""

    title = "Mean cosine of random pairs, by layer"
    State = MeasureState

    def needs(self, state: MeasureState) -> Needs:
        """The vectors that are not recorded."""
        return state.needs()

    def show(self, state: MeasureState) -> Shown:
        """One curve a model."""
        many = state.measure()
        curves = {
            (one.model, ""): Curve(
                [layer.mean_cosine for layer in one.layers],
                [layer.mean_cosine_interval[0] for layer in one.layers],
                [layer.mean_cosine_interval[1] for layer in one.layers],
            )
            for one in many
        }
        axes = Axes("mean cosine of random pairs", 0.0, "isotropic: no common direction")
        figure = curves_by_layer(
            curves,
            {one.model: one.layer_names for one in many},
            axes,
            {one.model: one.title for one in many},
        )
        nulls = mean_cosine_nulls(many)
        text = caption(many, Source(state.source, state.text), state.state, state.frame)
        return Shown(
            figure,
            table(many).assign(**{NULL: nulls}),
            f"{text} · {_against(nulls)}",
            notice(many),
            unknown_notes(many),
        )


def _against(nulls: Sequence[float]) -> str:
    widest = max((null for null in nulls if not math.isnan(null)), default=math.nan)
    told = "less than 0.0001" if widest < 1e-4 else f"at most {widest:.1g}"
    return f"isotropic vectors, as many and as wide: 0, give or take {told}"


def table(many: Sequence[Measured]) -> pd.DataFrame:
    """Every measure of every layer and model."""
    return pd.DataFrame(
        {
            "model": one.title,
            "layer": layer.layer,
            "n": layer.n,
            "mean cosine": layer.mean_cosine,
            "mean cosine, low": layer.mean_cosine_interval[0],
            "mean cosine, high": layer.mean_cosine_interval[1],
            "half-angle, median (°)": layer.cone_half_angle_median_deg,
            "half-angle, 95 % (°)": layer.cone_half_angle_p95_deg,
            "self-similarity": layer.self_similarity,
            "self-similarity, adjusted": layer.adjusted_self_similarity,
            "intra-sentence similarity": layer.intra_sentence_similarity,
            "intra-sentence, adjusted": layer.adjusted_intra_sentence_similarity,
        }
        for one in many
        for layer in one.layers
    )


def notice(many: Sequence[Measured]) -> str:
    """What the curves say, in sentences made from the numbers: of two models each by itself, of
    more than two by what they have in common.
    """
    told = [one for one in many if len(many) <= 2 or has_too_few(one)]
    others = [one for one in many if one not in told]
    return " ".join([*_in_groups(others), *(_about_one(one) for one in told)])


def has_too_few(one: Measured) -> bool:
    """True if the frame holds no two words to compare."""
    return any(math.isnan(layer.mean_cosine) for layer in one.layers)


def _in_groups(many: Sequence[Measured]) -> Iterator[str]:
    """A sentence for each way in which a model's mean cosine goes from input to top."""
    groups: dict[str, list[str]] = {}
    for one in many:
        values = [layer.mean_cosine for layer in one.layers]
        ends = f"{one.title} ({values[0]:.2f}"
        peak, top = max(range(len(values)), key=values.__getitem__), len(values) - 1
        if not top:
            groups.setdefault("No layers, one number:", []).append(f"{ends})")
        elif peak == top:
            groups.setdefault("Highest at the top:", []).append(f"{ends} → {values[top]:.2f})")
        elif peak == 0:
            groups.setdefault("Highest at the input:", []).append(f"{ends} → {values[top]:.2f})")
        else:
            between = f"{ends} → {values[peak]:.2f} at {one.layer_names[peak]} → {values[top]:.2f})"
            groups.setdefault("Highest in between:", []).append(between)
    for kind in sorted(groups):
        yield f"{kind} {', '.join(groups[kind])}."


def _about_one(one: Measured) -> str:
    values = [layer.mean_cosine for layer in one.layers]
    if has_too_few(one):
        return f"{one.title} finds too few words here to compare: n = {one.layers[0].n:,}."
    start = f"In {one.title} the mean cosine is {values[0]:.2f} at the input"
    if len(values) == 1:
        ending = cone_word(one.layers[0])
        return f"{one.title} has no layers; its mean cosine here is {values[0]:.2f}: {ending}."
    peak, top = max(range(len(values)), key=values.__getitem__), len(values) - 1
    highest = f"at layer {one.layer_names[peak]} ({values[peak]:.2f})"
    if peak == top:
        return f"{start} and highest at the top ({values[top]:.2f}): the cone narrows upwards."
    if _overlap(one, peak, top):
        return f"{start} and highest {highest}, though its interval overlaps the top's."
    if peak == 0:
        return f"{start}, its highest value, and {values[top]:.2f} at the top: the cone opens."
    return (
        f"{start}, highest {highest}, and {values[top]:.2f} at the top: the cone narrows, then "
        "opens again."
    )


def _overlap(one: Measured, a: int, b: int) -> bool:
    """True if the intervals of two layers overlap, so that their order may be chance."""
    (low_a, high_a), (low_b, high_b) = (one.layers[i].mean_cosine_interval for i in (a, b))
    return max(low_a, low_b) <= min(high_a, high_b)
