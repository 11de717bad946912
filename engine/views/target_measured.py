"""How two texts differ in their words, measured once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from engine.corpora.vocabulary import BOUNDARY
from engine.encoder import Progress
from engine.errors import EngineError
from engine.geometry.text_distribution import Divergence, divergence
from engine.geometry.typical_words import TypicalWord, typical_words
from engine.geometry.word_counts import count_words, unknown_share, unknown_share_interval
from engine.training.ulmfit.texts import NumberedTexts
from engine.views.kept import Kept

MODEL = "awd-lstm"
N_TYPICAL, SEED, STEPS = 10, 0, 3

_kept = Kept(max_bytes=20)


@dataclass(frozen=True)
class Measured:
    """What two texts are like."""

    apart: Divergence
    typical: tuple[tuple[TypicalWord, ...], tuple[TypicalWord, ...]]
    # Share of words that the language model does not know, with its interval, of either text; none
    # where the model is not here.
    unknown: tuple[tuple[float, float, float], ...]


def measured(
    texts: Sequence[NumberedTexts], vocabulary: frozenset[str], progress: Progress | None = None
) -> Measured:
    """Everything about two texts.

    Args:
        texts: target and general.
        vocabulary: that words are looked for in; empty where there is none.
        progress: called with (steps done, STEPS); may raise to cancel.
    """
    key = (*map(_digest, texts), vocabulary)
    return _kept.get(key, lambda: _measure(texts, vocabulary, progress or _silent), lambda _: 1)


def known_words() -> frozenset[str]:
    """The words of the shipped language model; none where it is not here."""
    from engine.views.language import predictor

    try:
        return frozenset(predictor(MODEL).vocabulary.words)
    except EngineError:
        return frozenset()


def _measure(
    texts: Sequence[NumberedTexts], vocabulary: frozenset[str], progress: Progress
) -> Measured:
    target, general = count_words(*map(_documents, texts))
    progress(1, STEPS)
    unknown = [
        (unknown_share(one, vocabulary), *unknown_share_interval(one, vocabulary, seed=SEED))
        for one in (target, general)
        if vocabulary
    ]
    progress(2, STEPS)
    apart = divergence(target, general, seed=SEED)
    progress(3, STEPS)
    return Measured(apart, typical_words(target, general, n=N_TYPICAL), tuple(unknown))


def _silent(done: int, of: int) -> None:
    """Nobody looks."""


def _documents(texts: NumberedTexts) -> list[list[str]]:
    """The words of each document, without the ends of sentences."""
    ids = texts.ids.tolist()
    return [
        [word for number in ids[start:end] if (word := texts.words[number]) != BOUNDARY]
        for start, end in zip(texts.starts[:-1], texts.starts[1:], strict=True)
    ]


def _digest(texts: NumberedTexts) -> str:
    found = hashlib.sha256("\n".join(texts.words).encode())
    found.update(texts.ids.tobytes())
    return found.hexdigest()
