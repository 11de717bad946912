"""The way of a word's occurrences through the layers: do they part by sense, and around which
words do they gather?
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import ShapeError
from engine.figures.sense_paths import NamedPlace, sense_paths
from engine.geometry.basis import picture
from engine.geometry.faithfulness import knn_overlap
from engine.geometry.islands import CHANCE, Island
from engine.geometry.moments import unit
from engine.geometry.sense_clusters import FEWEST, sense_clusters
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.context_names import named_islands
from engine.views.kept import Kept
from engine.views.layer_number import layer_number
from engine.views.sense_vectors import Occurrences, SenseQuestion, occurrences, reading
from engine.views.sources import Source

LABELS, GROUPS = "senses", "groups"
COLOURS = {LABELS: "Written senses", GROUPS: "Groups at this layer"}
_places = Kept(max_bytes=256)
_islands = Kept(max_bytes=1024)


@dataclass(frozen=True)
class SensePathsState:
    """A word, sentences, a model and a layer."""

    word: str = "bank"
    text: str = ""  # own sentences; empty = the bundled ones
    model: str = "minilm"
    layer: int = -1  # counted from the top if negative
    state: str = RAW
    colours: str = LABELS
    exact: bool = False
    read: int = 0  # the number of an occurrence, from 1, that is read and stands out; 0 = none

    @property
    def question(self) -> SenseQuestion:
        """What of it decides on the vectors."""
        return SenseQuestion(self.word, self.text, self.exact, self.state)


@dataclass(frozen=True)
class Ways:
    """Where every occurrence stands at every layer."""

    places: tuple[np.ndarray, ...]  # (n, 2) each
    explained: tuple[float, ...]  # share of each layer's variance
    overlap: tuple[float, ...]  # share of 10 neighbours kept; NaN for fewer than 12 occurrences
    method: str


@VIEWS.add("sense-paths")
class SensePathsView:
    """Occurrences through the layers."""

    title = "Every occurrence on its way through the layers"
    State = SensePathsState

    def needs(self, state: SensePathsState) -> Needs:
        """Nothing for raw vectors of a few sentences; other states are fitted on the corpus."""
        if state.text or state.state == RAW:
            return []
        return [(Source("senses"), state.model)]

    def work(self, state: SensePathsState) -> Work | None:
        """Reading many sentences."""
        return reading(
            state.question,
            [state.model],
            lambda model, progress: occurrences(state.question, model, progress),
        )

    def show(self, state: SensePathsState) -> Shown:
        """The picture at one layer, with the ways that lead there."""
        found = occurrences(state.question, state.model)
        layer = layer_number(state.layer, len(found.layers))
        if len(found.rows) < 3:
            raise ShapeError(
                f"“{state.word}” occurs {len(found.rows)} time(s) here; a picture takes three."
            )
        ways = _places.get((state.question, state.model), lambda: _ways(found), lambda _: 1)
        groups = _groups(state, found, layer)
        named = _islands.get(
            (state.question, state.model, layer), lambda: named_islands(found, layer), lambda _: 1
        )
        read = state.read - 1 if 0 < state.read <= len(found.rows) else None
        figure = sense_paths(
            ways.places, groups, found.texts, layer,
            [NamedPlace(one.word, one.rows) for one in named], read,
        )  # fmt: skip
        name = found.vectors.layer_names[layer]
        kept = "" if np.isnan(ways.overlap[layer]) else (
            f", {ways.overlap[layer]:.0%} of the 10 nearest neighbours"
        )  # fmt: skip
        caption = (
            f"{title_of(state.model)}, layer {name} · {state.state} vectors less the word's own "
            f"mean at each layer · n = {len(groups)} occurrences of “{state.question.word}” · "
            f"{ways.method} of all layers, one scale · this layer keeps "
            f"{ways.explained[layer]:.0%} of its variance in the picture{kept} · seed 0 · live"
        )
        table = pd.DataFrame(
            {
                "occurrence": range(1, len(groups) + 1),
                "sense": found.senses,
                "coloured as": groups,
                "sentence": found.texts,
                "x": ways.places[layer][:, 0],
                "y": ways.places[layer][:, 1],
            }
        )
        notice = _notice(state, found, layer, named)
        if read is not None:
            notice = f"{_about_one(found, layer, read)} {notice}"
        return Shown(figure, table, caption, notice, state.question.sentences.notes)


def _ways(found: Occurrences) -> Ways:
    # What all occurrences share is their word; the picture is of how they differ.
    centred = [(layer - layer.mean(axis=0)).astype(np.float32) for layer in found.layers]
    drawn = picture(centred, 2)
    explained = tuple(0.0 if np.isnan(share) else share for share in drawn.explained_variance)
    overlap = tuple(
        knn_overlap(x, places) for x, places in zip(centred, drawn.coordinates, strict=True)
    )
    return Ways(drawn.coordinates, explained, overlap, drawn.method)


def _groups(state: SensePathsState, found: Occurrences, layer: int) -> list[str]:
    """The written senses, or the groups of this layer."""
    labelled = any(found.senses)
    if state.colours != GROUPS and labelled:
        return found.senses.tolist()
    x = found.layers[layer]
    if len(x) < FEWEST or np.ptp(x, axis=0).max() <= 1e-5:
        return ["one group"] * len(x)
    return [f"group {number + 1}" for number in sense_clusters(x).labels]


def _about_one(found: Occurrences, layer: int, read: int) -> str:
    """The sentence of an occurrence, and of the one that stands nearest."""
    u = unit(found.layers[layer] - found.layers[layer].mean(axis=0))
    cosines = u @ u[read]
    cosines[read] = -np.inf
    nearest = int(cosines.argmax())

    def told(row: int) -> str:
        sense = f" ({found.senses[row]})" if found.senses[row] else ""
        return f"{row + 1}, “{found.texts[row]}”{sense}"

    return f"You read {told(read)}. The nearest to it at this layer is {told(nearest)}."


def _notice(state: SensePathsState, found: Occurrences, layer: int, named: list[Island]) -> str:
    name, n = found.vectors.layer_names[layer], len(found.rows)
    if np.ptp(found.layers[layer], axis=0).max() <= 1e-5:
        return f"At layer {name} all {n} occurrences stand on one point: it does not see the rest."
    said = f"{n} occurrences of “{state.question.word}” at layer {name} of {title_of(state.model)}"
    if not named:
        return f"{said}; no words around them stand beside three that lie closer than chance."
    listed = ", ".join(f"“{one.word}” ({len(one.rows)})" for one in named)
    senses = Counter(sense for sense in found.senses.tolist() if sense)
    told = (
        f"{said} gather around words like {listed}: occurrences beside such words lie closer "
        f"together than {1 - CHANCE:.0%} of as many drawn by chance."
    )
    if not senses:
        return told
    first = named[0]
    (sense, most), *_ = Counter(found.senses[first.rows].tolist()).most_common(1)
    return f"{told} Of the {len(first.rows)} beside “{first.word}”, {most} mean {sense}."
