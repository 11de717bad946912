"""AWD-LSTM in both directions on Wikipedia articles, sharing one embedding."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from engine.checkpoints import load_weights, save_weights
from engine.nets.awd_lstm import AwdLstmConfig, State, detached, from_named, named, partly_fresh
from engine.nets.both_directions import DIRECTIONS, BothDirections, shared, unshared
from engine.nets.sampled_softmax import WordSampler
from engine.training.awd_lstm_quality import (
    UNKNOWN_IN_WIKITEXT2,
    log_unigram,
    perplexities,
    trigram_on_test_texts,
    wikitext2_text,
)
from engine.training.events import Event
from engine.training.language_loss import (
    ALPHA,
    BETA,
    FRESH_SHARE,
    prediction_loss,
    regularisation,
)
from engine.training.loop import CHECKPOINT, iterate, net_state
from engine.training.loop_config import LoopConfig
from engine.training.objective import RECIPES
from engine.training.perplexity import evaluated
from engine.training.prepared_text import PreparedText, wikipedia_text
from engine.training.streams import Windows

KIND, WEIGHTS = "awd-lstm", "weights.safetensors"


@dataclass(frozen=True)
class AwdLstmTraining:
    """The recipe of the shipped model. With few epochs it is starved, not over-fed, so its
    dropouts are far below those of the paper.
    """

    seed: int = 0
    vocab_size: int = 16_000
    d_embedding: int = 200
    d_hidden: int = 400
    n_layers: int = 3
    n_streams: int = 32
    window: int = 70  # tokens
    n_sampled: int = 2048  # words drawn for each batch; 0 = full softmax
    alpha: float = ALPHA  # activation regularisation (Merity et al. 2017, section 4.7)
    beta: float = BETA  # temporal activation regularisation
    fresh_share: float = FRESH_SHARE
    valid_tokens: int = 60_000  # of the validation text, each time
    start_from: str = ""  # shipped weights to go on from
    loop: LoopConfig = field(
        default_factory=lambda: LoopConfig(
            n_steps=5_000, learning_rate=3e-3, warm_up=300, clip_norm=0.5, checkpoint_every=200
        )
    )

    def net(self) -> AwdLstmConfig:
        """The sizes of each direction."""
        return AwdLstmConfig(self.vocab_size, self.d_embedding, self.d_hidden, self.n_layers)


class AwdLstmObjective:
    """Next word and previous word, side by side."""

    def __init__(
        self, config: AwdLstmTraining, train: PreparedText, valid: PreparedText,
        device: torch.device,
    ) -> None:  # fmt: skip
        self.net = BothDirections(config.net()).to(device)
        self._config, self._valid, self._device = config, valid, device
        self._windows = {
            name: Windows(train, n_streams=config.n_streams, window=config.window,
                          seed=config.seed, backward=name == "backward")
            for name in DIRECTIONS
        }  # fmt: skip
        self.steps_per_epoch = self._windows["forward"].per_epoch
        counts = torch.bincount(torch.from_numpy(train.ids).long(), minlength=config.vocab_size)
        sampled = config.n_sampled
        self._sampler = WordSampler(counts, sampled).to(device) if sampled else None
        self._states: dict[str, State] = {}

    def loss(self, step: int) -> tuple[Tensor, int]:
        """Mean of both directions' losses, in nats per token."""
        total, n_tokens = torch.zeros((), device=self._device), 0
        for name, lm in self.net.directions().items():
            inputs, targets, first = self._windows[name].batch(step)
            if first or name not in self._states:
                self._states[name] = lm.zero_state(len(inputs))
            state = partly_fresh(self._states[name], self._config.fresh_share)
            output = lm(inputs.to(self._device), state)
            self._states[name] = detached(output.state)
            total = total + prediction_loss(lm, output.top, targets.to(self._device), self._sampler)
            total = total + regularisation(
                output.top, output.layers[-1], alpha=self._config.alpha, beta=self._config.beta
            )
            n_tokens += targets.numel()
        return total / len(DIRECTIONS), n_tokens

    def carried(self) -> dict[str, Tensor]:
        """Both directions' LSTM states."""
        return named(self._states)

    def restore(self, carried: dict[str, Tensor]) -> None:
        """Take both directions' LSTM states up."""
        self._states = from_named(carried, self._device)

    def validate(self) -> dict[str, float]:
        """Full-softmax perplexity of the beginning of the validation text, each direction."""
        figures = {}
        ids = self._valid.ids[: self._config.valid_tokens]
        for name, lm in self.net.directions().items():
            figures[f"{name}_perplexity"] = math.exp(evaluated(lm, ids, name == "backward"))
        self.net.train()
        return figures


@RECIPES.add(KIND)
class AwdLstmRecipe:
    """`python -m engine train awd-lstm`."""

    Config = AwdLstmTraining
    ABOUT: ClassVar = {
        "title": "AWD-LSTM, forward and backward",
        "data": "12.5 M tokens of 3,106 Good and Featured articles of the English Wikipedia (2019)",
        "licence": "weights MIT; the articles CC BY-SA 3.0",
        "intended_use": "teaching: vectors in context, guessing words, the start of ULMFiT",
    }

    def events(
        self, config: AwdLstmTraining, folder: Path, device: torch.device
    ) -> Iterator[Event]:
        """The common loop."""
        return iterate(self.objective(config, device), config, folder)

    def objective(self, config: AwdLstmTraining, device: torch.device) -> AwdLstmObjective:
        """Both nets, fresh or from shipped weights, on the Wikipedia articles."""
        train = wikipedia_text("train", config.vocab_size)
        valid = wikipedia_text("valid", config.vocab_size)
        objective = AwdLstmObjective(config, train, valid, device)
        if config.start_from:
            weights = load_weights(Path(config.start_from), kind=KIND)
            objective.net.load_state_dict(unshared(weights.tensors))
        return objective

    def ship(self, config: AwdLstmTraining, run: Path, folder: Path) -> dict[str, Any]:
        """float16 LSTMs and an int8 embedding that both directions share; measured as rounded."""
        test = wikipedia_text("test", config.vocab_size)
        net = BothDirections(config.net())
        net.load_state_dict(net_state(run / CHECKPOINT))
        save_weights(
            folder / WEIGHTS,
            {**shared(net), "log_unigram": log_unigram(config.vocab_size)},
            kind=KIND,
            config=asdict(config.net()),
            vocabularies={"words": test.vocabulary},
            int8={"embedding"},
        )
        net.load_state_dict(unshared(load_weights(folder / WEIGHTS, kind=KIND).tensors))
        trigram = trigram_on_test_texts(config.vocab_size)
        wikitext2 = wikitext2_text("test", test.vocabulary)
        return {
            "wikipedia_test": {**perplexities(net, test), **trigram["wikipedia_test"]},
            "wikitext2_test": {
                **perplexities(net, wikitext2),
                **trigram["wikitext2_test"],
                "unknown_words": UNKNOWN_IN_WIKITEXT2,
            },
        }
