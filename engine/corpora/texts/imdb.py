"""Whole film reviews of IMDb."""

from __future__ import annotations

import numpy as np

from engine.corpora.files import path_of
from engine.corpora.imdb import FILES, reviews
from engine.corpora.reviews import POSITIVE
from engine.corpora.split_texts import LabelledFiles, SplitTexts, balanced, stratified, unseen
from engine.corpora.training_texts import TEXTS

N_VALID = 2_400  # leaves 10,000 for training once the duplicates are out


def _read() -> SplitTexts:
    """The official test half stays whole; what stands in it is taken out of the other half."""
    train, test = list(reviews("train")), list(reviews("test"))
    kept = [train[row] for row in unseen((r.text for r in train), (r.text for r in test))]
    labels = np.array([review.label == POSITIVE for review in kept], np.int64)
    parts = stratified(labels.tolist(), {"valid": min(N_VALID, len(kept) // 5)})
    rows = {name: balanced(rows, labels) for name, rows in parts.items()}
    order = np.random.default_rng(0).permutation(len(test))
    texts = {name: tuple(kept[row].text for row in rows[name]) for name in ("train", "valid")}
    texts["test"] = tuple(test[row].text for row in order)
    split_labels = {name: labels[rows[name]] for name in ("train", "valid")}
    split_labels["test"] = np.array([test[row].label == POSITIVE for row in order], np.int64)
    return SplitTexts(texts, split_labels, len(train) - len(kept))


TEXTS.add("imdb")(
    LabelledFiles(
        name="imdb",
        title="IMDb: whole film reviews",
        about=(
            "25,000 film reviews of 230 words on average, half of them positive (7 stars or more), "
            "half negative (4 or fewer); Maas et al. (2011), no licence stated."
        ),
        paths=lambda: tuple(path_of("imdb", file) for file in FILES.values()),
        read=_read,
        label_names=("negative", "positive"),
    )
)
