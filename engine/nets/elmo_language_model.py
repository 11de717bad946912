"""ELMo as it is trained: two language models over a closed vocabulary, one in each direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.nets.elmo import Elmo, ElmoConfig, ElmoState


class ElmoLanguageModel(nn.Module):
    """ELMo with what it is trained by: a softmax over a vocabulary, shared by both directions."""

    def __init__(self, config: ElmoConfig, vocab_size: int) -> None:
        super().__init__()
        self.elmo = Elmo(config)
        self.dropout = nn.Dropout(config.lstm.dropout)
        d_out = config.lstm.d_out
        self.softmax_weight = nn.Parameter(torch.randn(vocab_size, d_out) * d_out**-0.5)
        self.softmax_bias = nn.Parameter(torch.zeros(vocab_size))

    def forward(
        self, character_ids: Tensor, ahead: Tensor, back: Tensor, state: ElmoState
    ) -> tuple[Tensor, Tensor, ElmoState]:
        """Read two streams of running text, one in each direction, where the last batch ended.

        The streams need not be the same stretch of text: the second one is read from its first
        column on too, so its columns must run from right to left through the text.

        Args:
            character_ids: int64, (n_words, n_characters), each different word of the batch once:
                the character net is then run once a word, however often it occurs.
            ahead: int64, (batch, n_tokens), rows of character_ids, in reading order.
            back: int64, (batch, n_tokens), rows of character_ids, against reading order.
            state: what the call before gave back; its gradients end here.
        Returns:
            The top layer at every column, (batch, n_tokens, d_out): of `ahead`, which should
            foretell the next column, and of `back`, likewise; and the state after the last column.
        """
        words = self.elmo.characters(character_ids)  # (n_words, d_word)
        state = state.detached()
        tops_ahead, after_ahead = self.elmo.left_to_right(words[ahead], state.left_to_right)
        tops_back, after_back = self.elmo.right_to_left(words[back], state.right_to_left)
        after = ElmoState(after_ahead, after_back)
        return self.dropout(tops_ahead[-1]), self.dropout(tops_back[-1]), after

    def log_probabilities(self, hidden: Tensor) -> Tensor:
        """Natural logarithms over the whole vocabulary, (n, d_out) -> (n, vocab_size)."""
        return F.log_softmax(F.linear(hidden, self.softmax_weight, self.softmax_bias), dim=-1)


def language_model(sizes: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> ElmoLanguageModel:
    """The net of a file of weights: the sizes that stand in it, and its tensors."""
    vocab_size = len(tensors["softmax_bias"])
    with torch.device("meta"):  # no time spent on random weights that are replaced at once
        net = ElmoLanguageModel(ElmoConfig.from_dict(sizes), vocab_size)
    net.load_state_dict({name: tensors[name] for name in net.state_dict()}, assign=True)
    return net.eval()
