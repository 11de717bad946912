"""ELMo on Wikipedia articles: words from their characters, the next and the previous word to be
foretold (Peters et al. 2018, https://aclanthology.org/N18-1202).

The streams, the vocabulary and the sampled softmax are those of AWD-LSTM, so the perplexities can
be compared; only the input differs, which is every word as it is written, known or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from engine.checkpoints import load_weights, save_weights
from engine.nets.character_cnn import CharacterConfig
from engine.nets.elmo import ElmoConfig, ElmoState
from engine.nets.elmo_language_model import ElmoLanguageModel, language_model
from engine.nets.full_softmax import full_softmax_loss
from engine.nets.projected_lstm import LstmConfig, LstmState
from engine.nets.sampled_softmax import WordSampler, sampled_softmax_loss
from engine.training.awd_lstm_quality import log_unigram, trigram_on_test_texts
from engine.training.elmo_quality import figures_on_test_texts
from engine.training.events import Event
from engine.training.loop import CHECKPOINT, iterate, net_state
from engine.training.loop_config import LoopConfig
from engine.training.objective import RECIPES
from engine.training.streams import Windows
from engine.training.written_batches import batch_of, partly_hidden, surprises
from engine.training.written_text import WrittenText, wikipedia_as_written

KIND, WEIGHTS = "elmo", "weights.safetensors"


@dataclass(frozen=True)
class ElmoTraining:
    """The recipe of the shipped model."""

    seed: int = 0
    vocab_size: int = 16_000
    d_projection: int = 128
    d_cell: int = 512
    n_layers: int = 2  # 1 to 3: what each layer adds
    n_streams: int = 32
    window: int = 35  # tokens
    n_sampled: int = 1024  # words drawn for each batch and direction; 0 = full softmax
    # Share of the streams whose state becomes zero before a window: in use, every sentence is read
    # from zeros, so the net must have learnt to.
    fresh_share: float = 0.1
    # Share of the unknown words that are read as one strange character: some texts hold no other
    # trace of them, WikiText's <unk> among them.
    hidden_share: float = 0.0
    valid_tokens: int = 20_000  # of the validation text, each time
    start_from: str = ""  # shipped weights to go on from
    loop: LoopConfig = field(
        default_factory=lambda: LoopConfig(
            n_steps=12_000, learning_rate=2e-3, warm_up=300, clip_norm=0.5, checkpoint_every=200
        )
    )

    def net(self) -> ElmoConfig:
        """The sizes of the net."""
        lstm = LstmConfig(self.d_projection, self.d_cell, self.n_layers)
        return ElmoConfig(CharacterConfig(d_word=self.d_projection), lstm)


class ElmoObjective:
    """Next word and previous word, side by side."""

    def __init__(
        self, config: ElmoTraining, train: WrittenText, valid: WrittenText, device: torch.device
    ) -> None:
        self._model = ElmoLanguageModel(config.net(), len(train.text.vocabulary)).to(device)
        self.net: nn.Module = self._model
        self._config, self._train, self._valid, self._device = config, train, valid, device
        self._windows = [
            Windows(
                train.text,
                n_streams=config.n_streams,
                window=config.window,
                seed=config.seed,
                backward=backward,
            )
            for backward in (False, True)
        ]
        self.steps_per_epoch = self._windows[0].per_epoch
        counts = np.bincount(train.target_ids, minlength=len(train.text.vocabulary))
        self._sampler = WordSampler(torch.from_numpy(counts), config.n_sampled or 1).to(device)
        self._state = self._model.elmo.start(config.n_streams)

    def loss(self, step: int) -> tuple[Tensor, int]:
        """Mean of both directions' losses, in nats per token."""
        # Both directions' windows have the same length: their random borders share the seed.
        (ahead, next_words, first), (back, previous_words, _) = (
            windows.batch(step) for windows in self._windows
        )
        state = self._model.elmo.start(len(ahead)) if first else self._with_fresh_rows()
        share = self._config.hidden_share
        ahead, back = (partly_hidden(self._train, forms, share) for forms in (ahead, back))
        characters, ahead, back = batch_of(self._train, ahead, back, self._device)
        *tops, state = self._model(characters, ahead, back, state)
        self._state = state.detached()
        losses = [
            self._prediction_loss(top.flatten(0, 1), torch.from_numpy(self._train.word_ids[forms]))
            for top, forms in zip(tops, (next_words, previous_words), strict=True)
        ]
        return torch.stack(losses).mean(), 2 * ahead.numel()

    def _prediction_loss(self, hidden: Tensor, targets: Tensor) -> Tensor:
        targets = targets.flatten().to(self._device)
        weight, bias = self._model.softmax_weight, self._model.softmax_bias
        if not self._config.n_sampled:
            return full_softmax_loss(hidden, targets, weight, bias)
        return sampled_softmax_loss(
            hidden,
            targets,
            weight,
            bias,
            sampled_ids=self._sampler.draw(),
            log_expected=self._sampler.log_expected,
        )

    def _with_fresh_rows(self) -> ElmoState:
        kept = torch.rand(self._config.n_streams, device=self._device) >= self._config.fresh_share
        rows = kept[None, :, None]
        return ElmoState(*(LstmState(part.hidden * rows, part.cell * rows) for part in self._state))

    def carried(self) -> dict[str, Tensor]:
        """Both directions' LSTM states."""
        return {
            f"{direction}.{name}": tensor
            for direction, part in self._state._asdict().items()
            for name, tensor in part._asdict().items()
        }

    def restore(self, carried: dict[str, Tensor]) -> None:
        """Take both directions' LSTM states up."""
        on_device = {name: tensor.to(self._device) for name, tensor in carried.items()}
        self._state = ElmoState(
            *(
                LstmState(on_device[f"{direction}.hidden"], on_device[f"{direction}.cell"])
                for direction in ElmoState._fields
            )
        )

    def validate(self) -> dict[str, float]:
        """Full-softmax perplexity of the beginning of the validation text, each direction."""
        ahead, back = surprises(self._model, self._valid, self._config.valid_tokens)
        self.net.train()
        return {"forward_perplexity": math.exp(ahead), "backward_perplexity": math.exp(back)}


