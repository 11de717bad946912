"""Groups of a word's occurrences at every layer, and what holds each group together."""

from __future__ import annotations

import numpy as np

from engine.encoder import Progress
from engine.geometry.moments import unit
from engine.geometry.sense_clusters import SenseClusters, pair_auc, sense_clusters
from engine.views.context_control import bags_around
from engine.views.sense_groups_told import LEAST, Groups, Layers
from engine.views.sense_vectors import Occurrences, SenseQuestion, occurrences


def measured_groups(
    question: SenseQuestion, model: str, progress: Progress | None = None
) -> Layers:
    """(layer name, groups) of every layer at which the vectors differ; none for a static model.

    Raises:
        WordNotFound: the word stands in none of the sentences, or the model does not know it.
        ShapeError: fewer than six occurrences.
    """
    found = occurrences(question, model, progress)
    return [
        (name, _measured(found, layer, question))
        for name, layer in zip(found.vectors.layer_names, found.layers, strict=True)
        if len(layer) < 2 or np.ptp(layer, axis=0).max() > 1e-5
    ]


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
