"""Whom does this very occurrence of a word stand with? Its nearest occurrences, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import WordNotFound
from engine.figures.distance_bars import Bar, distance_bars
from engine.geometry.neighbours import ExactSearch
from engine.geometry.pairs import mean_random_pair_cosine
from engine.text import find_word
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.baselines import baseline
from engine.views.kept import Kept
from engine.views.known_to import not_in_vocabulary
from engine.views.layer_number import layer_number
from engine.views.occurrence_told import Told
from engine.views.recorded import recorded
from engine.views.sources import Source, vectors_of

ANY, SAME = "any word", "the same word"
AMONG = (ANY, SAME)
KEPT_BYTES = 400 * 2**20

_searches = Kept(KEPT_BYTES)
_baselines = Kept(max_bytes=200)


@dataclass(frozen=True)
class NeighboursState:
    """One occurrence of a word of a source, a model and a layer."""

    source: str = "senses"
    text: str = ""
    word: str = "bank"
    occurrence: int = 0  # its number among the word's occurrences, in the text's order
    model: str = "minilm"
    layer: int = -1  # counted from the top if negative
    state: str = RAW
    among: str = ANY
    n: int = 10


@dataclass(frozen=True)
class Neighbour:
    """One near occurrence."""

    row: int
    cosine: float


@VIEWS.add("neighbours")
class NeighboursView:
    """Nearest occurrences by exact cosine in the full space."""

    title = "The nearest occurrences of this one"
    State = NeighboursState

    def needs(self, state: NeighboursState) -> Needs:
        """The vectors of the source."""
        return [(Source(state.source, state.text), state.model)]

    def show(self, state: NeighboursState) -> Shown:
        """A bar an occurrence with its sentence, as long as it is far."""
        source = Source(state.source, state.text)
        vectors = vectors_of(source, state.model, state.state)
        row = row_of_occurrence(vectors, state)
        layer = layer_number(state.layer, vectors.n_layers)
        every = [nearest_of(state, vectors, row, number) for number in range(vectors.n_layers)]
        told = Told.of(source, vectors)
        base = _baseline(state, vectors, layer)
        bars = [
            Bar(told.around(one.row), told.sense(one.row), told.sentence(one.row), one.cosine)
            for one in every[layer]
        ]
        if not bars:
            raise WordNotFound(
                f"“{state.word}” stands in no other sentence here, so this occurrence has no "
                "neighbour of its own word. Compare it with any word instead."
            )
        caption = (
            f"{title_of(state.model)}, layer {vectors.layer_names[layer]} · {state.state} vectors "
            f"· {source.title} · nearest by exact cosine among n = {len(vectors):,} occurrences, "
            f"{state.among}, other sentences only · random words: {base:.2f} · seed 0 · live"
        )
        return Shown(
            distance_bars(bars, base),
            _table(every, told),
            caption,
            _notice(state, told, row, layer, every),
        )


def row_of_occurrence(vectors: LayeredVectors, state: NeighboursState) -> int:
    """The row of the asked occurrence; the last one, if there are fewer.

    Raises:
        WordNotFound: the word stands nowhere as a word of its own, or the model does not know it.
    """
    rows = vectors.rows_of(state.word.strip())
    if not len(rows):
        if any(find_word(sentence, state.word.strip()) for sentence in vectors.sentences):
            raise not_in_vocabulary(state.word.strip(), state.model)
        raise WordNotFound(
            f"{title_of(state.model)} finds {state.word!r} in none of these sentences as a word "
            "of its own."
        )
    return int(rows[min(max(state.occurrence, 0), len(rows) - 1)])


def nearest_of(
    state: NeighboursState, vectors: LayeredVectors, row: int, layer: int
) -> list[Neighbour]:
    """The nearest occurrences from other sentences at one layer."""
    key = (state.source, state.text, state.model, state.state, layer)
    search = _searches.get(
        key, lambda: ExactSearch(vectors.layers[layer]), lambda _: vectors.layers[layer].nbytes
    )
    among = vectors.sentence_ids != vectors.sentence_ids[row]
    if state.among == SAME:
        same = np.zeros(len(vectors), bool)
        same[vectors.rows_of(state.word.strip())] = True
        among &= same
    rows, cosines = search.nearest(row, state.n, among=among)
    return [Neighbour(int(r), float(c)) for r, c in zip(rows, cosines, strict=True)]


def _baseline(state: NeighboursState, vectors: LayeredVectors, layer: int) -> float:
    if recorded(state.source, state.model, state.state) is not None:
        return baseline(state.model, state.state).cosines[layer]
    key = (state.source, state.text, state.model, state.state, layer)
    found = _baselines.get(
        key,
        lambda: mean_random_pair_cosine(
            vectors.layers[layer], vectors.types[1], vectors.sentence_ids
        ),
        lambda _: 1,
    )
    return float(found)


def _table(every: list[list[Neighbour]], told: Told) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "layer": told.vectors.layer_names[layer],
            "rank": rank,
            "word": told.vectors.words[one.row],
            "sense": told.sense(one.row),
            "cosine": one.cosine,
            "cosine distance": 1 - one.cosine,
            "sentence": told.sentence(one.row),
        }
        for layer, found in enumerate(every)
        for rank, one in enumerate(found, 1)
    )


def _notice(
    state: NeighboursState, told: Told, row: int, layer: int, every: list[list[Neighbour]]
) -> str:
    """How many of the neighbours are the word itself, and in the same sense, here and at the
    input.
    """
    word, sense, names = told.vectors.words[row], told.sense(row), told.vectors.layer_names
    said = (
        f"The nearest to this “{word}”{f' ({sense})' if sense else ''} has a cosine of "
        f"{every[layer][0].cosine:.2f} at layer {names[layer]}. {_company(told, row, every[layer])}"
    )
    other = 0 if layer else len(names) - 1
    if other == layer:
        return said
    return f"{said} At layer {names[other]}: {_company(told, row, every[other])}"


def _company(told: Told, row: int, found: list[Neighbour]) -> str:
    keys, sense = told.vectors.keys, told.sense(row)
    same = [one for one in found if keys[one.row] == keys[row]]
    said = f"{len(same)} of the {len(found)} nearest are “{keys[row]}”"
    if sense:
        said += f", {sum(told.sense(one.row) == sense for one in same)} of them in this sense"
    return f"{said}."
