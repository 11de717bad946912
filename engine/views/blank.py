"""A blank in a sentence: what does a language model expect there from the words before it, from
those after it, and from both?
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.corpora.vocabulary import UNKNOWN
from engine.errors import WordNotFound
from engine.figures.guesses import Panel, guesses
from engine.language_model import Predictions, most_likely
from engine.views import VIEWS, Needs, Shown
from engine.views.language import (
    n_choices,
    one_sentence,
    percent,
    predictions,
    predictor,
    shown_word,
    unknown_notes,
)
from engine.views.masked import masked_guesses

MAX_GUESSES = 20
THE_BLANK = -1


@dataclass(frozen=True)
class BlankState:
    """A sentence with a blank, or with a word that is hidden from the model."""

    text: str = "I am ___ excited to watch the film as it is directed by Rajamouli"
    model: str = "awd-lstm"
    place: int = THE_BLANK  # of the word that is hidden, counted from 0
    n: int = 8  # guesses shown
    masked: str = ""  # hub name of a masked language model, to compare with


def places(text: str) -> dict[str, int]:
    """label -> place: the blank, if there is one, and every word that could be hidden.

    >>> places("I am ___")
    {'the blank ___': -1, '1 · I': 0, '2 · am': 1}
    """
    words = [word.text for word in one_sentence(text).words]
    blank = {"the blank ___": THE_BLANK} if any(map(_is_blank, words)) else {}
    hidden = {f"{i + 1} · {word}": i for i, word in enumerate(words) if not _is_blank(word)}
    return blank | hidden


@VIEWS.add("blank")
class BlankView:
    """The likeliest words at one place: from the left, from the right, from both."""

    title = "Which word stands in the blank?"
    State = BlankState

    def needs(self, state: BlankState) -> Needs:
        """Nothing is encoded."""
        return []

    def show(self, state: BlankState) -> Shown:
        """Three panels on one scale; a fourth where a masked model is asked.

        Raises:
            WordNotFound: there is no blank, or no such place.
        """
        found, title = predictions(state.model, state.text), predictor(state.model).title
        place = _place(state, found.words)
        n = min(max(state.n, 1), MAX_GUESSES)
        readers = {
            "forward": ("from the words before it →", found.forward[place]),
            "backward": ("← from the words after it", found.backward[place]),
            "combined": ("from both", found.combined(place)),
        }
        panels = [_panel(name, *asked, found, n) for name, asked in readers.items()]
        notes = unknown_notes(title, found)
        if state.masked:
            answer = masked_guesses(state.masked, one_sentence(state.text), place, n)
            panels.append(Panel(answer.title, state.masked, answer.words, answer.probabilities))
            notes += (answer.note,)
        hidden = "" if _is_blank(found.words[place]) else f", hiding “{found.words[place]}”"
        caption = (
            f"{title} · n = {len(found.words)} words, place {place + 1}{hidden} · from both: "
            "p(word | before) · p(word | after) / p(word), as if both sides told independent "
            f"things · vocabulary {len(found.vocabulary):,} · computed live, no chance in it"
        )
        told = _notice(found, place)
        openness = {title: n_choices(scores) for title, scores in readers.values()}
        return Shown(guesses(panels), _table(panels, openness), caption, told, notes)


def _is_blank(word: str) -> bool:
    return set(word) == {"_"}


def _place(state: BlankState, words: Sequence[str]) -> int:
    if state.place == THE_BLANK:
        blanks = [i for i, word in enumerate(words) if _is_blank(word)]
        if not blanks:
            raise WordNotFound("There is no blank in this sentence. Type ___ or hide a word.")
        return blanks[0]
    if not 0 <= state.place < len(words):
        raise WordNotFound(f"There is no word {state.place + 1} among {len(words)}.")
    return state.place


def _panel(name: str, title: str, scores: np.ndarray, found: Predictions, n: int) -> Panel:
    best = most_likely(scores, n)
    words = [shown_word(found.vocabulary.words[i]) for i, _ in best]
    return Panel(title, name, words, [p for _, p in best], frozenset({UNKNOWN}))


def _table(panels: Sequence[Panel], openness: dict[str, float]) -> pd.DataFrame:
    """A row a guess; how open the choice is, as in the notice, is not known of a masked model."""
    rows = [
        {
            "read": panel.title.strip("→← "), "rank": rank, "word": word, "probability": p,
            "as open as among": openness.get(panel.title, math.nan),
        }
        for panel in panels
        for rank, (word, p) in enumerate(
            zip(panel.words, panel.probabilities, strict=True), start=1
        )
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _notice(found: Predictions, place: int) -> str:
    sides = (found.forward[place], found.backward[place], found.combined(place))
    before, after, both = (n_choices(scores) for scores in sides)
    sides_told = [("after", after, "before", before), ("before", before, "after", after)]
    more, narrow, less, wide = sides_told[before < after]
    opened = (
        f"The words {more} the place narrow the choice more: they leave it as open as among "
        f"{narrow:,.0f} equally likely words, the words {less} as among {wide:,.0f}, both together "
        f"as among {both:,.0f}."
    )
    word_id = int(found.word_ids[place])
    if _is_blank(found.words[place]) or word_id == found.vocabulary.unknown_id:
        best = [_best(scores, found) for scores in sides]
        return f"{opened} First guesses: {best[0]}, {best[1]} and {best[2]}."
    chances = [percent(float(np.exp(scores[word_id]))) for scores in sides]
    return (
        f"{opened} The hidden word “{found.words[place]}” gets {chances[0]} from before, "
        f"{chances[1]} from after, {chances[2]} from both."
    )


def _best(scores: np.ndarray, found: Predictions) -> str:
    """The likeliest word that can be said."""
    sayable = [(i, p) for i, p in most_likely(scores, 2) if i != found.vocabulary.unknown_id]
    number, p = sayable[0]
    return f"“{shown_word(found.vocabulary.words[number])}” ({percent(p)})"
