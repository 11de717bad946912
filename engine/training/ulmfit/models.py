"""The nets of a run, one for each direction, and where they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from engine.checkpoints import Weights, load_weights
from engine.corpora.vocabulary import Vocabulary
from engine.errors import ModelUnavailable
from engine.model_files import not_shipped, shipped_sha256, weights_path
from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig
from engine.nets.both_directions import unshared
from engine.nets.text_classifier import ClassifierConfig, TextClassifier
from engine.training.ulmfit.carry_over import carried_over, with_state
from engine.training.ulmfit.config import Classify, Net
from engine.training.ulmfit.seeded import seeded

KIND = "awd-lstm"
NEW_NETS, NEW_HEADS = 101, 102  # what random weights are drawn for, beside the seed


@dataclass(frozen=True)
class Models:
    """What a stage trains and hands to the next: an AwdLstm or TextClassifier each direction. They
    share nothing, so a run in both directions is two runs side by side.
    """

    nets: dict[str, nn.Module]
    vocabulary: Vocabulary
    label_names: tuple[str, ...] = ()  # of a classifier

    def language_models(self) -> dict[str, AwdLstm]:
        """The language model of each direction, also inside a classifier."""
        found: dict[str, AwdLstm] = {}
        for direction, net in self.nets.items():
            lm = net.encoder if isinstance(net, TextClassifier) else net
            assert isinstance(lm, AwdLstm)
            found[direction] = lm
        return found

    def state(self) -> dict[str, Tensor]:
        """All weights, and what batch normalisation has counted, by name."""
        return {
            f"{direction}.{name}": tensor
            for direction, net in self.nets.items()
            for name, tensor in net.state_dict().items()
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take weights up.

        Raises:
            RuntimeError: they are of other nets.
        """
        for direction, net in self.nets.items():
            net.load_state_dict(
                {
                    name.removeprefix(f"{direction}."): tensor
                    for name, tensor in state.items()
                    if name.startswith(f"{direction}.")
                }
            )

    def hash(self) -> str:
        """The same for the same weights, wherever and whenever they came about."""
        return weights_hash(self.state())


def weights_hash(state: Mapping[str, Tensor]) -> str:
    """sha256 over the names, types, shapes and bytes of tensors, in hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(state):
        array = state[name].detach().cpu().contiguous()
        digest.update(f"{name} {array.dtype} {tuple(array.shape)}\n".encode())
        digest.update(array.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def with_dropout(config: AwdLstmConfig, factor: float, *, classifying: bool) -> AwdLstmConfig:
    """The sizes with the dropouts of fastai's AWD-LSTM times a factor; those of the paper where it
    classifies.
    """
    paper = (0.05, 0.4, 0.3, 0.0, 0.5) if classifying else (0.02, 0.25, 0.15, 0.1, 0.2)
    embedding, inputs, hidden, output, weights = (factor * p for p in paper)
    return replace(
        config, embedding_dropout=embedding, input_dropout=inputs, hidden_dropout=hidden,
        output_dropout=output, weight_dropout=weights,
    )  # fmt: skip


def shipped_models(name: str, directions: Sequence[str]) -> Models:
    """The shipped language model, exactly as it is.

    Raises:
        ModelUnavailable: it is not on this machine.
    """
    if reason := not_shipped(name, name):
        raise ModelUnavailable(reason)
    weights = load_weights(weights_path(name), kind=KIND, sha256=shipped_sha256(name))
    nets = {direction: _one_direction(weights, direction) for direction in directions}
    return Models(nets, weights.vocabularies["words"])


def _one_direction(weights: Weights, direction: str) -> nn.Module:
    prefix, found = f"{direction}_lm.", unshared(weights.tensors)
    # Both directions ship with one embedding; from here on, each has its own.
    state = {k.removeprefix(prefix): v for k, v in found.items() if k.startswith(prefix)}
    return with_state(AwdLstmConfig(**weights.config), state)


def fresh_models(
    vocabulary: Vocabulary, sizes: Net, directions: Sequence[str], *, seed: int
) -> Models:
    """Language models of random weights."""
    config = AwdLstmConfig(len(vocabulary), sizes.d_embedding, sizes.d_hidden, sizes.n_layers)
    with seeded(torch.device("cpu"), seed, NEW_NETS):
        return Models({direction: AwdLstm(config) for direction in directions}, vocabulary)


def with_words(models: Models, vocabulary: Vocabulary) -> Models:
    """The same language models with other words."""
    nets = {
        direction: carried_over(lm, models.vocabulary, vocabulary)
        for direction, lm in models.language_models().items()
    }
    return Models(dict(nets), vocabulary)


def ready_to_read(models: Models, dropout: float, device: torch.device) -> Models:
    """A copy of the language models with a stage's dropout, on the device that trains them."""
    nets: dict[str, nn.Module] = {
        direction: _copied(lm, dropout, classifying=False).to(device)
        for direction, lm in models.language_models().items()
    }
    return Models(nets, models.vocabulary)


def ready_to_classify(
    models: Models, label_names: tuple[str, ...], config: Classify, *, seed: int,
    device: torch.device,
) -> Models:  # fmt: skip
    """A classifier on a copy of each language model. Its head is random: the same for the same
    seed, whatever the language model is.
    """
    head = ClassifierConfig(
        n_labels=len(label_names), d_hidden=config.d_hidden, dropout=0.4 * config.dropout,
        hidden_dropout=0.1 * config.dropout, window=config.window, n_windows=config.n_windows,
    )  # fmt: skip
    nets: dict[str, nn.Module] = {}
    with seeded(torch.device("cpu"), seed, NEW_HEADS):
        for direction, lm in models.language_models().items():
            encoder = _copied(lm, config.dropout, classifying=True).cpu()
            nets[direction] = TextClassifier(encoder, head).to(device)
    return Models(nets, models.vocabulary, label_names)


def _copied(lm: AwdLstm, dropout: float, *, classifying: bool) -> AwdLstm:
    return with_state(with_dropout(lm.config, dropout, classifying=classifying), lm.state_dict())