@RECIPES.add(KIND)
class ElmoRecipe:
    """`python -m engine train elmo`."""

    Config = ElmoTraining
    ABOUT: ClassVar = {
        "title": "ELMo, a two-layer biLM on characters",
        "data": "12.5 M tokens of 3,106 Good and Featured articles of the English Wikipedia (2019)",
        "licence": "weights MIT; the articles CC BY-SA 3.0",
        "intended_use": "teaching: vectors in context, words from characters, guessing words",
    }

    def events(self, config: ElmoTraining, folder: Path, device: torch.device) -> Iterator[Event]:
        """The common loop."""
        return iterate(self.objective(config, device), config, folder)

    def objective(self, config: ElmoTraining, device: torch.device) -> ElmoObjective:
        """The net, fresh or from shipped weights, on the Wikipedia articles."""
        train = wikipedia_as_written("train", config.vocab_size)
        valid = wikipedia_as_written("valid", config.vocab_size)
        objective = ElmoObjective(config, train, valid, device)
        if config.start_from:
            shipped = load_weights(Path(config.start_from), kind=KIND).tensors
            net = objective.net
            net.load_state_dict({name: shipped[name] for name in net.state_dict()})
        return objective

    def ship(self, config: ElmoTraining, run: Path, folder: Path) -> dict[str, Any]:
        """float16 weights with an int8 softmax; measured as rounded."""
        test = wikipedia_as_written("test", config.vocab_size)
        save_weights(
            folder / WEIGHTS,
            {**net_state(run / CHECKPOINT), "log_unigram": log_unigram(config.vocab_size)},
            kind=KIND,
            config=config.net().as_dict(),
            vocabularies={"words": test.text.vocabulary},
            int8={"softmax_weight"},
        )
        weights = load_weights(folder / WEIGHTS, kind=KIND)
        net = language_model(weights.config, weights.tensors)
        trigram = trigram_on_test_texts(config.vocab_size)
        figures = figures_on_test_texts(net, test)
        return {text: {**found, **trigram[text]} for text, found in figures.items()}
