"""The whole study: every task read from every layer of every model, one line a model and task."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import torch

from engine.encoder import ENCODERS, load_encoder
from engine.errors import EngineError
from engine.training.json_lines import append
from engine.training.layer_probes import results, tasks
from engine.training.layer_probes.config import LayerProbes
from engine.training.layer_probes.results import Probed


def study(
    config: LayerProbes, path: Path, *, resume: bool = False, n_threads: int = 1
) -> Iterator[Probed]:
    """Read what the results file does not hold; a finished task is appended at once.

    Args:
        path: the results file.
        resume: go on with the file, if it is there.
        n_threads: of the processor.
    Raises:
        EngineError: the file holds lines and `resume` was not asked for, or lines of other
            settings.
        DataUnavailable, ModelUnavailable: a text or a model is not on this machine.
    """
    done = _finished(path, config, resume)
    torch.set_num_threads(n_threads)
    for model in config.models:
        left = [task for task in tasks.TASKS if (model, task) not in done]
        if not left:
            continue
        encoder = load_encoder(model, config.device)
        for task in left:
            started = time.process_time()
            found = tasks.read(task, encoder, config)
            probed = Probed(
                model=model,
                task=task,
                layers=tuple(encoder.card.layer_names),
                units=found.units,
                accuracy=np.round(found.accuracy, 4).tolist(),
                chance=round(found.chance, 4),
                n_test=found.n_test,
                settings=json.loads(json.dumps(config.settings())),
                weights=ENCODERS[model].card.sha256,
                seconds=round(time.process_time() - started, 1),
                date=date.today().isoformat(),
            )
            append(path, probed)
            yield probed


def _finished(path: Path, config: LayerProbes, resume: bool) -> set[tuple[str, str]]:
    """What need not be done again."""
    found = results.read(path)
    if found and not resume:
        raise EngineError(f"{path} holds results already. Go on with --resume, or name another.")
    wanted = json.loads(json.dumps(config.settings()))
    if any(probed.settings != wanted for probed in found):
        raise EngineError(f"The results in {path} are of other settings. Name another file.")
    return {probed.key for probed in found if probed.weights == ENCODERS[probed.model].card.sha256}
