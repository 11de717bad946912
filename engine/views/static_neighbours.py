"""The nearest words of a word that has one vector: all its senses' company in one list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from engine.encoder import StaticEncoder, title_of
from engine.errors import EngineError, WordNotFound
from engine.figures.distance_bars import Bar, distance_bars
from engine.text import word_key
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.sources import encoder

N_WORDS = 50_000  # the most frequent ones; rarer ones are names and misspellings


@dataclass(frozen=True)
class StaticNeighboursState:
    """A word and a static model."""

    word: str = "mouse"
    model: str = "glove"
    n: int = 12


@VIEWS.add("static-neighbours")
class StaticNeighboursView:
    """Nearest words by cosine."""

    title = "The nearest words of its one vector"
    State = StaticNeighboursState

    def needs(self, state: StaticNeighboursState) -> Needs:
        """Nothing: the table of words is looked up."""
        return []

    def show(self, state: StaticNeighboursState) -> Shown:
        """A bar a word, as long as it is far."""
        found = static_neighbours(state.word, state.model, state.n)
        title = title_of(state.model)
        figure = distance_bars([Bar(word, "", word, cosine) for word, cosine in found])
        table = pd.DataFrame(
            {"rank": rank, "word": word, "cosine": cosine, "cosine distance": 1 - cosine}
            for rank, (word, cosine) in enumerate(found, 1)
        )
        listed = ", ".join(word for word, _ in found)
        caption = (
            f"{title} · {RAW} vectors · nearest by cosine among n = {len(_table(state.model)):,} "
            "most frequent words (gensim KeyedVectors) · live"
        )
        return Shown(
            figure, table, caption,
            f"{title} has one list for every sense of “{state.word}”: {listed}. The nearest has a "
            f"cosine of {found[0][1]:.2f}.",
        )  # fmt: skip


def static_neighbours(word: str, model: str, n: int) -> list[tuple[str, float]]:
    """(word, cosine) of the n nearest words, nearest first.

    Raises:
        WordNotFound: the word is not in the model's vocabulary.
        EngineError: the model has no list of words.
    """
    table, key = _table(model), word_key(word.strip())
    if key not in table:
        raise WordNotFound(
            f"{title_of(model)} does not know {word!r}: it is not among its {len(table):,} most "
            "frequent words. It has no vector, so no neighbours."
        )
    return [(found, float(cosine)) for found, cosine in table.most_similar(key, topn=n)]


@lru_cache(maxsize=4)
def _table(model: str) -> Any:
    from gensim.models import KeyedVectors  # slow to import

    found = encoder(model)
    if not isinstance(found, StaticEncoder):
        raise EngineError(f"{title_of(model)} has no vector for a word without a sentence.")
    words = found.words(N_WORDS)
    table = KeyedVectors(words.layers[0].shape[1])
    table.add_vectors(list(words.keys), words.layers[0])
    return table
