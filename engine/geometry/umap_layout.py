"""UMAP of all layers at once (McInnes et al. 2018, https://arxiv.org/abs/1802.03426), with
umap-learn.

One map is fitted on all layers stacked, so that a word's motion between layers happens within one
map. What UMAP does
not keep: distances, gaps, densities and the origin.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np

from engine.errors import ShapeError
from engine.geometry.moments import unit

N_EPOCHS = 200
WARNING = (
    "UMAP keeps who is near whom, not how far: gaps, sizes and densities of islands mean "
    "little, and the origin and the cone cannot be seen here."
)


def umap_layout(
    layers: Sequence[np.ndarray],
    *,
    seed: int = 0,
    n_neighbours: int = 15,
    on_epoch: Callable[[int, int], None] | None = None,
) -> list[np.ndarray]:
    """Three-dimensional UMAP by cosine of the stacked layers, float32 (n, 3) per layer, centred on
    the origin.

    Args:
        layers: (n, d) each, of one width.
        on_epoch: called with (epochs done, epochs in all); may raise to cancel.
    Raises:
        ShapeError: layers of different widths or words, or fewer than 4 words.
    """
    if len({layer.shape for layer in layers}) != 1:
        raise ShapeError("UMAP of all layers at once needs the same words in layers of one width.")
    stacked = unit(np.concatenate(layers)).astype(np.float32)
    if len(stacked) < 4:
        raise ShapeError(f"UMAP needs at least 4 words; got {len(stacked)}.")
    import umap  # slow to import: numba compiles

    reducer = umap.UMAP(
        n_components=3,
        n_neighbors=min(n_neighbours, len(stacked) - 1),
        metric="euclidean",  # of unit vectors, which orders as cosine does
        random_state=seed,
        n_epochs=N_EPOCHS,
        init="pca",
        low_memory=False,
        tqdm_kwds={
            "file": _EpochCounter(on_epoch),
            "bar_format": "{n_fmt}/{total_fmt}",
            "disable": False,
        },
    )
    with warnings.catch_warnings():
        # umap-learn warns that a fixed seed makes it use one core; the same picture for the same
        # link is worth that.
        warnings.filterwarnings("ignore", message="n_jobs value")
        drawn = reducer.fit_transform(stacked)
    drawn = drawn - drawn.mean(axis=0)
    return [part.astype(np.float32) for part in np.split(drawn, len(layers))]


class _EpochCounter:
    """The file that umap-learn's progress bar writes to: the only way it tells the epoch, and to
    stop it in between.
    """

    def __init__(self, on_epoch: Callable[[int, int], None] | None) -> None:
        self._on_epoch = on_epoch

    def write(self, text: str) -> None:
        """Read "40/200" and report (40, 200)."""
        done, slash, total = text.strip().partition("/")
        if self._on_epoch and slash and done.isdigit() and total.isdigit():
            self._on_epoch(int(done), int(total))

    def flush(self) -> None:
        """Every write is handled at once."""
