"""A small training whose geometry is measured as it goes: each call does one batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.corpora.training_texts import text_source
from engine.errors import DataUnavailable, EngineError
from engine.nets.device import pick_device
from engine.training import loop
from engine.training.cone.config import ConeTraining
from engine.training.cone.nets import watched
from engine.training.events import Event, Finished, Started, Step, Validated, WordPlaces
from engine.training.session import SESSIONS
from engine.training.ulmfit.models import weights_hash
from engine.training.ulmfit.seeded import seeded
from engine.training.ulmfit.settings import from_settings

CLIP_NORM = 1.0


@SESSIONS.add("cone")
class ConeSession:
    """word2vec or a biLM on a small text."""

    def __init__(self, settings: Mapping[str, Any], *, device: str) -> None:
        """settings: fields of `ConeTraining`; the rest has its defaults."""
        self.config = from_settings(ConeTraining, settings)
        source = text_source(self.config.text)
        if reason := source.missing():
            raise DataUnavailable(reason)
        self.facts = {"data": source.title}
        self.step = 0
        self.finished = False
        self._device = pick_device(device)

    @cached_property
    def _watched(self) -> Any:
        return watched(self.config, self._device)

    @cached_property
    def _optimizer(self) -> torch.optim.Optimizer:
        net = self._watched.objective.net.train()
        return torch.optim.Adam(net.parameters(), lr=self.config.rate, betas=(0.9, 0.99))

    def advance(self) -> Iterator[Event]:
        """Do exactly one batch; before the first one and every few the net is measured.

        Raises:
            EngineError: everything is done.
        """
        if self.finished:
            raise EngineError("This run is finished: there is no batch left to do.")
        objective, optimizer = self._watched.objective, self._optimizer
        if self.step == 0:
            n_parameters = sum(weight.numel() for weight in objective.net.parameters())
            yield Started(n_parameters, 0, self.config.n_steps, self._device.type)
            yield from self._look()
        with seeded(self._device, self.config.seed, self.step):
            loss, n_tokens = objective.loss(self.step)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(objective.net.parameters(), CLIP_NORM)
        optimizer.step()
        self.step += 1
        self.finished = self.step >= self.config.n_steps
        yield Step(self.step, loss.item(), self.config.rate, n_tokens, norm.item())
        if self.step % self.config.measure_every == 0 or self.finished:
            yield from self._look()
        if self.finished:
            yield Finished(self.step)

    def _look(self) -> Iterator[Event]:
        look = self._watched.look()
        yield Validated(self.step, look.figures)
        if look.words:
            yield WordPlaces(self.step, look.words, look.places)

    def save(self, path: Path) -> str:
        """Write the whole state; gives the hash of the net's weights."""
        objective = self._watched.objective
        loop.save(path, objective, self._optimizer, self.step)
        return weights_hash(objective.net.state_dict())

    def restore(self, path: Path) -> None:
        """Be again what was saved.

        Raises:
            CorruptFile: it cannot be read, or belongs to another net.
        """
        self.step = loop.restore(path, self._watched.objective, self._optimizer)
        self.finished = self.step >= self.config.n_steps
