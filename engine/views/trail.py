"""One word changed after another: where the vector goes, and how far from its parent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import WordNotFound
from engine.figures.trail import Step, trail
from engine.geometry.pairs import cosine
from engine.text import Sentence, check_text, find_word
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.baselines import baseline, baseline_needs, in_state
from engine.views.layer_number import layer_number
from engine.views.sources import encoder
from engine.views.two_contexts import MAX_CHARACTERS, TwoContextsState

MOST = 12  # versions


@dataclass(frozen=True)
class TrailState:
    """Versions of a sentence, the sentence it is compared with, and the word that all hold."""

    versions: str = TwoContextsState.first  # one a line, the parent first
    second: str = TwoContextsState.second
    word: str = TwoContextsState.word
    model: str = "minilm"
    layer: int = -1  # counted from the top if negative
    state: str = RAW


@dataclass(frozen=True)
class Moves:
    """Cosines of each version's word, (n_versions, n_layers) each."""

    sentences: tuple[str, ...]
    layer_names: tuple[str, ...]
    to_parent: np.ndarray
    to_second: np.ndarray


@VIEWS.add("trail")
class TrailView:
    """Every version by its cosine with the parent and with the second sentence."""

    title = "The trail of the edits"
    State = TrailState

    def needs(self, state: TrailState) -> Needs:
        """What the baselines are taken from."""
        return baseline_needs((state.model,), state.state)

    def show(self, state: TrailState) -> Shown:
        """The trail at one layer; all layers in the table."""
        found = moves(state.versions, state.second, state.word, state.model, state.state)
        n = len(found.layer_names)
        layer = layer_number(state.layer, n)
        steps = [
            Step(sentence, float(parent), float(second))
            for sentence, parent, second in zip(
                found.sentences, found.to_parent[:, layer], found.to_second[:, layer], strict=True
            )
        ]
        base = baseline(state.model, state.state)
        figure = trail(steps, base.cosines[layer], state.model)
        caption = (
            f"{title_of(state.model)}, layer {found.layer_names[layer]} · {state.state} vectors · "
            f"“{state.word}” in n = {len(steps)} versions of the first sentence · random words: "
            f"{base.cosines[layer]:.2f}, {base.provenance} · seed 0 · live"
        )
        return Shown(figure, _table(found), caption, _notice(state, steps, found, layer))


@lru_cache(maxsize=64)
def moves(versions: str, second: str, word: str, model: str, state: str) -> Moves:
    """The word of every version against the parent's and the second sentence's, by layer.

    Raises:
        TextError: a sentence that is binary or too long.
        WordNotFound: a sentence without the word, or a model that does not know it.
    """
    lines = [line for line in versions.splitlines() if line.strip()] or [""]
    sentences = [Sentence(line) for line in (*lines[:MOST], second)]
    for sentence in sentences:
        check_text(sentence.text, max_characters=MAX_CHARACTERS)
        if not find_word(sentence, word):
            raise WordNotFound(
                f"{word!r} does not stand as a word of its own in: “{sentence.text[:80]}”"
            )
    vectors = encoder(model).encode(sentences)
    rows = [_row(vectors.sentence_ids, vectors.positions, n, s, word, model)
            for n, s in enumerate(sentences)]  # fmt: skip
    layers = in_state(vectors, state)
    return Moves(
        tuple(sentence.text for sentence in sentences[:-1]),
        vectors.layer_names,
        _cosines(layers, rows[:-1], rows[0]),
        _cosines(layers, rows[:-1], rows[-1]),
    )


def _row(
    sentence_ids: np.ndarray, positions: np.ndarray, number: int, sentence: Sentence, word: str,
    model: str,
) -> int:  # fmt: skip
    place = find_word(sentence, word)[0]
    found = np.flatnonzero((sentence_ids == number) & (positions == place))
    if not len(found):
        raise WordNotFound(f"{title_of(model)} has no vector for {word!r} here.")
    return int(found[0])


def _cosines(layers: Sequence[np.ndarray], rows: Sequence[int], other: int) -> np.ndarray:
    return np.array([[cosine(layer[row], layer[other]) for layer in layers] for row in rows])


def _table(found: Moves) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "version": number,
            "sentence": sentence,
            "layer": layer,
            "cosine with the parent": found.to_parent[number - 1, column],
            "cosine with the second sentence": found.to_second[number - 1, column],
        }
        for number, sentence in enumerate(found.sentences, 1)
        for column, layer in enumerate(found.layer_names)
    )


def _notice(state: TrailState, steps: Sequence[Step], found: Moves, layer: int) -> str:
    title, name = title_of(state.model), found.layer_names[layer]
    if len(steps) < 2:
        return (
            f"At layer {name} of {title} the parent's “{state.word}” has a cosine of "
            f"{steps[0].to_second:.2f} with the second sentence's. Change a word of the first "
            "sentence and see it move."
        )
    last, before = steps[-1], steps[-2]
    towards = last.to_second - before.to_second
    way = (
        "towards" if towards > 0.005 else "away from" if towards < -0.005 else "neither to nor from"
    )
    return (
        f"Version {len(steps)} at layer {name} of {title}: “{state.word}” keeps a cosine of "
        f"{last.to_parent:.2f} with its parent and moved {way} the second sentence's "
        f"({before.to_second:.2f} to {last.to_second:.2f})."
    )
