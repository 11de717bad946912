"""The sampling frame: how far a mean cosine moves by which words are counted, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from engine.encoder import Progress, is_static, title_of
from engine.errors import EngineError
from engine.figures.dot_rows import Dot, dot_rows
from engine.geometry.frame import Frame
from engine.geometry.measurements import LayerGeometry
from engine.measuring.special_tokens import reads_special_tokens
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.ahead import frames_a_click_away
from engine.views.build import default_frame
from engine.views.layer_number import layer_number
from engine.views.measured import BOOTSTRAP, Measured, is_measured, measured, unknown_notes
from engine.views.sources import FREQUENT, Source
from engine.views.word_use import as_often_as_used

LISTS = ("1000", "", "50000")  # frequent words: as many, or the usual number
UNIT_LABELS = {"one per sentence": "one word a sentence", "one per type": "one place a word type"}


@dataclass(frozen=True)
class FrameSwitchesState:
    """Which model, at which layer, on which text."""

    source: str = "senses"
    text: str = ""
    model: str = "minilm"
    state: str = RAW
    layer: int = -1  # counted from the top if negative
    seed: int = 0


@dataclass(frozen=True)
class Switch:
    """One frame, on the text or on the list of a static model's frequent words."""

    label: str
    source: Source
    frame: Frame


@VIEWS.add("frame-switches")
class FrameSwitchesView:
    """The mean cosine in every frame that is one switch away from the first."""

    title = "The mean cosine, frame by frame"
    State = FrameSwitchesState

    def needs(self, state: FrameSwitchesState) -> Needs:
        """The vectors that some frame is not measured on yet."""
        missing = (one.source for one in switches(state) if not _is_there(state, one))
        return [(source, state.model) for source in dict.fromkeys(missing)]

    def work(self, state: FrameSwitchesState) -> Work | None:
        """Measuring the frames that are not measured yet."""
        missing = [one for one in switches(state) if not _is_there(state, one)]
        if not missing:
            return None
        title = f"{title_of(state.model)}, frame by frame"
        return Work(title, partial(_measure, state, missing))

    def show(self, state: FrameSwitchesState) -> Shown:
        """A dot a frame.

        Raises:
            EngineError: no frame holds two words to compare.
        """
        found = [(one, _measured(state, one)) for one in switches(state)]
        start = found[0][1]
        layer = layer_number(state.layer, len(start.layers))
        dots = [_dot(one, of.layers[min(layer, len(of.layers) - 1)]) for one, of in found]
        if is_static(state.model):
            dots.append(as_often_as_used(state.model, state.state, state.seed))
        drawn = [dot for dot in dots if not math.isnan(dot.value)]
        if not drawn:
            raise EngineError(
                f"{start.title} finds too few words here to compare: n = {dots[0].n:,}. Choose a "
                "longer text."
            )
        figure = dot_rows(drawn, state.model, "mean cosine of random pairs", "isotropic: 0")
        empty = [dot.label for dot in dots if math.isnan(dot.value)]
        notes = [f"Too few words to compare: {', '.join(empty)}."] if empty else []
        return Shown(
            figure,
            _table(drawn, start, layer),
            _caption(state, found, layer),
            _notice(drawn, start, layer),
            (*notes, *unknown_notes([start])),
        )


def switches(state: FrameSwitchesState) -> list[Switch]:
    """The frame that pages open with, then each that one control changes it to, and the words seen
    once; for a static model also lists of its most frequent words.
    """
    source = Source(state.source, state.text)
    start, *others = (replace(frame, seed=state.seed) for frame in frames_a_click_away())
    found = [Switch("every occurrence, no punctuation", source, start)]
    found += [Switch(_label(frame), source, frame) for frame in others]
    found.append(Switch("words seen once", source, replace(start, max_frequency=1)))
    if reads_special_tokens(state.model):
        frame = replace(start, special_tokens=True)
        found.append(Switch("every occurrence, with [CLS] and [SEP]", source, frame))
    if is_static(state.model):
        frame = replace(default_frame(FREQUENT), seed=state.seed)
        lists = [Source(FREQUENT, size) for size in LISTS]
        found += [Switch(f"its {one.title}", one, frame) for one in lists]
    return found


def _label(frame: Frame) -> str:
    if frame.needs_frequencies:
        return f"words seen at least {frame.min_frequency:,} times"
    if not frame.first_words:
        return "every occurrence but the first of a sentence"
    return UNIT_LABELS.get(frame.unit, "every occurrence, with punctuation")


def _is_there(state: FrameSwitchesState, one: Switch) -> bool:
    return is_measured(one.source, state.model, state.state, one.frame)


def _measured(state: FrameSwitchesState, one: Switch) -> Measured:
    return measured(one.source, state.model, state.state, one.frame)


def _measure(state: FrameSwitchesState, missing: Sequence[Switch], progress: Progress) -> None:
    for number, one in enumerate(missing):
        progress(number, len(missing))
        _measured(state, one)


def _dot(one: Switch, layer: LayerGeometry) -> Dot:
    label = one.label
    if one.source.name == FREQUENT and layer.n < one.source.n_frequent:
        label = f"all its {layer.n:,} words"
    return Dot(label, layer.n, layer.mean_cosine, *layer.mean_cosine_interval)


def _table(dots: Sequence[Dot], start: Measured, layer: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": start.title,
            "layer": start.layer_names[layer],
            "frame": dot.label,
            "n": dot.n,
            "mean cosine": dot.value,
            "mean cosine, low": dot.low,
            "mean cosine, high": dot.high,
        }
        for dot in dots
    )


def _caption(
    state: FrameSwitchesState, found: Sequence[tuple[Switch, Measured]], layer: int
) -> str:
    start = found[0][1]
    sources = dict.fromkeys(one.source.title for one, _ in found)
    provenance = dict.fromkeys(of.provenance.partition(", computed")[0] for _, of in found)
    return (
        f"{start.title}, layer {start.layer_names[layer]} · {state.state} vectors · "
        f"{', '.join(sources)} · n = words in the frame · {BOOTSTRAP} · "
        f"seed {state.seed} · {'; '.join(provenance)}"
    )


def _notice(dots: Sequence[Dot], start: Measured, layer: int) -> str:
    low, high = (choose(dots, key=lambda dot: dot.value) for choose in (min, max))
    where = f"At layer {start.layer_names[layer]} of {start.title}"
    where = where if len(start.layers) > 1 else f"In {start.title}"
    if low is high:
        return f"{where} only one frame holds words to compare: {low.label} ({low.value:.2f})."
    told = (
        f"{where} the frame alone moves the mean cosine from {low.value:.2f} ({low.label}) to "
        f"{high.value:.2f} ({high.label})"
    )
    if low.high >= high.low:
        return f"{told}, though the two intervals overlap."
    if len(start.layers) == 1:
        return f"{told}: the vectors are the same."
    values = [one.mean_cosine for one in start.layers]
    apart, moved = max(values) - min(values), high.value - low.value
    return f"{told}, by {moved:.2f}; its layers, in one frame, differ by {apart:.2f}."
