"""Good and Featured articles of the English Wikipedia, all of them."""

from __future__ import annotations

from engine.corpora.files import path_of
from engine.corpora.split_texts import FromFiles, SplitTexts
from engine.corpora.training_texts import TEXTS
from engine.corpora.wikipedia import FILES, articles


def _read() -> SplitTexts:
    return SplitTexts({split: tuple(a.text for a in articles(split)) for split in FILES})


TEXTS.add("wikipedia")(
    FromFiles(
        name="wikipedia",
        title="Wikipedia: Good and Featured articles",
        about=(
            "3,106 articles with 12.5 million words, of the kind from which WikiText was drawn; "
            "English Wikipedia of 2019 (from the hub: WikiText-103), CC BY-SA 3.0."
        ),
        paths=lambda: tuple(path_of("wikipedia", file) for file in FILES.values()),
        read=_read,
    )
)
