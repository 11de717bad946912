"""The whole study: every reading, one line each."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import torch

from engine.errors import EngineError, UnknownName
from engine.training.json_lines import append
from engine.training.low_shot.arms.frozen_language_model import (
    FINE_TUNED_FROZEN,
    PRETRAINED_FROZEN,
    FrozenArm,
    OpenFrozen,
)
from engine.training.low_shot.arms.ulmfit import FINE_TUNED
from engine.training.low_shot.results import Cell, CellKey, settings_hash
from engine.training.low_shot.study import Planned, Prepared, Tried, one_cell
from engine.training.low_shot.texts import LowShotTexts, low_shot_texts
from engine.training.target_reading import results
from engine.training.target_reading.config import READINGS, TargetReading
from engine.training.target_reading.results import Read
from engine.training.ulmfit.config import ADAPT
from engine.training.ulmfit.language import perplexities
from engine.training.ulmfit.texts import running_text

Event = Planned | Prepared | Tried | Cell | Read


def study(
    config: TargetReading,
    path: Path,
    *,
    resume: bool = False,
    texts: LowShotTexts | None = None,
    n_threads: int = 1,
) -> Iterator[Event]:
    """Do the readings that the results file does not hold; a finished one is appended at once.

    Args:
        path: the results file.
        resume: go on with the file, if it is there.
        texts: instead of the source's.
        n_threads: of the processor.
    Raises:
        UnknownName: no such reading.
        EngineError: the file holds lines and `resume` was not asked for, or lines of other
            settings.
        DataUnavailable, ModelUnavailable: the texts or the language model are not on this machine.
    """
    for name in config.readings:
        if name not in READINGS:
            raise UnknownName(f"Unknown reading {name!r}. Known: {', '.join(READINGS)}.")
    done = _finished(path, config, resume)
    torch.set_num_threads(n_threads)
    texts = texts or low_shot_texts(config.source)
    left = [name for name in config.readings if name not in done]
    n_cells = len(config.sizes) * len(config.seeds)
    n_done = len(config.readings) - len(left)
    yield Planned(n_cells * len(config.readings), n_cells * n_done)
    for name in left:
        yield from _reading(name, config, texts, path)


def _reading(name: str, config: TargetReading, texts: LowShotTexts, path: Path) -> Iterator[Event]:
    arm, started = _arm(name), time.process_time()
    opened, cells = arm.open(texts, config.device), []
    for n_labels, seed in product(config.sizes, config.seeds):
        key = CellKey(name, n_labels, seed)
        for event in one_cell(key, opened, texts, arm.weights(), settings_hash(arm.settings())):
            if isinstance(event, Cell):
                cells.append(event)
            yield event
    found = Read(
        reading=name,
        adaptation=_adaptation(name),
        **_foretold(opened, config),
        cells=tuple(cells),
        settings=json.loads(json.dumps(config.settings())),
        weights=arm.weights(),
        seconds=round(time.process_time() - started, 1),
        date=date.today().isoformat(),
    )
    append(path, found)
    yield found


def _adaptation(name: str) -> dict[str, Any]:
    """Settings of stage 2."""
    return {**FINE_TUNED.start[ADAPT], **READINGS[name].changes}


def _arm(name: str) -> FrozenArm:
    """The language model that has read the target in this way."""
    adaptation = _adaptation(name)
    if not adaptation["on"]:
        return PRETRAINED_FROZEN
    start = {**FINE_TUNED.start, ADAPT: adaptation}
    return replace(FINE_TUNED_FROZEN, reads=replace(FINE_TUNED, start=start))


def _foretold(opened: OpenFrozen, config: TargetReading) -> dict[str, Any]:
    """How well the language model foretells the words of the validation texts."""
    direction, lm = opened.state.reader
    words = opened.state.vocabulary
    text = running_text(config.source, "valid", 0).under(words)
    return {
        **perplexities({direction: lm}, {"perplexity": text}, config.valid_tokens),
        "n_words": len(words),
    }


def _finished(path: Path, config: TargetReading, resume: bool) -> set[str]:
    """What need not be done again."""
    found = results.read(path)
    if found and not resume:
        raise EngineError(f"{path} holds results already. Go on with --resume, or name another.")
    wanted = json.loads(json.dumps(config.settings()))
    if any(read.settings != wanted for read in found):
        raise EngineError(f"The results in {path} are of other settings. Name another file.")
    return {
        read.reading for read in found
        if read.reading in READINGS
        and read.weights == _arm(read.reading).weights()
        and read.adaptation == _adaptation(read.reading)
    }  # fmt: skip
