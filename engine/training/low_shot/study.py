"""The whole experiment: every arm with every number of labels and every seed, a row a cell."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine.errors import EngineError
from engine.training.low_shot.arms import ARMS, Candidate, OpenArm, Trained
from engine.training.low_shot.config import LowShotStudy
from engine.training.low_shot.results import (
    EARLIER,
    Cell,
    CellKey,
    append,
    as_base64,
    read,
    settings_hash,
)
from engine.training.low_shot.texts import LowShotTexts, low_shot_texts

WORSE = 0.05  # accuracy; a choice that loses more with other labels has failed there


@dataclass(frozen=True)
class Planned:
    """What is to do."""

    n_cells: int
    n_done: int  # of them, by an earlier call


@dataclass(frozen=True)
class ArmMissing:
    """An arm that cannot run here; its cells are left out."""

    arm: str
    why: str


@dataclass(frozen=True)
class Prepared:
    """Another part of what an arm needs before it trains is there."""

    arm: str
    done: int
    to_do: int


@dataclass(frozen=True)
class Tried:
    """One candidate of a cell was trained and validated."""

    key: CellKey
    candidate: Candidate
    validation_accuracy: float


Event = Planned | ArmMissing | Prepared | Tried | Cell


def low_shot(
    study: LowShotStudy,
    path: Path,
    *,
    resume: bool = False,
    texts: LowShotTexts | None = None,
    n_threads: int = 1,
) -> Iterator[Event]:
    """Do every cell that the results file does not hold, few labels first; a finished cell is
    appended at once, so that nothing is lost when the experiment is stopped.

    Args:
        path: the results file.
        resume: go on with the file, if it is there.
        texts: instead of the source's.
        n_threads: of the processor.
    Raises:
        UnknownName: no such arm, or no such source.
        EngineError: the file holds cells and `resume` was not asked for, or cells of these arms
            with other settings; or there are too few labels.
        DataUnavailable: the source is not on this machine.
    """
    arms = {name: ARMS[name] for name in study.arms}
    torch.set_num_threads(n_threads)
    for name, arm in arms.items():
        if why := arm.missing():
            yield ArmMissing(name, why)
    present = {name: arm for name, arm in arms.items() if not arm.missing()}
    texts = texts or low_shot_texts(study.source)
    hashes = {name: settings_hash(_settings(arm, texts)) for name, arm in present.items()}
    done = _finished(path, hashes, resume)
    planned = [CellKey(*key) for key in study.planned() if key[0] in present]
    left = [key for key in planned if key not in done]
    yield Planned(len(planned), len(planned) - len(left))
    opened: dict[str, OpenArm] = {}
    for key in left:
        arm = present[key.arm]
        if key.arm not in opened:
            opened[key.arm] = arm.open(texts, study.device)
        first = done.get(key._replace(seed=study.seeds[0])) if arm.tunes_once else None
        for event in one_cell(key, opened[key.arm], texts, arm.weights(), hashes[key.arm], first):
            if isinstance(event, Cell):
                append(path, event)
                done[key] = event
            yield event


def one_cell(
    key: CellKey, arm: OpenArm, texts: LowShotTexts, weights: str, settings: str,
    first: Cell | None = None,
) -> Iterator[Prepared | Tried | Cell]:  # fmt: skip
    """Train every candidate, choose one on validation, and test that one.

    Args:
        weights, settings: what the cell says of itself.
        first: another seed's cell, whose choice is tried before all others; they are not tried
            unless validation finds it much worse here than there.
    """
    rows = texts.draw(key.n_labels, key.seed)
    for done, to_do in arm.prepare(rows):
        yield Prepared(key.arm, done, to_do)
    started = time.process_time()
    best: tuple[Candidate, Trained] | None = None
    for candidate in _in_order(arm.candidates(key.n_labels), first):
        if first and best and best[1].validation_accuracy >= first.validation_accuracy - WORSE:
            break
        trained = arm.train(rows, candidate, key.seed)
        yield Tried(key, candidate, trained.validation_accuracy)
        if best is None or trained.validation_accuracy > best[1].validation_accuracy:
            best = candidate, trained
    assert best is not None  # an arm has candidates
    chosen, trained = best
    given = trained.test()
    judged = given == texts.test_labels[: len(given)]
    yield Cell(
        *key,
        accuracy=round(float(judged.mean()), 6),
        n_test=len(judged),
        validation_accuracy=round(trained.validation_accuracy, 6),
        chosen=json.dumps(chosen),
        weights=weights,
        seconds=round(time.process_time() - started, 1),
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        settings=settings,
        correct=as_base64(judged),
    )


def _in_order(candidates: Sequence[Candidate], first: Cell | None) -> Sequence[Candidate]:
    """The other seed's choice before all others."""
    chosen = json.loads(first.chosen) if first else None
    return sorted(candidates, key=lambda candidate: candidate != chosen)


def _settings(arm: Any, texts: LowShotTexts) -> dict[str, Any]:
    return {"arm": arm.name, "texts": texts.fingerprint, "weights": arm.weights(), **arm.settings()}


def _finished(path: Path, hashes: dict[str, str], resume: bool) -> dict[CellKey, Cell]:
    """The cells that need not be done again."""
    cells = read(path)
    known = [key for key in cells if key.arm in hashes]
    if known and not resume:
        raise EngineError(
            f"{path} already holds cells of {', '.join(dict.fromkeys(key.arm for key in known))}. "
            "Go on with --resume, or name another file with --results."
        )
    for key in known:
        if cells[key].settings != hashes[key.arm]:
            raise EngineError(
                f"{path} holds a cell of other settings, texts or weights ({key.arm}, "
                f"{key.n_labels:,} labels, seed {key.seed}); their accuracies cannot be compared. "
                "Name another file with --results, or take its rows out; those of a language model "
                f"that no longer ships, or of an earlier recipe, go to {EARLIER.name}/, in a file "
                "named by the first 12 digits of its checksum."
            )
    return {key: cells[key] for key in known}
