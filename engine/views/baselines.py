"""What a cosine is held against: any two words of the sense corpus, and the middle of its cloud."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine.vectors import LayeredVectors
from engine.vectors.states import RAW
from engine.views import Needs
from engine.views.build import default_frame
from engine.views.measured import Measured, measured, missing_vectors
from engine.views.sources import Source, vectors_of

BASELINE = Source("senses")
STATES = (RAW, "centred")  # the others cannot be fitted on a few words


def baseline_needs(models: Sequence[str], state: str) -> Needs:
    """What must be encoded first: the corpus, where its mean is taken or nothing is recorded."""
    if state != RAW:
        return [(BASELINE, model) for model in models]
    return missing_vectors(BASELINE, models, RAW, default_frame(BASELINE.name))


def baseline(model: str, state: str) -> Measured:
    """Mean cosine of two random words of the sense corpus at each layer, and all else measured."""
    return measured(BASELINE, model, state, default_frame(BASELINE.name))


def in_state(vectors: LayeredVectors, state: str) -> tuple[np.ndarray, ...]:
    """Each layer as it is, or less the corpus's mean at that layer, (n_words, d) each."""
    if state == RAW:
        return vectors.layers
    means = _means(vectors.model)
    return tuple(layer - mean for layer, mean in zip(vectors.layers, means, strict=True))


@lru_cache(maxsize=16)
def _means(model: str) -> tuple[np.ndarray, ...]:
    return tuple(layer.mean(axis=0) for layer in vectors_of(BASELINE, model).layers)
