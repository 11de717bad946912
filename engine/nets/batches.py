"""Which sentences a net reads together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

BATCH_SENTENCES = 64
BATCH_TOKENS = 4096  # bounds memory where sentences are long


def of_like_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of the sentences that have words, in batches with little padding; longest first,
    which shows at once whether memory suffices.

    Args:
        lengths: tokens of each sentence.

    >>> list(of_like_length([2, 0, 9]))
    [[2, 0]]
    >>> list(of_like_length([3000, 10, 2000]))
    [[0], [2, 1]]
    """
    order = sorted((i for i, n in enumerate(lengths) if n), key=lambda i: -lengths[i])
    while order:
        n = max(1, min(BATCH_SENTENCES, BATCH_TOKENS // lengths[order[0]]))
        yield order[:n]
        order = order[n:]
