"""What each word of a text did to a classifier's answer, by leaving it out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.corpora.vocabulary import BOUNDARY
from engine.errors import TextError
from engine.training.ulmfit.classification import probabilities
from engine.training.ulmfit.models import Models

MOST_WORDS = 5_000  # of a text whose words are left out
ONE_BY_ONE, STRETCHES = 500, 250  # words up to here; stretches of a longer text
VARIANTS, TOKENS = 64, 32_000  # texts that lack a word and are read at once, and their tokens
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Contributions:
    """What each word did to the answer."""

    words: tuple[str, ...]  # (n_words,) as typed
    label_names: tuple[str, ...]
    probabilities: np.ndarray  # (n_labels,), of the whole text
    # Probability with the word minus probability without it, in [-1, 1]: above 0, the word speaks
    # for the label.
    changes: np.ndarray  # (n_words, n_labels)
    stretch: int = 1  # words that are left out together, each of which gets the change of all


def without_words(
    models: Models, tokens: Sequence[str], ids: Callable[[Sequence[str]], np.ndarray],
    progress: Progress | None = None,
) -> Contributions:  # fmt: skip
    """The answer to a text, and how it changes if a word is left out, word by word; in stretches of
    some words where the text has more than ONE_BY_ONE.

    Args:
        models: classifiers.
        tokens: words and sentence ends.
        ids: gives the classifiers' ids of tokens.
        progress: called with (words done, words in all); may raise to cancel.
    Raises:
        TextError: there are more than MOST_WORDS words.
    """
    places = [place for place, token in enumerate(tokens) if token != BOUNDARY]
    if len(places) > MOST_WORDS:
        raise TextError(
            f"The text has {len(places):,} words; their parts in the answer are worked out for up "
            f"to {MOST_WORDS:,}. Take a part of the text."
        )
    size = 1 if len(places) <= ONE_BY_ONE else math.ceil(len(places) / STRETCHES)
    stretches = [set(places[start : start + size]) for start in range(0, len(places), size)]
    at_once = max(1, min(VARIANTS, TOKENS // len(tokens)))
    whole = probabilities(models, [ids(tokens)]).numpy()  # (1, n_labels)
    parts = []
    for start in range(0, len(stretches), at_once):
        variants = [
            ids([token for place, token in enumerate(tokens) if place not in left_out])
            for left_out in stretches[start : start + at_once]
        ]
        parts.append(probabilities(models, variants).numpy())
        if progress:
            progress(min((start + at_once) * size, len(places)), len(places))
    without = np.repeat(np.concatenate(parts), size, axis=0)[: len(places)]
    return Contributions(
        words=tuple(tokens[place] for place in places),
        label_names=models.label_names,
        probabilities=whole[0],
        changes=whole - without,
        stretch=size,
    )
