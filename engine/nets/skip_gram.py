"""Skip-gram with negative sampling (Mikolov et al. 2013, https://arxiv.org/abs/1310.4546), in
batches that suit a GPU.

    loss = - log sigmoid(v_w . u_c) - k E_{n ~ noise} log sigmoid(- v_w . u_n)

v are the word vectors that ship, u the context vectors, w a word, c a word near it, n a word drawn
by chance in proportion to count^0.75. Instead of k own draws for every pair, all pairs of a batch
share the same few hundred draws, so that the second term is one matrix product (Ji et al. 2016,
https://arxiv.org/abs/1604.04661). Its expectation is the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class SkipGramConfig:
    """Sizes and word2vec's own settings."""

    vocab_size: int
    d: int = 100
    n_negatives: int = 5  # k: how much a pair's negatives weigh
    n_shared: int = 256  # draws that a batch shares
    noise_power: float = 0.75


class SkipGram(nn.Module):
    """Two vectors a word: in `vectors` for itself, in `context_vectors` for it as a neighbour."""

    def __init__(self, config: SkipGramConfig, counts: Tensor) -> None:
        """counts (V,): occurrences in the training text."""
        super().__init__()
        self.config = config
        start = (torch.rand(config.vocab_size, config.d) - 0.5) / config.d
        self.vectors = nn.Parameter(start)
        self.context_vectors = nn.Parameter(torch.zeros(config.vocab_size, config.d))
        noise = counts.double() ** config.noise_power
        self.register_buffer("cumulative", (noise / noise.sum()).cumsum(0), persistent=False)

    cumulative: Tensor

    def forward(self, words: Tensor, contexts: Tensor) -> Tensor:
        """Mean loss of pairs in nats; words and contexts are ids, (n,) each."""
        v, u = F.embedding(words, self.vectors), F.embedding(contexts, self.context_vectors)
        near = (v * u).sum(-1)  # (n,)
        negatives = self.draw()  # (n_shared,)
        # All pairs of a word have the same negatives, so they are scored once a word.
        types, n_pairs = torch.unique(words, return_counts=True)  # (n_types,)
        scores = self.vectors[types] @ self.context_vectors[negatives].T  # (n_types, n_shared)
        far = (n_pairs * F.logsigmoid(-scores).sum(-1)).sum()
        # A draw that is the true neighbour says nothing; it is left out, as word2vec does.
        n_drawn = torch.bincount(negatives, minlength=len(self.vectors))[contexts]  # (n,)
        far = far - (n_drawn * F.logsigmoid(-near)).sum()
        share = self.config.n_negatives / self.config.n_shared
        return -(F.logsigmoid(near).sum() + share * far) / len(words)

    def draw(self) -> Tensor:
        """Word ids by chance, (n_shared,)."""
        points = torch.rand(
            self.config.n_shared, dtype=torch.float64, device=self.cumulative.device
        )
        last = len(self.cumulative) - 1
        return torch.searchsorted(self.cumulative, points).clamp(max=last)


def kept_by_subsampling(ids: Tensor, shares: Tensor, threshold: float) -> Tensor:
    """Which occurrences stay when frequent words are thinned out, bool (n,).

    A word of share f stays with probability sqrt(t / f) + t / f (word2vec's own program).

    Args:
        ids: word ids, (n,).
        shares: share of each word in the text, (V,).
    """
    ratio = threshold / shares[ids].clamp(min=1e-12)
    return torch.rand(len(ids), device=ids.device) < ratio.sqrt() + ratio


def pairs(ids: Tensor, sentence_ids: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """(word, context) ids of all neighbours within a random window, (n_pairs,) each.

    Every word draws its reach from 1 .. window, so that near words count more; pairs do not cross
    sentences.
    """
    reach = torch.randint(1, window + 1, (len(ids),), device=ids.device)
    words, contexts = [], []
    for distance in range(1, min(window, len(ids) - 1) + 1):
        together = sentence_ids[distance:] == sentence_ids[:-distance]
        left, right = ids[:-distance], ids[distance:]
        for word, context, own in (
            (left, right, reach[:-distance]),
            (right, left, reach[distance:]),
        ):
            taken = together & (own >= distance)
            words.append(word[taken])
            contexts.append(context[taken])
    if not words:
        return ids[:0], ids[:0]
    return torch.cat(words), torch.cat(contexts)
