"""Stages 1 and 2: a language model learns to foretell the next word of a text."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from engine.errors import EngineError
from engine.nets.awd_lstm import AwdLstm, State, detached, from_named, named, partly_fresh
from engine.nets.sampled_softmax import WordSampler
from engine.training.language_loss import (
    ALPHA,
    BETA,
    FRESH_SHARE,
    prediction_loss,
    regularisation,
)
from engine.training.perplexity import N_STREAMS, evaluated
from engine.training.prepared_text import PreparedText
from engine.training.streams import Windows
from engine.training.ulmfit.config import LanguageStage
from engine.training.ulmfit.models import Models
from engine.training.ulmfit.objective import Loss


class LanguageObjective:
    """Streams of a training text, sampled softmax to learn by, full softmax to measure by."""

    def __init__(
        self, models: Models, config: LanguageStage, train: PreparedText,
        measured: dict[str, PreparedText], *, seed: int, device: torch.device,
    ) -> None:  # fmt: skip
        """measured: validation texts, each by the name of its perplexity in the figures."""
        self.models = models
        self._config, self._device, self._measured = config, device, measured
        self._lms = models.language_models()
        _check_size(train, config)
        self._windows = {
            direction: Windows(train, n_streams=config.n_streams, window=config.window, seed=seed,
                               backward=direction == "backward")
            for direction in self._lms
        }  # fmt: skip
        self.batches_per_epoch = next(iter(self._windows.values())).per_epoch
        counts = np.bincount(train.ids, minlength=len(train.vocabulary))
        n_sampled = config.n_sampled
        sampler = WordSampler(torch.from_numpy(counts), n_sampled) if n_sampled else None
        self._sampler = sampler.to(device) if sampler else None
        self._states: dict[str, State] = {}

    def losses(self, step: int) -> dict[str, Loss]:
        """The loss of each direction; its text is read on from where the last batch ended."""
        return {direction: self._loss(direction, step) for direction in self._lms}

    def _loss(self, direction: str, step: int) -> Loss:
        lm = self._lms[direction].train()
        inputs, targets, first = self._windows[direction].batch(step)
        if first or direction not in self._states:
            self._states[direction] = lm.zero_state(len(inputs))
        state = partly_fresh(self._states[direction], FRESH_SHARE)
        output = lm(inputs.to(self._device), state)
        self._states[direction] = detached(output.state)
        nats = prediction_loss(lm, output.top, targets.to(self._device), self._sampler)
        small = regularisation(output.top, output.layers[-1], alpha=ALPHA, beta=BETA)
        return Loss(nats + small, nats.detach(), targets.numel())

    def validate(self) -> dict[str, float]:
        """Full-softmax perplexity of each text's first tokens, and the share of its words that
        are unknown, without which a perplexity says little.
        """
        return perplexities(self._lms, self._measured, self._config.valid_tokens)

    def end(self) -> None:
        """The weights of the last batch are kept."""

    def carried(self) -> dict[str, Tensor]:
        """The LSTM states of the streams."""
        return named(self._states)

    def restore(self, carried: dict[str, Tensor]) -> None:
        """Take the LSTM states up."""
        self._states = from_named(carried, self._device)


def perplexities(
    lms: dict[str, AwdLstm], measured: dict[str, PreparedText], n_tokens: int
) -> dict[str, float]:
    """Full-softmax perplexity of each text's first tokens, the mean over the directions in nats,
    and the share of its words that are unknown.

    Args:
        lms: by direction.
        measured: texts, each by the name of its perplexity.
    """
    figures: dict[str, float] = {}
    for name, text in measured.items():
        ids = text.ids[:n_tokens]
        nats = {
            direction: evaluated(lm, ids, direction == "backward") for direction, lm in lms.items()
        }
        figures[name] = math.exp(sum(nats.values()) / len(nats))
        if len(nats) > 1:
            figures |= {f"{direction}_{name}": math.exp(x) for direction, x in nats.items()}
        unknown = float((ids == text.vocabulary.unknown_id).mean())
        figures[name.replace("perplexity", "unknown_rate")] = unknown
    return figures


def _check_size(text: PreparedText, config: LanguageStage) -> None:
    """Refuse a text too short for its streams."""
    needed = config.n_streams * (config.window + 3)
    if len(text.ids) < needed:
        raise EngineError(
            f"The text has {len(text.ids):,} tokens; {config.n_streams} streams of windows of "
            f"{config.window} need {needed:,}. Take more text, or fewer streams."
        )


def check_measured(text: PreparedText, name: str) -> PreparedText:
    """Refuse a validation text that is too short to measure on."""
    if len(text.ids) < 2 * N_STREAMS:
        raise EngineError(f"The validation text of {name} has only {len(text.ids)} tokens.")
    return text
