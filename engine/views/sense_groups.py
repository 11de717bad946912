"""Senses that nobody wrote down: do the occurrences of a word fall into groups, and what holds a
group together, context or merely the place in the sentence?
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from engine.encoder import Progress, title_of
from engine.errors import ShapeError
from engine.figures.curves import curves_by_layer
from engine.geometry.moments import unit
from engine.geometry.sense_clusters import SenseClusters, pair_auc, sense_clusters
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.context_control import bags_around
from engine.views.kept import Kept
from engine.views.known_to import ask_each
from engine.views.sense_groups_told import (
    LEAST,
    MEASURES,
    Groups,
    axes,
    caption,
    curves,
    notice,
    table,
)
from engine.views.sense_vectors import (
    Occurrences,
    SenseQuestion,
    occurrences,
    piece_notes,
    reading,
)
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


Found = list[tuple[str, Groups]]
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
        pieces = [
            note
            for model in moving
            for note in piece_notes(model, occurrences(state.question, model))
        ]
        name = state.measure_name if state.measure_name in MEASURES else "context"
        if name == "agreement" and not any(asked.senses):
            name = "context"
        names = {model: [layer for layer, _ in layers] for model, layers in moving.items()}
        titles = {model: title_of(model) for model in moving}
        figure = curves_by_layer(curves(moving, name), names, axes(name), titles)
        if fixed:
            notes = (
                *notes,
                f"{' and '.join(fixed)}: one vector for “{asked.word}”, which forms no groups.",
            )
        return Shown(
            figure, table(moving), caption(state.state, asked, moving),
            notice(asked.word, moving), (*asked.notes, *pieces, *notes),
        )  # fmt: skip


def groups(state: SenseGroupsState, model: str, progress: Progress | None = None) -> Found:
    """(layer name, groups) of every layer at which the vectors differ; none for a static model.

    Raises:
        WordNotFound: the word stands in none of the sentences, or the model does not know it.
        ShapeError: fewer than six occurrences.
    """
    question = state.question

    def measure() -> Found:
        found = occurrences(question, model, progress)
        return [
            (name, _measured(found, layer, question))
            for name, layer in zip(found.vectors.layer_names, found.layers, strict=True)
            if len(layer) < 2 or np.ptp(layer, axis=0).max() > 1e-5
        ]

    return list(_groups.get((question, model), measure, lambda _: 1))


def _is_known(state: SenseGroupsState, model: str) -> bool:
    return _groups.has((state.question, model))


def _measured(found: Occurrences, layer: np.ndarray, question: SenseQuestion) -> Groups:
    clusters = sense_clusters(layer)
    if clusters.sizes[1] < LEAST:  # outliers share nothing with each other
        nothing = (np.nan, np.nan)
        return Groups(clusters, np.nan, nothing, np.nan, nothing, _agreement(found, clusters))
    places = found.vectors.positions[found.rows].astype(np.float64)
    apart = np.abs(places[:, None] - places[None, :])
    place, place_interval = pair_auc(-apart, clusters.labels, found.sentence_ids)
    context, interval = np.nan, (np.nan, np.nan)
    rows, bags = _bags(found, question)
    if len(rows) > 1:
        units = unit(bags)
        context, interval = pair_auc(
            units @ units.T, clusters.labels[rows], found.sentence_ids[rows]
        )
    return Groups(clusters, context, interval, place, place_interval, _agreement(found, clusters))


def _bags(found: Occurrences, question: SenseQuestion) -> tuple[np.ndarray, np.ndarray]:
    """The occurrences whose sentences hold other content words, and the mean vector of these."""
    asked = question.sentences
    around = bags_around(asked.sentences, asked.word)
    if around is None:
        return np.empty(0, np.int64), np.empty((0, 1))
    bags, numbers = around
    by_sentence = {asked.sentences[n]: bag for bag, n in zip(bags, numbers.tolist(), strict=True)}
    own = [by_sentence.get(found.vectors.sentences[s]) for s in found.sentence_ids.tolist()]
    rows = [row for row, bag in enumerate(own) if bag is not None]
    return np.array(rows, np.int64), np.array([own[row] for row in rows]).reshape(len(rows), -1)


def _agreement(found: Occurrences, clusters: SenseClusters) -> float:
    labelled = found.senses != ""
    if len(set(found.senses[labelled])) < 2:
        return float("nan")
    from sklearn.metrics import adjusted_rand_score  # slow to import

    return float(adjusted_rand_score(found.senses[labelled], clusters.labels[labelled]))
