"""CoVe's translator at work: English in, German out, one word at a time from `<Go>`, and which
English words it looks at for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from engine.encoders.cove import load_interpreter, missing_interpreter
from engine.errors import ModelUnavailable
from engine.figures.attention import attention
from engine.text import is_punctuation
from engine.views import VIEWS, Needs, Shown
from engine.views.kept import Kept
from engine.views.language import device, one_sentence, percent
from engine.views.sources import list_unknown

N_CANDIDATES, MAX_GERMAN = 3, 40
LIKELY = 0.01  # of a candidate that is written beside its row
WHOLE = -1

_interpreters = Kept(max_bytes=1)
_steps = Kept(max_bytes=100)


@dataclass(frozen=True)
class TranslationState:
    """An English sentence, and how many German words have been said."""

    text: str = "I went to the bank"
    said: int = WHOLE  # words; -1 = all


@dataclass(frozen=True)
class Step:
    """One German word."""

    word: str
    candidates: tuple[tuple[str, float], ...]  # the likeliest words there, with probabilities
    attention: tuple[float, ...]  # over the English words, sums to 1


def missing() -> str | None:
    """Why nothing can be translated here; None if it can."""
    return missing_interpreter()


def n_steps(text: str) -> int:
    """German words of the translation, its end mark included."""
    return len(_translated(text)[0])


@VIEWS.add("translation")
class TranslationView:
    """Attention, a row a German word; beside each the words that were likeliest there."""

    title = "A translation, one word at a time"
    State = TranslationState

    def needs(self, state: TranslationState) -> Needs:
        """Nothing is encoded."""
        return []

    def show(self, state: TranslationState) -> Shown:
        """The rows up to the step that the state names; the rows to come stay empty.

        Raises:
            ModelUnavailable: the translator is not here.
        """
        steps, unseen = _translated(state.text)
        english = [word.text for word in one_sentence(state.text).words]
        n_said = len(steps) if state.said < 0 else min(state.said, len(steps))
        shares = np.full((len(steps), len(english)), np.nan)
        for row, step in enumerate(steps[:n_said]):
            shares[row] = step.attention
        beside = [" · ".join(_likely(step)) if i < n_said else "" for i, step in enumerate(steps)]
        labels = [step.word if i < n_said else "…" for i, step in enumerate(steps)]
        if n_said == 0:
            shares, labels, beside = shares[:1], ["<Go>"], ["nothing is said yet"]
        figure = attention(shares, english, labels, beside)
        caption = (
            "CoVe's encoder and its decoder, trained on Multi30k (captions of pictures) · "
            f"n = {len(english)} English words, {n_said} of {len(steps)} German ones said · the "
            "likeliest word at each step (no beam search) · computed live, no chance in it"
        )
        notes = (
            "It learnt from descriptions of pictures only, so it translates little else well.",
            *list_unknown("GloVe, which the translator reads,", [english[i] for i in unseen]),
        )
        return Shown(
            figure,
            _table(steps[:n_said], english),
            caption,
            _notice(steps[:n_said], english, whole=n_said == len(steps)),
            notes,
        )


def _likely(step: Step) -> list[str]:
    """The word that was said, and others that were likely too."""
    return [
        f"{word} {percent(p)}"
        for rank, (word, p) in enumerate(step.candidates)
        if rank == 0 or p >= LIKELY
    ]


def _translated(text: str) -> tuple[tuple[Step, ...], tuple[int, ...]]:
    """The whole translation, and the places of the English words that the net reads as zeros."""
    if why := missing_interpreter():
        raise ModelUnavailable(why)
    sentence = one_sentence(text)
    return _steps.get((sentence.text, device()), lambda: _compute(sentence.text), lambda _: 1)


def _compute(text: str) -> tuple[tuple[Step, ...], tuple[int, ...]]:
    interpreter = _interpreters.get(device(), lambda: load_interpreter(device()), lambda _: 1)
    now = interpreter.begin(one_sentence(text))
    steps: list[Step] = []
    while not now.is_ended and len(steps) < MAX_GERMAN:
        # The first entry stands for unknown words, which cannot be said.
        found = [
            one
            for one in interpreter.likeliest(now, N_CANDIDATES + 1)
            if one[0] != interpreter.words[0]
        ]
        steps.append(Step(found[0][0], tuple(found[:N_CANDIDATES]), tuple(now.attention.tolist())))
        now = interpreter.extend(now, found[0][0])
    return tuple(steps), now.unseen


def _table(steps: tuple[Step, ...], english: list[str]) -> pd.DataFrame:
    rows = [
        {
            "step": number,
            "German word": step.word,
            "likeliest": ", ".join(f"{word} {p:.1%}" for word, p in step.candidates),
            **{
                f"{i} {word}": round(share, 3)
                for i, (word, share) in enumerate(zip(english, step.attention, strict=True), 1)
            },
        }
        for number, step in enumerate(steps, start=1)
    ]
    return pd.DataFrame(rows or [{"step": 0, "German word": "<Go>", "likeliest": ""}])


def _notice(steps: tuple[Step, ...], english: list[str], *, whole: bool) -> str:
    """Of a whole translation, its least certain word; else the last word that was said."""
    if not steps:
        return f"0 words are said: the {len(english)} English words are read, and <Go> starts."
    if whole and (words := [step for step in steps[:-1] if not is_punctuation(step.word)]):
        least = min(words, key=lambda step: step.candidates[0][1])
        said = " ".join(step.word for step in steps[:-1])
        return (
            f"“{said}” The least certain word is {_named(least)}, for which "
            f"{_looked(least, english)}; {_order(words)}."
        )
    return f"For {_named(steps[-1])} {_looked(steps[-1], english)}; {_order(steps)}."


def _named(step: Step) -> str:
    return f"“{step.word}” ({percent(step.candidates[0][1])})"


def _looked(step: Step, english: list[str]) -> str:
    at = int(np.argmax(step.attention))
    return f"the decoder looked most at “{english[at]}” ({step.attention[at]:.0%} of its attention)"


def _order(steps: Sequence[Step]) -> str:
    if len(steps) == 1:
        return "the next words will show whether it goes from left to right"
    ahead = [int(np.argmax(step.attention)) for step in steps]
    backwards = sum(b < a for a, b in pairwise(ahead))
    times = "once" if backwards == 1 else f"{backwards} times"
    return f"over {len(steps)} words it went back {times}"
