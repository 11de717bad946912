"""The mean cosine of a static vocabulary where each word counts as often as it is used."""

from __future__ import annotations

from engine.figures.dot_rows import Dot
from engine.geometry.weighted_pairs import weighted_interval, weighted_mean_cosine
from engine.views.kept import Kept
from engine.views.sources import FREQUENT, Source, vectors_of

_kept = Kept(max_bytes=64)  # one each


def as_often_as_used(model: str, state: str, seed: int) -> Dot:
    """The frequent words weighted by 1 / rank: no list says how often a word is used, and by Zipf's
    law that is how often.
    """
    key = model, state, seed
    found: Dot = _kept.get(key, lambda: _weighted(model, state, seed), lambda _: 1)
    return found


def _weighted(model: str, state: str, seed: int) -> Dot:
    source = Source(FREQUENT)
    vectors = vectors_of(source, model, state)
    x, weights = vectors.layers[0], vectors.weights
    interval = weighted_interval(x, weights, seed)
    label = f"its {source.title}, each as often as it is used"
    return Dot(label, len(x), weighted_mean_cosine(x, weights), *interval)
