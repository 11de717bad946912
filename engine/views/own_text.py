"""How a text was read: its words with their places, which models know them, and which of them
repeat.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from engine.encoder import ENCODERS, is_registered, is_static, registered
from engine.errors import TextError
from engine.text import is_punctuation
from engine.views.context_control import function_words
from engine.views.sources import TEXT, Source, encoder, is_loaded, vectors_of

TABLE_WORDS = 1_000


@dataclass(frozen=True)
class WordsOfText:
    """A text as words."""

    summary: str
    table: pd.DataFrame
    repeated: list[str]  # words that occur at least twice: content words first, most frequent first


@lru_cache(maxsize=32)
def words_of_text(text: str) -> WordsOfText:
    """Cut a text into words and look them up in the static models.

    Raises:
        TextError: no word, binary content, or too long.
    """
    corpus = Source(TEXT, text).corpus()
    rows = [
        {"sentence": number + 1, "word": word.text, "from": word.start, "to": word.end}
        for number, sentence in enumerate(corpus.sentences)
        for word in sentence.words
    ]
    table = pd.DataFrame(rows[:TABLE_WORDS])
    keys = [word.key for sentence in corpus.sentences for word in sentence.words]
    unknown = []
    for card in registered():
        if is_static(card.name) and not ENCODERS[card.name].missing():
            places = [(n, p) for n, s in enumerate(corpus.sentences) for p in range(len(s.words))]
            missing = _unknown_places(text, card.name, places)
            table[f"in {card.title}"] = [place not in missing for place in places[:TABLE_WORDS]]
            unknown.append(f"{card.title} knows {len(places) - len(missing):,} of them")
    counts = f"{len(corpus.sentences):,} sentences, {len(keys):,} words and symbols"
    return WordsOfText("; ".join([counts, *unknown]) + ".", table, _repeated(keys))


def _unknown_places(text: str, model: str, places: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """(sentence, position) of the words that a static model does not know."""
    try:
        vectors = vectors_of(Source(TEXT, text), model)
    except TextError:  # it knows none of them
        return set(places)
    return {(word.sentence_id, word.position) for word in vectors.unknown}


def _repeated(keys: list[str], limit: int = 60) -> list[str]:
    common = function_words()
    counts = Counter(key for key in keys if not is_punctuation(key))
    repeated = [word for word, count in counts.most_common() if count > 1]
    return sorted(repeated, key=lambda word: word in common)[:limit]


def layer_names_of(model: str) -> tuple[str, ...]:
    """The names of a model's layers; none for a hub model that is not loaded yet."""
    if is_registered(model):
        return ENCODERS[model].card.layer_names
    return encoder(model).card.layer_names if is_loaded(model) else ()
