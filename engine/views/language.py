"""The language models that views ask: loaded once, their answers kept, and the one sentence they
are asked about.
"""

from __future__ import annotations

import os

import numpy as np

from engine.corpora.vocabulary import BOUNDARY, UNKNOWN
from engine.errors import ModelUnavailable, TextError
from engine.language_model import PREDICTORS, Predictions, Predictor
from engine.text import Sentence, check_text
from engine.views.kept import Kept

MAX_WORDS, MAX_CHARACTERS = 60, 2_000
END, START = "end of sentence", "start of sentence"
DIRECTIONS = ("forward", "backward")

_predictors = Kept(max_bytes=4)
_answers = Kept(max_bytes=200 * 2**20)


def device() -> str:
    """Where the models run: CONESCOPE_DEVICE, `auto` by default."""
    return os.environ.get("CONESCOPE_DEVICE", "auto")


def available() -> dict[str, str]:
    """name -> title of the language models that are on this machine."""
    return {name: kind.title for name, kind in PREDICTORS.items() if not kind.missing()}


def unavailable() -> tuple[str, ...]:
    """Why the others are not, a sentence each, with the command that mends it."""
    return tuple(why for kind in PREDICTORS.values() if (why := kind.missing()))


def predictor(name: str) -> Predictor:
    """A language model, loaded once.

    Raises:
        UnknownName: there is none of this name.
        ModelUnavailable: its weights are not here.
    """
    kind = PREDICTORS[name]
    if why := kind.missing():
        raise ModelUnavailable(why)
    return _predictors.get((name, device()), lambda: kind(device()), lambda _: 1)


def predictions(name: str, text: str) -> Predictions:
    """What a language model expects at every place of a sentence; kept, so that another question
    about the same sentence costs nothing.
    """
    sentence, asked = one_sentence(text), predictor(name)
    return _answers.get(
        (name, device(), sentence.text),
        lambda: asked.predictions(sentence),
        lambda found: found.forward.nbytes + found.backward.nbytes,
    )


def one_sentence(text: str, *, may_be_empty: bool = False) -> Sentence:
    """The whole text as one sentence.

    Raises:
        TextError: no word, more than MAX_WORDS, or no plain text.
    """
    check_text(text, max_characters=MAX_CHARACTERS)
    sentence = Sentence(" ".join(text.split()))
    if len(sentence.words) > MAX_WORDS:
        raise TextError(
            f"The sentence has {len(sentence.words)} words; this page takes up to {MAX_WORDS}. "
            "Take a part of it."
        )
    if not sentence.words and not may_be_empty:
        raise TextError("There is no word in this sentence yet. Type at least one.")
    return sentence


def shown_word(word: str) -> str:
    """A word of a vocabulary as a reader sees it."""
    return END if word == BOUNDARY else word


def unknown_words(found: Predictions) -> list[str]:
    """The words of the sentence that the vocabulary does not hold, blanks not counted."""
    unknown = found.vocabulary.unknown_id
    pairs = zip(found.words, found.word_ids.tolist(), strict=True)
    return list(dict.fromkeys(w for w, i in pairs if i == unknown and set(w) != {"_"}))


def unknown_notes(title: str, found: Predictions) -> tuple[str, ...]:
    """What `<unk>` means, and which words of the sentence are it."""
    size, words = len(found.vocabulary), unknown_words(found)
    note = f"{UNKNOWN} stands for every word outside the {size:,} that {title} can say"
    return (f"{note}; here for {', '.join(words)}." if words else f"{note}.",)


def n_choices(log_probabilities: np.ndarray) -> float:
    """exp of the entropy: among how many equally likely words the choice would be as open.

    >>> round(n_choices(np.log([0.25, 0.25, 0.25, 0.25])), 6)
    4.0
    """
    p = np.exp(log_probabilities.astype(np.float64))
    return float(np.exp(-(p * log_probabilities).sum()))


def percent(p: float) -> str:
    """A probability in words that a reader compares.

    >>> percent(0.153), percent(0.0123), percent(0.00001)
    ('15 %', '1.2 %', '0.001 %')
    """
    digits = f"{100 * p:.0f}" if p >= 0.0995 else f"{100 * p:.2g}"
    return f"{float(digits):.12g} %" if p >= 1e-6 else "less than 0.0001 %"
