"""The nearest of a million occurrences by exact cosine, within a click."""

from __future__ import annotations

import numpy as np

from engine.geometry.neighbours import ExactSearch
from tests.benchmarks import Row
from tests.benchmarks.timing import medians

N, WIDTH, K = 1_000_000, 384, 10  # as wide as MiniLM
CLICK_MS = 200.0


def run(quick: bool) -> list[Row]:
    """One question to all vectors. They are random, which an exact search does not mind."""
    from sklearn.neighbors import NearestNeighbors

    n = N // 10 if quick else N
    x = np.random.default_rng(0).standard_normal((n, WIDTH), dtype=np.float32)
    search = ExactSearch(x)
    reference = NearestNeighbors(n_neighbors=K + 1, metric="cosine", algorithm="brute").fit(x)
    asked = n // 2
    found, _ = search.nearest(asked, K)
    expected = reference.kneighbors(x[asked : asked + 1], return_distance=False)[0]
    if set(found.tolist()) != set(expected.tolist()) - {asked}:
        raise AssertionError("The exact search and scikit-learn's disagree.")
    ours, theirs = medians(
        [lambda: search.nearest(asked, K), lambda: reference.kneighbors(x[asked : asked + 1])],
        3 if quick else 7,
    )
    return [
        Row(
            f"10 nearest of {n:,} occurrences, exact", ours * 1000, "ms", theirs * 1000,
            theirs / ours, f"ours < {CLICK_MS:.0f}",
            f"{WIDTH} dimensions; reference: scikit-learn, brute force",
        )
    ]  # fmt: skip
