"""Word by word: what was expected at each place of a sentence, from the left and from the right,
and how surprising is what stands there?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.figures.surprise import surprise
from engine.language_model import Predictions, most_likely
from engine.views import VIEWS, Needs, Shown
from engine.views.language import (
    DIRECTIONS,
    END,
    START,
    predictions,
    predictor,
    shown_word,
    unknown_notes,
)

N_BEST = 5
SIDES = {"forward": "the words before", "backward": "the words after"}


@dataclass(frozen=True)
class NextWordsState:
    """A sentence and who reads it."""

    text: str = "I went to the bank"
    model: str = "awd-lstm"


@VIEWS.add("next-words")
class NextWordsView:
    """Surprise of every word in bits; the five likeliest words beside it in the table."""

    title = "How surprising is each word?"
    State = NextWordsState

    def needs(self, state: NextWordsState) -> Needs:
        """Nothing is encoded."""
        return []

    def show(self, state: NextWordsState) -> Shown:
        """Bars of both directions over the sentence, its borders included."""
        found, title = predictions(state.model, state.text), predictor(state.model).title
        bits = {name: _bits(found, name) for name in DIRECTIONS}
        unknown = [False, *(found.word_ids == found.vocabulary.unknown_id).tolist(), False]
        figure = surprise(bits, [START, *found.words, END], unknown)
        n_words, n_unknown = len(found.words), sum(unknown)
        caption = (
            f"{title} · n = {n_words} words, {n_unknown} of them unknown · surprise = "
            "−log₂ probability; perplexity = 2 to the mean surprise, the border counted · "
            f"vocabulary {len(found.vocabulary):,} · computed live, no chance in it"
        )
        return Shown(
            figure, _table(found, bits), caption, _notice(found, bits), unknown_notes(title, found)
        )


def _bits(found: Predictions, direction: str) -> np.ndarray:
    """Surprise at the start, the words and the end, (n + 2,); nan at the border that the direction
    begins with.
    """
    bits = -found.true_log_probabilities(direction) / np.log(2)
    words, border = bits[:-1], bits[-1]
    return np.array(
        [np.nan, *words, border] if direction == "forward" else [border, *words, np.nan]
    )


def _table(found: Predictions, bits: dict[str, np.ndarray]) -> pd.DataFrame:
    n, rows = len(found.words), []
    places = {"forward": [*range(1, n + 1), n + 1], "backward": [*range(1, n + 1), 0]}
    labels = [START, *found.words, END]
    for direction in DIRECTIONS:
        scores = found.forward if direction == "forward" else found.backward
        for row, place in zip(scores, places[direction], strict=True):
            best = most_likely(row, N_BEST)
            guesses = [f"{shown_word(found.vocabulary.words[i])} {p:.1%}" for i, p in best]
            rows.append({
                "given": SIDES[direction], "place": place, "word": labels[place],
                "probability": float(2.0 ** -bits[direction][place]),
                "surprise (bits)": round(float(bits[direction][place]), 2),
                f"{N_BEST} likeliest": ", ".join(guesses),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _notice(found: Predictions, bits: dict[str, np.ndarray]) -> str:
    perplexities = {name: found.perplexity(name) for name in DIRECTIONS}
    per_character = " and ".join(f"{found.bits_per_character(name):.2f}" for name in DIRECTIONS)
    n_unknown = int((found.word_ids == found.vocabulary.unknown_id).sum())
    told = (
        f"Perplexity of the sentence: {perplexities['forward']:,.0f} from the left, "
        f"{perplexities['backward']:,.0f} from the right, over {len(found.vocabulary):,} words "
        f"with {n_unknown} of {len(found.words)} unknown ({per_character} bits per character)."
    )
    if n_unknown == len(found.words):
        return f"{told} The model knows none of the words here, so this says nothing of them."
    gaps = bits["forward"][1:-1] - bits["backward"][1:-1]
    gaps = np.where(found.word_ids == found.vocabulary.unknown_id, 0, gaps)
    place = int(np.abs(gaps).argmax())
    more, less = ("before", "after") if gaps[place] < 0 else ("after", "before")
    word, by = found.words[place], abs(float(gaps[place]))
    return (
        f"{told} The sides differ most at “{word}”: the words {more} foretell it {by:.1f} bits "
        f"better than the words {less}."
    )
