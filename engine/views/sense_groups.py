"""Senses that nobody wrote down: do the occurrences of a word fall into groups, and what holds a
group together, context or merely the place in the sentence?
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from engine.encoder import Progress, title_of
from engine.errors import ShapeError
from engine.figures.curves import curves_by_layer
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.kept import Kept
from engine.views.known_to import ask_each
from engine.views.sense_groups_kept import COMMAND, recorded_groups
from engine.views.sense_groups_measured import measured_groups
from engine.views.sense_groups_told import (
    MEASURES,
    Layers,
    axes,
    caption,
    curves,
    notice,
    table,
    tells_context,
)
from engine.views.sense_vectors import SenseQuestion, piece_notes, reading
from engine.views.sources import Source


@dataclass(frozen=True)
class SenseGroupsState:
    """A word, sentences, and the models that read them."""

    word: str = "bank"
    text: str = ""  # own sentences, one a line; empty = the bundled ones
    models: tuple[str, ...] = ("minilm", "glove")
    state: str = RAW
    measure_name: str = "context"
    exact: bool = False  # capital and small letters make different words

    @property
    def question(self) -> SenseQuestion:
        """What of it decides on the vectors."""
        return SenseQuestion(self.word, self.text, self.exact, self.state)


_groups = Kept(max_bytes=512)


@VIEWS.add("sense-groups")
class SenseGroupsView:
    """Groups without labels, by layer and model."""

    title = "Groups without labels, layer by layer"
    State = SenseGroupsState

    def needs(self, state: SenseGroupsState) -> Needs:
        """Nothing for raw vectors of a few sentences; other states are fitted on the corpus."""
        if state.text or state.state == RAW:
            return []
        return [(Source("senses"), model) for model in state.models]

    def work(self, state: SenseGroupsState) -> Work | None:
        """Reading many sentences; a sentence that refuses them is left to `show`."""
        waiting = [model for model in state.models if not _is_known(state, model)]
        return reading(state.question, waiting, partial(groups, state), quick=False)

    def so_far(self, state: SenseGroupsState) -> SenseGroupsState | None:
        """The state with the models that have been measured; None before the first."""
        there = tuple(model for model in state.models if _is_known(state, model))
        moving = [model for model in there if groups(state, model)]
        return replace(state, models=there) if moving else None

    def show(self, state: SenseGroupsState) -> Shown:
        """One curve a model; a model of one vector a word has no groups and is told so."""
        asked = state.question.sentences
        results, notes = ask_each(state.models, lambda model: groups(state, model))
        moving = {model: layers for model, layers in results.items() if layers}
        fixed = [title_of(model) for model in results if model not in moving]
        if not moving:
            raise ShapeError(
                f"{' and '.join(fixed)} has one vector for “{asked.word}”, which forms no groups. "
                "Choose a model that reads the sentence."
            )
        pieces = [note for model in moving for note in piece_notes(state.question, model)]
        name = state.measure_name if state.measure_name in MEASURES else "context"
        if name == "agreement" and not any(asked.senses):
            name = "context"
        if name == "context" and not tells_context(moving):
            name = "silhouette"
        names = {model: [layer for layer, _ in layers] for model, layers in moving.items()}
        titles = {model: title_of(model) for model in moving}
        figure = curves_by_layer(curves(moving, name), names, axes(name), titles)
        told = tuple(dict.fromkeys(_provenance(state, model) for model in moving))
        if fixed:
            notes = (
                *notes,
                f"{' and '.join(fixed)}: one vector for “{asked.word}”, which forms no groups.",
            )
        return Shown(
            figure, table(moving), caption(state.state, asked, moving, told),
            notice(asked.word, moving), (*asked.notes, *pieces, *notes),
        )  # fmt: skip


def groups(state: SenseGroupsState, model: str, progress: Progress | None = None) -> Layers:
    """As `measured_groups`: recorded, or measured once and kept."""
    if recorded := recorded_groups(state.question, model):
        return recorded.groups(state.word)
    key = state.question, model
    found: Layers = _groups.get(key, lambda: measured_groups(*key, progress), lambda _: 1)
    return found


def _provenance(state: SenseGroupsState, model: str) -> str:
    found = recorded_groups(state.question, model)
    return found.provenance(COMMAND) if found else "live"


def _is_known(state: SenseGroupsState, model: str) -> bool:
    question = state.question
    return bool(recorded_groups(question, model)) or _groups.has((question, model))
