"""The vectors of one word's occurrences in the sentences looked at, under one model; kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from engine.encoder import ENCODERS, Progress, is_registered, is_static, title_of
from engine.errors import EngineError, ShapeError, TextError, WordNotFound
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import Work
from engine.views.isotropic import widths_of
from engine.views.kept import Kept
from engine.views.known_to import not_in_vocabulary
from engine.views.sense_sentences import SenseSentences, sense_sentences
from engine.views.sources import Source, encoder, is_loaded, is_ready, vectors_of

KEPT_BYTES = 300 * 2**20
SMALL = 40  # sentences that are read within a click
_encoded = Kept(KEPT_BYTES)
_notes = Kept(max_bytes=2048)  # questions and models
SOURCE = Source("senses")


@dataclass(frozen=True)
class SenseQuestion:
    """Which sentences, of which word, in which state of the vectors."""

    word: str
    text: str = ""
    exact: bool = False
    state: str = RAW

    @property
    def sentences(self) -> SenseSentences:
        """The sentences that hold the word."""
        return sense_sentences(self.word, self.text, self.exact)


@dataclass(frozen=True)
class Occurrences:
    """One model's vectors of the word, and the sense of each; "" where nobody gave one."""

    vectors: LayeredVectors
    rows: np.ndarray  # int, (n,): of the word
    senses: np.ndarray  # str, (n,)

    @property
    def sentence_ids(self) -> np.ndarray:
        """The sentence of each, (n,)."""
        return self.vectors.sentence_ids[self.rows]

    @property
    def layers(self) -> list[np.ndarray]:
        """The word's vectors at each layer, (n, d_layer) each."""
        return [layer[self.rows] for layer in self.vectors.layers]

    @property
    def texts(self) -> list[str]:
        """The sentence of each as text."""
        return [self.vectors.sentences[s].text for s in self.sentence_ids]


def occurrences(
    question: SenseQuestion, model: str, progress: Progress | None = None
) -> Occurrences:
    """The word's occurrences in the question's sentences.

    Raises:
        WordNotFound: the model has no vector for the word.
    """
    asked = question.sentences
    vectors = _vectors(question, asked, model, progress)
    labels = dict(zip(asked.sentences, asked.senses, strict=True))
    asked_here = np.array([sentence in labels for sentence in vectors.sentences])
    senses = np.array([labels.get(sentence, "") for sentence in vectors.sentences])
    rows = vectors.rows_of(asked.word)
    rows = rows[asked_here[vectors.sentence_ids[rows]]]  # of no other word's sentences
    if question.exact:
        rows = rows[[vectors.words[row] == asked.word for row in rows.tolist()]]
    if not len(rows):  # the sentences hold the word, or they were not asked for
        raise not_in_vocabulary(asked.word, model)
    return Occurrences(vectors, rows, senses[vectors.sentence_ids[rows]])


def reading(
    question: SenseQuestion,
    models: Sequence[str],
    ask: Callable[[str, Progress], object],
    *,
    quick: bool = True,
) -> Work | None:
    """The work of asking models that have not been asked; None where it takes no longer than a
    click, and where the question is refused at once. What a model refuses is left to whoever shows
    the answers. Static models answer first, then those with the fewest layers, and of these the
    oldest, which is the smallest: the first curve is there soonest.

    Args:
        ask: gives a model's answer, and keeps it.
        quick: False where that takes longer than a click though the sentences have been read.
    """
    try:
        n = len(question.sentences.sentences)
    except EngineError:
        return None
    if all(is_static(model) or (quick and _is_quick(question, model)) for model in models):
        return None
    waiting = sorted(models, key=_effort)

    def do(progress: Progress) -> None:
        for number, model in enumerate(waiting):
            done = number * n

            def report(read: int, _total: int, done: int = done) -> None:
                progress(done + read, n * len(waiting))

            with suppress(WordNotFound, ShapeError):
                ask(model, report)
            progress(done + n, n * len(waiting))

    return Work(f"{n:,} sentences under {', '.join(map(title_of, waiting))}", do)


def _effort(model: str) -> tuple[bool, int, int]:
    year = ENCODERS[model].card.year if is_registered(model) else 0
    return not is_static(model), len(widths_of(model)), year


def _is_quick(question: SenseQuestion, model: str) -> bool:
    """True if reading the sentences takes no longer than a click."""
    if is_ready(SOURCE, model) and not question.text:
        return True
    few = len(question.sentences.sentences) <= SMALL
    return _encoded.has((question, model)) or (few and is_loaded(model))


def _vectors(
    question: SenseQuestion, asked: SenseSentences, model: str, progress: Progress | None
) -> LayeredVectors:
    if not asked.own and (question.state != RAW or is_ready(SOURCE, model)):
        return vectors_of(SOURCE, model, question.state, progress=progress)

    def encode() -> LayeredVectors:
        # A sentence's vectors do not depend on the others, so its word's sentences suffice.
        try:
            found = encoder(model).encode(asked.sentences, progress=progress)
        except TextError as error:  # it knows none of the words
            raise not_in_vocabulary(asked.word, model) from error
        return found.view(question.state)

    found = _encoded.get((question, model), encode, lambda v: sum(x.nbytes for x in v.layers))
    assert isinstance(found, LayeredVectors)
    return found


def piece_notes(question: SenseQuestion, model: str) -> tuple[str, ...]:
    """Where a model reads the word in pieces; kept, so that no vectors are needed for it again."""
    found: tuple[str, ...] = _notes.get(
        (question, model), lambda: _piece_notes(model, occurrences(question, model)), lambda _: 1
    )
    return found


def _piece_notes(model: str, found: Occurrences) -> tuple[str, ...]:
    pieces = found.vectors.n_pieces[found.rows]
    if pieces.max(initial=1) < 2:
        return ()
    low, high = int(pieces.min()), int(pieces.max())
    many = f"{high}" if low == high else f"{low} to {high}"
    word = found.vectors.words[found.rows[0]]
    return (f"{title_of(model)} reads “{word}” in {many} pieces; its vector is their mean.",)
