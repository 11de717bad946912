"""What is measured of a net while it learns: how alike its words are, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.geometry.moments import unit
from engine.geometry.pairs import cosine, mean_pair_cosine, mean_random_pair_cosine

DIGITS = 3


@dataclass(frozen=True)
class Look:
    """A net at one moment."""

    figures: dict[str, float]
    words: tuple[str, ...]  # of the picture
    places: tuple[float, ...]  # x, y, z of each


def of_vocabulary(
    words: tuple[str, ...], vectors: np.ndarray, contexts: np.ndarray, n_places: int
) -> Look:
    """word2vec: its words, and how they stand to the vectors of words as neighbours.

    Args:
        words: the most frequent ones, (n,).
        vectors: their word vectors, (n, d).
        contexts: their context vectors, (n, d).
    """
    u, c = unit(vectors), unit(contexts)
    mean = u.mean(axis=0)
    figures = {
        "mean_cosine": mean_pair_cosine(vectors),
        # Mimno & Thompson (2017), https://aclanthology.org/D17-1308: the words of skip-gram stand
        # in a cone, opposite to the contexts'.
        "cosine_of_means": cosine(mean, c.mean(axis=0)),
        "share_along_mean": float((u @ mean > 0).mean()),
    }
    if not contexts.any():  # before the first batch they are all 0
        del figures["cosine_of_means"]
    return Look(figures, words[:n_places], places(vectors[:n_places], mean))


def of_text(
    words: tuple[str, ...],
    layers: list[np.ndarray],
    type_ids: np.ndarray,
    sentence_ids: np.ndarray,
    n_places: int,
) -> Look:
    """A biLM: the words of a text at each layer; the picture is of the top one.

    Args:
        words: of the text, (n,).
        layers: bottom to top, (n, d) each.
    """
    figures = {
        f"mean_cosine_{number}": mean_random_pair_cosine(layer, type_ids, sentence_ids)
        for number, layer in enumerate(layers)
    }
    top = layers[-1]
    return Look(figures, words[:n_places], places(top[:n_places], unit(top).mean(axis=0)))


def places(vectors: np.ndarray, mean: np.ndarray) -> tuple[float, ...]:
    """Each vector on the unit sphere at its exact angle to the mean direction, as x, y, z of one
    after another.

    Around the axis it stands as in a plane drawn by chance, the same at every moment, so that what
    moves is the words.
    """
    u, axis = unit(vectors), unit(mean[None])[0]
    plane = np.random.default_rng(0).normal(size=(u.shape[1], 2))
    z = np.clip(u @ axis, -1.0, 1.0)
    around = unit(u @ (plane - np.outer(axis, axis @ plane)))
    across = around * np.sqrt(1.0 - np.square(z))[:, None]
    return tuple(np.column_stack([across, z]).round(DIGITS).ravel().tolist())
