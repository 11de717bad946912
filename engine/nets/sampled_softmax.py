"""Sampled softmax: the loss of a large vocabulary from a few of its words (Jean et al. 2015,
https://aclanthology.org/P15-1001; the correction is Bengio & Senecal's of 2008).

The softmax over V words costs as much as all LSTM layers together. In training, each position is
told apart from k words drawn for the whole batch instead. A word that is often drawn would be
pushed down too often; subtracting the logarithm of how often it is expected undoes that. It is for
training only: perplexities are always measured with the full softmax.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class WordSampler(nn.Module):
    """Draws words in proportion to their frequency, each at most once."""

    def __init__(self, counts: Tensor, n_draws: int) -> None:
        """counts (V,): occurrences in the training text; n_draws: draws with replacement."""
        super().__init__()
        probability = counts.double().clamp(min=1) / counts.double().clamp(min=1).sum()  # (V,)
        # P(word among the distinct draws) = 1 - (1 - q)^n, in a form that keeps small q exact.
        expected = -torch.expm1(n_draws * torch.log1p(-probability))
        self.register_buffer("cumulative", probability.cumsum(0), persistent=False)
        self.register_buffer("log_expected", expected.log().float(), persistent=False)
        self.n_draws = n_draws

    cumulative: Tensor
    log_expected: Tensor

    def draw(self) -> Tensor:
        """Distinct word ids, (k,) with k <= n_draws."""
        points = torch.rand(self.n_draws, dtype=torch.float64, device=self.cumulative.device)
        last = len(self.cumulative) - 1
        return torch.searchsorted(self.cumulative, points).clamp(max=last).unique()


def sampled_softmax_loss(
    hidden: Tensor,
    targets: Tensor,
    weight: Tensor,
    bias: Tensor,
    *,
    sampled_ids: Tensor,
    log_expected: Tensor,
) -> Tensor:
    """Mean cross-entropy of the targets against the sampled words, in nats.

    Args:
        hidden: top states, (n, d).
        targets: the word that follows each, (n,).
        weight, bias: of the output layer, (V, d) and (V,).
        sampled_ids: distinct words drawn for this batch, (k,).
        log_expected: log probability of each word to be among the draws, (V,).
    """
    true_logit = (hidden * weight[targets]).sum(-1) + bias[targets] - log_expected[targets]  # (n,)
    sampled = F.linear(hidden, weight[sampled_ids], bias[sampled_ids] - log_expected[sampled_ids])
    # A sampled word that is the target itself would be right and wrong at once.
    hits = targets[:, None] == sampled_ids[None, :]  # (n, k)
    sampled = sampled.masked_fill(hits, float("-inf"))
    return (torch.logsumexp(torch.cat([true_logit[:, None], sampled], 1), 1) - true_logit).mean()
