"""What a model card says of a model's geometry: how narrow each layer's cone is, and whether the
layer keeps senses apart better than the same net untrained.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.corpora.senses import polysemous_words
from engine.encoder import ENCODERS, registered
from engine.errors import ShapeError, WordNotFound
from engine.geometry.frame import Frame
from engine.geometry.stream import measure
from engine.views.senses import SensesState, separations
from engine.views.sources import Source, vectors_of

N_RESAMPLES = 2000


def geometry_by_layer(model: str) -> list[dict[str, Any]]:
    """Mean random-pair cosine of each layer on the sense corpus, raw, without punctuation."""
    layers = measure([vectors_of(Source("senses"), model)], Frame(punctuation=False))
    return [
        {
            "layer": layer.layer,
            "n": layer.n,
            "mean_cosine": round(layer.mean_cosine, 4),
            "ci_low": round(layer.mean_cosine_interval[0], 4),
            "ci_high": round(layer.mean_cosine_interval[1], 4),
        }
        for layer in layers
    ]


def sense_auc_by_word(model: str) -> tuple[list[str], np.ndarray]:
    """AUC of same-sense against other-sense pairs: the words of the sense corpus that the model
    knows, and (n_words, n_layers).
    """
    known, found = [], []
    for word in polysemous_words():
        try:
            layers = separations(SensesState(word, models=()), model)
        except (WordNotFound, ShapeError):
            continue  # not in the model's vocabulary
        known.append(word)
        found.append([separation.auc for _, separation in layers])
    return known, np.array(found)


def sense_auc_beside_twin(model: str) -> dict[str, Any]:
    """Mean sense AUC of every layer, and how much of it the untrained twin has too; intervals are
    95 %, bootstrap over words, each word compared with itself.
    """
    twin = next((card.name for card in registered(twins=True) if card.twin_of == model), "")
    words, own = sense_auc_by_word(model)
    found: dict[str, Any] = {
        "n_words": len(words),
        "unknown_words": [word for word in polysemous_words() if word not in words],
        "layers": list(ENCODERS[model].card.layer_names),
        "auc": own.mean(0).round(4).tolist(),
    }
    if not twin:
        return found
    gain = own - sense_auc_by_word(twin)[1]  # (n_words, n_layers)
    picks = np.random.default_rng(0).integers(0, len(gain), (N_RESAMPLES, len(gain)))
    low, high = np.percentile(gain[picks].mean(1), [2.5, 97.5], axis=0)
    return found | {
        "untrained_auc": (own - gain).mean(0).round(4).tolist(),
        "gain": gain.mean(0).round(4).tolist(),
        "gain_low": low.round(4).tolist(),
        "gain_high": high.round(4).tolist(),
    }
