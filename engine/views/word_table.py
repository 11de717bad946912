"""The words of a model that gives each one vector, as a table to look up in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from engine.encoder import StaticEncoder, title_of
from engine.errors import EngineError, WordNotFound
from engine.text import word_key
from engine.views.sources import encoder

N_WORDS = 50_000  # the most frequent ones; rarer ones are names and misspellings


@lru_cache(maxsize=4)
def word_table(model: str) -> Any:
    """gensim's KeyedVectors of the most frequent words.

    Raises:
        EngineError: the model has no vector for a word without a sentence.
    """
    from gensim.models import KeyedVectors  # slow to import

    found = encoder(model)
    if not isinstance(found, StaticEncoder):
        raise EngineError(f"{title_of(model)} has no vector for a word without a sentence.")
    words = found.words(N_WORDS)
    table = KeyedVectors(words.layers[0].shape[1])
    table.add_vectors(list(words.keys), words.layers[0])
    return table


def key_of(word: str, model: str) -> str:
    """The word as its table writes it.

    Raises:
        WordNotFound: the word is not in the model's vocabulary.
        EngineError: as for `word_table`.
    """
    table, key = word_table(model), word_key(word.strip())
    if key not in table:
        raise WordNotFound(
            f"{title_of(model)} does not know {word[:80]!r}: it is not among its {len(table):,} "
            "most frequent words, so it has no vector here."
        )
    return key
