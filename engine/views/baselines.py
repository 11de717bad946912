"""What a cosine is held against: any two words of the sense corpus, and the middle of its cloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.encoder import knows_place
from engine.geometry.pairs import group_sums, mean_random_pair_cosine
from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import Needs
from engine.views.build import default_frame
from engine.views.kept import Kept
from engine.views.measured import measured, missing_vectors
from engine.views.sources import Source, vectors_of

BASELINE = Source("senses")
CENTRED, PLACED = "centred", "place removed"
STATES = (RAW, CENTRED, PLACED)  # the others cannot be fitted on a few words
STATES_HELP = (
    "Raw is what the model gives. Centred: less the mean of all words of the sense corpus. Place "
    "removed: less the mean of its words that stand at the same place of their sentence, so that "
    "two words are not alike for standing at the same place."
)
LAST_PLACE = 16  # words further on share one mean: few sentences are longer
SAMPLE = 4_000  # words of the corpus whose cosines are measured where nothing is recorded

_means = Kept(max_bytes=64)
_cosines = Kept(max_bytes=64)


@dataclass(frozen=True)
class Baseline:
    """Mean cosine of two random words at each layer, and where it comes from."""

    cosines: tuple[float, ...]
    provenance: str


def baseline_needs(models: Sequence[str], state: str) -> Needs:
    """What must be encoded first: the corpus, where a mean is taken or nothing is recorded."""
    if state != RAW:
        return [(BASELINE, model) for model in models]
    return missing_vectors(BASELINE, models, RAW, default_frame(BASELINE.name))


def baseline(model: str, state: str) -> Baseline:
    """Mean cosine of two random words of the sense corpus: different words of different
    sentences.
    """
    if state != PLACED:
        found = measured(BASELINE, model, state, default_frame(BASELINE.name))
        return Baseline(tuple(one.mean_cosine for one in found.layers), found.provenance)

    def measure() -> Baseline:
        vectors = vectors_of(BASELINE, model)
        chosen = np.sort(np.random.default_rng(0).permutation(len(vectors))[:SAMPLE])
        part = vectors.select(chosen)
        types, sentences = part.types[1], part.sentence_ids
        cosines = [
            mean_random_pair_cosine(layer, types, sentences) for layer in in_state(part, state)
        ]
        return Baseline(tuple(cosines), f"{len(part):,} of its words, seed 0, live")

    found = _cosines.get((model, state), measure, lambda _: 1)
    assert isinstance(found, Baseline)
    return found


def in_state(vectors: LayeredVectors, state: str) -> tuple[np.ndarray, ...]:
    """Each layer as it is, or less a mean of the corpus at that layer, (n_words, d) each."""
    if state == RAW:
        return vectors.layers
    means = _means.get((vectors.model, state), lambda: _mean(vectors.model, state), lambda _: 1)
    places = np.minimum(vectors.positions, LAST_PLACE) if state == PLACED else 0
    return tuple(layer - mean[places] for layer, mean in zip(vectors.layers, means, strict=True))


def _mean(model: str, state: str) -> tuple[np.ndarray, ...]:
    """At each layer the mean of all words, (1, d), or of those at each place, (n_places, d)."""
    vectors = vectors_of(BASELINE, model)
    means = [layer.mean(axis=0, keepdims=True) for layer in vectors.layers]
    if state == CENTRED:
        return tuple(means)
    places = np.minimum(vectors.positions, LAST_PLACE)
    counts = np.bincount(places, minlength=LAST_PLACE + 1)[:, None]
    for number, layer in enumerate(vectors.layers):
        mean = np.repeat(means[number], LAST_PLACE + 1, axis=0)
        # A context-free layer that knows no place has one vector a word, which stays one.
        if number or knows_place(model):
            sums, found = group_sums(layer.astype(np.float64), places)
            mean[found] = sums / counts[found]
        means[number] = mean.astype(np.float32)
    return tuple(means)
