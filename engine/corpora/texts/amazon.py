"""Whole product reviews of Amazon, the domains together."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.corpora.amazon import ARCHIVE, FROM_HUB, reviews
from engine.corpora.files import path_of
from engine.corpora.reviews import POSITIVE
from engine.corpora.split_texts import LabelledFiles, SplitTexts, balanced, stratified, unseen
from engine.corpora.training_texts import TEXTS
from engine.errors import DataUnavailable

SHARES = {"valid": 0.1, "test": 0.2}


def _read() -> SplitTexts:
    """Every part holds each domain and label in the same share. A review's title is left out."""
    found = list(reviews())
    kept = [found[row] for row in unseen(review.text for review in found)]
    labels = np.array([review.label == POSITIVE for review in kept], np.int64)
    sizes = {name: round(share * len(kept)) for name, share in SHARES.items()}
    parts = stratified([(review.domain, review.label) for review in kept], sizes)
    rows = {name: balanced(rows, labels) for name, rows in parts.items()}
    return SplitTexts(
        {name: tuple(kept[row].text for row in of_part) for name, of_part in rows.items()},
        {name: labels[of_part] for name, of_part in rows.items()},
        len(found) - len(kept),
    )


def _paths() -> tuple[Path, ...]:
    try:
        return (path_of("amazon", ARCHIVE),)
    except DataUnavailable:
        return (path_of("amazon", FROM_HUB),)


TEXTS.add("amazon")(
    LabelledFiles(
        name="amazon",
        title="Amazon: whole product reviews",
        about=(
            "8,000 reviews of books, DVDs, electronics and kitchenware, 135 words on average, half "
            "positive (4 or 5 stars), half negative (1 or 2); Blitzer et al. (2007), no licence "
            "stated."
        ),
        paths=_paths,
        read=_read,
        label_names=("negative", "positive"),
    )
)
