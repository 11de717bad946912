"""Has the language model written a passage of the texts that it read? Such text must not ship."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.corpora.vocabulary import BOUNDARY
from engine.training.ulmfit.config import CLASSIFY, PRETRAIN, SHIPPED, Ulmfit
from engine.training.ulmfit.texts import NumberedTexts, drawn_labelled, running_text

PASSAGE = 10  # words in a row; shorter ones are turns of speech


def copied_passage(config: Ulmfit, written: Sequence[str], n_words: int = PASSAGE) -> str:
    """The first passage of so many words that stands in what a run wrote and in what it read.

    Args:
        config: of the run.
        written: texts of the model, a space between words.
        n_words: that make a passage.
    Returns:
        The passage; "" where there is none.
    """
    for texts in _read(config):
        if found := passage_in(texts, written, n_words):
            return found
    return ""


def passage_in(texts: NumberedTexts, written: Sequence[str], n_words: int) -> str:
    """The same for one text; ends of sentences do not count.

    >>> from engine.training.ulmfit.texts import numbered
    >>> passage_in(numbered(["One two. Three four."]), ["zero two . three"], 3)
    'two . three'
    """
    number_of = {word: number for number, word in enumerate(texts.words)}
    read = texts.ids[texts.ids != number_of.get(BOUNDARY, -1)]
    for text in written:
        words = text.split()
        numbers = [number_of.get(word, -1) for word in words]
        for start in range(len(words) - n_words + 1):
            if -1 not in (wanted := numbers[start : start + n_words]) and _holds(read, wanted):
                return " ".join(words[start : start + n_words])
    return ""


def _holds(read: np.ndarray, wanted: Sequence[int]) -> bool:
    """Does the sequence stand anywhere in the text?"""
    places = np.flatnonzero(read[: len(read) - len(wanted) + 1] == wanted[0])
    for offset, number in enumerate(wanted):
        places = places[read[places + offset] == number]
    return bool(len(places))


def _read(config: Ulmfit) -> Iterator[NumberedTexts]:
    for stage in config.stages():
        settings = getattr(config, stage)
        if stage == CLASSIFY:
            yield drawn_labelled(settings.text, settings.n_labels, config.seed).texts
        elif stage != PRETRAIN or config.pretrain.start != SHIPPED:
            yield running_text(settings.text, "train", settings.n_texts)
