"""ULMFiT's three stages as a session: each call does one batch and says what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.errors import CorruptFile, EngineError
from engine.nets.both_directions import DIRECTIONS
from engine.nets.device import pick_device
from engine.training.events import (
    EpochEnded,
    Event,
    Finished,
    SampleText,
    StageBegan,
    StageEnded,
    Unfrozen,
    Validated,
)
from engine.training.session import SESSIONS
from engine.training.ulmfit.classification import ClassifyObjective
from engine.training.ulmfit.config import CLASSIFY, PRETRAIN, SHIPPED, Net, Ulmfit, check
from engine.training.ulmfit.groups import layer_groups
from engine.training.ulmfit.models import Models, shipped_models
from engine.training.ulmfit.settings import from_settings
from engine.training.ulmfit.sources import check_sources, facts
from engine.training.ulmfit.stage_run import StageRun
from engine.training.ulmfit.stages import first_models, measured_texts, models_for, objective_for
from engine.training.ulmfit.state_file import read_state, save_state
from engine.training.ulmfit.writing import written


@SESSIONS.add("ulmfit")
class UlmfitSession:
    """Language model of general text -> language model of the target text -> classifier."""

    def __init__(self, settings: Mapping[str, Any], *, device: str) -> None:
        """settings: fields of `Ulmfit`, nested as they are there; the rest has its defaults."""
        self.config = from_settings(Ulmfit, settings)
        check(self.config)
        check_sources(self.config)
        self._device = pick_device(device)
        self.step = 0
        self.finished = False
        self._run: StageRun | None = None  # the stage of the last batch

    @staticmethod
    def warm_up() -> None:
        """Bring into memory what most runs begin with."""
        shipped_models(Net().shipped, DIRECTIONS)

    @cached_property
    def facts(self) -> dict[str, str]:
        """The data of this run, for its label."""
        return facts(self.config)

    def advance(self) -> Iterator[Event]:
        """Do exactly one batch; read the events to their end before anything else is asked.

        Raises:
            EngineError: everything is done, or data is missing.
        """
        if self.finished:
            raise EngineError("This run is finished: there is no batch left to do.")
        if self._run is None or self._run.ended:
            yield from self._begin_stage()
        assert self._run is not None
        run, epoch = self._run, self._run.epoch
        self.step += 1
        yield run.batch(self.step)
        if not run.epoch_ended:
            yield from self._on_the_way(run)
            return
        yield EpochEnded(self.step, run.name, epoch)
        if (
            run.name != CLASSIFY
            or run.ended
            or run.epoch % self.config.classify.validate_epochs == 0
        ):
            yield Validated(self.step, run.objective.validate(), run.name)
        if run.ended:
            yield from self._end_stage(run)
        elif thawed := run.thawed():
            yield Unfrozen(self.step, run.name, thawed)

    def _begin_stage(self) -> Iterator[Event]:
        """Build the next stage; stage 1 with shipped weights has nothing to do."""
        models = self._run.models if self._run else first_models(self.config)
        if self._run is None and self.config.pretrain.start == SHIPPED:
            groups = tuple(layer_groups(next(iter(models.nets.values()))))
            yield StageBegan(0, PRETRAIN, groups, 0, 0, models.hash())
            yield StageEnded(0, PRETRAIN, models.hash())
        name, started_from = self._next_stage(), models.hash()
        self._run = run = self._stage_run(name, models_for(name, models, self.config, self._device))
        yield StageBegan(self.step, name, run.groups, run.n_batches, run.n_epochs, started_from)
        if name != CLASSIFY:
            yield Validated(self.step, run.objective.validate(), name)
            yield from self._sample(run)
        yield Unfrozen(self.step, name, run.thawed())

    def _next_stage(self) -> str:
        stages = self.config.stages()
        if self._run is not None:
            return stages[stages.index(self._run.name) + 1]
        return stages[1] if self.config.pretrain.start == SHIPPED else stages[0]

    def _stage_run(self, name: str, models: Models) -> StageRun:
        objective = objective_for(name, models, self.config, self._device)
        return StageRun(
            name, objective, getattr(self.config, name), seed=self.config.seed, device=self._device
        )

    def _on_the_way(self, run: StageRun) -> Iterator[Event]:
        """What is told every few batches."""
        if run.name == CLASSIFY:
            return
        every = getattr(self.config, run.name).validate_every
        if every and run.done % every == 0:
            yield Validated(self.step, run.objective.validate(), run.name)
        if self.config.sample.every and run.done % self.config.sample.every == 0:
            yield from self._sample(run)

    def _end_stage(self, run: StageRun) -> Iterator[Event]:
        if kept := run.objective.end():
            yield Validated(self.step, kept, run.name)
        if run.name != CLASSIFY:
            yield from self._sample(run)
        yield StageEnded(self.step, run.name, run.models.hash())
        if run.name == CLASSIFY:
            yield from self._test(run)
            self.finished = True
            yield Finished(self.step)

    def _sample(self, run: StageRun) -> Iterator[Event]:
        """The language model writes; a run in both directions shows the forward one."""
        sample = self.config.sample
        if not sample.n_words:
            return
        direction, lm = next(iter(run.models.language_models().items()))
        backward = direction == "backward"
        text = written(lm, run.models.vocabulary, sample, seed=self.config.seed, backward=backward)
        yield SampleText(self.step, run.name, sample.prompt, text)

    def _test(self, run: StageRun) -> Iterator[Event]:
        """The test texts are used here and nowhere else."""
        n_texts = self.config.classify.n_test
        if n_texts and isinstance(run.objective, ClassifyObjective):
            texts = measured_texts(self.config, "test", n_texts, run.models.vocabulary)
            figures = run.objective.measure(*texts)
            found = {f"test_{name}": value for name, value in figures.items()}
            yield Validated(self.step, found, run.name)

    def save(self, path: Path) -> str:
        """Write the whole state; gives the hash of the net's weights."""
        run = self._run
        position = {
            "step": self.step,
            "stage": run.name if run else "",
            "done": run.done if run else 0,
            "text": self.facts.get("text", ""),
        }
        models = run.models if run else None
        return save_state(path, self.config, models, run.state() if run else {}, position)

    def restore(self, path: Path) -> None:
        """Be again what was saved.

        Raises:
            CorruptFile: it cannot be read, or belongs to another training.
        """
        state = read_state(path)
        if state.config != self.config:
            raise CorruptFile(f"{path} belongs to a training with other settings.")
        if state.text and state.text != self.facts.get("text"):
            raise CorruptFile(f"{path} belongs to other texts than those that are here now.")
        if not state.stage:
            self._run, self.step, self.finished = None, 0, False
            return
        run = self._stage_run(state.stage, state.models(self._device))
        try:
            run.restore(state.parts, state.done)
        except (KeyError, RuntimeError) as error:
            raise CorruptFile(f"{path} does not fit this training: {error}.") from error
        self._run, self.step = run, state.step
        self.finished = run.name == CLASSIFY and run.ended
