"""A forward and a backward AWD-LSTM that share one embedding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig

DIRECTIONS = ("forward", "backward")


class BothDirections(nn.Module):
    """Two independent language models on one embedding: nothing else passes between them."""

    def __init__(self, config: AwdLstmConfig) -> None:
        super().__init__()
        self.forward_lm = AwdLstm(config)
        self.backward_lm = AwdLstm(config, self.forward_lm.embedding)

    def directions(self) -> dict[str, AwdLstm]:
        """Both nets by name."""
        return dict(zip(DIRECTIONS, (self.forward_lm, self.backward_lm), strict=True))


def shared(net: BothDirections) -> dict[str, Tensor]:
    """Weights by name as they ship, the embedding once."""
    tensors = {k: v for k, v in net.state_dict().items() if not k.endswith("lm.embedding")}
    return {"embedding": net.forward_lm.embedding, **tensors}


def unshared(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of `shared`: as `BothDirections` names its weights."""
    lms = {k: v for k, v in tensors.items() if k.startswith(DIRECTIONS)}
    return lms | {f"{name}_lm.embedding": tensors["embedding"] for name in DIRECTIONS}


def both_directions(
    config: Mapping[str, Any], tensors: Mapping[str, Tensor] | None = None
) -> BothDirections:
    """Both nets.

    Args:
        config: fields of AwdLstmConfig.
        tensors: as they ship; None = random.
    """
    sizes = AwdLstmConfig(**config)
    if tensors is None:
        return BothDirections(sizes)
    with torch.device("meta"):  # no time spent on random weights that are replaced at once
        net = BothDirections(sizes)
    net.load_state_dict(unshared(tensors), assign=True)
    # One parameter, not two of equal value.
    net.backward_lm.embedding = net.forward_lm.embedding
    return net
