"""A visitor's own texts may be few and short: how many there are to learn from, and how a language
model can read them side by side.
"""

from __future__ import annotations

from typing import Any

from engine.corpora.own_texts import is_own, own_source

MOST_STREAMS, WINDOW, LEAST_WINDOW = 32, 70, 10  # the last two in tokens
BATCHES = 8  # that an epoch should have, if there is enough text
REST = 3  # tokens that a stream needs beside its window


def n_to_learn_from(name: str) -> int:
    """Texts of the training split.

    Raises:
        DataUnavailable: the texts are no longer here.
    """
    return len(own_source(name).documents("train"))


def language_sizes(name: str, n_texts: int) -> dict[str, Any]:
    """Settings of a stage that learns to foretell the words of a text; none for texts that are not
    a visitor's, which are long enough for the usual ones.

    Args:
        name: of the texts.
        n_texts: of them that are read, 0 = all.
    Raises:
        DataUnavailable: the texts are no longer here.
    """
    if not is_own(name):
        return {}
    from engine.training.ulmfit.texts import running_text

    n_streams, window = streams_of(len(running_text(name, "train", n_texts).ids))
    return {"n_streams": n_streams, "window": window}


def streams_of(n_tokens: int) -> tuple[int, int]:
    """(streams, window): as many streams as leave each BATCHES windows, and a shorter window where
    the text has not one of the usual length.

    >>> streams_of(1_000_000), streams_of(1_428), streams_of(40)
    ((32, 70), (2, 70), (1, 37))
    """
    n_streams = max(1, min(MOST_STREAMS, n_tokens // (BATCHES * (WINDOW + REST))))
    return n_streams, max(LEAST_WINDOW, min(WINDOW, n_tokens // n_streams - REST))
