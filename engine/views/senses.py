"""Do the vectors of a word keep its senses apart, and at which layer best?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.corpora.senses import read_labelled, sentences_of
from engine.encoder import title_of
from engine.errors import WordNotFound
from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.geometry.senses import SenseSeparation, sense_separation
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.sources import Source, encoder, is_ready, vectors_of

MEASURES = {
    "auc": Axes(
        "AUC: same sense closer than other sense", 0.5, "senses not told apart", (0.3, 1.02)
    ),
    "knn": Axes("balanced 1-NN accuracy", 0.5, "chance, 2 senses", (0.3, 1.02)),
    "margin": Axes("cosine: same sense minus other sense", 0.0, "senses not told apart"),
}


@dataclass(frozen=True)
class SensesState:
    """A word, its labelled sentences, and the models that read them."""

    word: str = "bank"
    text: str = ""  # own labelled sentences, "sense TAB sentence" a line; empty = the bundled ones
    models: tuple[str, ...] = ("minilm", "glove")
    state: str = RAW
    measure_name: str = "auc"


@VIEWS.add("senses")
class SensesView:
    """Sense separation by layer and model."""

    title = "Senses, layer by layer"
    State = SensesState

    def needs(self, state: SensesState) -> Needs:
        """Nothing for raw vectors of a few sentences; other states are fitted on the corpus."""
        if state.text or state.state == RAW:
            return []
        return [(Source("senses"), model) for model in state.models]

    def show(self, state: SensesState) -> Shown:
        """AUC, nearest-neighbour accuracy or margin of every layer."""
        results = {model: separations(state, model) for model in state.models}
        name = state.measure_name if state.measure_name in MEASURES else "auc"
        curves = {
            (model, ""): _curve([found for _, found in layers], name)
            for model, layers in results.items()
        }
        names = {model: [layer for layer, _ in layers] for model, layers in results.items()}
        titles = {model: title_of(model) for model in results}
        figure = curves_by_layer(curves, names, MEASURES[name], titles)
        first = next(iter(results.values()))[0][1]
        origin = "own labelled sentences" if state.text else "sense corpus"
        caption = (
            f"{', '.join(titles.values())} · {state.state} vectors · “{state.word}”, {origin} · "
            f"n = {first.n} occurrences, {len(first.senses)} senses ({', '.join(first.senses)}) "
            "· pairs from different sentences · intervals 95 %, bootstrap over sentences · "
            "seed 0 · live"
        )
        return Shown(figure, _table(results), caption, _notice(state.word, results))


def separations(state: SensesState, model: str) -> list[tuple[str, SenseSeparation]]:
    """(layer name, separation) of every layer of one model.

    Raises:
        WordNotFound: the word stands in none of the sentences, or the model does not know it.
    """
    if state.text:
        labelled = read_labelled(state.text, "Your list")
        vectors = encoder(model).encode([sentence for _, sentence in labelled]).view(state.state)
        labels = np.array([sense for sense, _ in labelled])
        return _separations_of(vectors, vectors.rows_of(state.word), labels, state.word, model)
    own = {sentence: sense for sense, sentence in sentences_of(state.word)}
    if state.state == RAW and not is_ready(Source("senses"), model):
        vectors = encoder(model).encode(
            tuple(own)
        )  # a sentence's vectors do not depend on the others
    else:
        vectors = vectors_of(Source("senses"), model, state.state)
    labels = np.array([own.get(sentence, "") for sentence in vectors.sentences])
    rows = vectors.rows_of(state.word)
    return _separations_of(
        vectors, rows[labels[vectors.sentence_ids[rows]] != ""], labels, state.word, model
    )


def _separations_of(
    vectors: LayeredVectors, rows: np.ndarray, labels: np.ndarray, word: str, model: str
) -> list[tuple[str, SenseSeparation]]:
    if not len(rows):
        raise WordNotFound(
            f"{title_of(model)} finds {word!r} in none of these sentences as a word of its own."
        )
    sentence_ids = vectors.sentence_ids[rows]
    return [
        (name, sense_separation(layer[rows], labels[sentence_ids], sentence_ids))
        for name, layer in zip(vectors.layer_names, vectors.layers, strict=True)
    ]


def _curve(layers: list[SenseSeparation], name: str) -> Curve:
    if name == "knn":
        return Curve([found.knn_accuracy_balanced for found in layers])
    if name == "margin":
        return Curve([found.same_sense_cosine - found.different_sense_cosine for found in layers])
    lows, highs = zip(*(found.auc_interval for found in layers), strict=True)
    return Curve([found.auc for found in layers], lows, highs)


def _table(results: dict[str, list[tuple[str, SenseSeparation]]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": title_of(model),
            "layer": name,
            "AUC": found.auc,
            "AUC, low": found.auc_interval[0],
            "AUC, high": found.auc_interval[1],
            "balanced 1-NN accuracy": found.knn_accuracy_balanced,
            "cosine, same sense": found.same_sense_cosine,
            "cosine, other sense": found.different_sense_cosine,
        }
        for model, layers in results.items()
        for name, found in layers
    )


def _notice(word: str, results: dict[str, list[tuple[str, SenseSeparation]]]) -> str:
    sentences = []
    for model, layers in results.items():
        if len(layers) == 1:
            sentences.append(
                f"{title_of(model)} cannot tell the senses of “{word}” apart: AUC "
                f"{layers[0][1].auc:.2f}."
            )
            continue
        best, found = max(layers, key=lambda pair: pair[1].auc)
        sentences.append(
            f"{title_of(model)} separates the senses of “{word}” best at layer {best} (AUC "
            f"{found.auc:.2f}); even there the other sense has a cosine of "
            f"{found.different_sense_cosine:.2f}, the same sense {found.same_sense_cosine:.2f}."
        )
    return " ".join(sentences)
