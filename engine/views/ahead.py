"""What a reader can ask for with one click, computed before it is asked.

The words, the frames a click away and the quick states are few and their answers small, but a full
measurement takes longer than a click should. So the server works them out one after another once
its models are in, and a click finds the answer kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import product

from engine.corpora.senses import polysemous_words, sentences_of
from engine.errors import EngineError
from engine.geometry.frame import UNITS, Frame
from engine.measuring.special_tokens import reads_special_tokens
from engine.vectors.states import RAW
from engine.views.anisotropy import MIN_FREQUENCIES
from engine.views.build import default_frame
from engine.views.claimed import ClaimState
from engine.views.context_control import context_alone
from engine.views.lecture_claims import CLAIMS, verdict
from engine.views.measured import measured
from engine.views.senses import SensesState, separations
from engine.views.sources import Source, vectors_of

SOURCE = Source("senses")
QUICK_STATES = ("centred", "standardised")  # the others rotate the vectors: 10 s a model


def ahead(models: Sequence[str]) -> Iterator[None]:
    """Compute one answer a step, what is likeliest to be asked first; stop by asking no further.

    An answer that does not exist (a word that a model does not know) is left out here: whoever
    asks for it is told why.

    Args:
        models: those whose vectors of the sense corpus are in memory.
    """
    for work in _answers(models):
        with suppress(EngineError):
            work()
        yield


def frames_a_click_away() -> list[Frame]:
    """The sampling frame that a page opens with, and those that one control changes it to.

    Every combination of the controls would keep a core busy for a minute more.
    """
    start = default_frame(SOURCE.name)
    return [
        start,
        replace(start, punctuation=not start.punctuation),
        replace(start, first_words=not start.first_words),
        *(replace(start, unit=unit) for unit in UNITS if unit != start.unit),
        *(replace(start, min_frequency=n) for n in MIN_FREQUENCIES if n != start.min_frequency),
    ]


def _answers(models: Sequence[str]) -> Iterator[Callable[[], object]]:
    for word in polysemous_words():
        yield partial(_context_of, word)
        for model in models:
            yield partial(separations, SensesState(word, models=()), model)
    for frame, model in product(frames_a_click_away(), models):
        yield partial(measured, SOURCE, model, RAW, frame)
    for model in filter(reads_special_tokens, models):
        frame = replace(default_frame(SOURCE.name), special_tokens=True)
        yield partial(measured, SOURCE, model, RAW, frame)
    for state, model in product(QUICK_STATES, models):
        yield partial(_measure_state, model, state)
    for claim in CLAIMS:
        yield partial(verdict, claim, ClaimState(models=tuple(models)))


def _context_of(word: str) -> object:
    senses, sentences = zip(*sentences_of(word), strict=True)
    return context_alone(sentences, senses, word)


def _measure_state(model: str, state: str) -> object:
    # The vectors in this state are let go again: the states of every layer would fill the memory
    # that other texts' vectors are kept in.
    frame, raw = default_frame(SOURCE.name), vectors_of(SOURCE, model)
    return measured(SOURCE, model, state, frame, vectors=lambda: raw.view(state))
