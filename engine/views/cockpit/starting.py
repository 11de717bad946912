"""A visitor's new run: checked, entered into the queue, and theirs."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import EngineError
from engine.runs.rows import OVER
from engine.runs.store import Store
from engine.views.cockpit.about import KIND
from engine.views.cockpit.choices import LIMITS, MOST_WAITING, Choices, name_of, settings_of
from engine.views.cockpit.columns import columns
from engine.views.cockpit.owners import is_owner, set_owner


def start_run(store: Store, choices: Choices, visitor: str) -> str:
    """Enter a run; its id.

    Raises:
        EngineError: choices that no run can have, or too many runs of this visitor at once.
    """
    check_room(store, visitor)
    settings = settings_of(choices)
    columns(settings)  # says at once what the training would say later
    run_id = store.add(KIND, settings, name=name_of(choices), limits=LIMITS)
    set_owner(store, run_id, visitor)
    return run_id


def start_runs(store: Store, choices: Choices, visitor: str, n_seeds: int) -> list[str]:
    """Enter a run for each of some seeds in a row; their ids.

    Raises: as `start_run`; then none was entered.
    """
    check_room(store, visitor, n_seeds)
    each = [replace(choices, seed=choices.seed + more) for more in range(n_seeds)]
    return [start_run(store, one, visitor) for one in each]


def check_room(store: Store, visitor: str, n_runs: int = 1) -> None:
    """Refuse a visitor who has many runs under way.

    Args:
        n_runs: that are to be entered.
    Raises:
        EngineError: too many.
    """
    under_way = [
        run for run in store.runs() if run.status not in OVER and is_owner(store, run.id, visitor)
    ]
    if len(under_way) + n_runs > MOST_WAITING:
        raise EngineError(
            f"You have {len(under_way)} runs that work, wait or pause, and may have "
            f"{MOST_WAITING}. Stop or delete one of them first."
        )
