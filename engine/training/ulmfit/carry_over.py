"""From the words of one text to the words of another: what is known is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from engine.corpora.vocabulary import SPECIAL, Vocabulary, most_frequent
from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig


def target_vocabulary(
    counts: Mapping[str, int], *, size: int, least: int, known: Vocabulary | None
) -> Vocabulary:
    """The words of the target's training text, and, where there is room, the other words that the
    language model knows: a text to be classified may have them.

    Args:
        counts: occurrences in the training text, and in it only.
        size: entries at most.
        least: occurrences that make a word of the target text one of them.
        known: words of the language model that is carried over; None where there is none.
    """
    target = most_frequent(counts, size, least)
    others = [word for word in (known.words if known else ()) if word not in target]
    return Vocabulary(target.words + tuple(others[: size - len(target)]))


def carried_over(lm: AwdLstm, old: Vocabulary, new: Vocabulary) -> AwdLstm:
    """The same language model with other words: rows of words that both have are copied, a word
    that is new starts as the mean of all old ones, and so do the entries of the softmax's bias.

    Howard & Ruder 2018; the mean is fastai's choice.
    """
    row_of = {word: row for row, word in enumerate(old.words)}
    rows = torch.tensor([row_of.get(word, -1) for word in new.words], device=lm.embedding.device)
    state = lm.state_dict()
    for name in ("embedding", "output_bias"):
        mean = state[name].mean(0, keepdim=True)  # (1, ...)
        state[name] = torch.cat([state[name], mean])[rows]  # row -1 is the mean
    return with_state(replace(lm.config, vocab_size=len(new)), state)


def with_state(config: AwdLstmConfig, state: Mapping[str, Tensor]) -> AwdLstm:
    """A language model with a copy of these weights."""
    return on_state(config, {name: tensor.clone() for name, tensor in state.items()})


def on_state(config: AwdLstmConfig, state: Mapping[str, Tensor]) -> AwdLstm:
    """A language model whose weights are these very tensors."""
    with torch.device("meta"):  # no random weights, which would be replaced at once
        net = AwdLstm(config)
    net.load_state_dict(state, assign=True)
    return net


def n_new(old: Vocabulary, new: Vocabulary) -> int:
    """Words that the old vocabulary does not hold."""
    return sum(word not in old for word in new.words if word not in SPECIAL)
