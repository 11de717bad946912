"""Do the vectors of a word keep its senses apart, and at which layer best?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from engine.encoder import Progress, title_of
from engine.errors import EngineError
from engine.figures.curves import curves_by_layer
from engine.geometry.sense_panel import SensePanel, sense_panel
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.context_control import LABEL, context_alone
from engine.views.kept import Kept
from engine.views.known_to import ask_each
from engine.views.sense_sentences import SenseSentences
from engine.views.sense_vectors import SenseQuestion, occurrences, piece_notes, reading
from engine.views.senses_drawn import MEASURES, axes, curves
from engine.views.senses_told import caption, notice, table, too_few
from engine.views.sources import Source


@dataclass(frozen=True)
class SensesState:
    """A word, its labelled sentences, and the models that read them."""

    word: str = "bank"
    text: str = ""  # own labelled sentences, "sense TAB sentence" a line; empty = the bundled ones
    models: tuple[str, ...] = ("minilm", "glove")
    state: str = RAW
    measure_name: str = "auc"
    exact: bool = False  # capital and small letters make different words

    @property
    def question(self) -> SenseQuestion:
        """What of it decides on the vectors."""
        return SenseQuestion(self.word, self.text, self.exact, self.state)


Panels = dict[str, list[tuple[str, SensePanel]]]
"""model -> (layer name, separation) of each layer; "context" holds the control."""

_panels = Kept(max_bytes=1024)  # every word of every model, and readers' own


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

    def work(self, state: SensesState) -> Work | None:
        """Reading many sentences; a sentence that refuses them is left to `show`."""
        waiting = [model for model in state.models if not _is_known(state, model)]
        return reading(state.question, waiting, partial(separations, state))

    def so_far(self, state: SensesState) -> SensesState | None:
        """The state with the models that have been measured; None before the first."""
        there = tuple(model for model in state.models if _is_known(state, model))
        return replace(state, models=there) if there else None

    def show(self, state: SensesState) -> Shown:
        """One curve a model of the measure asked for."""
        asked = state.question.sentences
        if not asked.is_labelled:
            raise EngineError(_unlabelled(asked))
        results, notes = ask_each(state.models, lambda model: separations(state, model))
        pieces = [note for model in results for note in piece_notes(state.question, model)]
        usable = [n for n, sense in enumerate(asked.senses) if sense in asked.comparable]
        control = context_alone(
            tuple(asked.sentences[n] for n in usable), tuple(asked.senses[n] for n in usable),
            asked.word,
        )  # fmt: skip
        name = state.measure_name if state.measure_name in MEASURES else "auc"
        n_senses = len(next(iter(results.values()))[0][1].senses)
        figure = curves_by_layer(
            curves(results, name),
            {model: [layer for layer, _ in layers] for model, layers in results.items()},
            axes(name, n_senses, control),
            {model: title_of(model) for model in results},
        )
        told = notice(asked.word, results, control)
        if control:
            results["context"] = [(LABEL, control)]
        return Shown(
            figure, table(results, asked), caption(state.state, asked, results), told,
            (*asked.notes, *too_few(asked), *pieces, *notes),
        )  # fmt: skip


def separations(
    state: SensesState, model: str, progress: Progress | None = None
) -> list[tuple[str, SensePanel]]:
    """(layer name, separation) of every layer of one model.

    Raises:
        WordNotFound: the word stands in none of the sentences, or the model does not know it.
        ShapeError: fewer than two senses with two sentences each.
    """
    question = state.question

    def measure() -> list[tuple[str, SensePanel]]:
        found = occurrences(question, model, progress)
        kept = np.isin(found.senses, question.sentences.comparable)
        return [
            (name, sense_panel(layer[kept], found.senses[kept], found.sentence_ids[kept]))
            for name, layer in zip(found.vectors.layer_names, found.layers, strict=True)
        ]

    return list(_panels.get((question, model), measure, lambda _: 1))


def _is_known(state: SensesState, model: str) -> bool:
    return _panels.has((state.question, model))


def _unlabelled(asked: SenseSentences) -> str:
    return (
        "Separating senses needs two senses with two sentences each. Write the sense and a TAB "
        f"before a sentence; {sum(map(bool, asked.senses))} of {len(asked.senses)} sentences have "
        "one."
    )
