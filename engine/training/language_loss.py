"""What a language model is trained to make small."""

from __future__ import annotations

from torch import Tensor

from engine.nets.awd_lstm import AwdLstm
from engine.nets.full_softmax import full_softmax_loss
from engine.nets.sampled_softmax import WordSampler, sampled_softmax_loss

ALPHA, BETA = 2.0, 1.0  # of activation regularisation; Merity et al. 2017 have the same
# Share of the streams whose state becomes zero before a window: in use, every text is read from
# zeros, so the net must have learnt to.
FRESH_SHARE = 0.05


def prediction_loss(
    lm: AwdLstm, top: Tensor, targets: Tensor, sampler: WordSampler | None
) -> Tensor:
    """Mean surprise at the words that follow, in nats per token.

    Args:
        top: what the net says after each token, (batch, n_tokens, d).
        targets: the word that follows each, (batch, n_tokens).
        sampler: draws the words that each is told apart from; None = all words.
    """
    hidden, targets = top.flatten(0, 1), targets.flatten()
    if sampler is None:
        return full_softmax_loss(hidden, targets, lm.embedding, lm.output_bias)
    return sampled_softmax_loss(
        hidden, targets, lm.embedding, lm.output_bias,
        sampled_ids=sampler.draw(), log_expected=sampler.log_expected,
    )  # fmt: skip


def regularisation(dropped: Tensor, raw: Tensor, *, alpha: float, beta: float) -> Tensor:
    """Small activations (alpha) that change slowly (beta); not part of a perplexity.

    Merity et al. 2017, section 4.7, https://arxiv.org/abs/1708.02182.

    Args:
        dropped, raw: the top layer after and before dropout, (batch, n_tokens, d).
    """
    small = alpha * dropped.square().mean()
    return small + beta * (raw[:, 1:] - raw[:, :-1]).square().mean()
