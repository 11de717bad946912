"""Change one word and see which states move: do the two directions know of each other?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.errors import EngineError, TextError, WordNotFound
from engine.figures.build_up import named
from engine.figures.directions import BACKWARD, FORWARD
from engine.figures.moved import Moved, moved
from engine.text import Sentence, find_word
from engine.views import VIEWS, Needs, Shown
from engine.views.directions import States, states
from engine.views.language import one_sentence
from engine.views.sources import list_unknown

MAX_WORDS, MAX_MODELS = 30, 3


@dataclass(frozen=True)
class IndependenceState:
    """A sentence, the word that is changed, what it becomes, and who reads both."""

    text: str = "he sat on the bank of the river and watched the currents"
    word: str = "river"
    becomes: str = "account"
    models: tuple[str, ...] = ("elmo", "cove")


@dataclass(frozen=True)
class Changes:
    """One model's relative changes |new - old| / |old|; nan where it has no vector."""

    title: str
    unknown: tuple[str, ...]
    layer_names: tuple[str, ...]
    input: np.ndarray  # (n_words,)
    forward: np.ndarray  # (n_layers, n_words)
    backward: np.ndarray


@VIEWS.add("independence")
class IndependenceView:
    """The size of the change of each half at each layer and word, a panel a model."""

    title = "Change one word: which states move?"
    State = IndependenceState

    def needs(self, state: IndependenceState) -> Needs:
        """Nothing beyond two sentences is encoded."""
        return []

    def show(self, state: IndependenceState) -> Shown:
        """The panels side by side.

        Raises:
            WordNotFound: the word does not stand in the sentence.
            TextError: the sentence is too long, or the new word is not one word.
        """
        before, after, place = _pair(state)
        many = [_changes(*states(model, (before, after))) for model in state.models[:MAX_MODELS]]
        if not many:
            raise EngineError("Choose at least one model.")
        words = [word.text for word in before.words]
        words[place] = f"{words[place]} → {after.words[place].text}"
        panels = [Moved(one.title, *_rows(one)) for one in many]
        caption = (
            f"{', '.join(one.title for one in many)} · raw vectors, computed live · n = "
            f"{len(words)} words · moved = length of the difference / length of the old state, of "
            "each half; 0 and no colour = every bit the same · no chance in it"
        )
        notes = [note for one in many for note in list_unknown(one.title, one.unknown)]
        table = pd.concat([_table(panel, words) for panel in panels], ignore_index=True)
        notice = _notice(many, place, words)
        return Shown(moved(panels, words, place), table, caption, notice, tuple(notes))


def _pair(state: IndependenceState) -> tuple[Sentence, Sentence, int]:
    before = one_sentence(state.text)
    if len(before.words) > MAX_WORDS:
        raise TextError(
            f"The sentence has {len(before.words)} words; up to {MAX_WORDS} can be compared here."
        )
    found = find_word(before, state.word.strip())
    if not found:
        raise WordNotFound(f"{state.word!r} does not stand in the sentence as a word of its own.")
    new = state.becomes.strip()
    old = before.words[found[0]]
    after = Sentence(before.text[: old.start] + new + before.text[old.end :])
    if len(Sentence(new).words) != 1 or len(after.words) != len(before.words):
        raise TextError(
            f"{state.becomes!r} is not one word. One word takes the place of one, so that the "
            "other words stay where they are."
        )
    return before, after, found[0]


def _changes(before: States, after: States) -> Changes:
    return Changes(
        before.title,
        tuple(dict.fromkeys(before.unknown + after.unknown)),
        before.layer_names,
        _relative(before.input, after.input),
        np.stack([_relative(*pair) for pair in zip(before.forward, after.forward, strict=True)]),
        np.stack([_relative(*pair) for pair in zip(before.backward, after.backward, strict=True)]),
    )


def _relative(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """|new - old| / |old| of each word, (n_words,)."""
    return np.linalg.norm(new - old, axis=1) / np.linalg.norm(old, axis=1)


def _rows(one: Changes) -> tuple[list[str], np.ndarray]:
    labels, rows = ["input"], [one.input]
    for name, ahead, back in zip(one.layer_names[1:], one.forward, one.backward, strict=True):
        labels += [named(FORWARD, name), named(BACKWARD, name)]
        rows += [ahead, back]
    return labels, np.stack(rows)


def _table(panel: Moved, words: list[str]) -> pd.DataFrame:
    rows = [
        {"model": panel.title, "half": label, "place": i + 1, "word": word, "moved": float(value)}
        for label, row in zip(panel.labels, panel.changes, strict=True)
        for i, (word, value) in enumerate(zip(words, row, strict=True))
    ]
    return pd.DataFrame(rows)


def _notice(many: list[Changes], place: int, words: list[str]) -> str:
    if place == 0:
        left = "Nothing stands before the changed word"
        return f"{left}, the first of {len(words)}; change a later one to see what stays still."
    still, moving = [], []
    for one in many:
        before = one.forward[:, :place]
        moves = np.nansum(before, axis=1) > 0  # (n_layers,)
        if not moves.any():
            still.append(f"{one.title} (all {np.isfinite(before).sum()} of them)")
        else:
            first = one.layer_names[1 + int(moves.argmax())]
            moving.append(f"{one.title} from layer “{first}” on, by up to {np.nanmax(before):.0%}")
    told = f"Left of “{words[place]}” the forward states "
    if still:
        told += f"move by exactly 0 in {' and '.join(still)}: what follows cannot reach them"
    if moving:
        told += ("; they move in " if still else "move in ") + " and ".join(moving)
        told += ", because the layer below has read what follows"
    return told + "."
