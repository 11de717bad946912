"""Do the vectors of a word keep its senses apart, and at which layer best?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from engine.corpora.senses import read_labelled, sentences_of
from engine.encoder import title_of
from engine.errors import WordNotFound
from engine.figures.curves import Axes, Curve, curves_by_layer
from engine.geometry.senses import SenseSeparation, sense_separation
from engine.text import Sentence
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.context_control import LABEL, context_alone
from engine.views.known_to import ask_each
from engine.views.sources import Source, encoder, is_ready, vectors_of

Results = dict[str, list[tuple[str, SenseSeparation]]]
"""model -> (layer name, separation) of each layer; "context" holds the control."""

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
        labelled = _labelled(state)
        asked = replace(state, models=(), measure_name="auc")  # neither changes the answer
        results: Results
        results, notes = ask_each(state.models, lambda model: separations(asked, model))
        senses, sentences = zip(*labelled, strict=True)
        control = context_alone(sentences, senses, state.word)
        name = state.measure_name if state.measure_name in MEASURES else "auc"
        axes = MEASURES[name]
        if control:
            axes = replace(axes, control=_curve([control], name).values[0], control_label=LABEL)
        figure = curves_by_layer(
            {
                (m, ""): _curve([found for _, found in layers], name)
                for m, layers in results.items()
            },
            {model: [layer for layer, _ in layers] for model, layers in results.items()},
            axes,
            {model: title_of(model) for model in results},
        )
        if control:
            results["context"] = [(LABEL, control)]
        told = _notice(state.word, results)
        return Shown(figure, _table(results), _caption(state, results), told, notes)


def _labelled(state: SensesState) -> tuple[tuple[str, Sentence], ...]:
    """(sense, sentence): the reader's own list, or what was written for the word."""
    return read_labelled(state.text, "Your list") if state.text else sentences_of(state.word)


@lru_cache(maxsize=1024)  # every word of every model, and readers' own
def separations(state: SensesState, model: str) -> list[tuple[str, SenseSeparation]]:
    """(layer name, separation) of every layer of one model.

    Raises:
        WordNotFound: the word stands in none of the sentences, or the model does not know it.
    """
    labelled = {sentence: sense for sense, sentence in _labelled(state)}
    source = Source("senses")
    if state.text or (state.state == RAW and not is_ready(source, model)):
        # A sentence's vectors do not depend on the others, so its word's sentences suffice.
        vectors = encoder(model).encode(tuple(labelled)).view(state.state)
    else:
        vectors = vectors_of(source, model, state.state)
    labels = np.array([labelled.get(sentence, "") for sentence in vectors.sentences])
    rows = vectors.rows_of(state.word)
    rows = rows[labels[vectors.sentence_ids[rows]] != ""]
    return _separations_of(vectors, rows, labels, state.word, model)


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


def _caption(state: SensesState, results: Results) -> str:
    first = next(iter(results.values()))[0][1]
    titles = ", ".join(title_of(model) for model in results if model != "context")
    origin = "own labelled sentences" if state.text else "sense corpus"
    return (
        f"{titles} · {state.state} vectors · “{state.word}”, {origin} · n = {first.n} occurrences, "
        f"{len(first.senses)} senses ({', '.join(first.senses)}) · pairs from different sentences "
        f"· intervals 95 %, bootstrap over sentences · seed 0 · live · {LABEL}: mean GloVe vector "
        "of the other content words"
    )


def _table(results: Results) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": "—" if model == "context" else title_of(model),
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


def _notice(word: str, results: Results) -> str:
    """Which layer separates best, and whether that is more than the other words tell anyway."""
    control = results["context"][0][1] if "context" in results else None
    return " ".join(
        _about_one(word, title_of(model), layers, control)
        for model, layers in results.items()
        if model != "context"
    )


def _about_one(
    word: str,
    title: str,
    layers: list[tuple[str, SenseSeparation]],
    control: SenseSeparation | None,
) -> str:
    if len(layers) == 1:
        return f"{title} cannot tell the senses of “{word}” apart: AUC {layers[0][1].auc:.2f}."
    best, found = max(layers, key=lambda pair: pair[1].auc)
    said = (
        f"{title} separates the senses of “{word}” best at layer {best} (AUC {found.auc:.2f}); "
        f"even there the other sense has a cosine of {found.different_sense_cosine:.2f}, the same "
        f"sense {found.same_sense_cosine:.2f}."
    )
    if control is None:
        return said
    low = found.auc_interval[0]
    verdict = "more than" if low > control.auc else "not clearly more than"
    return f"{said} That is {verdict} the other content words tell alone ({control.auc:.2f})."
