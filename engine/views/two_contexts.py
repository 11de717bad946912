"""One word in two sentences: how alike are its two vectors at each layer, and how alike are any
two words there?
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import EngineError, TextError, WordNotFound
from engine.figures.duel import duel
from engine.geometry.pairs import cosine
from engine.text import Sentence, check_text, find_word
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.baselines import STATES, baseline, baseline_needs, in_state
from engine.views.known_to import ask_each
from engine.views.sources import encoder
from engine.views.two_contexts_told import notice

MAX_CHARACTERS = 2_000  # of each sentence


@dataclass(frozen=True)
class TwoContextsState:
    """Two sentences, the word they share, and the models that read them."""

    first: str = "he sat on the bank of the river and watched the currents"
    second: str = "he went to the bank to check balance in his current account"
    word: str = "bank"
    models: tuple[str, ...] = ("minilm", "glove")
    state: str = RAW


@dataclass(frozen=True)
class Compared:
    """One model's answer, by layer."""

    model: str
    title: str
    layer_names: tuple[str, ...]
    cosines: tuple[float, ...]  # between the word's two vectors
    baseline: tuple[float, ...]  # mean cosine of random words at that layer
    positions: tuple[int, int]  # of the word in its sentence
    provenance: str
    sentence_cosines: tuple[float, ...]  # between the means of all words of either sentence
    same_words: bool  # both sentences have the same words in another order
    same_sentence: bool  # or even in the same order

    @property
    def margins(self) -> tuple[float, ...]:
        """(cosine - baseline) / (1 - baseline): 1 = identical, 0 = no more alike than random
        words.
        """
        return tuple((c - b) / (1 - b) for c, b in zip(self.cosines, self.baseline, strict=True))


@VIEWS.add("two-contexts")
class TwoContextsView:
    """Cosine of a word with itself elsewhere, by layer, beside the layer's own baseline."""

    title = "One word, two contexts"
    State = TwoContextsState

    def needs(self, state: TwoContextsState) -> Needs:
        """The sentences that the baseline and the mean are taken from, where they are not
        recorded.
        """
        return baseline_needs(state.models, state.state)

    def show(self, state: TwoContextsState) -> Shown:
        """One curve a model, with its baseline; a static model is the point that cannot move."""
        asked = replace(state, models=())
        answers, notes = ask_each(state.models, lambda model: compare(asked, model))
        many = list(answers.values())
        figure = duel(
            {one.model: (one.cosines, one.baseline) for one in many},
            {one.model: one.layer_names for one in many},
            {one.model: one.title for one in many},
        )
        models = ", ".join(one.title for one in many)
        places = [place + 1 for place in many[0].positions]
        caption = (
            f"{models} · {state.state} vectors · “{state.word}” in 2 sentences, first "
            f"occurrence in each, as word {places[0]} and word {places[1]} · "
            "baseline: mean cosine of random words of the sense corpus, "
            f"{_provenance(many)}"
        )
        return Shown(figure, _table(many), caption, notice(state.word, many, state.state), notes)


@lru_cache(maxsize=256)
def compare(state: TwoContextsState, model: str) -> Compared:
    """Cosines and baselines of one model.

    Raises:
        TextError: a sentence that is binary or too long.
        WordNotFound: the word does not stand in both sentences, or the model has no vector for it.
        EngineError: a state other than raw and centred, which two words alone cannot define.
    """
    if state.state not in STATES:
        raise EngineError(f"Two contexts are compared {' or '.join(STATES)}; got {state.state!r}.")
    for text in (state.first, state.second):
        check_text(text, max_characters=MAX_CHARACTERS)
    sentences = (Sentence(state.first), Sentence(state.second))
    positions = tuple(_position(sentence, state.word) for sentence in sentences)
    vectors = _encoded(model, sentences)
    rows = [
        np.flatnonzero((vectors.sentence_ids == s) & (vectors.positions == p))
        for s, p in enumerate(positions)
    ]
    if any(not len(row) for row in rows):
        raise WordNotFound(
            f"{title_of(model)} has no vector for {state.word!r} here; choose another word or "
            "model."
        )
    layers = in_state(vectors, state.state)
    pairs = [(layer[rows[0][0]], layer[rows[1][0]]) for layer in layers]
    base = baseline(model, state.state)
    return Compared(
        model,
        title_of(model),
        vectors.layer_names,
        tuple(cosine(a, b) for a, b in pairs),
        base.cosines,
        (positions[0], positions[1]),
        base.provenance,
        tuple(_sentence_cosine(layer, vectors.sentence_ids) for layer in layers),
        *_alike(*sentences),
    )


def _encoded(model: str, sentences: tuple[Sentence, Sentence]) -> LayeredVectors:
    try:
        return encoder(model).encode(sentences)
    except TextError as error:  # it knows none of the words; another model may
        raise WordNotFound(str(error)) from error


def _sentence_cosine(layer: np.ndarray, sentence_ids: np.ndarray) -> float:
    return cosine(*(layer[sentence_ids == s].mean(axis=0, dtype=np.float64) for s in (0, 1)))


def _alike(first: Sentence, second: Sentence) -> tuple[bool, bool]:
    """Whether both have the same words in another order, and in the same order."""
    one, other = ([word.key for word in sentence.words] for sentence in (first, second))
    # Letter for letter: some models see capitals.
    as_written = [[word.text for word in sentence.words] for sentence in (first, second)]
    return one != other and sorted(one) == sorted(other), as_written[0] == as_written[1]


def _provenance(many: list[Compared]) -> str:
    """Where the baselines come from: once, if all come from there."""
    by_provenance: dict[str, list[str]] = {}
    for one in many:
        by_provenance.setdefault(one.provenance, []).append(one.title)
    if len(by_provenance) == 1:
        return many[0].provenance
    return "; ".join(f"{', '.join(titles)}: {told}" for told, titles in by_provenance.items())


def _position(sentence: Sentence, word: str) -> int:
    if not word:
        raise WordNotFound("Type the word to compare; it must stand in both sentences.")
    found = find_word(sentence, word)
    if not found:
        raise WordNotFound(
            f"{word!r} does not stand as a word of its own in: “{sentence.text[:80]}”"
        )
    return found[0]


def _table(many: list[Compared]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": one.title,
            "layer": layer,
            "cosine": c,
            "baseline of random words": b,
            "margin (0 to 1)": m,
            "cosine of the sentences' means": s,
        }
        for one in many
        for layer, c, b, m, s in zip(
            one.layer_names,
            one.cosines,
            one.baseline,
            one.margins,
            one.sentence_cosines,
            strict=True,
        )
    )
