"""Arguments that the commands for runs share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.cli.arguments import Commands, add_json, new_command
from engine.errors import UnknownName

if TYPE_CHECKING:
    from engine.runs.store import Store


def own_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    about: str,
    *uses: str,
) -> argparse.ArgumentParser:
    """Add a command below `runs`; `uses` are its examples."""
    return new_command(commands, name, run, about, *(f"runs {use}" for use in uses))


def add_run(parser: argparse.ArgumentParser) -> None:
    """RUN and --json."""
    parser.add_argument("run_id", metavar="RUN", help="its id, or the beginning of it")
    add_json(parser)


def open_store() -> Store:
    """The store of the folder that CONESCOPE_RUNS names."""
    from engine.runs.store import Store

    return Store()


def found(store: Store, beginning: str) -> str:
    """The one run whose id begins so.

    Raises:
        UnknownName: none or several do.
    """
    ids = [run.id for run in store.runs() if run.id.startswith(beginning)]
    if len(ids) != 1:
        many = f"{len(ids)} runs have ids that begin with" if ids else "There is no run"
        raise UnknownName(f"{many} {beginning!r}. `python -m engine runs list` shows all.")
    return ids[0]
