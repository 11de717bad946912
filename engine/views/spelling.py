"""What a word has before any context: a row of a table, or what its letters tell. Words against
words at the input of a model, unknown ones and invented ones too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import EngineError, TextError
from engine.figures.word_matrix import word_matrix
from engine.geometry.moments import unit
from engine.text import Sentence, check_text
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.baselines import baseline, baseline_needs
from engine.views.sources import encoder, list_unknown

MOST, MAX_MODELS, MAX_CHARACTERS = 10, 2, 400
WORDS = "chased chases chasing purchased followed mouse Rajamouli Rajamoulish"


@dataclass(frozen=True)
class SpellingState:
    """Some words, and whose input they are."""

    words: str = WORDS
    models: tuple[str, ...] = ("elmo", "glove")


@VIEWS.add("spelling")
class SpellingView:
    """Margins of all pairs of words at layer 0, a panel a model."""

    title = "Words by their letters"
    State = SpellingState

    def needs(self, state: SpellingState) -> Needs:
        """The sentences that the baseline is taken from, where it is not recorded."""
        return baseline_needs(state.models, RAW)

    def show(self, state: SpellingState) -> Shown:
        """The matrices side by side.

        Raises:
            TextError: fewer than two words, too many, or no plain text.
            EngineError: no model.
        """
        check_text(state.words, max_characters=MAX_CHARACTERS)
        words = tuple(dict.fromkeys(word.text for word in Sentence(state.words).words))
        if not 2 <= len(words) <= MOST:
            raise TextError(f"Type 2 to {MOST} words; there are {len(words)}.")
        if not state.models:
            raise EngineError("Choose at least one model.")
        models = state.models[:MAX_MODELS]
        margins = {model: _margins(model, words) for model in models}
        unknown = {
            model: [w for w, row in zip(words, found, strict=True) if np.isnan(row).all()]
            for model, found in margins.items()
        }
        titles = ", ".join(map(title_of, models))
        base = baseline(models[0], RAW)
        return Shown(
            figure=word_matrix({title_of(m): found for m, found in margins.items()}, words),
            table=_table(margins, words),
            caption=f"{titles} · layer 0, raw vectors, each word read by itself · n = {len(words)} "
            "words · margin = (cosine − b) / (1 − b), b: mean cosine of random words of the sense "
            f"corpus at that layer, {base.provenance} · computed live, no chance in it",
            notice=_notice(margins, unknown, words),
            notes=tuple(
                note for m, found in unknown.items() for note in list_unknown(title_of(m), found)
            ),
        )


@lru_cache(maxsize=128)
def _margins(model: str, words: tuple[str, ...]) -> np.ndarray:
    """(n_words, n_words), 1 on the diagonal; nan where the model has no vector."""
    found = np.full((len(words), len(words)), np.nan)
    try:
        vectors = encoder(model).encode(tuple(map(Sentence, words)))
    except TextError:  # it knows none of them
        return found
    base, rows = baseline(model, RAW).cosines[0], vectors.sentence_ids
    directions = unit(vectors.layers[0])
    found[np.ix_(rows, rows)] = (directions @ directions.T - base) / (1 - base)
    return found


def _notice(
    margins: dict[str, np.ndarray], unknown: dict[str, list[str]], words: tuple[str, ...]
) -> str:
    told = []
    for model, found in margins.items():
        apart = np.where(np.eye(len(words), dtype=bool), np.nan, found)
        if np.isnan(apart).all():
            told.append(f"{title_of(model)} has no two of these words.")
            continue
        i, j = np.unravel_index(int(np.nanargmax(apart)), apart.shape)
        lacks = len(unknown[model])
        has = "has a vector for each" if not lacks else f"has none for {lacks} of {len(words)}"
        told.append(
            f"{title_of(model)} {has}; nearest in it are “{words[i]}” and “{words[j]}” (margin "
            f"{apart[i, j]:.2f})."
        )
    return " ".join(told)


def _table(margins: dict[str, np.ndarray], words: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": title_of(model), "word": first, "other": second,
            "margin": float(found[i, j]),
        }
        for model, found in margins.items()
        for i, first in enumerate(words)
        for j, second in enumerate(words)
        if i != j
    )  # fmt: skip
