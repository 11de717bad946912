"""The honest outsider: words and pairs of neighbouring words, weighted by how rare they are, and a
logistic regression. It knows nothing but the labelled texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from engine.text import WORD, word_key
from engine.training.low_shot.arms import ARMS, Candidate, Trained
from engine.training.low_shot.texts import LowShotTexts

STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1_000.0)  # C, the inverse of the penalty
LONGEST = (1, 2)  # words that stand together at most
MAX_ITERATIONS = 1_000
SPLITS = ("pool", "valid", "test")


class TfIdf:
    """scikit-learn's TfidfVectorizer and LogisticRegression."""

    name = "tf-idf"
    title = "TF-IDF"
    about = "Logistic regression on the words and word pairs of the labelled texts alone."
    tunes_once = False

    def missing(self) -> str | None:
        """Nothing is."""
        return None

    def weights(self) -> str:
        """None."""
        return ""

    def settings(self) -> dict[str, Any]:
        """What is counted, and the grid."""
        return {
            "tokens": WORD.pattern,
            "sublinear": True,
            "strengths": STRENGTHS,
            "longest": LONGEST,
            "max_iterations": MAX_ITERATIONS,
        }

    def open(self, texts: LowShotTexts, device: str) -> OpenTfIdf:
        """Texts to be cut into words."""
        return OpenTfIdf(texts)


class OpenTfIdf:
    """The texts as words, and the counts of the latest draw of labels."""

    def __init__(self, texts: LowShotTexts) -> None:
        self._texts = texts
        self._words: dict[str, list[str]] = {}
        self._counted: tuple[bytes, int, Any, csr_matrix, csr_matrix] | None = None

    def prepare(self, rows: np.ndarray) -> Iterator[tuple[int, int]]:
        """Cut every text into words, once."""
        for done, split in enumerate(SPLITS, 1):
            if split not in self._words:
                self._words[split] = list(map(as_words, getattr(self._texts, split)))
                yield done, len(SPLITS)

    def candidates(self, n_labels: int) -> Sequence[Candidate]:
        """Word pairs or not, and the penalty."""
        return [{"n_gram": n, "C": strength} for n in LONGEST for strength in STRENGTHS]

    def train(self, rows: np.ndarray, candidate: Candidate, seed: int) -> Trained:
        """The seed matters for the rows only: the optimum is one."""
        from sklearn.linear_model import LogisticRegression

        vectorizer, seen, valid = self._counts(rows, candidate["n_gram"])
        model = LogisticRegression(C=candidate["C"], max_iter=MAX_ITERATIONS)
        model.fit(seen, self._texts.pool_labels[rows])
        right = model.predict(valid) == self._texts.valid_labels
        return Trained(
            float(right.mean()), lambda: model.predict(vectorizer.transform(self._words["test"]))
        )

    def _counts(self, rows: np.ndarray, longest: int) -> tuple[Any, csr_matrix, csr_matrix]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        key = rows.tobytes(), longest
        if self._counted is None or self._counted[:2] != key:
            # The texts are words with spaces between: see `as_words`.
            vectorizer = TfidfVectorizer(
                lowercase=False, token_pattern=r"\S+", ngram_range=(1, longest), sublinear_tf=True
            )
            seen = vectorizer.fit_transform([self._words["pool"][row] for row in rows])
            self._counted = *key, vectorizer, seen, vectorizer.transform(self._words["valid"])
        return self._counted[2:]


def as_words(text: str) -> str:
    """The words of a text as the app finds and compares them, with spaces between.

    >>> as_words("I don't like Mr. Bean's film!")
    "i don't like mr . bean 's film !"
    """
    return " ".join(word_key(match.group()) for match in WORD.finditer(text))


ARMS.add("tf-idf")(TfIdf())
