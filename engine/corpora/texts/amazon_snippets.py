"""Single sentences of product reviews, labelled by the sign of the mean human score."""

from __future__ import annotations

import numpy as np

from engine.corpora.snippets import path, snippets
from engine.corpora.split_texts import LabelledFiles, SplitTexts, split_by_group, unseen
from engine.corpora.training_texts import TEXTS

SIZES = {"valid": 350, "test": 700}  # sentences at least: the last review is not cut in two


def _read() -> SplitTexts:
    """Sentences with a mean of exactly 0 are left out; a review's sentences stay together, since
    they speak of the same thing.
    """
    scored = [snippet for snippet in snippets("products") if snippet.score]
    kept = [scored[row] for row in unseen(snippet.text for snippet in scored)]
    labels = np.array([snippet.score > 0 for snippet in kept], np.int64)
    rows = split_by_group([snippet.review for snippet in kept], SIZES)
    return SplitTexts(
        {name: tuple(kept[row].text for row in of_part) for name, of_part in rows.items()},
        {name: labels[of_part] for name, of_part in rows.items()},
        len(scored) - len(kept),
    )


TEXTS.add("amazon-snippets")(
    LabelledFiles(
        name="amazon-snippets",
        title="Product reviews: single sentences",
        about=(
            "3,610 sentences of 300 product reviews (of 3,708; the 98 with a mean score of 0 are "
            "left out), 59 % of them positive; Hutto and Gilbert (2014), MIT."
        ),
        paths=lambda: (path(),),
        read=_read,
        label_names=("negative", "positive"),
    )
)
