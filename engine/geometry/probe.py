"""Linear probes: how much of a property a linear reader finds in vectors.

A probe that finds something shows that the vectors hold it, not that their net uses it (Belinkov
2022, https://aclanthology.org/2022.cl-1.7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError

STRENGTHS = (1e-3, 1e-2, 1e-1)  # C, the inverse of the penalty
MAX_ITERATIONS = 500


@dataclass(frozen=True)
class Labelled:
    """Vectors and what is to be read from them."""

    x: np.ndarray  # (n, d)
    labels: np.ndarray  # int, (n,)


def probe_accuracy(train: Labelled, valid: Labelled, test: Labelled) -> float:
    """Accuracy on the test part, in [0, 1], of a logistic regression on standardised vectors whose
    penalty is chosen on the validation part.

    Raises:
        ShapeError: the training part has one class only.
    Source: Alain & Bengio (2017), https://arxiv.org/abs/1610.01644.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if len(np.unique(train.labels)) < 2:
        raise ShapeError("A probe needs two classes to tell apart; the training part has one.")
    fitted = []
    for strength in STRENGTHS:
        regression = LogisticRegression(C=strength, max_iter=MAX_ITERATIONS)
        model = make_pipeline(StandardScaler(), regression).fit(train.x, train.labels)
        fitted.append((model.score(valid.x, valid.labels), model))
    _, best = max(fitted, key=lambda pair: pair[0])
    return float(best.score(test.x, test.labels))
