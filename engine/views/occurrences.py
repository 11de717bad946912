"""Own sentences: every occurrence of a word against every other, at one layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.encoder import title_of
from engine.errors import WordNotFound
from engine.figures.matrix import cosine_matrix
from engine.geometry.moments import unit
from engine.geometry.pairs import mean_random_pair_cosine
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.layer_number import layer_number
from engine.views.own_text import words_of_text
from engine.views.sources import TEXT, Source, vectors_of

MAX_OCCURRENCES = 40


@dataclass(frozen=True)
class OccurrencesState:
    """A text, a word in it, a model and a layer; an empty word means the most repeated content
    word.
    """

    source: str = TEXT
    text: str = ""
    word: str = ""
    model: str = "minilm"
    layer: int = -1  # counted from the top if negative
    state: str = RAW


@VIEWS.add("occurrences")
class OccurrencesView:
    """Cosines between the occurrences of one word."""

    title = "Every occurrence against every other"
    State = OccurrencesState

    def needs(self, state: OccurrencesState) -> Needs:
        """The vectors of the text."""
        return [(Source(state.source, state.text), state.model)]

    def show(self, state: OccurrencesState) -> Shown:
        """The matrix, its table, and the most different pair."""
        vectors = vectors_of(Source(state.source, state.text), state.model, state.state)
        word = state.word or next(iter(words_of_text(state.text).repeated), "")
        rows = vectors.rows_of(word)[:MAX_OCCURRENCES]
        if len(rows) < 2:
            raise WordNotFound(
                f"{word!r} occurs {len(rows)} time(s) as a word of its own; two are needed to "
                "compare."
                if word
                else "No word occurs twice in this text, so there is nothing to compare yet."
            )
        layer = layer_number(state.layer, vectors.n_layers)
        units = unit(vectors.layers[layer][rows])
        cosines = np.clip(units @ units.T, -1, 1)
        baseline = _baseline(vectors, layer)
        sentences = [vectors.sentences[s].text for s in vectors.sentence_ids[rows]]
        caption = (
            f"{title_of(state.model)}, layer {vectors.layer_names[layer]} · {state.state} "
            f"vectors · “{word}”, n = {len(rows)} occurrences · random words of this text: "
            f"{baseline:.2f} · computed in this visit"
        )
        table = pd.DataFrame({"occurrence": range(1, len(rows) + 1), "sentence": sentences})
        for i in range(len(rows)):
            table[f"cosine to {i + 1}"] = cosines[:, i]
        return Shown(
            cosine_matrix(cosines, sentences, baseline),
            table,
            caption,
            _notice(word, cosines, baseline, sentences),
        )


def _baseline(vectors: LayeredVectors, layer: int) -> float:
    return mean_random_pair_cosine(vectors.layers[layer], vectors.types[1], vectors.sentence_ids)


def _notice(word: str, cosines: np.ndarray, baseline: float, sentences: list[str]) -> str:
    if cosines.min() > 1 - 1e-6:
        return (
            f"All vectors of “{word}” are one and the same: this layer does not see the sentence."
        )
    i, j = np.unravel_index(int(cosines.argmin()), cosines.shape)
    return (
        f"“{word}” differs most between {i + 1} (“{_short(sentences[i])}”) and {j + 1} "
        f"(“{_short(sentences[j])}”): cosine {cosines[i, j]:.2f}. Random words of this text "
        f"have {baseline:.2f}."
    )


def _short(sentence: str, width: int = 60) -> str:
    return sentence if len(sentence) <= width else sentence[: width - 1] + "…"
