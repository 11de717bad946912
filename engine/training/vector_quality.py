"""What a model card says of a model's vectors: do they keep senses apart, and how narrow is their
cone? Both on the bundled sense corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.corpora.senses import sense_corpus
from engine.geometry.senses import sense_separation
from engine.geometry.stream import measure
from engine.text import Sentence
from engine.vectors import LayeredVectors

Reads = Callable[[Sequence[Sentence]], LayeredVectors]


def mean_sense_auc(reads: Reads) -> dict[str, float]:
    """Layer name -> mean over the corpus' words of the chance that two occurrences in the same
    sense are closer than two in different senses; .5 = the layer knows nothing of senses.

    Each word's occurrences are those in the sentences written for it, as the app shows them.
    """
    corpus = sense_corpus()
    vectors = reads(corpus.sentences)
    targets, senses = np.array(corpus.target_words), np.array(corpus.senses)
    aucs: list[list[float]] = []
    for word in sorted(set(corpus.target_words) - {None}):
        rows = vectors.rows_of(str(word))
        rows = rows[targets[vectors.sentence_ids[rows]] == word]
        sentence_ids = vectors.sentence_ids[rows]
        aucs.append(
            [
                sense_separation(layer[rows], senses[sentence_ids], sentence_ids).auc
                for layer in vectors.layers
            ]
        )
    means = np.array(aucs).mean(axis=0)  # (n_layers,)
    return dict(zip(vectors.layer_names, map(float, means), strict=True))


def geometry_by_layer(reads: Reads) -> dict[str, dict[str, float]]:
    """Layer name -> its anisotropy and what is built on it, raw vectors; angles in degrees."""
    return {
        layer.layer: {
            "mean_cosine": layer.mean_cosine,
            "cone_half_angle_median_deg": layer.cone_half_angle_median_deg,
            "self_similarity": layer.self_similarity,
            "intra_sentence_similarity": layer.intra_sentence_similarity,
        }
        for layer in measure([reads(sense_corpus().sentences)])
    }
