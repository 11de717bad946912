"""Single sentences of film reviews, labelled by the sign of the mean human score."""

from __future__ import annotations

import numpy as np

from engine.corpora.snippets import path, snippets
from engine.corpora.split_texts import LabelledFiles, SplitTexts, balanced, stratified, unseen
from engine.corpora.training_texts import TEXTS

SIZES = {"valid": 1_000, "test": 2_000}


def _read() -> SplitTexts:
    """Sentences with a mean of exactly 0 are left out."""
    scored = [snippet for snippet in snippets("films") if snippet.score]
    kept = [scored[row] for row in unseen(snippet.text for snippet in scored)]
    labels = np.array([snippet.score > 0 for snippet in kept], np.int64)
    parts = stratified(labels.tolist(), SIZES)
    rows = {name: balanced(rows, labels) for name, rows in parts.items()}
    return SplitTexts(
        {name: tuple(kept[row].text for row in of_part) for name, of_part in rows.items()},
        {name: labels[of_part] for name, of_part in rows.items()},
        len(scored) - len(kept),
    )


TEXTS.add("movie-snippets")(
    LabelledFiles(
        name="movie-snippets",
        title="Film reviews: single sentences",
        about=(
            "10,568 sentences of film reviews (of 10,605; the 37 with a mean score of 0 are left "
            "out), half of them positive; Hutto and Gilbert (2014), MIT."
        ),
        paths=lambda: (path(),),
        read=_read,
        label_names=("negative", "positive"),
    )
)
