"""A reader's own review: what a run's classifier makes of it at any checkpoint, and which words did
it, by leaving out one at a time.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engine.encoder import Progress
from engine.errors import EngineError, TextError
from engine.figures.marked_words import marked_words
from engine.runs.store import Store
from engine.text import WORD, check_text
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.asked_states import (
    CLASSIFIER,
    NEWEST,
    STAGES,
    Place,
    place_at,
    places,
    state_of,
    unknown_notes,
)
from engine.views.how_right import how_right
from engine.views.kept import Kept

if TYPE_CHECKING:
    from engine.training.ulmfit.answers import TrainedState
    from engine.training.ulmfit.leaving_out import Contributions

EXAMPLE = "A stunning story with a lots of twists and.."
MAX_WORDS, MAX_CHARACTERS = 5_000, 100_000
SHORT = 60  # words that are left out one by one without anybody waiting
NAMED, FIRST_WORDS = 3, 4  # words in the notice, and of a stretch of words
LEAST = 5e-4  # of a chance: smaller changes would be told as 0.0 hundredths

_answers = Kept(max_bytes=60)


@dataclass(frozen=True)
class OwnReviewState:
    """A text, and who is asked."""

    text: str = EXAMPLE
    run: str = ""  # id of a live run
    step: int = NEWEST  # of a checkpoint; -1 = the newest
    label: str = ""  # that the words are held against; "" = the likeliest


@VIEWS.add("own-review")
class OwnReviewView:
    """The text, each word marked by what it does to the answer."""

    title = "Your own review"
    State = OwnReviewState

    def needs(self, state: OwnReviewState) -> Needs:
        """Nothing is encoded."""
        return []

    def work(self, state: OwnReviewState) -> Work | None:
        """Leaving out each word of a long text."""
        with suppress(EngineError):  # `show` says it
            if is_short(state.text) or _answers.has(_key(state)):
                return None
            check_review(state.text)
            return Work("Leaving out each word in turn", partial(contributions, state))
        return None

    def show(self, state: OwnReviewState) -> Shown:
        """The answer, word by word.

        Raises:
            TextError: no word, too many of them, or no plain text.
            EngineError: no run, no such checkpoint, or one without a classifier.
        """
        found = contributions(state)
        label = _label(found, state.label)
        changes = found.changes[:, found.label_names.index(label)]
        place, asked = _asked(state)
        right = how_right(state.run, place.step, len(found.label_names))
        return Shown(
            figure=marked_words(found.words, changes.tolist(), label, stretch=found.stretch),
            table=_table(found),
            caption=f"{Store().run(state.run).name}: {place.title} · n = {len(found.words):,} words"
            f" · number below a word: chance of “{label}” with it minus without it, in hundredths"
            f" · {asked.config.direction} · seed {asked.config.seed} · computed live",
            notice=f"{_notice(found, changes, label)} {right}".strip(),
            notes=(*_stretch_notes(found), *unknown_notes(asked, found.words)),
        )


def contributions(state: OwnReviewState, progress: Progress | None = None) -> Contributions:
    """The answer and each word's part in it, worked out once.

    Args:
        progress: as for `TrainedState.contributions`.
    Raises: as `OwnReviewView.show`.
    """
    check_review(state.text)
    _, asked = _asked(state)
    return _answers.get(_key(state), lambda: asked.contributions(state.text, progress), lambda _: 1)


def _key(state: OwnReviewState) -> tuple[str, str]:
    return _asked(state)[1].weights, state.text


def is_short(text: str) -> bool:
    """True if its words are left out in no more time than a click takes."""
    return len(WORD.findall(text[:MAX_CHARACTERS])) <= SHORT


def check_review(text: str) -> None:
    """Refuse a text that is too long, or none.

    Raises:
        TextError: it is.
    """
    check_text(text, max_characters=MAX_CHARACTERS)
    n_words = len(WORD.findall(text))
    if n_words > MAX_WORDS:
        raise TextError(
            f"The text has {n_words:,} words; up to {MAX_WORDS:,} are read here. Take a part of it."
        )
    if not n_words:
        raise TextError("There is no word in this review yet. Type or paste at least one.")


def _asked(state: OwnReviewState) -> tuple[Place, TrainedState]:
    if not state.run:
        raise EngineError(
            "Choose a run to ask: one of your own, finished or still training. Start one on the "
            "page “ULMFiT”, under “Watch it”; its classifier can be asked after some minutes."
        )
    place = place_at(places(state.run), state.step)
    if place.stage != CLASSIFIER:
        raise EngineError(
            f"At batch {place.step:,} the run is in {STAGES[place.stage].lower()}: it has no "
            "labels to give. Choose a checkpoint of stage 3, or see below what it says."
        )
    return place, state_of(place)


def _label(found: Contributions, wanted: str) -> str:
    best = found.label_names[int(np.argmax(found.probabilities))]
    return wanted if wanted in found.label_names else best


def _notice(found: Contributions, changes: np.ndarray, label: str) -> str:
    chance = found.probabilities[found.label_names.index(label)]
    order = found.stretch * np.argsort(changes[:: found.stretch])
    most_for = [row for row in order[::-1][:NAMED] if changes[row] > LEAST]
    most_against = [row for row in order[:NAMED] if changes[row] < -LEAST]
    told = [f"“{label}” with a chance of {chance:.2f}"]
    for rows, speaks in ((most_for, "for"), (most_against, "against")):
        if rows:
            listed = ", ".join(f"“{_from(found, r)}” {100 * changes[r]:+.1f}" for r in rows)
            told.append(f"most {speaks} it: {listed}")
    return f"{'; '.join(told)} (hundredths of chance)."


def _from(found: Contributions, row: int) -> str:
    """A word, or the beginning of a stretch of words."""
    if found.stretch == 1:
        return found.words[row]
    return " ".join(found.words[row : row + min(found.stretch, FIRST_WORDS)]) + " …"


def _stretch_notes(found: Contributions) -> tuple[str, ...]:
    if found.stretch == 1:
        return ()
    return (
        f"In a text of this length {found.stretch} words are left out together; the number stands "
        "below the first of them.",
    )


def _table(found: Contributions) -> pd.DataFrame:
    columns = {
        f"change of “{name}”": np.round(found.changes[:, number], 4)
        for number, name in enumerate(found.label_names)
    }
    return pd.DataFrame(
        {"place": range(1, len(found.words) + 1), "word": list(found.words), **columns}
    )
