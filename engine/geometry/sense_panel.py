"""All that is measured of how a layer keeps a word's senses apart, beside what shuffled senses
would give.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from engine.geometry.auc import AT_ONCE
from engine.geometry.moments import unit
from engine.geometry.senses import (
    TIE,
    SenseSeparation,
    knn_accuracy_balanced,
    sense_separation,
    silhouette,
)

N_PERMUTATIONS = 199
K = 5


@dataclass(frozen=True)
class SensePanel(SenseSeparation):
    """Separation, further measures, and the null: senses dealt out to the sentences at random."""

    knn5_accuracy_balanced: float
    silhouette: float  # mean over occurrences, cosine distance, in [-1, 1]
    auc_null: float  # 97.5 % of shuffled senses stay below it
    p_value: float  # share of shuffled senses, the true ones counted in, that reach the AUC


def sense_panel(
    x: np.ndarray, senses: np.ndarray, sentence_ids: np.ndarray, *, seed: int = 0
) -> SensePanel:
    """Everything at once.

    Args and errors: as `sense_separation`.
    """
    separation = sense_separation(x, senses, sentence_ids, seed=seed)
    cosines = np.round(unit(x) @ unit(x).T / TIE) * TIE
    labels = np.unique(senses, return_inverse=True)[1]
    sentences = np.unique(sentence_ids, return_inverse=True)[1]
    shuffled = shuffled_aucs(cosines, labels, sentences, seed=seed)
    return SensePanel(
        **asdict(separation),
        knn5_accuracy_balanced=knn_accuracy_balanced(cosines, labels, sentences, k=K),
        silhouette=silhouette(1 - cosines, labels),
        auc_null=float(np.quantile(shuffled, 0.975)),
        p_value=float((1 + (shuffled >= separation.auc - 1e-12).sum()) / (1 + len(shuffled))),
    )


def shuffled_aucs(
    cosines: np.ndarray,
    labels: np.ndarray,
    sentence_ids: np.ndarray,
    *,
    n: int = N_PERMUTATIONS,
    seed: int = 0,
) -> np.ndarray:
    """AUCs of senses dealt out anew to the sentences, (n,).

    The sense of a sentence is that of its first occurrence here. AUC = (R - m (m + 1) / 2) /
    (m n), R the sum of the ranks of the m same-sense pairs, ties sharing theirs.

    Args:
        cosines: (n_occurrences, n_occurrences).
        labels: sense numbers, (n_occurrences,).
        sentence_ids: numbers 0 .. n_sentences - 1, (n_occurrences,).
    """
    from scipy.stats import rankdata

    i, j = np.triu_indices(len(labels), k=1)
    across = sentence_ids[i] != sentence_ids[j]
    i, j = i[across], j[across]
    ranks = rankdata(cosines[i, j])
    of_sentence = labels[np.unique(sentence_ids, return_index=True)[1]]
    rng = np.random.default_rng(seed)
    found = []
    n_some = max(1, AT_ONCE // max(len(i), 1))
    for start in range(0, n, n_some):  # some at a time: pairs times deals may be too many
        deals = [rng.permutation(of_sentence) for _ in range(min(n_some, n - start))]
        dealt = np.array(deals)[:, sentence_ids]  # (n_some, n_occurrences)
        same = dealt[:, i] == dealt[:, j]
        m = same.sum(axis=1)
        products, sums = m * (len(i) - m), (same * ranks).sum(axis=1) - m * (m + 1) / 2
        found.append(np.divide(sums, products, out=np.full(len(m), 0.5), where=products > 0))
    return np.concatenate(found)
