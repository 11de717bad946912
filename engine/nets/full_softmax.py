"""The full softmax's loss, a piece of the batch at a time.

A batch of 2,240 words against 16,000 is 36 million scores: they take longer to carry to memory and
back, several times, than to compute. Here each piece is small enough to stay near the processor,
and its gradient is taken at once, while its scores are there: nothing of their size is kept. Loss
and gradients are those of `cross_entropy`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

SCORES = 1 << 21  # at a time: 8 MiB


def full_softmax_loss(hidden: Tensor, targets: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Mean cross-entropy of the targets against all words, in nats.

    Args:
        hidden: top states, (n, d).
        targets: the word that follows each, (n,).
        weight, bias: of the output layer, (V, d) and (V,).
    """
    loss: Tensor = _FullSoftmaxLoss.apply(hidden, targets, weight, bias)  # type: ignore[no-untyped-call]
    return loss


class _FullSoftmaxLoss(torch.autograd.Function):
    """d loss / d scores = softmax(scores) - (1 at the target), over n."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, targets: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        n = len(hidden)
        hidden_gradient = torch.empty_like(hidden)
        weight_gradient, bias_gradient = torch.zeros_like(weight), torch.zeros_like(bias)
        total = hidden.new_zeros(())
        n_rows = max(1, SCORES // len(weight))
        for start in range(0, n, n_rows):
            rows = slice(start, start + n_rows)
            target = targets[rows, None]  # (n_rows, 1)
            scores = torch.addmm(bias, hidden[rows], weight.t())  # (n_rows, V)
            log_total = torch.logsumexp(scores, 1, keepdim=True)  # (n_rows, 1)
            total += (log_total - scores.gather(1, target)).sum()
            gradient = scores.sub_(log_total).exp_()  # the probabilities, in the same memory
            gradient.scatter_add_(1, target, gradient.new_full(target.shape, -1.0))
            hidden_gradient[rows] = gradient @ weight
            weight_gradient.addmm_(gradient.t(), hidden[rows])
            bias_gradient += gradient.sum(0)
        ctx.save_for_backward(hidden_gradient, weight_gradient, bias_gradient)
        ctx.n = n
        return total / n

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor, None, Tensor, Tensor]:
        share = outer[0] / ctx.n
        hidden, weight, bias = ctx.saved_tensors
        return share * hidden, None, share * weight, share * bias
