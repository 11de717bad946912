"""One shared picture of all layers against one PCA a layer."""

from __future__ import annotations

import numpy as np

from engine.geometry.basis import picture
from tests.benchmarks import Row
from tests.benchmarks.corpus import sentences, vectors
from tests.benchmarks.timing import medians

N_WORDS = 10_000


def run(quick: bool) -> list[Row]:
    """10,000 words x 7 layers, three directions."""
    from sklearn.decomposition import PCA

    kept = vectors(sentences(1_336 if quick else 4_917)[0])
    layers = [np.ascontiguousarray(layer[:N_WORDS]) for layer in kept.layers]

    def one_pca_a_layer() -> list[np.ndarray]:
        return [PCA(3, svd_solver="covariance_eigh").fit_transform(layer) for layer in layers]

    def default_pca() -> list[np.ndarray]:
        return [PCA(3).fit_transform(layer) for layer in layers]

    ours, best, default = medians(
        [lambda: picture(layers), one_pca_a_layer, default_pca], 5 if quick else 15
    )
    name = f"picture of {len(layers[0]):,} words x {len(layers)} layers"
    against = "against one sklearn PCA(3) a layer"
    return [
        Row(name, ours, "s", default, ours / default, "ours <= 0.5", against),
        Row(name, ours, "s", best, ours / best, note=f"{against}, solver covariance_eigh"),
    ]
