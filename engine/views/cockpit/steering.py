"""The cockpit's controls: a command by name, with what it says checked, for the run's owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.corpora import own_texts
from engine.errors import EngineError, UnknownName
from engine.runs import control
from engine.runs.store import Store
from engine.runs.until import UNTIL
from engine.views.cockpit.owners import check_owner, forget_owner

SLOWEST = 10.0  # seconds a batch


def steer(store: Store, run_id: str, command: str, values: Mapping[str, Any], visitor: str) -> None:
    """Do what a control of the cockpit asks for. It returns at once; a worker follows.

    Args:
        command: a name in COMMANDS.
        values: from outside: "until" of `resume`, "step" of `back`, "seconds" of `pace`.
    Raises:
        NotYours: the visitor did not start the run.
        EngineError: no such run or command, values that it does not take, or it cannot be done now.
    """
    if command not in COMMANDS:
        raise UnknownName(f"Unknown command {command!r}. Known: {', '.join(sorted(COMMANDS))}.")
    store.run(run_id)
    check_owner(store, run_id, visitor)
    COMMANDS[command](store, run_id, values)


def delete_run(store: Store, run_id: str, visitor: str) -> None:
    """Forget a run, its events and its checkpoints, and the visitor's own texts that no other run
    learns from.

    Raises:
        NotYours: the visitor did not start it.
        UnknownName: no such run.
    """
    settings = store.run(run_id).settings
    check_owner(store, run_id, visitor)
    control.delete(store, run_id)
    forget_owner(store, run_id)
    needed = set[str]().union(*(own_texts.names_in(run.settings) for run in store.runs()))
    for name in own_texts.names_in(settings) - needed:
        own_texts.forget(name)


def _resume(store: Store, run_id: str, values: Mapping[str, Any]) -> None:
    until = values.get("until", "")
    if not isinstance(until, str) or (until and until not in UNTIL):
        raise EngineError(f"A run pauses after one of: {', '.join(UNTIL)}. Got {until!r}.")
    control.resume(store, run_id, until=until)


def _back(store: Store, run_id: str, values: Mapping[str, Any]) -> None:
    step = values.get("step")
    if type(step) is not int or step < 0:
        raise EngineError(f"A run goes back to a batch by its number; got {step!r}.")
    control.step_back(store, run_id, step)


def _pace(store: Store, run_id: str, values: Mapping[str, Any]) -> None:
    seconds: Any = values.get("seconds")
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds <= SLOWEST:
        raise EngineError(f"A batch takes 0 to {SLOWEST:.0f} seconds at least; got {seconds!r}.")
    control.set_pace(store, run_id, float(seconds))


COMMANDS: dict[str, Callable[[Store, str, Mapping[str, Any]], None]] = {
    "resume": _resume,
    "pause": lambda store, run_id, _: control.pause(store, run_id),
    "stop": lambda store, run_id, _: control.stop(store, run_id),
    "back": _back,
    "pace": _pace,
}
