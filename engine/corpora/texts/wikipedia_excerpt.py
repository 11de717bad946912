"""The excerpt of the English Wikipedia inside gensim's package."""

from __future__ import annotations

from engine.corpora.split_texts import FromFiles, SplitTexts, stratified
from engine.corpora.training_texts import TEXTS
from engine.corpora.wikipedia_excerpt import articles, path

N_VALID = 10  # articles


def _read() -> SplitTexts:
    """Split by article; each part in the file's order."""
    texts = [article.text for article in articles()]
    parts = stratified(["article"] * len(texts), {"valid": N_VALID})
    return SplitTexts(
        {name: tuple(texts[row] for row in sorted(rows)) for name, rows in parts.items()}
    )


TEXTS.add("wikipedia-excerpt")(
    FromFiles(
        name="wikipedia-excerpt",
        title="Wikipedia excerpt inside gensim",
        about=(
            "The first 206 pages of a dump of the English Wikipedia, as gensim's package brings "
            "them: 106 articles with 450,000 words, the other 100 pages are redirects; CC BY-SA "
            "3.0."
        ),
        paths=lambda: (path(),),
        read=_read,
    )
)
