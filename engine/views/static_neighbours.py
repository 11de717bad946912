"""The nearest words of a word that has one vector: all its senses' company in one list."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from engine.encoder import title_of
from engine.figures.distance_bars import Bar, distance_bars
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.word_table import key_of, word_table

NEAREST, ASKED = "nearest", "words asked for"


@dataclass(frozen=True)
class StaticNeighboursState:
    """A word and a static model."""

    word: str = "mouse"
    model: str = "glove"
    n: int = 12
    also: tuple[str, ...] = ()  # further words whose place in the list is told


@VIEWS.add("static-neighbours")
class StaticNeighboursView:
    """Nearest words by cosine, and where the words stand that are asked for."""

    title = "The nearest words of its one vector"
    State = StaticNeighboursState

    def needs(self, state: StaticNeighboursState) -> Needs:
        """Nothing: the table of words is looked up."""
        return []

    def show(self, state: StaticNeighboursState) -> Shown:
        """A bar a word, as long as it is far."""
        found = static_neighbours(state.word, state.model, state.n)
        asked = places(state.word, state.model, state.also)
        title, near = title_of(state.model), {word for word, _ in found}
        further = [(word, cosine, rank) for word, cosine, rank in asked if word not in near]
        groups = dict.fromkeys((word for word, *_ in asked), ASKED)
        group = NEAREST if asked else ""
        bars = [Bar(word, groups.get(word, group), word, cosine) for word, cosine in found]
        bars += [
            Bar(f"{word} (no. {rank:,})", ASKED, f"{word}, number {rank:,} by cosine", cosine)
            for word, cosine, rank in further
        ]
        rows = [(rank, word, cosine) for rank, (word, cosine) in enumerate(found, 1)]
        rows += [(rank, word, cosine) for word, cosine, rank in further]
        table = pd.DataFrame(rows, columns=["rank", "word", "cosine"])
        caption = (
            f"{title} · {RAW} vectors · nearest by cosine among n = "
            f"{len(word_table(state.model)):,} most frequent words (gensim KeyedVectors) · live"
        )
        return Shown(
            distance_bars(bars), table.assign(**{"cosine distance": 1 - table["cosine"]}), caption,
            _notice(state.word, title, found, asked),
        )  # fmt: skip


def static_neighbours(word: str, model: str, n: int) -> list[tuple[str, float]]:
    """(word, cosine) of the n nearest words, nearest first.

    Raises:
        WordNotFound: the word is not in the model's vocabulary.
        EngineError: the model has no list of words.
    """
    key = key_of(word, model)
    return [(near, float(cosine)) for near, cosine in word_table(model).most_similar(key, topn=n)]


def places(word: str, model: str, others: tuple[str, ...]) -> list[tuple[str, float, int]]:
    """(word, cosine, rank from 1) of further words, nearest first.

    Raises: as for `static_neighbours`.
    """
    key, table = key_of(word, model), word_table(model)
    keys = dict.fromkeys(key_of(other, model) for other in others)
    found = [
        (one, float(table.similarity(key, one)), int(table.rank(key, one)))
        for one in keys
        if one != key
    ]
    return sorted(found, key=lambda place: place[2])


def _notice(
    word: str, title: str, found: list[tuple[str, float]], asked: list[tuple[str, float, int]]
) -> str:
    listed = ", ".join(near for near, _ in found)
    told = (
        f"{title} has one list for every sense of “{word}”: {listed}. The nearest has a "
        f"cosine of {found[0][1]:.2f}."
    )
    if asked:
        ranked = "; ".join(f"“{one}” {rank:,} ({cosine:.2f})" for one, cosine, rank in asked)
        told += f" Places in that list, with cosines: {ranked}."
    return told
