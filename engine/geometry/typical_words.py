"""Which words make two texts different?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError
from engine.geometry.word_counts import WordCounts

PRIOR_TOKENS = 1_000.0


@dataclass(frozen=True)
class TypicalWord:
    """A word that one text uses more than the other."""

    word: str
    z: float  # log-odds ratio in standard errors; positive: more in the first text
    log_odds: float  # nats
    counts: tuple[int, int]  # in the first and in the second text


def typical_words(
    first: WordCounts, second: WordCounts, *, n: int = 20, prior_tokens: float = PRIOR_TOKENS
) -> tuple[tuple[TypicalWord, ...], tuple[TypicalWord, ...]]:
    """The words most typical of each of two texts.

    d(w) = ln((y1 + a)/(n1 + a0 - y1 - a)) - ln((y2 + a)/(n2 + a0 - y2 - a)), where y are the
    word's counts, n the texts' tokens, a = a0 x (the word's share of both texts together), and a0
    the prior's tokens; z = d / sqrt(1/(y1 + a) + 1/(y2 + a)). The prior pulls rare words towards
    "no difference", so that neither they nor the commonest words crowd the list.

    Args:
        first: counts of a text, from `count_words` together with the second.
        second: counts of the other text.
        n: words of each list.
        prior_tokens: a0, the weight of the prior.
    Returns:
        Words with the largest z (typical of the first), and with the smallest (of the second).
    Raises:
        ShapeError: the texts were not counted together, or one is empty.
    Source:
        Monroe, Colaresi and Quinn (2008), with the informative Dirichlet prior,
        https://doi.org/10.1093/pan/mpn018.
    """
    if first.words != second.words or not (first.n_tokens and second.n_tokens):
        raise ShapeError("typical_words needs two texts with words in them, counted together.")
    z, log_odds = log_odds_ratio(first.total, second.total, prior_tokens=prior_tokens)
    order = np.argsort(z, kind="stable")
    counts = first.total, second.total

    def word(row: int) -> TypicalWord:
        both = int(counts[0][row]), int(counts[1][row])
        return TypicalWord(first.words[row], float(z[row]), float(log_odds[row]), both)

    of_first = tuple(word(row) for row in order[::-1][:n] if z[row] > 0)
    return of_first, tuple(word(row) for row in order[:n] if z[row] < 0)


def log_odds_ratio(
    first: np.ndarray, second: np.ndarray, *, prior_tokens: float = PRIOR_TOKENS
) -> tuple[np.ndarray, np.ndarray]:
    """The formula of `typical_words` for counts of the same words, (n_words,) each.

    Returns:
        z in standard errors, and the log-odds ratio in nats, (n_words,) each; 0 for a word that
        stands in neither.
    """
    both = first + second
    there = both > 0
    prior = prior_tokens * both[there] / both.sum()
    y1, y2 = first[there] + prior, second[there] + prior
    n1, n2 = first.sum() + prior_tokens, second.sum() + prior_tokens
    log_odds, z = np.zeros((2, len(both)))
    log_odds[there] = np.log(y1 / (n1 - y1)) - np.log(y2 / (n2 - y2))
    z[there] = log_odds[there] / np.sqrt(1 / y1 + 1 / y2)
    return z, log_odds
