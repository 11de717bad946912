"""A visitor's own training of a cone: checked, entered into the queue, and theirs."""

from __future__ import annotations

from typing import Any

from engine.runs.rows import Limits, Run
from engine.runs.store import Store
from engine.training.ulmfit.settings import from_settings
from engine.views.cockpit.owners import runs_of, set_owner
from engine.views.cockpit.starting import check_room
from engine.views.cone_runs import KIND

LIMITS = Limits(seconds=1_800.0, steps=5_000)
BILM_STEPS, BILM_EVERY = 600, 25


def start_cone_run(store: Store, *, net: str, n_negatives: int, seed: int, visitor: str) -> str:
    """Enter a training; its id.

    Raises:
        EngineError: settings that no training can have, or too many runs of this visitor at once.
    """
    from engine.training.cone.config import ConeTraining  # PyTorch with it
    from engine.training.cone.planned_runs import title_of

    check_room(store, visitor)
    settings: dict[str, Any] = {"net": net, "n_negatives": n_negatives, "seed": seed}
    if net != "word2vec":
        settings |= {"n_steps": BILM_STEPS, "measure_every": BILM_EVERY}
    from_settings(ConeTraining, settings)
    run_id = store.add(KIND, settings, name=title_of(settings), limits=LIMITS)
    set_owner(store, run_id, visitor)
    return run_id


def cone_runs_of(store: Store, visitor: str) -> list[Run]:
    """The visitor's trainings of this kind, the newest first."""
    return [run for run in runs_of(store, visitor) if run.kind == KIND]
