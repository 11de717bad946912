"""The pretrained nets themselves, for counting their weights and for tuning them."""

from __future__ import annotations

from functools import cache
from typing import Any

from safetensors.torch import load_file
from torch import nn

from engine.checkpoints import load_weights
from engine.encoder import ENCODERS
from engine.model_files import shipped_sha256, weights_path
from engine.nets import bert, cove, elmo
from engine.nets.task_model import n_parameters
from engine.training.task.names import InputName
from engine.training.task.results import FROZEN, Block
from engine.vectors.glove_table import glove_table


def load_net(model: str) -> Any:
    """The net behind an encoder, ready to be tuned.

    Raises:
        EngineError: its weights are not there.
    """
    if model == "minilm":
        folder = ENCODERS[model].folder()
        return bert.from_published(load_file(folder / "model.safetensors"), bert.BertConfig())
    weights = load_weights(weights_path(model), kind=model, sha256=shipped_sha256(model))
    net: nn.Module
    if model == "cove":
        net = cove.Cove(cove.CoveConfig(**weights.config))
        net.load_state_dict(weights.tensors)
        return net
    net = elmo.Elmo(elmo.ElmoConfig.from_dict(weights.config))
    # The file also holds the softmax, which only the language model needs.
    net.load_state_dict({name: weights.tensors[f"elmo.{name}"] for name in net.state_dict()})
    return net


@cache
def encoder_blocks(name: InputName) -> tuple[Block, ...]:
    """The blocks of an encoder in reading order, with the number of weights of the real net."""
    start = name.start
    net = load_net(name.model)
    if name.model == "cove":
        glove = Block("GloVe embedding", FROZEN, glove_table().matrix.size)
        return glove, Block("MT-LSTM (CoVe)", start, n_parameters(net))
    if name.model == "elmo":
        both = n_parameters(net.left_to_right, net.right_to_left)
        characters = Block("character CNN", start, n_parameters(net.characters))
        return characters, Block("biLM (ELMo)", start, both)
    embedding = Block("word-piece embedding", start, n_parameters(net.embeddings))
    return embedding, Block("transformer (MiniLM)", start, n_parameters(net.layers))
