"""Two small trainings for the tests of runs: `walk` in NumPy, at once, and `small-net`, a real
AWD-LSTM in PyTorch. A worker finds them with `--sessions tests.small_sessions`.
"""

import errno
import hashlib
import json
import os
import time

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from engine.errors import CorruptFile, EngineError
from engine.training.events import (
    Batch,
    EpochEnded,
    SampleText,
    StageBegan,
    StageEnded,
    Unfrozen,
    Validated,
)
from engine.training.session import SESSIONS

STAGES, GROUPS = ("pretrain", "adapt", "classify"), ("low", "high")


def hash_of(*arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


class Walk:
    """Least squares by stochastic gradient descent with momentum, noise and two groups of weights,
    in three stages. In the last stage only `high` is free at first; `low` follows an epoch later.
    """

    facts = {"data": "random points", "text": "no text"}

    def __init__(self, settings, *, device):
        known = {"seed", "n_epochs", "n_batches", "seconds", "full_at", "die_at", "break_at"}
        if unknown := set(settings) - known:
            raise EngineError(f"Unknown setting {sorted(unknown)[0]!r}.")
        self.settings = {"seed": 0, "n_epochs": 2, "n_batches": 4, "seconds": 0.0} | settings
        self.rng = np.random.default_rng(self.settings["seed"])
        self.target = self.rng.normal(size=8)
        self.weights = {group: np.zeros(4) for group in GROUPS}
        self.speed = {group: np.zeros(4) for group in GROUPS}
        self.step = 0

    @property
    def finished(self):
        return self.step == self.per_stage * len(STAGES)

    @property
    def per_stage(self):
        return self.settings["n_epochs"] * self.settings["n_batches"]

    def advance(self):
        n_epochs, n_batches = self.settings["n_epochs"], self.settings["n_batches"]
        number, within = divmod(self.step, self.per_stage)
        stage, epoch = STAGES[number], within // n_batches
        time.sleep(self.settings["seconds"])
        if self.step == self.settings.get("die_at"):
            os._exit(9)
        if self.step == self.settings.get("break_at"):
            raise ZeroDivisionError("a defect")
        if within == 0:
            yield StageBegan(self.step, stage, GROUPS, self.per_stage, n_epochs, self.hash())
        if stage == "classify" and within == n_batches:
            yield Unfrozen(self.step, stage, ("low",))
        frozen = ("low",) if stage == "classify" and epoch == 0 else ()
        yield self.batch(stage, epoch, frozen)
        if (within + 1) % n_batches == 0:
            yield Validated(self.step, {"error": float(self.error())}, stage)
            yield SampleText(self.step, stage, "the", f"the number {self.rng.integers(1000)}")
            yield EpochEnded(self.step, stage, epoch)
        if within + 1 == self.per_stage:
            yield StageEnded(self.step, stage, self.hash())

    def batch(self, stage, epoch, frozen):
        x = self.rng.normal(size=(5, 8))
        joined = np.concatenate([self.weights[group] for group in GROUPS])
        residual = x @ (joined - self.target)
        gradient = dict(zip(GROUPS, np.split(x.T @ residual / 5, 2), strict=True))
        changes = {}
        for group in GROUPS:
            free = group not in frozen
            self.speed[group] = 0.9 * self.speed[group] - 0.01 * free * gradient[group]
            self.weights[group] = self.weights[group] + free * self.speed[group]
            changes[group] = float(np.linalg.norm(free * self.speed[group]))
        self.step += 1
        return Batch(
            self.step, stage, epoch, float(residual @ residual), 5,
            {group: 0.0 if group in frozen else 0.01 for group in GROUPS}, frozen,
            {g: float(np.linalg.norm(gradient[g])) * (g not in frozen) for g in GROUPS}, changes,
        )  # fmt: skip

    def error(self):
        return np.abs(np.concatenate([self.weights[group] for group in GROUPS]) - self.target).sum()

    def hash(self):
        return hash_of(*(self.weights[group] for group in GROUPS))

    def save(self, path):
        if self.step == self.settings.get("full_at"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        arrays = {f"weights.{group}": self.weights[group] for group in GROUPS}
        arrays |= {f"speed.{group}": self.speed[group] for group in GROUPS}
        about = {"step": str(self.step), "random": json.dumps(self.rng.bit_generator.state)}
        unfinished = path.with_suffix(".unfinished")
        save_file(arrays, unfinished, about)
        unfinished.replace(path)
        return self.hash()

    def restore(self, path):
        try:
            with safe_open(path, "np") as file:
                about = file.metadata()
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except SafetensorError as error:
            raise CorruptFile(f"{path} cannot be read") from error
        self.step = int(about["step"])
        self.rng.bit_generator.state = json.loads(about["random"])
        for group in GROUPS:
            self.weights[group] = arrays[f"weights.{group}"]
            self.speed[group] = arrays[f"speed.{group}"]


SESSIONS.add("walk")(Walk)


@SESSIONS.add("small-net")
def small_net(settings, *, device):
    from tests.small_net_session import SmallNet

    return SmallNet(settings)
