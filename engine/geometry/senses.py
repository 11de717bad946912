"""Do a word's vectors keep its senses apart? Margins, AUC and nearest neighbours; never an
absolute cosine alone.

In MiniLM two senses of "bank" still have cosines of .8 to .9, so only "same sense more than
different sense" holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError
from engine.geometry.auc import auc, auc_interval
from engine.geometry.labelled_neighbours import TIE, right_share
from engine.geometry.moments import unit


@dataclass(frozen=True)
class SenseSeparation:
    """How one layer separates the senses of one word. Cosines and shares are dimensionless."""

    n: int  # occurrences
    senses: tuple[str, ...]
    same_sense_cosine: float
    different_sense_cosine: float
    auc: float  # chance that a same-sense pair is closer than a different-sense pair; .5 = none
    auc_interval: tuple[float, float]  # 95 %, bootstrap over sentences
    knn_accuracy_balanced: float  # nearest neighbour from another sentence, mean over senses


def sense_separation(
    x: np.ndarray, senses: np.ndarray, sentence_ids: np.ndarray, *, seed: int = 0, k: int = 1
) -> SenseSeparation:
    """Measure how far the vectors of one word at one layer separate its senses.

    Args:
        x: vectors of the word's occurrences, shape (n, d).
        senses: the sense of each, (n,).
        sentence_ids: the sentence of each, int, (n,); pairs inside one sentence are left out
            everywhere.
        k: neighbours that vote.
    Raises:
        ShapeError: fewer than two senses, or a sense with fewer than two sentences.
    """
    names, labels = np.unique(senses, return_inverse=True)
    sentence_numbers = np.unique(sentence_ids, return_inverse=True)[1]
    _check_spread(names, labels, sentence_numbers)
    cosines = np.round(unit(x) @ unit(x).T / TIE) * TIE
    i, j = _pairs_across(sentence_numbers)
    same, pair_cosines = labels[i] == labels[j], cosines[i, j]
    return SenseSeparation(
        n=len(x),
        senses=tuple(map(str, names)),
        same_sense_cosine=float(pair_cosines[same].mean()),
        different_sense_cosine=float(pair_cosines[~same].mean()),
        auc=auc(same, pair_cosines),
        auc_interval=auc_interval(
            same, pair_cosines, sentence_numbers[i], sentence_numbers[j], seed
        ),
        knn_accuracy_balanced=knn_accuracy_balanced(cosines, labels, sentence_numbers, k=k),
    )


def sense_auc(x: np.ndarray, senses: np.ndarray, sentence_ids: np.ndarray) -> float:
    """The AUC of `sense_separation` alone, which is quick: the chance that a pair of one sense is
    closer than a pair of two, in [0, 1]; .5 = none.

    Args and errors: as `sense_separation`.

    >>> x = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
    >>> sense_auc(x, np.array(["river", "river", "money", "money"]), np.arange(4))
    1.0
    """
    names, labels = np.unique(senses, return_inverse=True)
    _check_spread(names, labels, sentence_ids)
    i, j = _pairs_across(sentence_ids)
    cosines = np.round((unit(x) @ unit(x).T)[i, j] / TIE) * TIE
    same = labels[i] == labels[j]
    return auc(same, cosines)


def _check_spread(names: np.ndarray, labels: np.ndarray, sentence_ids: np.ndarray) -> None:
    spread = [len(np.unique(sentence_ids[labels == s])) for s in range(len(names))]
    if len(names) < 2 or min(spread) < 2:
        found = (
            ", ".join(f"{name}: {count}" for name, count in zip(names, spread, strict=True))
            or "none"
        )
        raise ShapeError(
            f"Separating senses needs two senses with two sentences each; got {found}."
        )


def _pairs_across(sentence_ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of rows from two sentences, once: (first rows, second rows)."""
    i, j = np.triu_indices(len(sentence_ids), k=1)
    across = sentence_ids[i] != sentence_ids[j]
    return i[across], j[across]


def context_bags(x: np.ndarray, sentence_ids: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """For each asked row the mean vector of the other words of its sentence, (n_rows, d).

    With static vectors this is the topic of the sentence without the word itself: what context
    words alone tell of a sense. NaN where a sentence holds no other word.

    >>> x = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    >>> context_bags(x, np.array([0, 0, 0]), np.array([0])).tolist()
    [[0.0, 2.0]]
    """
    bags = []
    for row in rows:
        others = np.flatnonzero(sentence_ids == sentence_ids[row])
        bags.append(
            x[others[others != row]].astype(np.float64).sum(axis=0) / (len(others) - 1 or np.nan)
        )
    return np.array(bags)


def knn_accuracy_balanced(
    similarity: np.ndarray, labels: np.ndarray, sentence_ids: np.ndarray, *, k: int = 1
) -> float:
    """Leave-one-sentence-out k-NN accuracy, mean over senses, in [0, 1].

    An occurrence's neighbours come from other sentences only. A vote counts inversely to how many
    candidates its sense has, and neighbours at equal similarity share their votes, so vectors that
    know nothing score exactly 1 / (number of senses).

    Args:
        similarity: (n, n), larger is nearer.
        labels: sense numbers 0 .. n_senses - 1, (n,).
        sentence_ids: (n,).
    """
    n_senses = int(labels.max()) + 1
    hits = np.zeros(len(labels))
    for row in range(len(labels)):
        others = np.flatnonzero(sentence_ids != sentence_ids[row])
        hits[row] = right_share(similarity[row, others], labels[others], labels[row], n_senses, k)
    return float(np.mean([hits[labels == s].mean() for s in range(n_senses)]))


def silhouette(distances: np.ndarray, labels: np.ndarray) -> float:
    """Mean over rows of (b - a) / max(a, b), in [-1, 1]: 1 = tight groups far apart.

    a = mean distance to the others of the row's own group, b = to the nearest other group; 0 for a
    row alone in its group, and where all distances are 0.

    Args:
        distances: (n, n), 0 on the diagonal.
        labels: group numbers 0 .. n_groups - 1, (n,).
    Source:
        Rousseeuw (1987), https://doi.org/10.1016/0377-0427(87)90125-7.
    """
    member = np.eye(int(labels.max()) + 1)[labels]  # (n, n_groups)
    sizes, rows = member.sum(axis=0), np.arange(len(labels))
    sums = distances @ member - np.diag(distances)[:, None] * member
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    others = sums / sizes
    others[rows, labels] = np.inf
    nearest = others.min(axis=1)
    largest = np.maximum(np.maximum(own, nearest), 1e-300)
    alone = sizes[labels] == 1
    return float(np.where(alone, 0.0, (nearest - own) / largest).mean())
